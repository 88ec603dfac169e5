// SPDX-License-Identifier: MIT
#include "schema/geometry/camera_model.h"

#include <random>

#include <catch2/catch.hpp>
#include <opencv2/calib3d.hpp>

namespace rtag::geometry {
namespace {

void check_near(const std::optional<Eigen::Vector2d>& pixel, double x, double y) {
  REQUIRE(pixel.has_value());
  CHECK(pixel->x() == Approx(x).margin(1e-9));
  CHECK(pixel->y() == Approx(y).margin(1e-9));
}

}  // namespace

// Where Blender 3.4.1 draws the point (0.3, 0.2, -2) of its camera axes: measured centroids stand
// within 0.02 px of these numbers.
TEST_CASE("points fall where Blender draws them, for centred and shifted cameras") {
  const Point<Camera> x_in_camera =
      inverse(blender_from_camera()) * Point<BlenderCamera>{{0.3, 0.2, -2}};
  const auto project = [&](int width, int height, double fx, double fy, double cx, double cy) {
    return CameraModel{fx, fy, cx, cy, width, height}.project(x_in_camera);
  };
  check_near(project(320, 240, 300, 300, 160, 120), 205, 90);
  check_near(project(320, 240, 300, 300, 171.3, 111.7), 216.3, 81.7);
  check_near(project(240, 320, 280, 280, 120, 170.5), 162, 142.5);
  check_near(project(320, 240, 330, 300, 165, 118), 214.5, 88);
  check_near(project(320, 240, 300, 330, 165, 118), 210, 85);
  check_near(project(240, 320, 300, 330, 115, 165), 160, 132);
}

TEST_CASE("points project by hand-derived numbers") {
  const CameraModel camera{800, 800, 480, 270, 960, 540};
  check_near(camera.project({{0.25, -0.15, 1}}), 680, 150);
  check_near(camera.project({{-0.6, 0.4, 1}}), 0, 590);
  check_near(camera.project({{0.5, -0.3, 2}}), 680, 150);
}

TEST_CASE("the pinhole agrees with OpenCV's projectPoints") {
  const CameraModel camera{1371.25, 1290.5, 951.75, 548.5, 1920, 1080};
  const cv::Matx33d k(camera.fx, 0, camera.cx, 0, camera.fy, camera.cy, 0, 0, 1);
  std::mt19937_64 engine(5);
  std::uniform_real_distribution<double> across(-2, 2);
  std::uniform_real_distribution<double> depth(0.1, 10);
  for (int i = 0; i < 100; ++i) {
    const Point<Camera> x_in_camera{{across(engine), across(engine), depth(engine)}};
    std::vector<cv::Point2d> expected;
    cv::projectPoints(
        std::vector<cv::Point3d>{{x_in_camera.xyz.x(), x_in_camera.xyz.y(), x_in_camera.xyz.z()}},
        cv::Vec3d(), cv::Vec3d(), k, cv::noArray(), expected);
    check_near(camera.project(x_in_camera), expected[0].x, expected[0].y);
  }
}

TEST_CASE("pixel to ray to pixel is the identity") {
  const CameraModel camera{1371.25, 1290.5, 951.75, 548.5, 1920, 1080};
  std::mt19937_64 engine(6);
  std::uniform_real_distribution<double> x_px(0, 1920);
  std::uniform_real_distribution<double> y_px(0, 1080);
  for (int i = 0; i < 100; ++i) {
    const Eigen::Vector2d pixel(x_px(engine), y_px(engine));
    const auto ray = camera.unproject(pixel);
    REQUIRE(ray.has_value());
    CHECK(ray->norm() == Approx(1));
    check_near(camera.project({3.5 * *ray}), pixel.x(), pixel.y());
  }
}

TEST_CASE("a point at or behind the camera's plane has no projection") {
  const CameraModel camera{800, 800, 480, 270, 960, 540};
  CHECK_FALSE(camera.project({{0, 0, 0}}).has_value());
  CHECK_FALSE(camera.project({{0.1, 0.1, -1}}).has_value());
  CHECK_FALSE(camera.project({{0, 0, kNearestDepth_m}}).has_value());
  CHECK(camera.project({{0, 0, 2 * kNearestDepth_m}}).has_value());
}

TEST_CASE("the image spans from 0 to its width and height, borders included") {
  const CameraModel camera{800, 800, 480, 270, 960, 540};
  CHECK(camera.contains({0, 0}));
  CHECK(camera.contains({960, 540}));
  CHECK_FALSE(camera.contains({-0.001, 5}));
  CHECK_FALSE(camera.contains({960.001, 5}));
  CHECK_FALSE(camera.contains({5, -0.001}));
  CHECK_FALSE(camera.contains({5, 540.001}));
}

TEST_CASE("a camera matrix is taken apart where its numbers stand") {
  const auto camera = camera_model({{{900, 0, 640}, {0, 901, 360}, {0, 0, 1}}}, {1280, 720});
  CHECK(camera.fx == 900);
  CHECK(camera.fy == 901);
  CHECK(camera.cx == 640);
  CHECK(camera.cy == 360);
  CHECK(camera.width == 1280);
  CHECK(camera.height == 720);
}

}  // namespace rtag::geometry
