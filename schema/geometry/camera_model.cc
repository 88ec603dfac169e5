// SPDX-License-Identifier: MIT
#include "schema/geometry/camera_model.h"

namespace rtag::geometry {

std::optional<Eigen::Vector2d> PinholeCamera::project(const Point<Camera>& x_in_camera) const {
  const Eigen::Vector3d& x = x_in_camera.xyz;
  if (x.z() <= kNearestDepth_m) return std::nullopt;
  return Eigen::Vector2d(fx * x.x() / x.z() + cx, fy * x.y() / x.z() + cy);
}

Eigen::Vector3d PinholeCamera::ray(const Eigen::Vector2d& pixel) const {
  return {(pixel.x() - cx) / fx, (pixel.y() - cy) / fy, 1.0};
}

bool PinholeCamera::contains(const Eigen::Vector2d& pixel) const {
  return pixel.x() >= 0 && pixel.x() <= width && pixel.y() >= 0 && pixel.y() <= height;
}

PinholeCamera pinhole_camera(const schema::Matrix3& k_matrix,
                             const std::array<int, 2>& resolution) {
  return {k_matrix[0][0], k_matrix[1][1], k_matrix[0][2],
          k_matrix[1][2], resolution[0],  resolution[1]};
}

}  // namespace rtag::geometry
