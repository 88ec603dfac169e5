// SPDX-License-Identifier: MIT
#include "compiler/camera_intrinsics.h"

#include <catch2/catch.hpp>

using namespace rtag;
using compiler::camera_matrix;

namespace {

schema::Matrix3 matrix_for(const schema::IntrinsicsConfig& intrinsics) {
  return camera_matrix(intrinsics, schema::CameraConfig{});
}

}  // namespace

TEST_CASE("the field of view alone gives square pixels and a centred principal point") {
  const schema::Matrix3 k = matrix_for({});
  CHECK(k[0][0] == Approx(1371.0220864724301).epsilon(1e-15));
  CHECK(k[1][1] == k[0][0]);
  CHECK(k[0][2] == 960);
  CHECK(k[1][2] == 540);
  CHECK(k[2] == std::array<double, 3>{0, 0, 1});
}

TEST_CASE("a right-angled field of view has a focal length of half the width") {
  schema::CameraConfig camera;
  camera.fov = 90;
  camera.resolution = {640, 480};
  CHECK(compiler::focal_length_from_fov_px(camera) == Approx(320).epsilon(1e-15));
}

TEST_CASE("a camera matrix wins over everything else") {
  const schema::Matrix3 given{{{800, 0, 333}, {0, 810, 222}, {0, 0, 1}}};
  schema::IntrinsicsConfig intrinsics;
  intrinsics.k_matrix = given;
  intrinsics.focal_length = 1;
  intrinsics.principal_point_x = 2;
  CHECK(matrix_for(intrinsics) == given);
}

TEST_CASE("focal lengths in pixels win over one, and one over millimetres") {
  schema::IntrinsicsConfig intrinsics;
  intrinsics.focal_length_mm = 12;
  intrinsics.sensor_width_mm = 36;
  CHECK(matrix_for(intrinsics)[0][0] == 640);
  CHECK(matrix_for(intrinsics)[1][1] == 640);
  intrinsics.focal_length = 900;
  CHECK(matrix_for(intrinsics)[0][0] == 900);
  intrinsics.focal_length_x = 1000;
  intrinsics.focal_length_y = 1100;
  CHECK(matrix_for(intrinsics)[0][0] == 1000);
  CHECK(matrix_for(intrinsics)[1][1] == 1100);
}

TEST_CASE("a given principal point is kept, each coordinate for itself") {
  schema::IntrinsicsConfig intrinsics;
  intrinsics.principal_point_y = 500.25;
  CHECK(matrix_for(intrinsics)[0][2] == 960);
  CHECK(matrix_for(intrinsics)[1][2] == 500.25);
}
