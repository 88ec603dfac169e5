// SPDX-License-Identifier: MIT
// Detectors that share no code with rtag look at previews.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <apriltag/apriltag.h>
#include <apriltag/tag16h5.h>
#include <apriltag/tag25h9.h>
#include <apriltag/tag36h10.h>
#include <apriltag/tag36h11.h>
#include <catch2/catch.hpp>
#include <opencv2/aruco/charuco.hpp>
#include <opencv2/imgproc.hpp>

#include "compiler/preview_labels.h"
#include "compiler/scene_compiler.h"
#include "schema/geometry/board_model.h"
#include "schema/geometry/recipe_geometry.h"
#include "schema/marker_families.h"
#include "tests/compiler/example_jobs.h"
#include "tests/compiler/preview_scenes.h"

using namespace rtag;
using namespace rtag::compiler;
using Eigen::Matrix3d;
using Eigen::Vector2d;
using Eigen::Vector3d;

namespace {

// The brightest becomes 230 of 255, without a tone curve: nothing saturates.
cv::Mat exposed(const LightImage& image) {
  const float brightest = *std::max_element(image.rgb.begin(), image.rgb.end());
  cv::Mat grey(image.height_px, image.width_px, CV_8UC1);
  for (int row = 0; row < image.height_px; ++row) {
    for (int column = 0; column < image.width_px; ++column) {
      grey.at<std::uint8_t>(row, column) =
          cv::saturate_cast<std::uint8_t>(230 * at(image, column, row).g / brightest);
    }
  }
  return grey;
}

const std::map<std::string, int> kOpenCvDictionaries{
    {"tag16h5", cv::aruco::DICT_APRILTAG_16h5},   {"tag25h9", cv::aruco::DICT_APRILTAG_25h9},
    {"tag36h10", cv::aruco::DICT_APRILTAG_36h10}, {"tag36h11", cv::aruco::DICT_APRILTAG_36h11},
    {"DICT_4X4_50", cv::aruco::DICT_4X4_50},      {"DICT_6X6_250", cv::aruco::DICT_6X6_250}};

// What a detector found; corners are ours: TL, TR, BR, BL, the first pixel's centre (0.5, 0.5).
struct Marker {
  int id;
  std::array<Vector2d, 4> corners;
};
using Detector = std::vector<Marker> (*)(const cv::Mat& grey, const std::string& family);

std::vector<int> ids_of(const std::vector<Marker>& markers) {
  std::vector<int> ids;
  for (const Marker& marker : markers) ids.push_back(marker.id);
  return ids;
}

double edge_px(const std::vector<cv::Point2f>& corners) {
  return cv::arcLength(corners, true) / static_cast<double>(corners.size());
}

// Corners are refined within 0.3 modules: farther away are other edges.
std::vector<Marker> by_opencv(const cv::Mat& grey, const std::string& family) {
  std::vector<int> ids;
  std::vector<std::vector<cv::Point2f>> corners;
  cv::aruco::detectMarkers(grey, cv::aruco::getPredefinedDictionary(kOpenCvDictionaries.at(family)),
                           corners, ids);
  const int modules = schema::find_marker_family(family)->grid_modules;
  std::vector<Marker> markers;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const int reach_px =
        std::clamp(static_cast<int>(0.3 * edge_px(corners[i]) / modules + 0.5), 1, 5);
    cv::cornerSubPix(grey, corners[i], {reach_px, reach_px}, {-1, -1},
                     {cv::TermCriteria::EPS + cv::TermCriteria::COUNT, 100, 0.001});
    Marker& marker = markers.emplace_back(Marker{ids[i], {}});
    for (std::size_t k = 0; k < 4; ++k) {
      marker.corners[k] = {corners[i][k].x + 0.5, corners[i][k].y + 0.5};
    }
  }
  return markers;
}

struct AprilTagFamily {
  apriltag_family_t* (*create)();
  void (*destroy)(apriltag_family_t*);
};
const std::map<std::string, AprilTagFamily> kAprilTagFamilies{
    {"tag16h5", {tag16h5_create, tag16h5_destroy}},
    {"tag25h9", {tag25h9_create, tag25h9_destroy}},
    {"tag36h10", {tag36h10_create, tag36h10_destroy}},
    {"tag36h11", {tag36h11_create, tag36h11_destroy}}};

// On art drawn by OpenCV, its corners 0 to 3 are our TR, TL, BL, BR (docs/conventions.md).
std::vector<Marker> by_libapriltag(const cv::Mat& grey, const std::string& name) {
  const auto known = kAprilTagFamilies.find(name);
  if (known == kAprilTagFamilies.end()) return {};
  apriltag_family_t* const family = known->second.create();
  apriltag_detector_t* const detector = apriltag_detector_create();
  detector->quad_decimate = 1;
  apriltag_detector_add_family(detector, family);
  cv::Mat copy = grey.clone();
  image_u8_t view{copy.cols, copy.rows, static_cast<int32_t>(copy.step), copy.data};
  zarray_t* const detections = apriltag_detector_detect(detector, &view);
  std::vector<Marker> markers;
  for (int i = 0; i < zarray_size(detections); ++i) {
    apriltag_detection_t* detection = nullptr;
    zarray_get(detections, i, &detection);
    Marker& marker = markers.emplace_back(Marker{detection->id, {}});
    constexpr std::array<std::size_t, 4> kTheirs{1, 0, 3, 2};
    for (std::size_t k = 0; k < 4; ++k) {
      marker.corners[k] = {detection->p[kTheirs[k]][0], detection->p[kTheirs[k]][1]};
    }
  }
  apriltag_detections_destroy(detections);
  apriltag_detector_destroy(detector);
  known->second.destroy(family);
  return markers;
}

// Facing, whole in the image, its modules large enough to be read.
bool is_readable(const MarkerLabel& label, const LightImage& image) {
  double shortest_px = 1e9;
  for (std::size_t i = 0; i < 4; ++i) {
    const ImagePoint& a = label.corners[i];
    const ImagePoint& b = label.corners[(i + 1) % 4];
    if (!a || !b || (a->array() < 10).any() || a->x() > image.width_px - 10 ||
        a->y() > image.height_px - 10) {
      return false;
    }
    shortest_px = std::min(shortest_px, (*a - *b).norm());
  }
  const double modules = schema::find_marker_family(label.family)->grid_modules;
  return label.facing && shortest_px > 6 * modules;
}

class Accuracy {
 public:
  Accuracy(Detector detector, std::set<std::string> families)
      : detector_(detector), families_(std::move(families)) {}

  void look(const LightImage& image, const PictureLabels& labels) {
    const cv::Mat grey = exposed(image);
    std::map<std::string, std::vector<Marker>> seen;
    for (const MarkerLabel& label : labels.markers) {
      if (!families_.contains(label.family) || !is_readable(label, image)) continue;
      if (!seen.contains(label.family)) seen[label.family] = detector_(grey, label.family);
      add(label, seen[label.family]);
    }
  }

  int found() const { return static_cast<int>(errors_px_.size() / 4); }
  int missing() const { return missing_; }
  Vector2d mean_px() const {
    Vector2d sum(0, 0);
    for (const Vector2d& error : errors_px_) sum += error;
    return sum / static_cast<double>(errors_px_.size());
  }
  Vector2d rms_px() const {  // of each axis
    Vector2d sum(0, 0);
    for (const Vector2d& error : errors_px_) sum += error.cwiseAbs2();
    return (sum / static_cast<double>(errors_px_.size())).cwiseSqrt();
  }

 private:
  // A scene may hold an id twice: the right one is within 5 px.
  void add(const MarkerLabel& label, const std::vector<Marker>& seen) {
    for (const Marker& marker : seen) {
      std::array<Vector2d, 4> errors_px;
      for (std::size_t i = 0; i < 4; ++i) errors_px[i] = marker.corners[i] - *label.corners[i];
      const bool is_near = std::all_of(errors_px.begin(), errors_px.end(),
                                       [](const Vector2d& error) { return error.norm() < 5; });
      if (marker.id != label.id || !is_near) continue;
      errors_px_.insert(errors_px_.end(), errors_px.begin(), errors_px.end());
      return;
    }
    ++missing_;
  }

  Detector detector_;
  std::set<std::string> families_;
  std::vector<Vector2d> errors_px_;
  int missing_ = 0;
};

// Tags on a sphere of 1 m around the camera, each towards it. The angles are from the camera's axis
// and around it.
schema::SceneRecipe tags_around(const std::vector<std::pair<double, double>>& angles_deg,
                                double edge_m, int image_px) {
  schema::SceneRecipe recipe;
  const Matrix3d rotation = towards({-1, 0, 0}, {0, 0, 1});
  recipe.cameras = {camera_at({0, 0, 0}, rotation, image_px, image_px, image_px / 2.0)};
  recipe.world.lights = {lamp({0, 0, 0.3}, 20)};
  int id = 0;
  for (const auto& [axis_deg, around_deg] : angles_deg) {
    const double axis = axis_deg * kPi / 180;
    const double around = around_deg * kPi / 180;
    const Vector3d in_camera(std::sin(axis) * std::cos(around), std::sin(axis) * std::sin(around),
                             -std::cos(axis));
    const Vector3d place = rotation * in_camera;
    recipe.objects.push_back(tag_at(place, towards(-place, {0.1, 0.2, 1}), edge_m, id++));
  }
  return recipe;
}

}  // namespace

TEST_CASE("OpenCV finds the tags of twenty previews where the labels say") {
  schema::JobSpec job = default_job(20);
  job.scene_config.camera.resolution = {1280, 960};
  job.scene_config.camera.samples_per_scene = 1;
  job.scene_config.camera.min_distance = 0.5;
  job.scene_config.camera.max_distance = 1.2;
  job.scene_config.camera.min_elevation = 0.6;
  tags_of(job).tag_families = {"tag16h5",  "tag25h9",     "tag36h10",
                               "tag36h11", "DICT_4X4_50", "DICT_6X6_250"};
  tags_of(job).tags_per_scene = {9, 9};
  Accuracy opencv(by_opencv,
                  {"tag16h5", "tag25h9", "tag36h10", "tag36h11", "DICT_4X4_50", "DICT_6X6_250"});
  Accuracy libapriltag(by_libapriltag, {"tag16h5", "tag25h9", "tag36h10", "tag36h11"});
  for (int scene = 0; scene < 20; ++scene) {
    const auto recipe = SceneCompiler(job, {}).compile(scene);
    REQUIRE(recipe);
    const LightImage image = picture_of(*recipe);
    opencv.look(image, picture_labels(*recipe, 0));
    libapriltag.look(image, picture_labels(*recipe, 0));
  }
  INFO("OpenCV found " << opencv.found() << ", RMS " << opencv.rms_px().transpose() << " px, mean "
                       << opencv.mean_px().transpose() << " px");
  INFO("libapriltag found " << libapriltag.found() << ", RMS " << libapriltag.rms_px().transpose()
                            << " px, mean " << libapriltag.mean_px().transpose() << " px");
  CHECK(opencv.found() > 120);
  CHECK(opencv.missing() <= opencv.found() / 100);
  CHECK(opencv.mean_px().cwiseAbs().maxCoeff() < 0.03);
  CHECK(opencv.rms_px().maxCoeff() < 0.2);  // as in renders (docs/accuracy.md)
  CHECK(libapriltag.found() > 80);
  CHECK(libapriltag.missing() == 0);
  CHECK(libapriltag.mean_px().cwiseAbs().maxCoeff() < 0.02);
  CHECK(libapriltag.rms_px().maxCoeff() < 0.1);
}

TEST_CASE("tags behind a Brown-Conrady lens are where the labels say") {
  schema::SceneRecipe recipe = tags_around(
      {{0, 0}, {18, 0}, {18, 90}, {18, 180}, {18, 270}, {38, 45}, {38, 135}, {38, 225}, {38, 315}},
      0.15, 1440);
  recipe.cameras[0].intrinsics.distortion_model = schema::DistortionModel::kBrownConrady;
  recipe.cameras[0].intrinsics.distortion_coeffs = {-0.25, 0.06, 0.002, -0.001, 0};
  Accuracy accuracy(by_opencv, {"tag36h11"});
  accuracy.look(picture_of(recipe), picture_labels(recipe, 0));
  INFO("RMS " << accuracy.rms_px().transpose() << " px, mean " << accuracy.mean_px().transpose()
              << " px");
  CHECK(accuracy.found() == 9);
  CHECK(accuracy.rms_px().maxCoeff() < 0.2);
  CHECK(accuracy.mean_px().cwiseAbs().maxCoeff() < 0.05);
}

TEST_CASE("tags before a lens of 190 degrees are where the labels say, those behind it too") {
  schema::SceneRecipe recipe = tags_around(
      {{0, 0}, {40, 30}, {60, 120}, {75, 210}, {88, 300}, {93, 45}, {97, 225}}, 0.08, 2160);
  auto& intrinsics = recipe.cameras[0].intrinsics;
  intrinsics.distortion_model = schema::DistortionModel::kKannalaBrandt;
  intrinsics.distortion_coeffs = {-0.01, 0.002, 0, 0};
  intrinsics.k_matrix[0][0] = intrinsics.k_matrix[1][1] = 1080 / (95 * kPi / 180);
  Accuracy accuracy(by_opencv, {"tag36h11"});
  accuracy.look(picture_of(recipe), picture_labels(recipe, 0));
  INFO("RMS " << accuracy.rms_px().transpose() << " px, mean " << accuracy.mean_px().transpose()
              << " px");
  CHECK(accuracy.found() == 7);
  CHECK(accuracy.rms_px().maxCoeff() < 0.2);
  CHECK(accuracy.mean_px().cwiseAbs().maxCoeff() < 0.05);
}

TEST_CASE("every marker of a ChArUco board is found, and every corner between them") {
  schema::JobSpec job = default_job(1);
  schema::BoardSubject subject;
  subject.rows = 5;
  subject.cols = 7;
  subject.dictionary = "DICT_6X6_250";
  subject.marker_size_mm = 45;
  subject.square_size_mm = 60;
  subject.first_square = schema::FirstSquare::kBlack;
  job.scene_config.scenario.subject = subject;
  const auto compiled = SceneCompiler(job, {}).compile(0);
  REQUIRE(compiled);
  schema::SceneRecipe recipe = *compiled;
  recipe.objects[0].location = {0, 0, 0};
  const Vector3d eye(0.15, -0.3, 0.7);
  recipe.cameras = {camera_at(eye, towards(eye, {0, 0, 1}), 1280, 960, 1500)};
  recipe.world.lights = {sun(3)};

  const cv::Mat grey = exposed(picture_of(recipe));
  const auto dictionary = cv::aruco::getPredefinedDictionary(cv::aruco::DICT_6X6_250);
  std::vector<std::vector<cv::Point2f>> markers;
  std::vector<int> marker_ids;
  cv::aruco::detectMarkers(grey, dictionary, markers, marker_ids);
  CHECK(marker_ids.size() == 17);
  std::vector<cv::Point2f> corners;
  std::vector<int> ids;
  cv::aruco::interpolateCornersCharuco(
      markers, marker_ids, grey, cv::aruco::CharucoBoard::create(7, 5, 0.06F, 0.045F, dictionary),
      corners, ids);
  CHECK(corners.size() == 24);

  const auto saddles = geometry::BoardModel(*recipe.objects[0].board).saddle_points();
  const geometry::CameraModel camera = geometry::camera_model(recipe.cameras[0]);
  const auto camera_from_world = geometry::inverse(geometry::world_from_camera(recipe.cameras[0]));
  std::vector<Vector2d> expected;
  for (const schema::Vector3& point : saddles) {
    expected.push_back(*camera.project(
        camera_from_world * geometry::Point<geometry::World>{{point[0], point[1], point[2]}}));
  }
  // interpolateCornersCharuco() itself counts from the first pixel's border; cornerSubPix() does
  // not.
  std::vector<cv::Point2f> refined;
  for (const Vector2d& point : expected) {
    refined.emplace_back(static_cast<float>(point.x() - 0.5), static_cast<float>(point.y() - 0.5));
  }
  cv::cornerSubPix(grey, refined, {5, 5}, {-1, -1}, {cv::TermCriteria::EPS, 100, 0.001});
  double worst_px = 0;
  for (std::size_t i = 0; i < refined.size(); ++i) {
    worst_px =
        std::max(worst_px, (Vector2d(refined[i].x + 0.5, refined[i].y + 0.5) - expected[i]).norm());
  }
  CHECK(worst_px < 0.1);
}

TEST_CASE("a tag is seen from its printed side only; its back is blank") {
  schema::SceneRecipe recipe;
  recipe.cameras = {camera_above()};
  recipe.world.lights = {sun(kPi)};
  recipe.objects = {tag_at({0, 0, 0}, Matrix3d::Identity(), 0.16, 5)};
  CHECK(ids_of(by_opencv(exposed(picture_of(recipe)), "tag36h11")) == std::vector{5});
  CHECK(at(picture_of(recipe), 125, 125).g == Approx(0).margin(1e-6));  // in the black border

  recipe.objects = {tag_at({0, 0, 0}, Vector3d(1, -1, -1).asDiagonal().toDenseMatrix(), 0.16, 5)};
  const LightImage back = picture_of(recipe);
  CHECK(by_opencv(exposed(back), "tag36h11").empty());
  for (const int place : {105, 125, 200, 280}) {
    CHECK(at(back, place, place).g == Approx(1 + kGrey).epsilon(1e-5));
  }
  CHECK(at(back, 75, 200).g == Approx(kGrey));
}

TEST_CASE("of two surfaces the nearer one is seen, whatever their order") {
  schema::SceneRecipe recipe;
  recipe.cameras = {camera_above()};
  recipe.world.lights = {sun(kPi)};
  recipe.objects = {white_plate(0.3, 0), tag_at({0, 0, 0.001}, Matrix3d::Identity(), 0.16, 7)};
  CHECK(ids_of(by_opencv(exposed(picture_of(recipe)), "tag36h11")) == std::vector{7});
  std::swap(recipe.objects[0], recipe.objects[1]);
  CHECK(ids_of(by_opencv(exposed(picture_of(recipe)), "tag36h11")) == std::vector{7});
}
