// SPDX-License-Identifier: MIT
#include "dataset/ground_truth.h"

#include <cmath>
#include <numbers>
#include <random>

#include <Eigen/Geometry>
#include <catch2/catch.hpp>
#include <opencv2/calib3d.hpp>

using rtag::dataset::ground_truth;
using rtag::dataset::IndexImage;
using namespace rtag::schema;

namespace {

constexpr double kPi = std::numbers::pi;

ObjectRecipe tag_at(const Vector3& location, const Vector3& rotation_euler = {}) {
  ObjectRecipe object;
  object.name = "Tag_0";
  object.location = location;
  object.rotation_euler = rotation_euler;
  object.properties = TagProperties{7, "tag36h11", 0.1, 1, std::nullopt};
  return object;
}

// The camera stands in the world's origin and looks along -Z, +Y up.
SceneRecipe scene_of(std::vector<ObjectRecipe> objects) {
  CameraRecipe camera;
  camera.transform_matrix = {{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}}};
  camera.intrinsics.resolution = {640, 480};
  camera.intrinsics.k_matrix = {{{800, 0, 320}, {0, 800, 240}, {0, 0, 1}}};
  SceneRecipe recipe;
  recipe.objects = std::move(objects);
  recipe.cameras = {camera};
  return recipe;
}

LightRecipe light(LightType type, double intensity) {
  LightRecipe recipe;
  recipe.type = type;
  recipe.intensity = intensity;
  return recipe;
}

IndexImage filled(int width_px, int height_px, std::int32_t object) {
  const auto pixels = static_cast<std::size_t>(width_px * height_px);
  return {width_px, height_px, std::vector<std::int32_t>(pixels, object)};
}

void paint(IndexImage& index, int left, int top, int right, int bottom, std::int32_t object) {
  for (int row = top; row < bottom; ++row) {
    for (int column = left; column < right; ++column) {
      index.objects[static_cast<std::size_t>(row * index.width_px + column)] = object;
    }
  }
}

// One tag with the number 1 that nothing hides.
DetectionRecord record_of(const ObjectRecipe& object) {
  return ground_truth(scene_of({object}), 0, filled(640, 480, 1), 42).at(0);
}

void check_near(const ImagePoint& point, double x, double y, double tolerance = 1e-9) {
  REQUIRE(point.has_value());
  CHECK((*point)[0] == Approx(x).margin(tolerance).epsilon(0));
  CHECK((*point)[1] == Approx(y).margin(tolerance).epsilon(0));
}

template <std::size_t N>
void check_near(const std::array<double, N>& found, const std::array<double, N>& expected,
                double tolerance = 1e-12) {
  for (std::size_t i = 0; i < N; ++i) {
    CHECK(found[i] == Approx(expected[i]).margin(tolerance).epsilon(0));
  }
}

Eigen::Matrix3d rotation_of(const DetectionRecord& record) {
  const auto& [w, x, y, z] = record.rotation_quaternion.value();
  return Eigen::Quaterniond(w, x, y, z).toRotationMatrix();
}

}  // namespace

TEST_CASE("the record of the reference system's test vector is reproduced to its digits") {
  ObjectRecipe object = tag_at({-0.12329705884372305, -0.08940745295838409, 0.001});
  object.properties = TagProperties{204, "tag36h11", 0.16, 1, std::nullopt};
  SceneRecipe recipe = scene_of({object});
  CameraRecipe& camera = recipe.cameras[0];
  camera.transform_matrix = {
      {{0.9696457797313366, -0.06373398592358766, -0.23606151928575847, -0.03986759628560216},
       {-0.1518908983452549, 0.5995629436693986, -0.7857820509392902, -0.601614171775771},
       {0.19161476156361232, 0.7977858457109762, 0.5716830656352717, 0.32142864377293384},
       {0, 0, 0, 1}}};
  camera.intrinsics.resolution = {1920, 1080};
  camera.intrinsics.k_matrix = {
      {{1371.0220864724301, 0, 960}, {0, 1371.0220864724301, 540}, {0, 0, 1}}};
  const DetectionRecord record = ground_truth(recipe, 0, filled(1920, 1080, 1), 42).at(0);
  check_near(record.corners.at(0), 263.60182502, 293.08825195, 1e-8);
  check_near(record.corners.at(1), 632.60072610, 329.07100566, 1e-8);
  check_near(record.corners.at(2), 617.57567556, 530.22868448, 1e-8);
  check_near(record.corners.at(3), 151.59711416, 500.59372526, 1e-8);
  CHECK(record.distance == Approx(0.6099104145).margin(1e-10));
  CHECK(record.angle_of_incidence == Approx(58.3068441639).margin(1e-10).epsilon(0));
  check_near(*record.position, {-0.2200954231, -0.0567840237, 0.5659719897}, 1e-10);
  check_near(*record.rotation_quaternion,
             {0.8861280648, -0.4467660938, -0.1206587111, -0.0248713803}, 1e-10);
  CHECK(record.tag_size_mm == 160);
  CHECK(record.pixel_area == Approx(87389.981047).margin(1e-6).epsilon(0));
}

TEST_CASE("a tag seen head-on has the values that a ruler gives") {
  const DetectionRecord record = record_of(tag_at({0, 0, -2}));
  check_near(record.corners.at(0), 300, 220);  // 800 px * 0.05 m / 2 m = 20 px about the centre
  check_near(record.corners.at(1), 340, 220);
  check_near(record.corners.at(2), 340, 260);
  check_near(record.corners.at(3), 300, 260);
  CHECK(record.pixel_area == Approx(1600).epsilon(1e-12));
  CHECK(record.ppm == Approx(5).epsilon(1e-12));  // 40 px over 8 modules
  CHECK(record.distance == 2);
  CHECK(record.angle_of_incidence == 0);
  CHECK(record.tag_size_mm == 100);
  CHECK(record.occlusion_ratio == 0);
  check_near(*record.position, {0, 0, 2});
  check_near(*record.rotation_quaternion, {1, 0, 0, 0});
  CHECK(record.axes->at(1) == std::array<double, 3>{0, 1, 0});
  CHECK(record.corners_visibility == std::vector<int>{2, 2, 2, 2});
  CHECK(record.facing);
  CHECK(record.visible);
  CHECK(record.eval_complete);
  CHECK_FALSE(record.is_mirrored);
}

TEST_CASE("pixels per module follow the family's own grid, not eight modules for all") {
  ObjectRecipe object = tag_at({0, 0, -2});
  std::get<TagProperties>(object.properties).tag_family = "DICT_5X5_100";
  CHECK(record_of(object).ppm == Approx(40.0 / 7).epsilon(1e-12));
}

TEST_CASE("pixels per module use the depth, not the distance") {
  const DetectionRecord record = record_of(tag_at({0.3, 0.2, -2}));
  CHECK(record.ppm == Approx(5).epsilon(1e-12));
  CHECK(record.distance == Approx(std::sqrt(4.13)).epsilon(1e-12));
}

TEST_CASE("the size of a tag follows the object's scale") {
  ObjectRecipe object = tag_at({0, 0, -2});
  object.scale = {2, 2, 2};
  const DetectionRecord record = record_of(object);
  CHECK(record.tag_size_mm == 200);
  CHECK(record.ppm == Approx(10).epsilon(1e-12));
  check_near(record.corners.at(0), 280, 200);
}

TEST_CASE("a tag behind the camera has null corners and visibility 0, no numbers that look real") {
  const DetectionRecord record = record_of(tag_at({0, 0, 2}, {0, kPi, 0}));
  for (const ImagePoint& corner : record.corners) CHECK_FALSE(corner.has_value());
  CHECK(record.corners_visibility == std::vector<int>{0, 0, 0, 0});
  CHECK(record.facing);
  CHECK_FALSE(record.visible);
  CHECK_FALSE(record.eval_complete);
  CHECK(record.pixel_area == 0);
  CHECK(record.ppm == 0);
  CHECK(record.occlusion_ratio == 1);
  CHECK((*record.position)[2] == Approx(-2));
}

TEST_CASE("a tag seen from behind keeps its record, says so, and does not fail the scene") {
  const std::vector<ObjectRecipe> objects{tag_at({0, 0, -2}, {0, kPi, 0}), tag_at({0, 0, -1})};
  const auto records = ground_truth(scene_of(objects), 0, filled(640, 480, 1), 42);
  REQUIRE(records.size() == 2);
  CHECK_FALSE(records[0].facing);
  CHECK_FALSE(records[0].visible);
  CHECK(records[0].pixel_area == 0);
  CHECK(records[0].occlusion_ratio == 1);
  CHECK(records[0].angle_of_incidence == Approx(180));
  check_near(records[0].corners.at(0), 340, 220);
  CHECK(records[1].facing);
}

TEST_CASE("an edge-on tag is a record without area, not an error") {
  const DetectionRecord record = record_of(tag_at({0, 0, -2}, {0, kPi / 2, 0}));
  CHECK(record.angle_of_incidence == Approx(90));
  CHECK(record.pixel_area == Approx(0).margin(1e-9));
  CHECK_FALSE(record.visible);
}

TEST_CASE("the angle of incidence is measured at the tag") {
  CHECK(record_of(tag_at({0, 0, -2}, {0, 0.5, 0})).angle_of_incidence ==
        Approx(0.5 * 180 / kPi).epsilon(1e-12));
  CHECK(record_of(tag_at({1, 0, -2})).angle_of_incidence ==
        Approx(std::atan(0.5) * 180 / kPi).epsilon(1e-12));
}

TEST_CASE("the area of a tag at the image's edge is that of the part inside") {
  const DetectionRecord record = record_of(tag_at({0.775, 0, -2}));  // 610 to 650 px
  CHECK(record.pixel_area == Approx(1200).epsilon(1e-12));
  CHECK(record.corners_visibility == std::vector<int>{2, 1, 1, 2});
  CHECK(record.occlusion_ratio == 0);
  CHECK_FALSE(record.visible);
  CHECK_FALSE(record.eval_complete);
}

TEST_CASE("a tag outside the image has corners, no area, and nothing of it is seen") {
  const DetectionRecord record = record_of(tag_at({2, 0, -2}));
  check_near(record.corners.at(0), 1100, 220);
  CHECK(record.corners_visibility == std::vector<int>{1, 1, 1, 1});
  CHECK(record.pixel_area == 0);
  CHECK(record.occlusion_ratio == 1);
}

TEST_CASE("a tag that reaches behind the camera keeps the part of its area in front") {
  // A floor 0.5 m below the camera from 1 m behind it to 3 m ahead, wider than the view: it fills
  // the image below row 240 + 800 * 0.5 / 3.
  ObjectRecipe object = tag_at({0, -0.5, -1}, {-kPi / 2, 0, 0});
  std::get<TagProperties>(object.properties).tag_size = 4;
  const DetectionRecord record = record_of(object);
  CHECK(record.corners_visibility == std::vector<int>{1, 1, 0, 0});
  CHECK(record.pixel_area == Approx(640 * (480 - 240 - 400.0 / 3)).epsilon(1e-9));
  CHECK(record.occlusion_ratio == 0);
  CHECK_FALSE(record.visible);
}

TEST_CASE("the corners' order belongs to the tag and turns with it") {
  const DetectionRecord quarter = record_of(tag_at({0, 0, -2}, {0, 0, kPi / 2}));
  check_near(quarter.corners.at(0), 300, 260);
  check_near(quarter.corners.at(1), 300, 220);
  const DetectionRecord half = record_of(tag_at({0, 0, -2}, {0, 0, kPi}));
  check_near(half.corners.at(0), 340, 260);
  check_near(half.corners.at(1), 300, 260);
  CHECK(half.pixel_area == Approx(1600).epsilon(1e-12));
  CHECK(rotation_of(half)(0, 0) == Approx(-1));
  CHECK(rotation_of(half)(1, 1) == Approx(-1));
}

TEST_CASE("occlusion is the share of the outline's pixels that show something else") {
  const SceneRecipe recipe = scene_of({tag_at({0, 0, -2})});
  IndexImage index = filled(640, 480, 0);
  paint(index, 295, 215, 345, 265, 1);
  const auto occlusion = [&] { return ground_truth(recipe, 0, index, 42).at(0).occlusion_ratio; };
  CHECK(occlusion() == 0);
  paint(index, 300, 220, 320, 260, 9);
  CHECK(occlusion() == 0.5);
  paint(index, 300, 220, 340, 260, 0);
  CHECK(occlusion() == 1);
}

TEST_CASE("the margin around the border does not count as tag or as occlusion") {
  IndexImage index = filled(640, 480, 9);
  paint(index, 300, 220, 340, 260, 1);
  CHECK(ground_truth(scene_of({tag_at({0, 0, -2})}), 0, index, 42).at(0).occlusion_ratio == 0);
}

TEST_CASE("the pixels of a turned tag are those whose centres lie inside its outline") {
  ObjectRecipe object = tag_at({0, 0, -2}, {0, 0, kPi / 4});
  const SceneRecipe recipe = scene_of({object});
  // A diamond |x - 320| + |y - 240| <= 20 sqrt(2); the left half shows something else, and so does
  // everything around it.
  IndexImage index = filled(640, 480, 9);
  for (int row = 0; row < 480; ++row) {
    for (int column = 320; column < 640; ++column) {
      const double reach = std::abs(column + 0.5 - 320) + std::abs(row + 0.5 - 240);
      if (reach <= 20 * std::sqrt(2.0)) paint(index, column, row, column + 1, row + 1, 1);
    }
  }
  CHECK(ground_truth(recipe, 0, index, 42).at(0).occlusion_ratio == 0.5);
}

TEST_CASE("pixels whose centres graze the edge of a bare border are not called occluded") {
  ObjectRecipe object = tag_at({0.00075, 0, -2});  // 300.3 to 340.3 px
  std::get<TagProperties>(object.properties).margin_bits = 0;
  IndexImage index = filled(640, 480, 0);
  paint(index, 301, 220, 340, 260, 1);
  const SceneRecipe recipe = scene_of({object});
  CHECK(ground_truth(recipe, 0, index, 42).at(0).occlusion_ratio == 0);
  paint(index, 301, 220, 302, 260, 0);
  CHECK(ground_truth(recipe, 0, index, 42).at(0).occlusion_ratio == Approx(1 / 39.0));
}

TEST_CASE("a tag too small for a single pixel is not visible") {
  const DetectionRecord record = record_of(tag_at({0.2, 0.1, -200}));
  CHECK(record.occlusion_ratio == 1);
  CHECK_FALSE(record.visible);
}

TEST_CASE("a tag stops being visible when one pixel in a hundred is hidden") {
  const SceneRecipe recipe = scene_of({tag_at({0, 0, -2})});
  IndexImage index = filled(640, 480, 1);
  paint(index, 300, 220, 315, 221, 9);
  CHECK(ground_truth(recipe, 0, index, 42).at(0).visible);
  paint(index, 300, 220, 316, 221, 9);
  CHECK_FALSE(ground_truth(recipe, 0, index, 42).at(0).visible);
}

TEST_CASE("corners in the evaluation margin have visibility 1, its inner edge is half open") {
  SceneRecipe recipe = scene_of({tag_at({0, 0, -2})});
  IntrinsicsRecipe& intrinsics = recipe.cameras[0].intrinsics;
  intrinsics.eval_margin_px = 220;  // evaluated: [220, 420) x [220, 260)
  const DetectionRecord record = ground_truth(recipe, 0, filled(640, 480, 1), 42).at(0);
  CHECK(record.corners_visibility == std::vector<int>{2, 2, 1, 1});
  CHECK_FALSE(record.eval_complete);
  CHECK(record.visible);
  CHECK(record.eval_margin_px == 220);
  intrinsics.resolution = {640, 960};
  intrinsics.k_matrix[1][2] = 480;
  intrinsics.eval_margin_px = 300;  // evaluated: [300, 340) x [300, 660)
  CHECK(ground_truth(recipe, 0, filled(640, 960, 1), 42).at(0).corners_visibility ==
        std::vector<int>{2, 1, 1, 2});
}

TEST_CASE("only tags have records, and each is compared with its own number in the index image") {
  ObjectRecipe plate;
  plate.type = ObjectType::kOccluder;
  plate.properties = OccluderProperties{};
  const SceneRecipe recipe = scene_of({plate, tag_at({0, 0, -2}), tag_at({-0.5, 0, -2})});
  const auto records = ground_truth(recipe, 0, filled(640, 480, 2), 42);
  REQUIRE(records.size() == 2);
  CHECK(records[0].occlusion_ratio == 0);
  CHECK(records[1].occlusion_ratio == 1);
}

TEST_CASE("a record names its image, its seeds, its camera and its light") {
  SceneRecipe recipe = scene_of({tag_at({0, 0, -2})});
  recipe.scene_id = 7;
  recipe.random_seed = 123456;
  recipe.world.lights = {light(LightType::kPoint, 100), light(LightType::kPoint, 50),
                         light(LightType::kSun, 3)};
  recipe.cameras.push_back(recipe.cameras[0]);
  CameraRecipe& camera = recipe.cameras[1];
  camera.intrinsics.k_matrix[0][0] = 900;
  camera.fstop = 2.8;
  camera.sensor_dynamics = SensorDynamicsRecipe{Vector3{1, 2, 3}, 10, 20};
  const DetectionRecord record = ground_truth(recipe, 1, filled(640, 480, 1), 42).at(0);
  CHECK(record.image_id == "scene_0007_cam_0001");
  CHECK(record.global_seed == 42);
  CHECK(record.scene_seed == 123456);
  CHECK(record.lighting_intensity == 150);
  CHECK(record.k_matrix == camera.intrinsics.k_matrix);
  CHECK(record.resolution == std::array<int, 2>{640, 480});
  CHECK(record.fstop == 2.8);
  CHECK(record.velocity == Vector3{1, 2, 3});
  CHECK(record.shutter_time_ms == 10);
  CHECK(record.rolling_shutter_ms == 20);
  CHECK(record.tag_id == 7);
  CHECK(record.tag_family == "tag36h11");
  CHECK(record.record_type == "TAG");
}

TEST_CASE("OpenCV finds the corners again from the exported pose, at 100 poses") {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> unit(-1, 1);
  const cv::Matx33d k(800, 0, 320, 0, 800, 240, 0, 0, 1);
  const std::vector<cv::Point3d> corners_in_tag{
      {-0.05, -0.05, 0}, {0.05, -0.05, 0}, {0.05, 0.05, 0}, {-0.05, 0.05, 0}};
  for (int i = 0; i < 100; ++i) {
    const Vector3 location{unit(random), unit(random), -2 + unit(random)};
    const Vector3 angles{kPi * unit(random), kPi * unit(random), kPi * unit(random)};
    SceneRecipe recipe = scene_of({tag_at(location, angles)});
    const Eigen::Matrix3d pan =
        Eigen::AngleAxisd(0.3 * unit(random), Eigen::Vector3d(1, 2, 3).normalized())
            .toRotationMatrix();
    for (int row = 0; row < 3; ++row) {
      auto& numbers = recipe.cameras[0].transform_matrix[static_cast<std::size_t>(row)];
      numbers = {pan(row, 0), pan(row, 1), pan(row, 2), 0.1 * unit(random)};
    }
    const DetectionRecord record = ground_truth(recipe, 0, filled(640, 480, 1), 42).at(0);
    CHECK((*record.rotation_quaternion)[0] >= 0);
    const Eigen::AngleAxisd turn(rotation_of(record));
    const Eigen::Vector3d turn_rad = turn.angle() * turn.axis();
    std::vector<cv::Point2d> found;
    cv::projectPoints(
        corners_in_tag, cv::Vec3d(turn_rad.x(), turn_rad.y(), turn_rad.z()),
        cv::Vec3d((*record.position)[0], (*record.position)[1], (*record.position)[2]), k,
        cv::noArray(), found);
    for (std::size_t c = 0; c < 4; ++c) check_near(record.corners[c], found[c].x, found[c].y);
    for (int axis = 0; axis < 3; ++axis) {
      const Eigen::Vector3d direction = rotation_of(record).col(axis);
      check_near(record.axes->at(static_cast<std::size_t>(axis)),
                 {direction.x(), direction.y(), direction.z()});
    }
  }
}
