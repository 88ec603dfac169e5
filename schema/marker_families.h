// SPDX-License-Identifier: MIT
// The marker families that rtag knows: one table, used by layout, ground truth and marker art, and
// checked against OpenCV's own dictionaries by a test.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace rtag::schema {

struct MarkerFamily {
  std::string_view name;  // "tag36h11", "DICT_4X4_50"
  int grid_modules;       // modules along one edge, black border included
  int data_bits;          // modules that carry the code
  int dictionary_size;    // ids are 0 .. dictionary_size - 1
  // Ids that a recipe draws from are 0 .. sampled_ids - 1. Published benchmarks drew from 16 of
  // tag16h5's 30 ids, and recipes stay comparable with them.
  int sampled_ids;
};

// All families, in the order of the documentation.
const std::vector<MarkerFamily>& marker_families();

// nullptr for an unknown name.
const MarkerFamily* find_marker_family(std::string_view name);

std::vector<std::string_view> marker_family_names();

}  // namespace rtag::schema
