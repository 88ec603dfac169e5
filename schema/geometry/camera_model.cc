// SPDX-License-Identifier: MIT
#include "schema/geometry/camera_model.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <Eigen/Geometry>

namespace rtag::geometry {
namespace {

using Eigen::Matrix2d;
using Eigen::Vector2d;
using Eigen::Vector3d;
using Jacobian = Eigen::Matrix<double, 2, 3>;

constexpr double kUnprojectTolerance_px = 1e-9;

// What follows is normalised: the pixel without focal lengths and principal point.

Jacobian perspective_jacobian(const Vector3d& x) {
  Jacobian jacobian;
  jacobian << 1 / x.z(), 0, -x.x() / (x.z() * x.z()),  //
      0, 1 / x.z(), -x.y() / (x.z() * x.z());
  return jacobian;
}

// Where the point stands for a perspective lens that ends at `limit`; nullopt when outside.
std::optional<Vector2d> perspective(const Vector3d& x, double limit) {
  if (x.z() <= kNearestDepth_m) return std::nullopt;
  const Vector2d point(x.x() / x.z(), x.y() / x.z());
  if (!(point.squaredNorm() < limit * limit)) return std::nullopt;
  return point;
}

// A point by its distance from the optical axis and its angle to it.
struct AxialPoint {
  double radius_m;
  double angle_rad;
};

std::optional<AxialPoint> axial(const Vector3d& x, double limit) {
  if (!(x.squaredNorm() > kNearestDepth_m * kNearestDepth_m)) return std::nullopt;
  const double radius_m = std::sqrt(x.x() * x.x() + x.y() * x.y());
  const double angle_rad = std::atan2(radius_m, x.z());
  if (!(angle_rad < limit)) return std::nullopt;
  return AxialPoint{radius_m, angle_rad};
}

std::optional<Vector2d> image_of(const KannalaBrandt& lens, double limit, const Vector3d& x) {
  const auto point = axial(x, limit);
  if (!point) return std::nullopt;
  if (point->radius_m == 0) return Vector2d(0, 0);
  return x.head<2>() * (distorted_angle(lens, point->angle_rad) / point->radius_m);
}

// image = r'(theta) u with u = (x, y) / radius: along u it grows by dr'/dtheta dtheta, across u by
// r' / radius.
std::optional<Jacobian> jacobian_of(const KannalaBrandt& lens, double limit, const Vector3d& x) {
  const auto point = axial(x, limit);
  if (!point) return std::nullopt;
  if (point->radius_m == 0) return perspective_jacobian(x);
  const Vector2d u = x.head<2>() / point->radius_m;
  const Matrix2d along = u * u.transpose();
  const double slope = distorted_angle_slope(lens, point->angle_rad) / x.squaredNorm();
  const double across = distorted_angle(lens, point->angle_rad) / point->radius_m;
  Jacobian jacobian;
  jacobian << along * (slope * x.z()) + (Matrix2d::Identity() - along) * across,
      -u * (slope * point->radius_m);
  return jacobian;
}

// A direction whose image is `image`, if any direction has it.
Vector3d direction_of(const BrownConrady& lens, double limit, const Vector2d& image) {
  return undistorted(lens, image, limit).homogeneous();
}

std::optional<Vector3d> direction_of(const KannalaBrandt& lens, double limit,
                                     const Vector2d& image) {
  const double radius = image.norm();
  if (radius == 0) return Vector3d(0, 0, 1);
  const auto angle_rad = undistorted_angle(lens, radius, limit);
  if (!angle_rad) return std::nullopt;
  const double across = std::sin(*angle_rad) / radius;
  return Vector3d(across * image.x(), across * image.y(), std::cos(*angle_rad));
}

std::vector<Vector2d> border_of_image(int width, int height) {
  std::vector<Vector2d> border;
  for (int x = 0; x <= width; ++x) {
    border.emplace_back(x, 0);
    border.emplace_back(x, height);
  }
  for (int y = 1; y < height; ++y) {
    border.emplace_back(0, y);
    border.emplace_back(width, y);
  }
  return border;
}

}  // namespace

std::optional<Vector2d> CameraModel::project(const Point<Camera>& x_in_camera) const {
  const Vector3d& x = x_in_camera.xyz;
  if (std::holds_alternative<Rectilinear>(lens)) {
    if (x.z() <= kNearestDepth_m) return std::nullopt;
    return Vector2d(fx * x.x() / x.z() + cx, fy * x.y() / x.z() + cy);
  }
  std::optional<Vector2d> image;
  if (const auto* brown_conrady = std::get_if<BrownConrady>(&lens)) {
    image = perspective(x, lens_limit);
    if (image) image = distorted(*brown_conrady, *image);
  } else if (const auto* kannala_brandt = std::get_if<KannalaBrandt>(&lens)) {
    image = image_of(*kannala_brandt, lens_limit, x);
  }
  if (!image) return std::nullopt;
  return Vector2d(fx * image->x() + cx, fy * image->y() + cy);
}

std::optional<Projection> CameraModel::project_with_jacobian(
    const Point<Camera>& x_in_camera) const {
  const auto pixel = project(x_in_camera);
  if (!pixel) return std::nullopt;
  const Vector3d& x = x_in_camera.xyz;
  Jacobian jacobian;
  if (const auto* kannala_brandt = std::get_if<KannalaBrandt>(&lens)) {
    jacobian = *jacobian_of(*kannala_brandt, lens_limit, x);
  } else {
    jacobian = perspective_jacobian(x);
  }
  if (const auto* brown_conrady = std::get_if<BrownConrady>(&lens)) {
    jacobian = distortion_jacobian(*brown_conrady, x.hnormalized()) * jacobian.eval();
  }
  return Projection{*pixel, Vector2d(fx, fy).asDiagonal() * jacobian};
}

std::optional<Vector3d> CameraModel::unproject(const Vector2d& pixel) const {
  const Vector2d image((pixel.x() - cx) / fx, (pixel.y() - cy) / fy);
  std::optional<Vector3d> direction = image.homogeneous();
  if (const auto* brown_conrady = std::get_if<BrownConrady>(&lens)) {
    direction = direction_of(*brown_conrady, lens_limit, image);
  } else if (const auto* kannala_brandt = std::get_if<KannalaBrandt>(&lens)) {
    direction = direction_of(*kannala_brandt, lens_limit, image);
  }
  if (!direction) return std::nullopt;
  const Vector3d ray = direction->normalized();
  const auto again = project({ray});
  if (!again || !((*again - pixel).norm() < kUnprojectTolerance_px)) return std::nullopt;
  return ray;
}

bool CameraModel::contains(const Vector2d& pixel) const {
  return pixel.x() >= 0 && pixel.x() <= width && pixel.y() >= 0 && pixel.y() <= height;
}

std::optional<Vector2d> CameraModel::pixel_without_ray() const {
  for (const Vector2d& pixel : border_of_image(width, height)) {
    if (!unproject(pixel)) return pixel;
  }
  return std::nullopt;
}

std::optional<double> CameraModel::largest_incidence_rad() const {
  double largest_rad = 0;
  for (const Vector2d& pixel : border_of_image(width, height)) {
    const auto ray = unproject(pixel);
    if (!ray) return std::nullopt;
    largest_rad = std::max(largest_rad, std::atan2(ray->head<2>().norm(), ray->z()));
  }
  return largest_rad;
}

CameraModel camera_model(const schema::Matrix3& k_matrix, const std::array<int, 2>& resolution,
                         const Lens& lens) {
  return {k_matrix[0][0], k_matrix[1][1], k_matrix[0][2], k_matrix[1][2],
          resolution[0],  resolution[1],  lens,           limit_of(lens)};
}

}  // namespace rtag::geometry
