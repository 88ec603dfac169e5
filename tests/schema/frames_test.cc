// SPDX-License-Identifier: MIT
#include "schema/geometry/frames.h"

#include <random>

#include <Eigen/Geometry>
#include <catch2/catch.hpp>

namespace rtag::geometry {
namespace {

template <class A, class B>
concept Multiplies = requires(A a, B b) {
  a* b;
};

// What must not compile: a frame that is skipped, swapped or left out.
static_assert(Multiplies<Transform<World, Camera>, Point<Camera>>);
static_assert(!Multiplies<Transform<World, Camera>, Point<World>>);
static_assert(!Multiplies<Transform<World, Camera>, Point<BlenderCamera>>);
static_assert(!Multiplies<Transform<World, Camera>, Eigen::Vector3d>);
static_assert(Multiplies<Transform<World, Camera>, Transform<Camera, Object>>);
static_assert(!Multiplies<Transform<World, Camera>, Transform<World, Camera>>);
static_assert(!Multiplies<Transform<World, Camera>, Transform<BlenderCamera, Object>>);
static_assert(!Multiplies<Transform<World, Object>, Transform<Tag, Camera>>);
static_assert(!Multiplies<Point<Camera>, Transform<World, Camera>>);
static_assert(!std::is_convertible_v<Point<Camera>, Point<BlenderCamera>>);
static_assert(!std::is_convertible_v<Transform<World, Camera>, Transform<World, BlenderCamera>>);
static_assert(!std::is_assignable_v<Transform<Camera, World>&, Transform<World, Camera>>);
static_assert(
    std::is_same_v<decltype(inverse(Transform<World, Camera>{})), Transform<Camera, World>>);

class RandomPoses {
 public:
  Eigen::Vector3d vector() { return {coordinate(), coordinate(), coordinate()}; }

  template <class To, class From>
  Transform<To, From> pose() {
    Eigen::Quaterniond rotation(coordinate(), coordinate(), coordinate(), coordinate());
    return {rotation.normalized().toRotationMatrix(), vector()};
  }

 private:
  double coordinate() { return distribution_(engine_); }
  std::mt19937_64 engine_{13};
  std::uniform_real_distribution<double> distribution_{-3, 3};
};

// Coordinates stay below 20, so a rounding step is at most 4e-15; a few of them add up.
constexpr double kTolerance = 1e-13;

}  // namespace

TEST_CASE("a pose and its inverse cancel, in both orders") {
  RandomPoses random;
  for (int i = 0; i < 100; ++i) {
    const auto world_from_camera = random.pose<World, Camera>();
    const auto there_and_back = inverse(world_from_camera) * world_from_camera;
    CHECK((there_and_back.rotation - Eigen::Matrix3d::Identity()).norm() < kTolerance);
    CHECK(there_and_back.translation.norm() < kTolerance);
    const Point<World> x_in_world{random.vector()};
    const auto again = world_from_camera * (inverse(world_from_camera) * x_in_world);
    CHECK((again.xyz - x_in_world.xyz).norm() < kTolerance);
  }
}

TEST_CASE("composing poses and moving points one pose at a time agree") {
  RandomPoses random;
  for (int i = 0; i < 100; ++i) {
    const auto world_from_camera = random.pose<World, Camera>();
    const auto camera_from_object = random.pose<Camera, Object>();
    const auto object_from_tag = random.pose<Object, Tag>();
    const Point<Tag> x_in_tag{random.vector()};
    const auto at_once = (world_from_camera * camera_from_object * object_from_tag) * x_in_tag;
    const auto stepwise = world_from_camera * (camera_from_object * (object_from_tag * x_in_tag));
    CHECK((at_once.xyz - stepwise.xyz).norm() < kTolerance);
    const auto other_order = world_from_camera * (camera_from_object * object_from_tag);
    CHECK((other_order * x_in_tag).xyz.isApprox(stepwise.xyz, kTolerance));
  }
}

TEST_CASE("poses agree with Eigen's own rigid transforms") {
  RandomPoses random;
  for (int i = 0; i < 100; ++i) {
    const auto pose = random.pose<World, Camera>();
    Eigen::Isometry3d eigen = Eigen::Isometry3d::Identity();
    eigen.linear() = pose.rotation;
    eigen.translation() = pose.translation;
    const Eigen::Vector3d x = random.vector();
    CHECK(((pose * Point<Camera>{x}).xyz - eigen * x).norm() < kTolerance);
    CHECK(((inverse(pose) * Point<World>{x}).xyz - eigen.inverse() * x).norm() < kTolerance);
  }
}

TEST_CASE("Blender's camera looks along -Z with +Y up, OpenCV's along +Z with +Y down") {
  const Point<Camera> ahead_and_down{{0.25, 0.5, 2}};
  CHECK((blender_from_camera() * ahead_and_down).xyz == Eigen::Vector3d(0.25, -0.5, -2));
}

TEST_CASE("a tag's +Y is down on its face and its +Z goes into the face") {
  CHECK((object_from_tag() * Point<Tag>{{0, 1, 0}}).xyz == Eigen::Vector3d(0, -1, 0));
  CHECK((object_from_tag() * Point<Tag>{{0, 0, 1}}).xyz == Eigen::Vector3d(0, 0, -1));
  CHECK((object_from_tag() * Point<Tag>{{1, 0, 0}}).xyz == Eigen::Vector3d(1, 0, 0));
  CHECK(half_turn_about_x().determinant() == 1);
}

}  // namespace rtag::geometry
