// SPDX-License-Identifier: MIT
#include "compiler/camera_intrinsics.h"

#include <catch2/catch.hpp>

#include "schema/geometry/config_geometry.h"

using namespace rtag;

namespace {

schema::Matrix3 matrix_for(const schema::IntrinsicsConfig& intrinsics) {
  schema::CameraConfig camera;
  camera.intrinsics = intrinsics;
  return geometry::camera_matrix(camera);
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
  CHECK(geometry::pinhole_focal_length_px(camera) == Approx(320).epsilon(1e-15));
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

TEST_CASE("a fisheye spreads its field of view over the diagonal") {
  schema::CameraConfig camera;
  camera.fov = 170;
  camera.intrinsics.distortion_model = schema::DistortionModel::kKannalaBrandt;
  CHECK(geometry::camera_matrix(camera)[0][0] == Approx(742.4546088519029).epsilon(1e-15));
}

TEST_CASE("the published Brown-Conrady lens asks for the published overscan") {
  schema::CameraConfig camera;
  camera.intrinsics.distortion_model = schema::DistortionModel::kBrownConrady;
  camera.intrinsics.k1 = -0.28;
  camera.intrinsics.k2 = 0.08;
  camera.intrinsics.p1 = 2e-4;
  camera.intrinsics.p2 = 1e-4;
  const schema::IntrinsicsRecipe recipe = compiler::intrinsics_recipe(camera);
  CHECK(recipe.distortion_coeffs == std::vector<double>{-0.28, 0.08, 2e-4, 1e-4, 0});
  CHECK(recipe.resolution_overscan == std::array<int, 2>{2408, 1356});
  REQUIRE(recipe.k_matrix_overscan);
  CHECK((*recipe.k_matrix_overscan)[0] == schema::Vector3{recipe.k_matrix[0][0], 0, 1204});
  CHECK((*recipe.k_matrix_overscan)[1][2] == 678);
  CHECK_FALSE(recipe.fov_spherical);
}

TEST_CASE("a strong lens gets the overscan that its corners need") {
  schema::CameraConfig camera;
  camera.fov = 80;
  camera.intrinsics.distortion_model = schema::DistortionModel::kBrownConrady;
  camera.intrinsics.k1 = -0.1;
  camera.intrinsics.k2 = -0.02;
  const schema::IntrinsicsRecipe recipe = compiler::intrinsics_recipe(camera);
  const auto corner = geometry::camera_model(camera).unproject({0, 0});
  REQUIRE(corner);
  const double half_width_px = -corner->x() / corner->z() * recipe.k_matrix[0][0];
  CHECK((*recipe.resolution_overscan)[0] >= 2 * half_width_px);
  CHECK((*recipe.resolution_overscan)[0] <= 2 * half_width_px + 4);
}

TEST_CASE("the published fisheye asks for the published equidistant picture") {
  schema::CameraConfig camera;
  camera.fov = 170;
  camera.intrinsics.distortion_model = schema::DistortionModel::kKannalaBrandt;
  camera.intrinsics.kb1 = -0.0035;
  camera.intrinsics.kb2 = 0.0015;
  camera.intrinsics.kb3 = -0.0003;
  camera.intrinsics.kb4 = 0.0001;
  const schema::IntrinsicsRecipe recipe = compiler::intrinsics_recipe(camera);
  CHECK(*recipe.fov_spherical == Approx(3.0406527034106574).epsilon(1e-12));
  CHECK(recipe.resolution_spherical == std::array<int, 2>{2258, 2258});
  CHECK_FALSE(recipe.resolution_overscan);
}

TEST_CASE("a Brown-Conrady lens of zeros is none, a Kannala-Brandt lens of zeros is equidistant") {
  schema::CameraConfig camera;
  camera.intrinsics.distortion_model = schema::DistortionModel::kBrownConrady;
  CHECK(compiler::intrinsics_recipe(camera).distortion_model == schema::DistortionModel::kNone);
  CHECK(compiler::intrinsics_recipe(camera).distortion_coeffs.empty());
  camera.intrinsics.distortion_model = schema::DistortionModel::kKannalaBrandt;
  camera.fov = 190;
  const schema::IntrinsicsRecipe recipe = compiler::intrinsics_recipe(camera);
  CHECK(recipe.distortion_model == schema::DistortionModel::kKannalaBrandt);
  // 95 degrees to the corner (sampled half a pixel short of it), and 2 more.
  CHECK(*recipe.fov_spherical == Approx(2 * 97 * 3.14159265358979 / 180).epsilon(2e-3));
}

TEST_CASE("coefficients without a lens model are not a lens") {
  schema::CameraConfig camera;
  camera.intrinsics.k1 = -0.3;
  CHECK(compiler::intrinsics_recipe(camera).distortion_coeffs.empty());
}
