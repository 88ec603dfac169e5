// SPDX-License-Identifier: MIT
// Cameras with lenses against OpenCV, over coefficients drawn far wider than real lenses have them.
#include <numbers>
#include <random>

#include <catch2/catch.hpp>
#include <opencv2/calib3d.hpp>

#include "schema/geometry/camera_model.h"

namespace rtag::geometry {
namespace {

constexpr int kLenses = 400;
constexpr int kPointsALens = 250;
constexpr double kTolerance_px = 1e-9;

struct Dice {
  explicit Dice(unsigned seed) : engine(seed) {}
  std::mt19937_64 engine;
  double between(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(engine);
  }
};

CameraModel camera_with(const Lens& lens, double focal_px) {
  return camera_model({{{focal_px, 0, 331.25}, {0, 1.02 * focal_px, 236.5}, {0, 0, 1}}}, {640, 480},
                      lens);
}

// A lens that covers its image. Half of the lenses that are drawn do not.
template <class Draw>
CameraModel covered_camera(Dice& dice, double shortest_px, double longest_px, const Draw& draw) {
  while (true) {
    const auto camera = camera_with(draw(), dice.between(shortest_px, longest_px));
    if (!camera.pixel_without_ray()) return camera;
  }
}

CameraModel brown_conrady_camera(Dice& dice) {
  return covered_camera(dice, 200, 2000, [&] {
    return BrownConrady{dice.between(-1, 1), dice.between(-1, 1), dice.between(-0.05, 0.05),
                        dice.between(-0.05, 0.05), dice.between(-1, 1)};
  });
}

CameraModel kannala_brandt_camera(Dice& dice) {
  return covered_camera(dice, 120, 2000, [&] {
    return KannalaBrandt{dice.between(-0.2, 0.2), dice.between(-0.1, 0.1),
                         dice.between(-0.05, 0.05), dice.between(-0.02, 0.02)};
  });
}

Point<Camera> point_before(const CameraModel& camera, Dice& dice) {
  const auto ray =
      camera.unproject({dice.between(0, camera.width), dice.between(0, camera.height)});
  REQUIRE(ray.has_value());
  return {*ray * dice.between(0.1, 10)};
}

struct Expected {
  Eigen::Vector2d pixel;
  Eigen::Matrix<double, 2, 3> by_point;
};

Expected taken(const cv::Point2d& pixel, const cv::Mat& jacobian, int first_column) {
  Expected expected{{pixel.x, pixel.y}, {}};
  for (int row = 0; row < 2; ++row) {
    for (int column = 0; column < 3; ++column) {
      expected.by_point(row, column) = jacobian.at<double>(row, first_column + column);
    }
  }
  return expected;
}

cv::Matx33d matrix_of(const CameraModel& camera) {
  return {camera.fx, 0, camera.cx, 0, camera.fy, camera.cy, 0, 0, 1};
}

std::vector<double> coefficients_of(const BrownConrady& lens) {
  return {lens.k1, lens.k2, lens.p1, lens.p2, lens.k3};
}

// A camera at the origin moves against the points: d pixel / d translation = d pixel / d point.
Expected by_opencv(const CameraModel& camera, const Point<Camera>& x) {
  const std::vector<cv::Point3d> points{{x.xyz.x(), x.xyz.y(), x.xyz.z()}};
  std::vector<cv::Point2d> pixels;
  cv::Mat jacobian;
  if (const auto* fisheye = std::get_if<KannalaBrandt>(&camera.lens)) {
    const cv::Vec4d d(fisheye->k1, fisheye->k2, fisheye->k3, fisheye->k4);
    cv::fisheye::projectPoints(points, pixels, cv::Vec3d(), cv::Vec3d(), matrix_of(camera), d, 0,
                               jacobian);
    return taken(pixels[0], jacobian, 11);
  }
  std::vector<double> d;
  if (const auto* lens = std::get_if<BrownConrady>(&camera.lens)) d = coefficients_of(*lens);
  cv::projectPoints(points, cv::Vec3d(), cv::Vec3d(), matrix_of(camera), d, pixels, jacobian);
  return taken(pixels[0], jacobian, 3);
}

struct Difference {
  double pixel = 0;
  double jacobian = 0;    // relative
  double round_trip = 0;  // pixels

  void add(const CameraModel& camera, const Point<Camera>& x, const Expected& expected) {
    const auto found = camera.project_with_jacobian(x);
    const auto plain = camera.project(x);
    REQUIRE((found && plain && found->pixel == *plain));
    pixel = std::max(pixel, (found->pixel - expected.pixel).norm());
    jacobian =
        std::max(jacobian, (found->by_point - expected.by_point).norm() / expected.by_point.norm());
    const auto ray = camera.unproject(*plain);
    REQUIRE(ray.has_value());
    round_trip = std::max(round_trip, (*camera.project({*ray}) - *plain).norm());
  }
};

template <class DrawCamera>
Difference difference_over(unsigned seed, const DrawCamera& draw_camera) {
  Dice dice(seed);
  Difference difference;
  for (int i = 0; i < kLenses; ++i) {
    const CameraModel camera = draw_camera(dice);
    for (int j = 0; j < kPointsALens; ++j) {
      const auto x = point_before(camera, dice);
      if (x.xyz.z() <= 0) continue;  // OpenCV mirrors what is behind the camera's plane
      difference.add(camera, x, by_opencv(camera, x));
    }
  }
  return difference;
}

void check_small(const Difference& difference) {
  CHECK(difference.pixel < kTolerance_px);
  CHECK(difference.jacobian < 1e-9);
  CHECK(difference.round_trip < kTolerance_px);
}

}  // namespace

TEST_CASE("a camera without a lens projects as OpenCV's projectPoints, and so does its Jacobian") {
  check_small(difference_over(
      1, [](Dice& dice) { return camera_with(Rectilinear{}, dice.between(200, 2000)); }));
}

TEST_CASE("Brown-Conrady lenses project as OpenCV's projectPoints, and so do their Jacobians") {
  check_small(difference_over(2, brown_conrady_camera));
}

TEST_CASE("Kannala-Brandt lenses project as OpenCV's fisheye, and so do their Jacobians") {
  check_small(difference_over(3, kannala_brandt_camera));
}

// OpenCV's iteration converges for moderate lenses only, so the draw is narrower.
TEST_CASE("pixels have the rays of OpenCV's undistortPoints when that iterates long enough") {
  Dice dice(4);
  const cv::TermCriteria until_still(cv::TermCriteria::COUNT | cv::TermCriteria::EPS, 2000, 1e-15);
  double largest_px = 0;
  for (int i = 0; i < 100; ++i) {
    const auto camera = covered_camera(dice, 500, 2000, [&] {
      return BrownConrady{dice.between(-0.35, 0.1), dice.between(-0.1, 0.15),
                          dice.between(-2e-3, 2e-3), dice.between(-2e-3, 2e-3), 0};
    });
    const auto coefficients = coefficients_of(std::get<BrownConrady>(camera.lens));
    for (int j = 0; j < 100; ++j) {
      const Eigen::Vector2d pixel(dice.between(0, 640), dice.between(0, 480));
      std::vector<cv::Point2d> expected;
      cv::undistortPoints(std::vector<cv::Point2d>{{pixel.x(), pixel.y()}}, expected,
                          matrix_of(camera), coefficients, cv::noArray(), cv::noArray(),
                          until_still);
      const auto ray = camera.unproject(pixel);
      REQUIRE(ray.has_value());
      const Eigen::Vector2d point = ray->head<2>() / ray->z();
      largest_px = std::max(
          largest_px, camera.fx * std::hypot(point.x() - expected[0].x, point.y() - expected[0].y));
    }
  }
  CHECK(largest_px < kTolerance_px);
}

// The formula of the lens, written out for a ray that is given by its angles.
TEST_CASE("a lens of 190 degrees sees points behind its own plane") {
  Dice dice(5);
  const KannalaBrandt lens{-0.0035, 0.0015, -0.0003, 0.0001};
  const CameraModel camera = camera_with(lens, 140);
  CHECK_FALSE(camera.pixel_without_ray().has_value());
  CHECK(*camera.largest_incidence_rad() * 2 > 190 * std::numbers::pi / 180);
  int behind = 0;
  double largest_px = 0;
  for (int i = 0; i < 20000; ++i) {
    const double theta = dice.between(0, 3.1);
    const double phi = dice.between(-std::numbers::pi, std::numbers::pi);
    const double distance_m = dice.between(0.1, 10);
    const Point<Camera> x{{distance_m * std::sin(theta) * std::cos(phi),
                           distance_m * std::sin(theta) * std::sin(phi),
                           distance_m * std::cos(theta)}};
    const double radius = theta - 0.0035 * std::pow(theta, 3) + 0.0015 * std::pow(theta, 5) -
                          0.0003 * std::pow(theta, 7) + 0.0001 * std::pow(theta, 9);
    const Eigen::Vector2d expected(camera.fx * radius * std::cos(phi) + camera.cx,
                                   camera.fy * radius * std::sin(phi) + camera.cy);
    const auto pixel = camera.project(x);
    REQUIRE(pixel.has_value());
    largest_px = std::max(largest_px, (*pixel - expected).norm());
    const auto ray = camera.unproject(*pixel);
    REQUIRE(ray.has_value());
    CHECK((*ray - x.xyz / distance_m).norm() < 1e-12);
    behind += x.xyz.z() < 0;
  }
  CHECK(largest_px < kTolerance_px);
  CHECK(behind > 9000);
}

TEST_CASE("behind its plane, too, a Kannala-Brandt Jacobian is that of central differences") {
  const CameraModel camera = camera_with(KannalaBrandt{-0.02, 0.003, 0.001, -0.0002}, 140);
  const double step_m = 1e-6;
  for (const Eigen::Vector3d& xyz : {Eigen::Vector3d(1, -0.4, -0.2), Eigen::Vector3d(0.5, 0.6, 0),
                                     Eigen::Vector3d(0, 0, 2), Eigen::Vector3d(1e-9, 0, 1)}) {
    const auto projection = camera.project_with_jacobian({xyz});
    REQUIRE(projection.has_value());
    for (int i = 0; i < 3; ++i) {
      const Eigen::Vector3d h = Eigen::Vector3d::Unit(i) * step_m;
      const Eigen::Vector2d slope =
          (*camera.project({xyz + h}) - *camera.project({xyz - h})) / (2 * step_m);
      CHECK((projection->by_point.col(i) - slope).norm() < 1e-6);
    }
  }
}

// ---- Where a lens ends

TEST_CASE("every point within a lens's limit is found again from its pixel, up to the fold") {
  Dice dice(6);
  for (int i = 0; i < 2000; ++i) {
    const BrownConrady lens{dice.between(-3, 3), dice.between(-3, 3), dice.between(-0.3, 0.3),
                            dice.between(-0.3, 0.3), dice.between(-3, 3)};
    const CameraModel camera = camera_with(lens, 1000);
    const double reach = std::min(camera.lens_limit, 3.0);
    for (const double short_of_limit : {0.5, 1e-3, 1e-6, 1e-9}) {
      const double radius = reach * (1 - short_of_limit * dice.between(0.1, 1));
      const double angle_rad = dice.between(-std::numbers::pi, std::numbers::pi);
      const Point<Camera> x{{radius * std::cos(angle_rad), radius * std::sin(angle_rad), 1}};
      const auto pixel = camera.project(x);
      REQUIRE(pixel.has_value());
      if (pixel->norm() > 1e5) continue;  // a double holds no 1e-9 px out there
      const auto ray = camera.unproject(*pixel);
      REQUIRE(ray.has_value());
      REQUIRE((*camera.project({*ray}) - *pixel).norm() < kTolerance_px);
      if (short_of_limit == 0.5) REQUIRE((*ray - x.xyz.normalized()).norm() < 1e-10);
    }
  }
}

// R = r - 0.3 r^3 grows up to r = 1.0541, where it is 0.7027: beyond, each image point would be
// shown a second time.
TEST_CASE("a lens that folds over has no pixel for points beyond the fold") {
  const CameraModel camera = camera_with(BrownConrady{.k1 = -0.3}, 1000);
  CHECK(camera.project({{1.05, 0, 1}}).has_value());
  CHECK(camera.project({{0, -2.1, 2}}).has_value());
  CHECK_FALSE(camera.project({{1.06, 0, 1}}).has_value());
  CHECK_FALSE(camera.project({{0, -3, 2}}).has_value());
  CHECK_FALSE(camera.project_with_jacobian({{1.06, 0, 1}}).has_value());
  CHECK(camera.unproject({331.25 + 702.7, 236.5}).has_value());
  CHECK_FALSE(camera.unproject({331.25 + 702.8, 236.5}).has_value());
}

TEST_CASE("the same holds for a Kannala-Brandt lens") {
  // r' = theta - 0.1 theta^3 grows up to theta = 1.8257, where it is 1.2172.
  const CameraModel camera = camera_with(KannalaBrandt{.k1 = -0.1}, 1000);
  CHECK(camera.project({{std::sin(1.82), 0, std::cos(1.82)}}).has_value());
  CHECK_FALSE(camera.project({{std::sin(1.83), 0, std::cos(1.83)}}).has_value());
  CHECK(camera.unproject({331.25 + 1217.1, 236.5}).has_value());
  CHECK_FALSE(camera.unproject({331.25 + 1217.2, 236.5}).has_value());
}

TEST_CASE("what is at the camera, straight behind it or level with it has no pixel") {
  const CameraModel fisheye = camera_with(KannalaBrandt{}, 140);
  CHECK_FALSE(fisheye.project({{0, 0, 0}}).has_value());
  CHECK_FALSE(fisheye.project({{0, 0, -1}}).has_value());
  CHECK(fisheye.project({{1, 0, 0}}).has_value());
  const CameraModel camera = camera_with(BrownConrady{.k1 = 0.1}, 500);
  CHECK_FALSE(camera.project({{0, 0, -1}}).has_value());
  CHECK_FALSE(camera.project({{0, 0, kNearestDepth_m}}).has_value());
  CHECK(camera.project({{1, 0, 1e-5}}).has_value());
  CHECK_FALSE(camera.project({{20, 0, 1e-5}}).has_value());
}

// The corner of this image is 407 px from the principal point; the lens reaches 0.7027 f.
TEST_CASE("an image that its lens does not cover has a point without a ray") {
  const BrownConrady lens{.k1 = -0.3};
  const auto missing = camera_with(lens, 560).pixel_without_ray();
  REQUIRE(missing.has_value());
  CHECK(camera_with(lens, 560).contains(*missing));
  CHECK((*missing - Eigen::Vector2d(331.25, 236.5)).norm() > 0.7027 * 560);
  CHECK_FALSE(camera_with(lens, 560).largest_incidence_rad().has_value());
  CHECK_FALSE(camera_with(lens, 590).pixel_without_ray().has_value());
  CHECK_FALSE(camera_with(Rectilinear{}, 10).pixel_without_ray().has_value());
  CHECK(camera_with(KannalaBrandt{}, 100).pixel_without_ray().has_value());
}

// Without a lens the corner that is farthest from the principal point, (0, 480): by hand,
// atan(hypot(331.25 / 500, 243.5 / 510)); an equidistant lens has hypot itself.
TEST_CASE("the largest angle of incidence is that of the farthest corner") {
  const double radius = std::hypot(331.25 / 500, 243.5 / 510);
  CHECK(*camera_with(Rectilinear{}, 500).largest_incidence_rad() == Approx(std::atan(radius)));
  CameraModel fisheye = camera_with(KannalaBrandt{}, 500);
  CHECK(*fisheye.largest_incidence_rad() == Approx(radius));
  fisheye.cx = 640 - 331.25;
  CHECK(*fisheye.largest_incidence_rad() == Approx(radius));
  fisheye.cy = 480 - 236.5;
  CHECK(*fisheye.largest_incidence_rad() == Approx(radius));
}

}  // namespace rtag::geometry
