// SPDX-License-Identifier: MIT
#include "schema/geometry/recipe_geometry.h"

#include <numbers>
#include <random>

#include <Eigen/Geometry>
#include <catch2/catch.hpp>

namespace rtag::geometry {
namespace {

constexpr double kQuarterTurn = std::numbers::pi / 2;

// A tag and the camera that sees it, with corners and pose known from render-tag 0.9.
schema::CameraRecipe known_camera() {
  schema::CameraRecipe camera;
  camera.transform_matrix = {
      {{0.9696457797313366, -0.06373398592358766, -0.23606151928575847, -0.03986759628560216},
       {-0.1518908983452549, 0.5995629436693986, -0.7857820509392902, -0.601614171775771},
       {0.19161476156361232, 0.7977858457109762, 0.5716830656352717, 0.32142864377293384},
       {0, 0, 0, 1}}};
  const double f = 1371.0220864724301;
  camera.intrinsics.k_matrix = {{{f, 0, 960}, {0, f, 540}, {0, 0, 1}}};
  camera.intrinsics.resolution = {1920, 1080};
  return camera;
}

schema::ObjectRecipe known_tag() {
  schema::ObjectRecipe tag;
  tag.location = {-0.12329705884372305, -0.08940745295838409, 0.001};
  schema::TagProperties properties;
  properties.tag_size = 0.16;
  properties.margin_bits = 1;
  tag.properties = properties;
  return tag;
}

bool near(const Eigen::Vector3d& a, const Eigen::Vector3d& b, double tolerance = 1e-12) {
  return (a - b).norm() < tolerance;
}

}  // namespace

TEST_CASE("Euler angles turn about the fixed axes X, then Y, then Z") {
  const Eigen::Vector3d x(1, 0, 0), y(0, 1, 0), z(0, 0, 1);
  CHECK(near(rotation_from_euler_xyz({kQuarterTurn, 0, 0}) * y, z));
  CHECK(near(rotation_from_euler_xyz({0, kQuarterTurn, 0}) * z, x));
  CHECK(near(rotation_from_euler_xyz({0, 0, kQuarterTurn}) * x, y));
  // About X first: y becomes z; then about Y: z becomes x; then about Z: x becomes y.
  CHECK(near(rotation_from_euler_xyz({kQuarterTurn, kQuarterTurn, kQuarterTurn}) * y, y));
  CHECK(near(rotation_from_euler_xyz({kQuarterTurn, kQuarterTurn, 0}) * y, x));
}

// Written out by hand from Rz Ry Rx.
TEST_CASE("Euler angles give the matrix that multiplies out by hand") {
  std::mt19937_64 engine(4);
  std::uniform_real_distribution<double> angle(-3.2, 3.2);
  for (int i = 0; i < 100; ++i) {
    const double a = angle(engine), b = angle(engine), c = angle(engine);
    const double sa = std::sin(a), ca = std::cos(a), sb = std::sin(b), cb = std::cos(b);
    const double sc = std::sin(c), cc = std::cos(c);
    Eigen::Matrix3d expected;
    expected << cc * cb, cc * sb * sa - sc * ca, cc * sb * ca + sc * sa,  //
        sc * cb, sc * sb * sa + cc * ca, sc * sb * ca - cc * sa,          //
        -sb, cb * sa, cb * ca;
    CHECK((rotation_from_euler_xyz({a, b, c}) - expected).norm() < 1e-14);
  }
}

TEST_CASE("an object without a rotation stands upright at its location") {
  const auto pose = world_from_object(known_tag());
  CHECK(pose.rotation == Eigen::Matrix3d::Identity());
  CHECK(pose.translation.z() == 0.001);
  schema::ObjectRecipe turned = known_tag();
  turned.rotation_euler = schema::Vector3{0, 0, kQuarterTurn};
  CHECK(near((world_from_object(turned) * Point<Object>{{1, 0, 0}}).xyz - pose.translation,
             {0, 1, 0}));
}

TEST_CASE("a recipe's camera matrix is camera to world, in Blender's axes") {
  schema::CameraRecipe camera = known_camera();
  camera.transform_matrix = {{{1, 0, 0, 5}, {0, 1, 0, 6}, {0, 0, 1, 7}, {0, 0, 0, 1}}};
  // An unturned Blender camera looks down: one metre ahead is one metre below it.
  CHECK(near((world_from_camera(camera) * Point<Camera>{{0, 0, 1}}).xyz, {5, 6, 6}));
  CHECK(near((world_from_blender_camera(camera) * Point<BlenderCamera>{{0, 0, 1}}).xyz, {5, 6, 8}));
}

TEST_CASE("the corners of a tag run TL, TR, BR, BL around its black border") {
  schema::ObjectRecipe tag = known_tag();
  tag.scale = {2, 2, 1};
  const auto corners = tag_corners(tag);
  CHECK(near(corners[0].xyz, {-0.16, 0.16, 0}));
  CHECK(near(corners[1].xyz, {0.16, 0.16, 0}));
  CHECK(near(corners[2].xyz, {0.16, -0.16, 0}));
  CHECK(near(corners[3].xyz, {-0.16, -0.16, 0}));
}

TEST_CASE("a known tag's corners and pose come out as published") {
  const schema::CameraRecipe camera = known_camera();
  const auto camera_from_object =
      inverse(world_from_camera(camera)) * world_from_object(known_tag());
  const std::array<Eigen::Vector2d, 4> expected{{{263.60182502, 293.08825195},
                                                 {632.60072610, 329.07100566},
                                                 {617.57567556, 530.22868448},
                                                 {151.59711416, 500.59372526}}};
  const auto corners = tag_corners(known_tag());
  for (std::size_t i = 0; i < 4; ++i) {
    const auto pixel = camera_model(camera).project(camera_from_object * corners[i]);
    REQUIRE(pixel.has_value());
    CHECK((*pixel - expected[i]).norm() < 1e-7);
  }
  const auto camera_from_tag = camera_from_object * object_from_tag();
  CHECK(near(camera_from_tag.translation, {-0.2200954231, -0.0567840237, 0.5659719897}, 1e-9));
  const Eigen::Quaterniond q(camera_from_tag.rotation);
  CHECK(std::abs(q.w()) == Approx(0.8861280648).margin(1e-9));
  CHECK(q.x() / q.w() == Approx(-0.4467660938 / 0.8861280648).margin(1e-8));
  CHECK(q.y() / q.w() == Approx(-0.1206587111 / 0.8861280648).margin(1e-8));
  CHECK(q.z() / q.w() == Approx(-0.0248713803 / 0.8861280648).margin(1e-8));
}

TEST_CASE("the quiet zone widens a tag's plane on both sides") {
  CHECK(plane_edge_over_border_edge(8, 1) == 1.25);  // 0.16 m of border, 0.20 m of plane
  CHECK(plane_edge_over_border_edge(6, 0) == 1);
  CHECK(plane_edge_over_border_edge(6, 3) == 2);
}

}  // namespace rtag::geometry
