// SPDX-License-Identifier: MIT
// The larger undistorted picture that is rendered and then warped into a distorted one. Pure
// functions.
#pragma once

#include "schema/scene_recipe.h"

namespace rtag::compiler {

// Fills in, for the lens that `intrinsics` names:
//  - Brown-Conrady: k_matrix_overscan and resolution_overscan, a pinhole picture with the same
//  focal
//    lengths, centred on the optical axis, that holds every ray of the image;
//  - Kannala-Brandt: fov_spherical and resolution_spherical, an equidistant picture, 2 degrees
//  wider
//    on each side than the image's widest ray and as dense as the image at its centre.
// REQUIRES: every pixel of the image has a ray (CameraModel::pixel_without_ray).
void add_overscan(schema::IntrinsicsRecipe& intrinsics);

}  // namespace rtag::compiler
