// SPDX-License-Identifier: MIT
#include "compiler/plate_visibility.h"

#include <catch2/catch.hpp>

using namespace rtag;
using namespace rtag::compiler;

namespace {

// 640 x 480, f = 320 px: 45 degrees to the left and right, 36.9 up and down.
const schema::Matrix3 kMatrix{{{320, 0, 320}, {0, 320, 240}, {0, 0, 1}}};
const geometry::Transform<geometry::World, geometry::Camera> kCameraAtOrigin;  // looks along +Z

// A square parallel to the image plane.
PlateCorners plate_at(double x, double y, double z, double half = 0.5) {
  return {{{{x - half, y - half, z}},
           {{x + half, y - half, z}},
           {{x + half, y + half, z}},
           {{x - half, y + half, z}}}};
}

}  // namespace

TEST_CASE("a plate is seen until it has left the image whole") {
  const FieldOfView view(geometry::camera_model(kMatrix, {640, 480}));
  CHECK(view.sees(kCameraAtOrigin, plate_at(0, 0, 2)));
  CHECK(view.sees(kCameraAtOrigin, plate_at(2.49, 0, 2)));
  CHECK_FALSE(view.sees(kCameraAtOrigin, plate_at(2.51, 0, 2)));
  CHECK(view.sees(kCameraAtOrigin, plate_at(0, 1.99, 2)));
  CHECK_FALSE(view.sees(kCameraAtOrigin, plate_at(0, 2.01, 2)));
}

TEST_CASE("a plate behind the camera is not seen, one that reaches in front of it is") {
  const FieldOfView view(geometry::camera_model(kMatrix, {640, 480}));
  CHECK_FALSE(view.sees(kCameraAtOrigin, plate_at(0, 0, -1)));
  // A plate that stands on edge before and behind the camera, 0.2 m beside it.
  const PlateCorners beside{{{{0.2, -1, -1}}, {{0.2, -1, 1}}, {{0.2, 1, 1}}, {{0.2, 1, -1}}}};
  CHECK(view.sees(kCameraAtOrigin, beside));
}

TEST_CASE("a plate larger than the image hides all of it and is seen") {
  const FieldOfView view(geometry::camera_model(kMatrix, {640, 480}));
  CHECK(view.sees(kCameraAtOrigin, plate_at(0, 0, 2, 100)));
}

TEST_CASE("an off-centre principal point moves the field of view with it") {
  schema::Matrix3 matrix = kMatrix;
  matrix[1][2] = 100;  // 100 rows above the axis, 380 below: y down
  const FieldOfView view(geometry::camera_model(matrix, {640, 480}));
  CHECK(view.sees(kCameraAtOrigin, plate_at(0, 2.8, 2)));
  CHECK_FALSE(view.sees(kCameraAtOrigin, plate_at(0, -1.2, 2)));
}

TEST_CASE("a barrel lens sees farther aside than its camera matrix") {
  const geometry::BrownConrady barrel{.k1 = -0.08};
  const FieldOfView view(geometry::camera_model(kMatrix, {640, 480}, barrel));
  CHECK(view.sees(kCameraAtOrigin, plate_at(2.6, 0, 2)));
}

TEST_CASE("a fisheye sees all that is in front of it") {
  const schema::Matrix3 matrix{{{200, 0, 320}, {0, 200, 240}, {0, 0, 1}}};
  const FieldOfView view(geometry::camera_model(matrix, {640, 480}, geometry::KannalaBrandt{}));
  CHECK(view.sees(kCameraAtOrigin, plate_at(50, 0, 1)));
  CHECK_FALSE(view.sees(kCameraAtOrigin, plate_at(0, 0, -1)));
}
