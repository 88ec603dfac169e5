// SPDX-License-Identifier: MIT
#include "schema/marker_families.h"

namespace rtag::schema {

const std::vector<MarkerFamily>& marker_families() {
  static const std::vector<MarkerFamily> families = {
      {"tag16h5", 6, 16, 30, 16},
      {"tag25h9", 7, 25, 35, 35},
      {"tag36h10", 8, 36, 2320, 2320},
      {"tag36h11", 8, 36, 587, 587},
      {"DICT_4X4_50", 6, 16, 50, 50},
      {"DICT_4X4_100", 6, 16, 100, 100},
      {"DICT_4X4_250", 6, 16, 250, 250},
      {"DICT_4X4_1000", 6, 16, 1000, 1000},
      {"DICT_5X5_50", 7, 25, 50, 50},
      {"DICT_5X5_100", 7, 25, 100, 100},
      {"DICT_5X5_250", 7, 25, 250, 250},
      {"DICT_5X5_1000", 7, 25, 1000, 1000},
      {"DICT_6X6_50", 8, 36, 50, 50},
      {"DICT_6X6_100", 8, 36, 100, 100},
      {"DICT_6X6_250", 8, 36, 250, 250},
      {"DICT_6X6_1000", 8, 36, 1000, 1000},
      {"DICT_7X7_50", 9, 49, 50, 50},
      {"DICT_7X7_100", 9, 49, 100, 100},
      {"DICT_7X7_250", 9, 49, 250, 250},
      {"DICT_7X7_1000", 9, 49, 1000, 1000},
      {"DICT_ARUCO_ORIGINAL", 7, 25, 1024, 1024},
  };
  return families;
}

const MarkerFamily* find_marker_family(std::string_view name) {
  for (const MarkerFamily& family : marker_families()) {
    if (family.name == name) return &family;
  }
  return nullptr;
}

std::vector<std::string_view> marker_family_names() {
  std::vector<std::string_view> names;
  for (const MarkerFamily& family : marker_families()) names.push_back(family.name);
  return names;
}

}  // namespace rtag::schema
