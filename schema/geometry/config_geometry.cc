// SPDX-License-Identifier: MIT
#include "schema/geometry/config_geometry.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace rtag::geometry {
namespace {

using schema::DistortionModel;

constexpr double kNoDistortion = 1e-10;
constexpr double kMm = 1000;  // a metre

double focal_length_from_fov_px(const schema::CameraConfig& camera) {
  if (camera.intrinsics.distortion_model != DistortionModel::kKannalaBrandt) {
    return pinhole_focal_length_px(camera);
  }
  const double half_width_px = camera.resolution[0] / 2.0;
  const double half_height_px = camera.resolution[1] / 2.0;
  return std::sqrt(half_width_px * half_width_px + half_height_px * half_height_px) /
         (camera.fov * (std::numbers::pi / 180) / 2);
}

std::pair<double, double> focal_lengths_px(const schema::CameraConfig& camera) {
  const schema::IntrinsicsConfig& intrinsics = camera.intrinsics;
  if (intrinsics.focal_length_x && intrinsics.focal_length_y) {
    return {*intrinsics.focal_length_x, *intrinsics.focal_length_y};
  }
  double both_px = 0;
  if (intrinsics.focal_length) {
    both_px = *intrinsics.focal_length;
  } else if (intrinsics.focal_length_mm && intrinsics.sensor_width_mm) {
    both_px = *intrinsics.focal_length_mm / *intrinsics.sensor_width_mm * camera.resolution[0];
  } else {
    both_px = focal_length_from_fov_px(camera);
  }
  return {both_px, both_px};
}

bool is_active(const std::vector<double>& coefficients) {
  return std::any_of(coefficients.begin(), coefficients.end(),
                     [](double value) { return std::abs(value) > kNoDistortion; });
}

}  // namespace

double pinhole_focal_length_px(const schema::CameraConfig& camera) {
  const double fov_rad = camera.fov * (std::numbers::pi / 180);
  return camera.resolution[0] / (2 * std::tan(fov_rad / 2));
}

schema::Matrix3 camera_matrix(const schema::CameraConfig& camera) {
  const schema::IntrinsicsConfig& intrinsics = camera.intrinsics;
  if (intrinsics.k_matrix) return *intrinsics.k_matrix;
  const auto [fx, fy] = focal_lengths_px(camera);
  const double cx = intrinsics.principal_point_x.value_or(camera.resolution[0] / 2.0);
  const double cy = intrinsics.principal_point_y.value_or(camera.resolution[1] / 2.0);
  return {{{fx, 0, cx}, {0, fy, cy}, {0, 0, 1}}};
}

std::vector<double> lens_coefficients(const schema::IntrinsicsConfig& lens) {
  switch (lens.distortion_model) {
    case DistortionModel::kNone:
      return {};
    case DistortionModel::kBrownConrady: {
      std::vector<double> coefficients{lens.k1, lens.k2, lens.p1, lens.p2, lens.k3};
      if (!is_active(coefficients)) coefficients.clear();
      return coefficients;
    }
    case DistortionModel::kKannalaBrandt:
      return {lens.kb1, lens.kb2, lens.kb3, lens.kb4};
  }
  return {};
}

CameraModel camera_model(const schema::CameraConfig& camera) {
  const std::vector<double> coefficients = lens_coefficients(camera.intrinsics);
  if (coefficients.empty()) return camera_model(camera_matrix(camera), camera.resolution);
  return camera_model(camera_matrix(camera), camera.resolution,
                      lens_of(camera.intrinsics.distortion_model, coefficients));
}

schema::BoardRecipe board_recipe(const schema::BoardSubject& subject) {
  schema::BoardRecipe board;
  board.type = subject.spacing_ratio ? schema::BoardType::kAprilGrid : schema::BoardType::kCharuco;
  board.rows = subject.rows;
  board.cols = subject.cols;
  board.marker_size = subject.marker_size_mm / kMm;
  board.dictionary = subject.dictionary;
  board.spacing_ratio = subject.spacing_ratio;
  if (subject.square_size_mm) board.square_size = *subject.square_size_mm / kMm;
  board.quiet_zone_m = subject.quiet_zone_mm / kMm;
  board.ids = subject.ids;
  board.first_square = subject.first_square;
  board.id_order = subject.id_order;
  return board;
}

}  // namespace rtag::geometry
