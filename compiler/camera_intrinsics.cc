// SPDX-License-Identifier: MIT
#include "compiler/camera_intrinsics.h"

#include "compiler/overscan.h"
#include "schema/geometry/config_geometry.h"

namespace rtag::compiler {

schema::IntrinsicsRecipe intrinsics_recipe(const schema::CameraConfig& camera) {
  schema::IntrinsicsRecipe recipe;
  recipe.resolution = camera.resolution;
  recipe.k_matrix = geometry::camera_matrix(camera);
  recipe.fov = camera.fov;
  recipe.eval_margin_px = camera.eval_margin_px;
  recipe.distortion_coeffs = geometry::lens_coefficients(camera.intrinsics);
  if (recipe.distortion_coeffs.empty()) return recipe;
  recipe.distortion_model = camera.intrinsics.distortion_model;
  add_overscan(recipe);
  return recipe;
}

}  // namespace rtag::compiler
