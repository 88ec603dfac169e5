// SPDX-License-Identifier: MIT
// From what a config says about the lens to numbers in pixels. Pure functions.
#pragma once

#include "schema/camera_config.h"
#include "schema/scene_recipe.h"

namespace rtag::compiler {

// The focal length of an undistorted image as wide as the resolution and the field of view say.
double focal_length_from_fov_px(const schema::CameraConfig& camera);

// The first of: k_matrix; focal_length_x and _y; focal_length; focal_length_mm over
// sensor_width_mm; fov. The principal point is half the resolution unless given.
schema::Matrix3 camera_matrix(const schema::IntrinsicsConfig& intrinsics,
                              const schema::CameraConfig& camera);

schema::IntrinsicsRecipe intrinsics_recipe(const schema::CameraConfig& camera);

}  // namespace rtag::compiler
