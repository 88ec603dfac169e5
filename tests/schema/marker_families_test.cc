// SPDX-License-Identifier: MIT
// The table of marker families against OpenCV's own dictionaries.
#include "schema/marker_families.h"

#include <map>
#include <set>
#include <string>

#include <catch2/catch.hpp>
#include <opencv2/aruco/dictionary.hpp>

namespace rtag::schema {

TEST_CASE("every family has the size that OpenCV's dictionary of that name has") {
  const std::map<std::string_view, int> dictionaries{
      {"tag16h5", cv::aruco::DICT_APRILTAG_16h5},
      {"tag25h9", cv::aruco::DICT_APRILTAG_25h9},
      {"tag36h10", cv::aruco::DICT_APRILTAG_36h10},
      {"tag36h11", cv::aruco::DICT_APRILTAG_36h11},
      {"DICT_4X4_50", cv::aruco::DICT_4X4_50},
      {"DICT_4X4_100", cv::aruco::DICT_4X4_100},
      {"DICT_4X4_250", cv::aruco::DICT_4X4_250},
      {"DICT_4X4_1000", cv::aruco::DICT_4X4_1000},
      {"DICT_5X5_50", cv::aruco::DICT_5X5_50},
      {"DICT_5X5_100", cv::aruco::DICT_5X5_100},
      {"DICT_5X5_250", cv::aruco::DICT_5X5_250},
      {"DICT_5X5_1000", cv::aruco::DICT_5X5_1000},
      {"DICT_6X6_50", cv::aruco::DICT_6X6_50},
      {"DICT_6X6_100", cv::aruco::DICT_6X6_100},
      {"DICT_6X6_250", cv::aruco::DICT_6X6_250},
      {"DICT_6X6_1000", cv::aruco::DICT_6X6_1000},
      {"DICT_7X7_50", cv::aruco::DICT_7X7_50},
      {"DICT_7X7_100", cv::aruco::DICT_7X7_100},
      {"DICT_7X7_250", cv::aruco::DICT_7X7_250},
      {"DICT_7X7_1000", cv::aruco::DICT_7X7_1000},
      {"DICT_ARUCO_ORIGINAL", cv::aruco::DICT_ARUCO_ORIGINAL},
  };
  CHECK(marker_families().size() == dictionaries.size());
  for (const MarkerFamily& family : marker_families()) {
    INFO(family.name);
    REQUIRE(dictionaries.contains(family.name));
    const auto dictionary = cv::aruco::getPredefinedDictionary(dictionaries.at(family.name));
    CHECK(family.dictionary_size == dictionary->bytesList.rows);
    CHECK(family.grid_modules == dictionary->markerSize + 2);
    CHECK(family.data_bits == dictionary->markerSize * dictionary->markerSize);
  }
}

TEST_CASE("recipes draw from all ids, but from 16 of tag16h5's 30") {
  for (const MarkerFamily& family : marker_families()) {
    INFO(family.name);
    CHECK(family.sampled_ids == (family.name == "tag16h5" ? 16 : family.dictionary_size));
  }
}

TEST_CASE("families are found by their whole name") {
  CHECK(find_marker_family("tag25h9")->grid_modules == 7);
  CHECK(find_marker_family("tag25h") == nullptr);
  CHECK(find_marker_family("") == nullptr);
  const auto names = marker_family_names();
  CHECK(std::set<std::string_view>(names.begin(), names.end()).size() == 21);
  CHECK(names.front() == "tag16h5");
}

}  // namespace rtag::schema
