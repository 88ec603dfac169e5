// SPDX-License-Identifier: MIT
// Labels of a camera that moves, against closed forms and against OpenCV at each row's own time.
#include "dataset/moving_camera.h"

#include <random>

#include <Eigen/Geometry>
#include <opencv2/calib3d.hpp>

#include "dataset/coco.h"
#include "schema/typed_io.h"
#include "tests/dataset/lens_scene.h"

namespace rtag::dataset {
namespace {

using samples::check_near;
using samples::records_of;
using samples::scene_before_camera;
using samples::set_lens;
using samples::tag_of_size;
using schema::DetectionRecord;
using schema::SceneRecipe;
using schema::SensorDynamicsRecipe;

// 0.1 m at 2 m: corners at 300 and 340, 220 and 260 px. Velocities are the world's: +Y is up.
SceneRecipe moving_scene(const schema::Vector3& velocity, double shutter_ms, double readout_ms) {
  SceneRecipe recipe = scene_before_camera({tag_of_size(0.1, {0, 0, -2})}, {640, 480}, 800);
  recipe.cameras[0].sensor_dynamics = SensorDynamicsRecipe{velocity, shutter_ms, readout_ms};
  return recipe;
}

TEST_CASE("with a global shutter, labels are those of mid-exposure, whatever the velocity") {
  const DetectionRecord record = records_of(moving_scene({3, -2, 1}, 10, 0)).at(0);
  check_near(record.corners[0], 300, 220, 1e-12);
  check_near(record.corners[2], 340, 260, 1e-12);
}

TEST_CASE("a record tells where the tag is when the exposure begins and ends") {
  // The camera flies 0.02 m to the right and 0.01 m up in 10 ms, so the tag goes left and down.
  const DetectionRecord record = records_of(moving_scene({2, 1, 0}, 10, 0)).at(0);
  const auto check = [](const std::optional<schema::Vector3>& found, double x, double y, double z) {
    REQUIRE(found.has_value());
    CHECK((*found)[0] == Approx(x).margin(1e-15));
    CHECK((*found)[1] == Approx(y).margin(1e-15));
    CHECK((*found)[2] == Approx(z).margin(1e-15));
  };
  check(record.position_at_start, 0.01, -0.005, 2);
  check(record.position_at_end, -0.01, 0.005, 2);
  // The rows of a rolling shutter are exposed one after the other: 10 ms and 30 ms.
  check(records_of(moving_scene({2, 1, 0}, 10, 30)).at(0).position_at_start, 0.04, -0.02, 2);
}

TEST_CASE("a camera without a velocity has the labels of one that has no shutter at all") {
  SceneRecipe recipe = moving_scene({0, 0, 0}, 10, 30);
  recipe.cameras[0].sensor_dynamics->velocity.reset();
  const std::string still = schema::to_json(records_of(recipe).at(0));
  CHECK(still.find("position_at") == std::string::npos);
  CHECK(still.find("marker_corners") == std::string::npos);
  recipe.cameras[0].sensor_dynamics->shutter_time_ms = 0;
  recipe.cameras[0].sensor_dynamics->rolling_shutter_duration_ms = 0;
  std::string none = schema::to_json(records_of(recipe).at(0));
  const std::string shutters = R"("shutter_time_ms":10.0,"rolling_shutter_ms":30.0)";
  const std::string zeros = R"("shutter_time_ms":0.0,"rolling_shutter_ms":0.0)";
  REQUIRE(none.find(zeros) != std::string::npos);
  CHECK(none.replace(none.find(zeros), zeros.size(), shutters) == still);
}

TEST_CASE("a rolling shutter shears what the camera flies past sideways") {
  // Row 220 is exposed (220/480 - 1/2) * 30 ms = -1.25 ms from the middle; 2 m/s, 400 px a metre.
  const DetectionRecord record = records_of(moving_scene({2, 0, 0}, 1, 30)).at(0);
  check_near(record.corners[0], 300 + 400 * 2 * 0.00125, 220, 1e-9);
  check_near(record.corners[1], 340 + 400 * 2 * 0.00125, 220, 1e-9);
  check_near(record.corners[2], 340 - 400 * 2 * 0.00125, 260, 1e-9);
}

TEST_CASE("a rolling shutter stretches what moves along with the rows") {
  // v = v0 + a (v/480 - 1/2) with a = 400 px/m * 2 m/s * 0.03 s = 24 px: v - 240 grows by
  // 1 / (1 - 24/480). A camera that climbs sees the tag go down, as the rows do.
  const DetectionRecord record = records_of(moving_scene({0, 2, 0}, 1, 30)).at(0);
  check_near(record.corners[0], 300, 240 - 20 / 0.95, 1e-9);
  check_near(record.corners[2], 340, 240 + 20 / 0.95, 1e-9);
}

TEST_CASE("points above and below the image have the time of its first and last row") {
  SceneRecipe recipe = moving_scene({2, 0, 0}, 1, 30);
  recipe.objects[0].location = {0, 3, -2};  // 1200 px above the centre
  const DetectionRecord record = records_of(recipe).at(0);
  check_near(record.corners[0], 300 + 400 * 2 * 0.015, -980, 1e-9);
}

TEST_CASE("what moves as fast as rows are read has no projection") {
  // 480 px in the read-out: 400 px/m * 40 m/s * 0.03 s.
  const DetectionRecord record = records_of(moving_scene({0, 40, 0}, 1, 30)).at(0);
  for (const auto& corner : record.corners) CHECK_FALSE(corner.has_value());
  CHECK_FALSE(record.visible);
}

TEST_CASE("each corner is where OpenCV sees it at its row's time, to 1e-9 px, at 200 poses") {
  std::mt19937_64 random(12);
  std::uniform_real_distribution<double> unit(-1, 1);
  const std::vector<double> lens{-0.28, 0.08, 2e-4, 1e-4, 0};
  const cv::Matx33d matrix(800, 0, 320, 0, 800, 240, 0, 0, 1);
  for (int i = 0; i < 200; ++i) {
    const schema::Vector3 velocity{4 * unit(random), 4 * unit(random), 4 * unit(random)};
    SceneRecipe recipe = moving_scene(velocity, 5, 25);
    recipe.objects[0].location = {0.4 * unit(random), 0.3 * unit(random), -1.5 + unit(random) / 2};
    recipe.objects[0].rotation_euler = {unit(random), unit(random), 3 * unit(random)};
    if (i % 2 == 1) set_lens(recipe, schema::DistortionModel::kBrownConrady, lens);
    const DetectionRecord record = records_of(recipe).at(0);
    const auto& [qw, qx, qy, qz] = *record.rotation_quaternion;
    const Eigen::Quaterniond turn(qw, qx, qy, qz);
    const std::array<Eigen::Vector3d, 4> in_tag{
        {{-0.05, -0.05, 0}, {0.05, -0.05, 0}, {0.05, 0.05, 0}, {-0.05, 0.05, 0}}};
    for (std::size_t c = 0; c < 4; ++c) {
      const double y = (*record.corners[c])[1];
      if (y < 0 || y > 480) continue;
      const double t_s = (y / 480 - 0.5) * 0.025;
      const Eigen::Vector3d at = turn * in_tag[c];
      // In the camera, x is the world's, y and z point the other way.
      const std::vector<cv::Point3d> point{{at.x() + (*record.position)[0] - velocity[0] * t_s,
                                            at.y() + (*record.position)[1] + velocity[1] * t_s,
                                            at.z() + (*record.position)[2] + velocity[2] * t_s}};
      std::vector<cv::Point2d> seen;
      cv::projectPoints(point, cv::Vec3d(0, 0, 0), cv::Vec3d(0, 0, 0), matrix,
                        i % 2 == 1 ? lens : std::vector<double>{0, 0, 0, 0, 0}, seen);
      check_near(record.corners[c], seen[0].x, seen[0].y, 1e-9);
    }
    if (!record.facing) continue;
    const auto shape = coco_shape(record);
    CHECK((shape ? shape->area_px2 : 0) == Approx(record.pixel_area).epsilon(1e-6).margin(1e-6));
  }
}

TEST_CASE("pixels that the smear of a plane's edge reaches are not asked what they show") {
  // 400 px/m * 5 m/s * 10 ms = 20 px of smear, 10 to either side; the index pass has caught the
  // bare border 9 px too far to the left.
  SceneRecipe recipe = moving_scene({5, 0, 0}, 10, 0);
  std::get<schema::TagProperties>(recipe.objects[0].properties).margin_bits = 0;
  IndexImage index = samples::all_of(recipe, 0);
  for (int row = 220; row < 260; ++row) {
    for (int column = 291; column < 331; ++column) {
      index.objects[static_cast<std::size_t>(row * 640 + column)] = 1;
    }
  }
  CHECK(ground_truth(recipe, 0, index, 42).at(0).occlusion_ratio == 0);
  recipe.cameras[0].sensor_dynamics->shutter_time_ms = 0;
  CHECK(ground_truth(recipe, 0, index, 42).at(0).occlusion_ratio == Approx(9.0 / 40).margin(1e-12));
}

}  // namespace
}  // namespace rtag::dataset
