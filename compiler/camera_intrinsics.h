// SPDX-License-Identifier: MIT
// The intrinsics of a recipe's cameras. Pure functions.
#pragma once

#include "schema/camera_config.h"
#include "schema/scene_recipe.h"

namespace rtag::compiler {

// With the lens and the larger render that it needs (overscan.h).
// REQUIRES: every pixel of the image has a ray.
schema::IntrinsicsRecipe intrinsics_recipe(const schema::CameraConfig& camera);

}  // namespace rtag::compiler
