// SPDX-License-Identifier: MIT
// Labels through a lens, against OpenCV's projections and numbers by hand.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include <Eigen/Geometry>
#include <opencv2/calib3d.hpp>
#include <opencv2/imgproc.hpp>

#include "dataset/coco.h"
#include "dataset/outline.h"
#include "tests/dataset/lens_scene.h"

namespace rtag::dataset {
namespace {

using samples::check_near;
using samples::records_of;
using samples::scene_before_camera;
using samples::set_lens;
using samples::tag_of_size;
using schema::DetectionRecord;
using schema::DistortionModel;
using schema::SceneRecipe;

constexpr double kPi = std::numbers::pi;
constexpr auto kBrownConrady = DistortionModel::kBrownConrady;
constexpr auto kKannalaBrandt = DistortionModel::kKannalaBrandt;
const std::vector<double> kBarrel{-0.28, 0.08, 2e-4, 1e-4, 0};
const std::vector<double> kPincushion{0.2, 0.05, 2e-4, 1e-4, 0};
const std::vector<double> kFisheye{-0.0035, 0.0015, -0.0003, 0.0001};

SceneRecipe lens_scene(const schema::ObjectRecipe& object, DistortionModel model,
                       const std::vector<double>& coefficients) {
  SceneRecipe recipe = scene_before_camera({object}, {960, 540}, 800);
  set_lens(recipe, model, coefficients);
  return recipe;
}

// OpenCV's image of points of the tag, from the exported pose and camera. The principal point is
// one of continuous pixels, so OpenCV's numbers are too.
std::vector<cv::Point2d> opencv_image(const DetectionRecord& record,
                                      const std::vector<cv::Point3d>& points_in_tag) {
  const auto& [w, x, y, z] = *record.rotation_quaternion;
  const Eigen::AngleAxisd turn(Eigen::Quaterniond(w, x, y, z));
  const Eigen::Vector3d turn_rad = turn.angle() * turn.axis();
  const cv::Vec3d rvec(turn_rad.x(), turn_rad.y(), turn_rad.z());
  const cv::Vec3d tvec((*record.position)[0], (*record.position)[1], (*record.position)[2]);
  const auto& k = *record.k_matrix;
  const cv::Matx33d matrix(k[0][0], 0, k[0][2], 0, k[1][1], k[1][2], 0, 0, 1);
  std::vector<cv::Point2d> image;
  if (record.distortion_model == kKannalaBrandt) {
    cv::fisheye::projectPoints(points_in_tag, image, rvec, tvec, matrix, record.distortion_coeffs);
  } else {
    cv::projectPoints(points_in_tag, rvec, tvec, matrix, record.distortion_coeffs, image);
  }
  return image;
}

// Points along the border, from TL around, `parts` an edge.
std::vector<cv::Point3d> rim_of(double size_m, int parts) {
  const double h = size_m / 2;
  const std::array<cv::Point3d, 4> corners{{{-h, -h, 0}, {h, -h, 0}, {h, h, 0}, {-h, h, 0}}};
  std::vector<cv::Point3d> rim;
  for (std::size_t i = 0; i < 4; ++i) {
    const cv::Point3d edge = corners[(i + 1) % 4] - corners[i];
    for (int part = 0; part < parts; ++part)
      rim.push_back(corners[i] + edge * (1.0 * part / parts));
  }
  return rim;
}

double distance_to_rim(const Eigen::Vector2d& point, const geometry::Polygon& polygon) {
  double nearest = 1e9;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Eigen::Vector2d& a = polygon[i];
    const Eigen::Vector2d chord = polygon[(i + 1) % polygon.size()] - a;
    const double along = std::clamp((point - a).dot(chord) / chord.squaredNorm(), 0.0, 1.0);
    nearest = std::min(nearest, (a + along * chord - point).norm());
  }
  return nearest;
}

TEST_CASE("the corners of the reference system's test vectors are reproduced through both lenses") {
  // Points (0.25, -0.15, 1) and (-0.6, 0.4, 1) as top-left corners of 0.1 m tags.
  const auto corner_of = [](double x, double y, DistortionModel model,
                            const std::vector<double>& lens) {
    const auto tag = tag_of_size(0.1, {x + 0.05, -(y + 0.05), -1});
    return records_of(lens_scene(tag, model, lens)).at(0).corners.at(0);
  };
  check_near(corner_of(0.25, -0.15, kBrownConrady, kBarrel), 675.3604, 152.80144, 1e-8);
  check_near(corner_of(-0.6, 0.4, kBrownConrady, kBarrel), 59.52704, 550.42624, 1e-8);
  check_near(corner_of(0.25, -0.15, kKannalaBrandt, kFisheye), 674.55291817, 153.2682491, 1e-7);
  check_near(corner_of(-0.6, 0.4, kKannalaBrandt, kFisheye), 64.61822052, 546.92118632, 1e-7);
}

TEST_CASE("corners through a lens are OpenCV's, at 200 poses") {
  std::mt19937_64 random(8);
  std::uniform_real_distribution<double> unit(-1, 1);
  for (int i = 0; i < 200; ++i) {
    const bool fisheye = i % 2 == 1;
    const schema::Vector3 location{0.5 * unit(random), 0.3 * unit(random), -1.5 + unit(random) / 2};
    const schema::Vector3 angles{unit(random), unit(random), kPi * unit(random)};
    const auto recipe =
        lens_scene(tag_of_size(0.1, location, angles), fisheye ? kKannalaBrandt : kBrownConrady,
                   fisheye ? kFisheye : kBarrel);
    const DetectionRecord record = records_of(recipe).at(0);
    const auto expected = opencv_image(record, rim_of(0.1, 1));
    for (std::size_t c = 0; c < 4; ++c) {
      check_near(record.corners[c], expected[c].x, expected[c].y, 1e-9);
    }
  }
}

TEST_CASE("a fisheye sees a tag behind its plane, and the label is there") {
  // An equidistant fisheye, 300 px a radian, full angle 220 degrees over a 1152 px square. The tag
  // stands 100 degrees from the axis to the right, 1 m away, and faces the camera.
  SceneRecipe recipe = scene_before_camera({}, {1152, 1152}, 300);
  set_lens(recipe, kKannalaBrandt, {0, 0, 0, 0});
  const double a = 100 * kPi / 180;
  recipe.objects = {tag_of_size(0.2, {std::sin(a), 0, -std::cos(a)}, {0, -a, 0})};
  const DetectionRecord record = records_of(recipe).at(0);
  REQUIRE((*record.position)[2] < 0);
  // In the plane of the tag the corners are 0.1 m along and across; 5.71 degrees along.
  const auto by_hand = [&](double along, double up) {
    const double x = std::sin(a) + along * std::cos(a);
    const double z = std::cos(a) - along * std::sin(a);
    const double radius = std::hypot(x, up);
    const double r_px = 300 * std::atan2(radius, z);
    return Eigen::Vector2d(576 + r_px * x / radius, 576 - r_px * up / radius);
  };
  const std::array<Eigen::Vector2d, 4> expected{by_hand(-0.1, 0.1), by_hand(0.1, 0.1),
                                                by_hand(0.1, -0.1), by_hand(-0.1, -0.1)};
  for (std::size_t c = 0; c < 4; ++c) {
    check_near(record.corners[c], expected[c].x(), expected[c].y(), 1e-9);
  }
  CHECK(record.corners_visibility == std::vector<int>{2, 2, 2, 2});
  CHECK(record.facing);
  CHECK(record.visible);
  CHECK(record.occlusion_ratio == 0);
  // A square of 0.2 m at 1 m, of which a fisheye's image grows across by angle / sin(angle).
  CHECK(record.pixel_area == Approx(300 * 300 * 0.04 * a / std::sin(a)).epsilon(0.02));
  CHECK(coco_shape(record)->area_px2 == Approx(record.pixel_area).epsilon(1e-9));
}

TEST_CASE("a point beyond the end of the lens has no projection") {
  // r (1 - 0.28 r^2) folds back at r = 1.09.
  const auto tag = tag_of_size(0.1, {1.2, 0, -1});
  const DetectionRecord record =
      records_of(lens_scene(tag, kBrownConrady, {-0.28, 0, 0, 0, 0})).at(0);
  for (const auto& corner : record.corners) CHECK_FALSE(corner.has_value());
  CHECK(record.corners_visibility == std::vector<int>{0, 0, 0, 0});
  CHECK_FALSE(record.visible);
  CHECK(record.pixel_area == 0);
}

TEST_CASE("outlines follow edges that a lens bends to 0.1 px, both ways") {
  std::mt19937_64 random(9);
  std::uniform_real_distribution<double> unit(-1, 1);
  for (int i = 0; i < 60; ++i) {
    const std::vector<double>& lens = i % 3 == 0 ? kBarrel : i % 3 == 1 ? kPincushion : kFisheye;
    const schema::Vector3 location{0.2 * unit(random), 0.1 * unit(random), -1.2};
    const auto recipe =
        lens_scene(tag_of_size(0.6, location, {unit(random), unit(random), unit(random)}),
                   i % 3 == 2 ? kKannalaBrandt : kBrownConrady, lens);
    const DetectionRecord record = records_of(recipe).at(0);
    const MovingCamera camera = moving_camera(recipe.cameras[0]);
    const geometry::CameraModel& model = camera.model;
    geometry::Polygon dense;
    for (const cv::Point2d& p : opencv_image(record, rim_of(0.6, 500)))
      dense.emplace_back(p.x, p.y);
    const Quad quad = [&] {
      Quad corners;
      const auto& [w, x, y, z] = *record.rotation_quaternion;
      const auto& t = *record.position;
      const auto rim = rim_of(0.6, 1);
      for (std::size_t c = 0; c < 4; ++c) {
        corners[c].xyz =
            Eigen::Quaterniond(w, x, y, z) * Eigen::Vector3d(rim[c].x, rim[c].y, rim[c].z) +
            Eigen::Vector3d(t[0], t[1], t[2]);
      }
      return corners;
    }();
    const geometry::Polygon found = outline(quad, camera);
    CHECK(found.size() < 100);
    for (const auto& point : dense) {
      if (model.contains(point)) CHECK(distance_to_rim(point, found) <= kOutlineTolerance_px);
    }
    for (const auto& point : found) {
      if (model.contains(point)) CHECK(distance_to_rim(point, dense) <= kOutlineTolerance_px);
    }
    const geometry::Polygon dense_inside =
        geometry::clip_to_image(dense, model.width, model.height);
    CHECK(record.pixel_area == Approx(geometry::signed_area(dense_inside)).epsilon(1e-3));
    CHECK(coco_shape(record)->area_px2 == Approx(record.pixel_area).epsilon(1e-9));
  }
}

TEST_CASE("a tag that is all that a camera sees fills the image, through every lens") {
  for (const auto& [model, lens] :
       {std::pair{kBrownConrady, kBarrel}, std::pair{kBrownConrady, kPincushion},
        std::pair{kKannalaBrandt, kFisheye}}) {
    const DetectionRecord record =
        records_of(lens_scene(tag_of_size(50, {0, 0, -1}), model, lens)).at(0);
    CHECK(record.pixel_area == Approx(960 * 540).epsilon(1e-9));
    CHECK(record.occlusion_ratio == 0);
    CHECK_FALSE(record.visible);
    const auto bbox = coco_shape(record)->bbox;
    CHECK(bbox[0] == Approx(0).margin(1e-9));
    CHECK(bbox[2] == Approx(960));
    CHECK(bbox[3] == Approx(540));
  }
}

TEST_CASE("a lens that does nothing outlines as no lens, also what reaches behind the camera") {
  std::mt19937_64 random(10);
  std::uniform_real_distribution<double> unit(-1, 1);
  int behind = 0;
  for (int i = 0; i < 200; ++i) {
    const schema::Vector3 location{unit(random), unit(random), unit(random) - 0.7};
    const schema::Vector3 angles{kPi * unit(random), kPi * unit(random), kPi * unit(random)};
    SceneRecipe recipe = lens_scene(tag_of_size(2, location, angles), DistortionModel::kNone, {});
    const DetectionRecord straight = records_of(recipe).at(0);
    set_lens(recipe, kBrownConrady, {0, 0, 0, 0, 0});
    const DetectionRecord bent = records_of(recipe).at(0);
    CHECK(bent.pixel_area == Approx(straight.pixel_area).epsilon(1e-6).margin(1e-6));
    for (std::size_t c = 0; c < 4; ++c) {
      REQUIRE(bent.corners[c].has_value() == straight.corners[c].has_value());
      if (!straight.corners[c]) continue;
      const auto [x, y] = *straight.corners[c];
      check_near(bent.corners[c], x, y, 1e-9 * (1 + std::hypot(x, y)));
    }
    const auto& seen = *straight.corners_visibility;
    behind += std::count(seen.begin(), seen.end(), 0) % 4 != 0 && straight.pixel_area > 0;
  }
  CHECK(behind > 20);
}

TEST_CASE("the floor around a fisheye of 200 degrees is seen up to the image's border") {
  // A level camera 0.5 m above a floor that reaches from 2 m behind it to 2 m ahead, equidistant,
  // 200 px a radian: the floor's image lies below the horizon and reaches below the camera's plane.
  SceneRecipe recipe = scene_before_camera({}, {700, 700}, 200);
  set_lens(recipe, kKannalaBrandt, {0, 0, 0, 0});
  recipe.objects = {tag_of_size(4, {0, -0.5, 0}, {-kPi / 2, 0, 0})};
  const DetectionRecord record = records_of(recipe).at(0);
  double pixels = 0;  // by asking each pixel's ray
  for (int row = 0; row < 700; ++row) {
    for (int column = 0; column < 700; ++column) {
      const double x = (column + 0.5 - 350) / 200;
      const double y = (row + 0.5 - 350) / 200;
      const double angle = std::hypot(x, y);
      const Eigen::Vector3d ray(std::sin(angle) * x / angle, std::sin(angle) * y / angle,
                                std::cos(angle));
      if (ray.y() <= 0) continue;
      const Eigen::Vector3d hit = ray * (0.5 / ray.y());
      pixels += std::abs(hit.x()) < 2 && std::abs(hit.z()) < 2 ? 1 : 0;
    }
  }
  CHECK(record.pixel_area == Approx(pixels).epsilon(2e-3));
  for (const auto& corner : record.corners) CHECK(corner.has_value());
}

TEST_CASE("a face that surrounds the back of a fisheye is not called seen") {
  SceneRecipe recipe = scene_before_camera({}, {700, 700}, 200);
  set_lens(recipe, kKannalaBrandt, {0, 0, 0, 0});
  recipe.objects = {tag_of_size(1, {0, 0, 1}, {0, kPi, 0})};
  const DetectionRecord record = records_of(recipe).at(0);
  CHECK(record.facing);
  CHECK(record.pixel_area == 0);
  CHECK(record.occlusion_ratio == 1);
  CHECK_FALSE(record.visible);
  CHECK(!coco_shape(record));
}

// ---- Occlusion against the overlap of polygons

std::vector<cv::Point2f> square_about(double x, double y, double edge) {
  const auto at = [&](double dx, double dy) {
    return cv::Point2f(static_cast<float>(x + dx * edge / 2),
                       static_cast<float>(y + dy * edge / 2));
  };
  return {at(-1, -1), at(1, -1), at(1, 1), at(-1, 1)};
}

// A tag of 0.4 m, 1 m ahead, behind a turned square plate that is parallel to it, 0.5 m ahead. Its
// shadow from the camera's centre, in the plane of the tag, is twice as large.
struct Eclipse {
  std::vector<cv::Point2f> shadow;
  std::vector<cv::Point2f> overlap;

  Eclipse(double x, double y, double edge, double turn_rad) {
    for (const cv::Point2f& p : square_about(0, 0, edge)) {
      shadow.emplace_back(
          static_cast<float>(2 * (x + p.x * std::cos(turn_rad) - p.y * std::sin(turn_rad))),
          static_cast<float>(2 * (y + p.x * std::sin(turn_rad) + p.y * std::cos(turn_rad))));
    }
    cv::intersectConvexConvex(square_about(0, 0, 0.4), shadow, overlap);
  }

  // The share of the tag's image that the plate's image covers: edges divided finely, by OpenCV.
  double hidden_of_image(const DetectionRecord& record) const {
    if (overlap.size() < 3) return 0;
    const auto area = [&](const std::vector<cv::Point2f>& polygon) {
      std::vector<cv::Point3d> fine;
      for (std::size_t i = 0; i < polygon.size(); ++i) {
        const cv::Point2d a = polygon[i];
        const cv::Point2d edge = cv::Point2d(polygon[(i + 1) % polygon.size()]) - a;
        for (int k = 0; k < 100; ++k)
          fine.emplace_back(a.x + edge.x * k / 100, a.y + edge.y * k / 100, 0);
      }
      geometry::Polygon image;
      for (const cv::Point2d& p : opencv_image(record, fine)) image.emplace_back(p.x, p.y);
      return std::abs(geometry::signed_area(image));
    };
    return area(overlap) / area(square_about(0, 0, 0.4));
  }

  // What a renderer would show at a pixel's centre, from the ray's hit with the tag's plane.
  std::int32_t shows(const cv::Point2f& hit) const {
    if (cv::pointPolygonTest(shadow, hit, false) >= 0) return 9;
    return std::max(std::abs(hit.x), std::abs(hit.y)) < 0.4 / 2 * 10 / 8 ? 1 : 0;
  }
};

IndexImage drawn(const SceneRecipe& recipe, const Eclipse& eclipse) {
  const auto& intrinsics = recipe.cameras[0].intrinsics;
  const auto& k = intrinsics.k_matrix;
  IndexImage index = samples::all_of(recipe, 0);
  std::vector<cv::Point2f> centres;
  for (int row = 0; row < index.height_px; ++row) {
    for (int column = 0; column < index.width_px; ++column) {
      centres.emplace_back(static_cast<float>(column + 0.5), static_cast<float>(row + 0.5));
    }
  }
  const cv::Matx33d matrix(k[0][0], 0, k[0][2], 0, k[1][1], k[1][2], 0, 0, 1);
  std::vector<cv::Point2f> hits;  // 1 m ahead
  if (intrinsics.distortion_model == kKannalaBrandt) {
    cv::fisheye::undistortPoints(centres, hits, matrix, intrinsics.distortion_coeffs);
  } else {
    cv::undistortPoints(centres, hits, matrix, intrinsics.distortion_coeffs, cv::noArray(),
                        cv::noArray(), {cv::TermCriteria::COUNT, 50, 0});
  }
  for (std::size_t i = 0; i < hits.size(); ++i) index.objects[i] = eclipse.shows(hits[i]);
  return index;
}

TEST_CASE("the hidden share of the index pass is that of the polygons to 1 %, through every lens") {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> unit(-1, 1);
  double worst = 0;
  int partly = 0;
  for (int i = 0; i < 32; ++i) {
    SceneRecipe recipe = scene_before_camera({tag_of_size(0.4, {0, 0, -1})}, {480, 360}, 400);
    if (i % 4 == 1) set_lens(recipe, kBrownConrady, kBarrel);
    if (i % 4 == 2) set_lens(recipe, kBrownConrady, kPincushion);
    if (i % 4 == 3) set_lens(recipe, kKannalaBrandt, kFisheye);
    const Eclipse eclipse(0.1 * unit(random), 0.1 * unit(random), 0.1 + 0.05 * unit(random),
                          unit(random));
    const auto record = ground_truth(recipe, 0, drawn(recipe, eclipse), 42).at(0);
    const double expected = eclipse.hidden_of_image(record);
    worst = std::max(worst, std::abs(record.occlusion_ratio - expected));
    partly += expected > 0.05 && expected < 0.95;
  }
  CHECK(worst <= 0.01);
  CHECK(partly > 20);
}

TEST_CASE("a bent edge of a bare border is not called occluded where nothing hides it") {
  for (const auto& [model, lens] :
       {std::pair{kBrownConrady, kBarrel}, std::pair{kBrownConrady, kPincushion},
        std::pair{kKannalaBrandt, kFisheye}}) {
    SceneRecipe recipe =
        scene_before_camera({tag_of_size(0.4 * 10 / 8, {0, 0, -1}, {}, 0)}, {480, 360}, 400);
    set_lens(recipe, model, lens);
    const Eclipse nothing(50, 50, 0.1, 0);  // draws the tag's plane of 0.5 m
    CHECK(ground_truth(recipe, 0, drawn(recipe, nothing), 42).at(0).occlusion_ratio == 0);
  }
}

}  // namespace
}  // namespace rtag::dataset
