// SPDX-License-Identifier: MIT
#include "compiler/camera_template.h"

#include "compiler/camera_intrinsics.h"
#include "compiler/sensor.h"
#include "schema/geometry/config_geometry.h"

namespace rtag::compiler {
namespace {

constexpr double kWidestPinhole_deg = 180;

bool matrix_is_given(const schema::IntrinsicsConfig& intrinsics) {
  return intrinsics.k_matrix || intrinsics.focal_length || intrinsics.focal_length_x ||
         intrinsics.focal_length_mm;
}

}  // namespace

CameraTemplate camera_template(const schema::CameraConfig& config) {
  CameraTemplate shared;
  schema::CameraRecipe& recipe = shared.recipe;
  recipe.intrinsics = intrinsics_recipe(config);
  recipe.sensor_dynamics = schema::SensorDynamicsRecipe{
      .velocity = std::nullopt,
      .shutter_time_ms = config.sensor_dynamics.shutter_time_ms,
      .rolling_shutter_duration_ms = config.sensor_dynamics.rolling_shutter_duration_ms};
  recipe.fstop = config.fstop;
  recipe.focus_distance = config.focus_distance;
  recipe.min_tag_pixels = config.min_tag_pixels;
  recipe.max_tag_pixels = config.max_tag_pixels;
  recipe.iso_noise = iso_noise(config);
  recipe.sensor_noise = sensor_noise(config);
  recipe.tone_mapping = config.tone_mapping;
  recipe.dynamic_range_db = config.dynamic_range_db;

  shared.model = geometry::camera_model(config);
  const bool is_fisheye =
      config.intrinsics.distortion_model == schema::DistortionModel::kKannalaBrandt;
  const bool is_wide = config.fov >= kWidestPinhole_deg;
  const bool as_pinhole = is_fisheye && !is_wide && !matrix_is_given(config.intrinsics);
  shared.placing_focal_px =
      as_pinhole ? geometry::pinhole_focal_length_px(config) : shared.model.fx;
  shared.rays_follow_lens = is_fisheye && is_wide;
  return shared;
}

}  // namespace rtag::compiler
