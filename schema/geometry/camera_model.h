// SPDX-License-Identifier: MIT
// The pinhole camera (Hartley & Zisserman, Multiple View Geometry, 2nd ed., eq. 6.7, without skew).
// Pixels are continuous: the image spans [0,W]x[0,H] and the first pixel's centre is (0.5, 0.5).
#pragma once

#include <optional>

#include <Eigen/Core>

#include "schema/geometry/frames.h"
#include "schema/vocabulary.h"

namespace rtag::geometry {

// Nearer than this to the camera's plane, or behind it, a point has no projection.
inline constexpr double kNearestDepth_m = 1e-6;

struct PinholeCamera {
  double fx = 0, fy = 0;  // focal lengths, pixels
  double cx = 0, cy = 0;  // principal point, pixels
  int width = 0, height = 0;

  // The image point of x_in_camera, inside the image or not; nullopt at or behind the camera's
  // plane.
  std::optional<Eigen::Vector2d> project(const Point<Camera>& x_in_camera) const;

  // The direction (x, y, 1) that projects onto `pixel`.
  Eigen::Vector3d ray(const Eigen::Vector2d& pixel) const;

  bool contains(const Eigen::Vector2d& pixel) const;  // borders included
};

// REQUIRES: skew 0 and last row 0 0 1 (checked when a config or recipe is read).
PinholeCamera pinhole_camera(const schema::Matrix3& k_matrix, const std::array<int, 2>& resolution);

}  // namespace rtag::geometry
