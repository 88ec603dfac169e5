// SPDX-License-Identifier: MIT
// A camera: the pinhole (Hartley & Zisserman, Multiple View Geometry, 2nd ed., eq. 6.7, without
// skew) behind a lens (lens.h). Pixels are continuous: the image spans [0,W]x[0,H] and the first
// pixel's centre is (0.5, 0.5). Plain value, any thread.
//
// A point has a pixel only where the lens is one-to-one, so project() and unproject() are each
// other's inverse: no two rays share a pixel.
#pragma once

#include <array>
#include <optional>

#include <Eigen/Core>

#include "schema/geometry/frames.h"
#include "schema/geometry/lens.h"
#include "schema/vocabulary.h"

namespace rtag::geometry {

// Nearer than this a point has no projection: to the plane of a perspective camera (or behind it),
// to the centre of a Kannala-Brandt camera, which also sees behind its plane.
inline constexpr double kNearestDepth_m = 1e-6;

// An image point and how it moves with the point that it shows: d pixel / d x_in_camera, px/m.
struct Projection {
  Eigen::Vector2d pixel;
  Eigen::Matrix<double, 2, 3> by_point;
};

// Made by camera_model(). Without a lens, its first six numbers will do.
struct CameraModel {
  double fx = 0, fy = 0;  // focal lengths, pixels
  double cx = 0, cy = 0;  // principal point, pixels
  int width = 0, height = 0;
  Lens lens{};
  double lens_limit = 0;  // limit_of(lens)

  // The image point of x_in_camera, inside the image or not; nullopt beyond the lens's limit, and
  // at or behind the plane of a perspective camera.
  std::optional<Eigen::Vector2d> project(const Point<Camera>& x_in_camera) const;
  std::optional<Projection> project_with_jacobian(const Point<Camera>& x_in_camera) const;

  // The unit vector in the Camera frame whose points project onto `pixel`, to 1e-9 px; nullopt
  // where no ray of the lens arrives.
  std::optional<Eigen::Vector3d> unproject(const Eigen::Vector2d& pixel) const;

  bool contains(const Eigen::Vector2d& pixel) const;  // borders included

  // A point of the image that no ray reaches; nullopt when the lens covers the image. The pixels
  // with a ray have no holes, so it is enough to walk along the border, pixel by pixel.
  std::optional<Eigen::Vector2d> pixel_without_ray() const;

  // The largest angle between the optical axis and a ray of the image, which arrives at its border.
  // nullopt when the lens does not cover the image.
  std::optional<double> largest_incidence_rad() const;
};

// REQUIRES: skew 0 and last row 0 0 1 (checked when a config or recipe is read).
CameraModel camera_model(const schema::Matrix3& k_matrix, const std::array<int, 2>& resolution,
                         const Lens& lens = Rectilinear{});

}  // namespace rtag::geometry
