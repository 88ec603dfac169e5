// SPDX-License-Identifier: MIT
// What a config says about its camera and its board, in the numbers of recipes. Pure functions.
#pragma once

#include "schema/camera_config.h"
#include "schema/geometry/camera_model.h"
#include "schema/object_recipe.h"
#include "schema/scenario_config.h"

namespace rtag::geometry {

// The focal length of a pinhole as wide as the resolution and the field of view say.
double pinhole_focal_length_px(const schema::CameraConfig& camera);

// The first of: k_matrix; focal_length_x and _y; focal_length; focal_length_mm over
// sensor_width_mm; fov, which a Kannala-Brandt lens spreads over the diagonal: f = diagonal / fov.
// The principal point is half the resolution unless given.
schema::Matrix3 camera_matrix(const schema::CameraConfig& camera);

// In the order of recipes; empty without a lens. A Brown-Conrady lens whose coefficients are all 0
// is none; a Kannala-Brandt lens remains: it is the equidistant fisheye.
std::vector<double> lens_coefficients(const schema::IntrinsicsConfig& intrinsics);

CameraModel camera_model(const schema::CameraConfig& camera);

// In metres.
schema::BoardRecipe board_recipe(const schema::BoardSubject& subject);

}  // namespace rtag::geometry
