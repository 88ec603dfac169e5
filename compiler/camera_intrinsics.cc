// SPDX-License-Identifier: MIT
#include "compiler/camera_intrinsics.h"

#include <cmath>
#include <numbers>
#include <utility>

namespace rtag::compiler {
namespace {

std::pair<double, double> focal_lengths_px(const schema::IntrinsicsConfig& intrinsics,
                                           const schema::CameraConfig& camera) {
  if (intrinsics.focal_length_x && intrinsics.focal_length_y) {
    return {*intrinsics.focal_length_x, *intrinsics.focal_length_y};
  }
  double both_px = focal_length_from_fov_px(camera);
  if (intrinsics.focal_length) {
    both_px = *intrinsics.focal_length;
  } else if (intrinsics.focal_length_mm && intrinsics.sensor_width_mm) {
    both_px = *intrinsics.focal_length_mm / *intrinsics.sensor_width_mm * camera.resolution[0];
  }
  return {both_px, both_px};
}

}  // namespace

double focal_length_from_fov_px(const schema::CameraConfig& camera) {
  const double fov_rad = camera.fov * (std::numbers::pi / 180);
  return camera.resolution[0] / (2 * std::tan(fov_rad / 2));
}

schema::Matrix3 camera_matrix(const schema::IntrinsicsConfig& intrinsics,
                              const schema::CameraConfig& camera) {
  if (intrinsics.k_matrix) return *intrinsics.k_matrix;
  const auto [fx, fy] = focal_lengths_px(intrinsics, camera);
  const double cx = intrinsics.principal_point_x.value_or(camera.resolution[0] / 2.0);
  const double cy = intrinsics.principal_point_y.value_or(camera.resolution[1] / 2.0);
  return {{{fx, 0, cx}, {0, fy, cy}, {0, 0, 1}}};
}

schema::IntrinsicsRecipe intrinsics_recipe(const schema::CameraConfig& camera) {
  schema::IntrinsicsRecipe recipe;
  recipe.resolution = camera.resolution;
  recipe.k_matrix = camera_matrix(camera.intrinsics, camera);
  recipe.fov = camera.fov;
  recipe.eval_margin_px = camera.eval_margin_px;
  return recipe;
}

}  // namespace rtag::compiler
