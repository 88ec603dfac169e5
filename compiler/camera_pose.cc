// SPDX-License-Identifier: MIT
#include "compiler/camera_pose.h"

#include <cmath>

#include <Eigen/Geometry>

namespace rtag::compiler {
namespace {

using Eigen::Matrix3d;
using Eigen::Vector3d;

// Closer to +-1 than this, the cosine of two directions counts as parallel.
constexpr double kParallelCosine = 0.999;
constexpr double kNoTurn = 1e-10;  // sine of a turn that is none
constexpr double kNoRoll_rad = 1e-6;

Matrix3d cross_matrix(const Vector3d& v) {
  Matrix3d matrix;
  matrix << 0, -v.z(), v.y(), v.z(), 0, -v.x(), -v.y(), v.x(), 0;
  return matrix;
}

// Up in the image, for a camera that looks along `forward`: +Z, unless it looks along +-Z.
Vector3d up_direction(const Vector3d& forward) {
  if (std::abs(forward.z()) <= kParallelCosine) return Vector3d::UnitZ();
  return std::abs(forward.y()) < kParallelCosine ? Vector3d::UnitY() : Vector3d::UnitX();
}

Vector3d offset_from_target(const Viewpoint& viewpoint) {
  const double polar_rad = std::acos(viewpoint.elevation_cos);
  return viewpoint.distance_m * Vector3d(std::sin(polar_rad) * std::cos(viewpoint.azimuth_rad),
                                         std::sin(polar_rad) * std::sin(viewpoint.azimuth_rad),
                                         std::cos(polar_rad));
}

// The smallest rotation that takes the unit vector `from` to the unit vector `to`, less than half a
// turn away (Rodrigues' formula about from x to).
Matrix3d smallest_rotation(const Vector3d& from, const Vector3d& to) {
  const Vector3d axis = from.cross(to);
  const double sine = axis.norm();
  if (sine < kNoTurn) return Matrix3d::Identity();
  const Matrix3d k = cross_matrix(axis);
  return Matrix3d::Identity() + k + k * k * ((1 - from.dot(to)) / (sine * sine));
}

}  // namespace

CameraPose looking_at(const geometry::Point<geometry::World>& target, const Viewpoint& viewpoint) {
  CameraPose pose;
  pose.translation = target.xyz + offset_from_target(viewpoint);
  const Vector3d forward = (target.xyz - pose.translation).normalized();
  const Vector3d z = -forward;
  const Vector3d x = up_direction(forward).cross(z).normalized();
  pose.rotation << x, z.cross(x), z;
  return pose;
}

CameraPose with_axis_point_along(const CameraPose& pose, const Vector3d& ray) {
  const Matrix3d turn = smallest_rotation(-Vector3d::UnitZ(), ray);
  return {pose.rotation * turn.transpose(), pose.translation};
}

CameraPose rolled(const CameraPose& pose, double roll_rad) {
  if (std::abs(roll_rad) <= kNoRoll_rad) return pose;
  const Matrix3d k = cross_matrix(pose.rotation.col(2));
  const Matrix3d turn =
      Matrix3d::Identity() + std::sin(roll_rad) * k + (1 - std::cos(roll_rad)) * (k * k);
  return {turn * pose.rotation, pose.translation};
}

}  // namespace rtag::compiler
