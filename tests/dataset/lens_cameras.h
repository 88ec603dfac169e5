// SPDX-License-Identifier: MIT
// Cameras behind lenses, and the cameras of the pictures that are rendered for them: the published
// lenses on a quarter of the published pixels.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "schema/geometry/camera_model.h"

namespace rtag {

struct LensPair {
  std::string name;
  geometry::CameraModel rendered;
  geometry::CameraModel image;
};

inline geometry::CameraModel centred_camera(double f_px, int width, int height,
                                            const geometry::Lens& lens = geometry::Rectilinear{}) {
  const schema::Matrix3 matrix{{{f_px, 0, width / 2.0}, {0, f_px, height / 2.0}, {0, 0, 1}}};
  return geometry::camera_model(matrix, {width, height}, lens);
}

inline LensPair brown_conrady_pair() {
  const geometry::BrownConrady lens{-0.28, 0.08, 2e-4, 1e-4, 0};
  return {"k1 = -0.28", centred_camera(342.755, 606, 342), centred_camera(342.755, 480, 270, lens)};
}

// An image of 480 px across `fov_deg`, in an equidistant picture with 2 degrees to spare.
inline LensPair kannala_brandt_pair(double fov_deg) {
  const double degree = std::acos(-1.0) / 180;
  const geometry::KannalaBrandt lens{-0.0035, 0.0015, -0.0003, 0.0001};
  const double f_px = 240 / geometry::distorted_angle(lens, fov_deg / 2 * degree);
  const geometry::CameraModel image = centred_camera(f_px, 480, 270, lens);
  const double half_rad = *image.largest_incidence_rad() + 2 * degree;
  const int edge_px = 2 * static_cast<int>(std::ceil(f_px * half_rad));
  return {std::to_string(static_cast<int>(fov_deg)) + " degrees",
          centred_camera(edge_px / (2 * half_rad), edge_px, edge_px, geometry::KannalaBrandt{}),
          image};
}

inline std::vector<LensPair> lens_pairs() {
  return {brown_conrady_pair(), kannala_brandt_pair(120), kannala_brandt_pair(170),
          kannala_brandt_pair(190)};
}

}  // namespace rtag
