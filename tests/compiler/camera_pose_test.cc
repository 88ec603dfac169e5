// SPDX-License-Identifier: MIT
#include "compiler/camera_pose.h"

#include <cmath>
#include <numbers>

#include <Eigen/LU>
#include <catch2/catch.hpp>

using namespace rtag;
using namespace rtag::compiler;
using Eigen::Matrix3d;
using Eigen::Vector3d;

namespace {

const geometry::Point<geometry::World> kTarget{{0.3, -0.2, 0.001}};

Vector3d in_camera(const CameraPose& pose) { return (geometry::inverse(pose) * kTarget).xyz; }

// A rotation is orthonormal with determinant 1; products of a few keep that to a few roundings.
bool is_rotation(const Matrix3d& matrix) {
  return (matrix * matrix.transpose() - Matrix3d::Identity()).norm() < 1e-14 &&
         std::abs(matrix.determinant() - 1) < 1e-14;
}

std::vector<Viewpoint> viewpoints() {
  std::vector<Viewpoint> all;
  for (const double elevation_cos : {1.0, 0.99999, 0.7, 0.0, -0.5, -1.0}) {
    for (double azimuth_rad = 0; azimuth_rad < 6.3; azimuth_rad += 0.7) {
      all.push_back({1.7, elevation_cos, azimuth_rad});
    }
  }
  return all;
}

}  // namespace

TEST_CASE("a camera that looks at a target has it on its optical axis, at the distance") {
  for (const Viewpoint& viewpoint : viewpoints()) {
    const CameraPose pose = looking_at(kTarget, viewpoint);
    CHECK(is_rotation(pose.rotation));
    CHECK((in_camera(pose) - Vector3d(0, 0, -viewpoint.distance_m)).norm() < 1e-14);
  }
}

TEST_CASE("elevation is a cosine and azimuth turns from +X towards +Y") {
  const CameraPose level_x = looking_at(kTarget, {2, 0, 0});
  CHECK((level_x.translation - kTarget.xyz - Vector3d(2, 0, 0)).norm() < 1e-15);
  const CameraPose level_y = looking_at(kTarget, {2, 0, std::numbers::pi / 2});
  CHECK((level_y.translation - kTarget.xyz - Vector3d(0, 2, 0)).norm() < 1e-15);
  const CameraPose overhead = looking_at(kTarget, {2, 1, 0.4});
  CHECK((overhead.translation - kTarget.xyz - Vector3d(0, 0, 2)).norm() < 1e-15);
  const CameraPose sixty_degrees = looking_at(kTarget, {2, 0.5, 0});
  CHECK(sixty_degrees.translation.z() - kTarget.xyz.z() == Approx(1).epsilon(1e-15));
}

TEST_CASE("an unrolled camera keeps its x axis level and the world's +Z upwards") {
  const CameraPose pose = looking_at(kTarget, {2, 0.5, 1.1});
  CHECK(std::abs(pose.rotation(2, 0)) < 1e-15);
  CHECK(pose.rotation(2, 1) > 0);
}

TEST_CASE("straight above, +Y is up in the image") {
  const CameraPose pose = looking_at(kTarget, {2, 1, 1.1});
  CHECK((pose.rotation - Matrix3d::Identity()).norm() < 1e-15);
}

TEST_CASE("the axis point appears along the ray, from the same place") {
  for (const Viewpoint& viewpoint : viewpoints()) {
    const CameraPose pose = looking_at(kTarget, viewpoint);
    for (const Vector3d& direction :
         {Vector3d(0.3, -0.2, -1), Vector3d(-0.7, 0.4, -1), Vector3d(0, 0, -1)}) {
      const Vector3d ray = direction.normalized();
      const CameraPose turned = with_axis_point_along(pose, ray);
      CHECK(is_rotation(turned.rotation));
      CHECK(turned.translation == pose.translation);
      CHECK((in_camera(turned).normalized() - ray).norm() < 1e-14);
    }
  }
}

TEST_CASE("the turn towards a ray is the smallest one") {
  const CameraPose pose = looking_at(kTarget, {2, 0.5, 0.3});
  const Vector3d ray = Vector3d(0.3, -0.2, -1).normalized();
  const Matrix3d turn = with_axis_point_along(pose, ray).rotation.transpose() * pose.rotation;
  // A rotation by a has trace 1 + 2 cos(a); the smallest a is the angle between the directions.
  CHECK(turn.trace() == Approx(1 - 2 * ray.z()).epsilon(1e-14));
}

TEST_CASE("roll turns the image about its principal point, counter-clockwise for the camera") {
  const double roll_rad = 0.6;
  const CameraPose pose = looking_at(kTarget, {2, 0.5, 0.3});
  const CameraPose turned = rolled(pose, roll_rad);
  CHECK(is_rotation(turned.rotation));
  CHECK(turned.translation == pose.translation);
  CHECK((turned.rotation.col(2) - pose.rotation.col(2)).norm() < 1e-15);
  const Vector3d expected =
      std::cos(roll_rad) * pose.rotation.col(0) + std::sin(roll_rad) * pose.rotation.col(1);
  CHECK((turned.rotation.col(0) - expected).norm() < 1e-15);
}
