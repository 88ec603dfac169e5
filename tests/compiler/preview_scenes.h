// SPDX-License-Identifier: MIT
// Small scenes made by hand, of which the preview's tests know what is to be seen.
#pragma once

#include <array>
#include <cmath>
#include <numbers>
#include <string>

#include <Eigen/Geometry>

#include "compiler/preview.h"

namespace rtag::compiler {

inline constexpr double kPi = std::numbers::pi;
inline constexpr float kGrey = 0.05F;  // what surrounds a scene
// Modules. OpenCV takes an outline 1.4 modules around a marker for the marker itself.
inline constexpr int kMargin = 2;

inline schema::Vector3 euler_of(const Eigen::Matrix3d& r) {
  return {std::atan2(r(2, 1), r(2, 2)), -std::asin(r(2, 0)), std::atan2(r(1, 0), r(0, 0))};
}

// Its columns are x, y and z of something that looks along z and has `up` above it.
inline Eigen::Matrix3d towards(const Eigen::Vector3d& z, const Eigen::Vector3d& up) {
  Eigen::Matrix3d r;
  r.col(2) = z.normalized();
  r.col(0) = up.cross(r.col(2)).normalized();
  r.col(1) = r.col(2).cross(r.col(0));
  return r;
}

inline schema::Vector3 array(const Eigen::Vector3d& v) { return {v.x(), v.y(), v.z()}; }

inline schema::ObjectRecipe tag_at(const Eigen::Vector3d& place, const Eigen::Matrix3d& rotation,
                                   double edge_m, int id = 0,
                                   const std::string& family = "tag36h11") {
  schema::ObjectRecipe tag;
  tag.location = array(place);
  tag.rotation_euler = euler_of(rotation);
  tag.properties = schema::TagProperties{id, family, edge_m, kMargin, std::nullopt};
  return tag;
}

inline schema::ObjectRecipe white_plate(double edge_m, double height_m) {
  schema::ObjectRecipe plate;
  plate.type = schema::ObjectType::kBoard;
  plate.location = {0, 0, height_m};
  plate.properties = schema::BackgroundBoardProperties{.mode = schema::TagLayout::kPlain,
                                                       .cols = 1,
                                                       .rows = 1,
                                                       .tag_size = edge_m,
                                                       .square_size = edge_m};
  return plate;
}

inline schema::CameraRecipe camera_at(const Eigen::Vector3d& place, const Eigen::Matrix3d& rotation,
                                      int width_px, int height_px, double focal_px) {
  schema::CameraRecipe camera;
  for (int row = 0; row < 3; ++row) {
    auto& numbers = camera.transform_matrix[static_cast<std::size_t>(row)];
    for (int column = 0; column < 3; ++column) {
      numbers[static_cast<std::size_t>(column)] = rotation(row, column);
    }
    numbers[3] = place(row);
  }
  camera.transform_matrix[3] = {0, 0, 0, 1};
  camera.intrinsics.resolution = {width_px, height_px};
  camera.intrinsics.k_matrix = {
      {{focal_px, 0, width_px / 2.0}, {0, focal_px, height_px / 2.0}, {0, 0, 1}}};
  return camera;
}

// One pixel a millimetre at the height 0; x to the right, y upwards, the origin in the middle.
inline schema::CameraRecipe camera_above(int edge_px = 400) {
  return camera_at({0, 0, 1}, Eigen::Matrix3d::Identity(), edge_px, edge_px, 1000);
}

inline schema::LightRecipe sun(double irradiance, double tilt_rad = 0) {
  schema::LightRecipe light;
  light.type = schema::LightType::kSun;
  light.intensity = irradiance;
  light.rotation_euler = schema::Vector3{0, tilt_rad, 0};
  return light;
}

inline schema::LightRecipe lamp(const Eigen::Vector3d& place, double power_w) {
  schema::LightRecipe light;
  light.location = array(place);
  light.intensity = power_w;
  return light;
}

inline Rgb at(const LightImage& image, int column, int row) {
  const auto first = 3 * (static_cast<std::size_t>(row) * static_cast<std::size_t>(image.width_px) +
                          static_cast<std::size_t>(column));
  return {image.rgb[first], image.rgb[first + 1], image.rgb[first + 2]};
}

inline LightImage picture_of(const schema::SceneRecipe& recipe) {
  return preview(recipe, 0, nullptr);
}

}  // namespace rtag::compiler
