// SPDX-License-Identifier: MIT
#include "compiler/marker_art.h"

#include <array>
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
#include <opencv2/aruco.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "schema/marker_families.h"

using namespace rtag;
using namespace rtag::compiler;

namespace {

// The dictionaries by OpenCV's own numbers, apart from the table of the code under test.
const std::map<std::string, int> kOpenCvDictionaries{
    {"tag16h5", cv::aruco::DICT_APRILTAG_16h5},
    {"tag25h9", cv::aruco::DICT_APRILTAG_25h9},
    {"tag36h10", cv::aruco::DICT_APRILTAG_36h10},
    {"tag36h11", cv::aruco::DICT_APRILTAG_36h11},
    {"DICT_ARUCO_ORIGINAL", cv::aruco::DICT_ARUCO_ORIGINAL},
};

cv::Ptr<cv::aruco::Dictionary> opencv_dictionary(const std::string& family) {
  if (const auto found = kOpenCvDictionaries.find(family); found != kOpenCvDictionaries.end()) {
    return cv::aruco::getPredefinedDictionary(found->second);
  }
  // DICT_4X4_50 = 0, DICT_4X4_100 = 1, ... in blocks of 50, 100, 250, 1000 for 4 to 7 bits.
  const int bits = family[5] - '0';
  const int size = std::stoi(family.substr(9));
  const int place = size == 50 ? 0 : size == 100 ? 1 : size == 250 ? 2 : 3;
  return cv::aruco::getPredefinedDictionary(4 * (bits - 4) + place);
}

cv::Mat as_mat(GreyImage& image) {
  return cv::Mat(image.height_px, image.width_px, CV_8UC1, image.pixels.data());
}

// One character a module, 1 for white.
std::vector<std::string> pattern(const GreyImage& image) {
  std::vector<std::string> rows;
  for (int row = 0; row < image.height_px; ++row) {
    std::string text;
    for (int column = 0; column < image.width_px; ++column) {
      const auto at = static_cast<std::size_t>(row * image.width_px + column);
      text += image.pixels[at] > 127 ? '1' : '0';
    }
    rows.push_back(text);
  }
  return rows;
}

// Large enough for detectors.
GreyImage printed(GreyImage image) {
  constexpr int kModule_px = 40;
  GreyImage large{image.width_px * kModule_px, image.height_px * kModule_px, {}};
  large.pixels.resize(image.pixels.size() * kModule_px * kModule_px);
  cv::Mat pixels = as_mat(large);
  cv::resize(as_mat(image), pixels, pixels.size(), 0, 0, cv::INTER_NEAREST);
  return large;
}

// (id, corners) of the only marker that OpenCV finds.
std::pair<int, std::vector<cv::Point2f>> detected(const std::string& family, GreyImage image) {
  std::vector<int> ids;
  std::vector<std::vector<cv::Point2f>> corners;
  cv::aruco::detectMarkers(as_mat(image), opencv_dictionary(family), corners, ids);
  if (ids.size() != 1) return {-1, std::vector<cv::Point2f>(4)};
  return {ids[0], corners[0]};
}

struct AprilTagFamily {
  std::string name;
  apriltag_family_t* (*create)();
  void (*destroy)(apriltag_family_t*);
};

const std::vector<AprilTagFamily> kAprilTagFamilies{
    {"tag16h5", tag16h5_create, tag16h5_destroy},
    {"tag25h9", tag25h9_create, tag25h9_destroy},
    {"tag36h10", tag36h10_create, tag36h10_destroy},
    {"tag36h11", tag36h11_create, tag36h11_destroy},
};

struct AprilTagSighting {
  int id = -1;
  std::array<std::array<double, 2>, 4> corners{};
};

AprilTagSighting seen_by_libapriltag(const AprilTagFamily& family, GreyImage image) {
  apriltag_family_t* const codes = family.create();
  apriltag_detector_t* const detector = apriltag_detector_create();
  apriltag_detector_add_family_bits(detector, codes, 1);
  image_u8_t picture{image.width_px, image.height_px, image.width_px, image.pixels.data()};
  zarray_t* const found = apriltag_detector_detect(detector, &picture);
  AprilTagSighting sighting;
  if (zarray_size(found) == 1) {
    apriltag_detection_t* detection = nullptr;
    zarray_get(found, 0, &detection);
    sighting.id = detection->id;
    for (std::size_t i = 0; i < 4; ++i) {
      sighting.corners[i] = {detection->p[i][0], detection->p[i][1]};
    }
  }
  apriltag_detections_destroy(found);
  apriltag_detector_destroy(detector);
  family.destroy(codes);
  return sighting;
}

std::set<int> some_ids(const schema::MarkerFamily& family) {
  return {0, 1, family.dictionary_size / 2, family.dictionary_size - 1};
}

}  // namespace

TEST_CASE("the table of families is that of OpenCV's dictionaries") {
  CHECK(schema::marker_families().size() == 21);
  for (const schema::MarkerFamily& family : schema::marker_families()) {
    INFO(family.name);
    const auto dictionary = opencv_dictionary(std::string(family.name));
    CHECK(dictionary->bytesList.rows == family.dictionary_size);
    CHECK(dictionary->markerSize + 2 == family.grid_modules);
    CHECK(dictionary->markerSize * dictionary->markerSize == family.data_bits);
  }
}

TEST_CASE("known markers have their known patterns") {
  CHECK(pattern(marker_image("tag36h11", 0, 0)) ==
        std::vector<std::string>{"00000000", "00010000", "00110100", "00001010", "00001100",
                                 "01011100", "01010110", "00000000"});
  CHECK(pattern(marker_image("DICT_4X4_50", 0, 0)) ==
        std::vector<std::string>{"000000", "010110", "001010", "000110", "000100", "000000"});
}

TEST_CASE("a module is one pixel, black or white") {
  const GreyImage image = marker_image("tag36h11", 5, 1);
  CHECK(image.width_px == 10);
  CHECK(image.height_px == 10);
  CHECK(image.pixels.size() == 100);
  CHECK(std::set<int>(image.pixels.begin(), image.pixels.end()) == std::set<int>{0, 255});
}

TEST_CASE("the quiet zone is white and as wide as asked for") {
  const auto rows = pattern(marker_image("DICT_5X5_1000", 999, 2));
  const std::string white(11, '1');
  CHECK((rows[0] == white && rows[1] == white && rows[9] == white && rows[10] == white));
  for (std::size_t i = 2; i < 9; ++i) {
    CHECK((rows[i].starts_with("110") && rows[i].ends_with("011")));
  }
}

TEST_CASE("a very wide quiet zone is as wide as asked for") {
  CHECK(marker_image("tag16h5", 0, 300).width_px == 606);
}

TEST_CASE("OpenCV reads every family upright") {
  for (const schema::MarkerFamily& family : schema::marker_families()) {
    for (const int id : some_ids(family)) {
      INFO(family.name << " id " << id);
      const GreyImage image = printed(marker_image(family.name, id, 2));
      const auto [found, corners] = detected(std::string(family.name), image);
      CHECK(found == id);
      const double near_px = 2.0 * image.width_px / (family.grid_modules + 4);
      CHECK(corners[0].x == Approx(near_px).margin(3));
      CHECK(corners[0].y == Approx(near_px).margin(3));
      CHECK(corners[2].x == Approx(image.width_px - near_px).margin(3));
    }
  }
}

TEST_CASE("libapriltag reads its families, half a turn from OpenCV's images") {
  for (const AprilTagFamily& april : kAprilTagFamilies) {
    const schema::MarkerFamily& family = *schema::find_marker_family(april.name);
    for (const int id : some_ids(family)) {
      INFO(april.name << " id " << id);
      const GreyImage image = printed(marker_image(april.name, id, 2));
      const AprilTagSighting seen = seen_by_libapriltag(april, image);
      CHECK(seen.id == id);
      // p[0..3] are our top-right, top-left, bottom-left and bottom-right corner.
      const double near_px = 2.0 * image.width_px / (family.grid_modules + 4);
      const double far_px = image.width_px - near_px;
      const std::array<std::array<double, 2>, 4> expected{
          {{far_px, near_px}, {near_px, near_px}, {near_px, far_px}, {far_px, far_px}}};
      for (std::size_t i = 0; i < 4; ++i) {
        CHECK(seen.corners[i][0] == Approx(expected[i][0]).margin(2));
        CHECK(seen.corners[i][1] == Approx(expected[i][1]).margin(2));
      }
    }
  }
}

TEST_CASE("a texture is a lossless PNG, the same bytes each time") {
  GreyImage image = marker_image("DICT_6X6_250", 17, 1);
  const auto bytes = png_bytes(image);
  CHECK(bytes == png_bytes(image));
  const cv::Mat read = cv::imdecode(bytes, cv::IMREAD_UNCHANGED);
  REQUIRE(read.type() == CV_8UC1);
  CHECK(cv::countNonZero(read != as_mat(image)) == 0);
}

TEST_CASE("a texture's name says what is on it") {
  CHECK(texture_name("tag36h11", 204, 1) == "tags/tag36h11_204_m1.png");
}
