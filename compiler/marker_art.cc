// SPDX-License-Identifier: MIT
#include "compiler/marker_art.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <opencv2/aruco.hpp>
#include <opencv2/imgcodecs.hpp>

#include "schema/check.h"
#include "schema/marker_families.h"

namespace rtag::compiler {
namespace {

constexpr std::uint8_t kWhite = 255;

using DictionaryName = cv::aruco::PREDEFINED_DICTIONARY_NAME;

constexpr std::array<std::pair<std::string_view, DictionaryName>, 21> kDictionaries{{
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
}};

cv::Ptr<cv::aruco::Dictionary> dictionary(std::string_view family) {
  const auto* const entry =
      std::find_if(kDictionaries.begin(), kDictionaries.end(),
                   [&](const auto& candidate) { return candidate.first == family; });
  RTAG_CHECK(entry != kDictionaries.end(), "a marker family without a dictionary");
  return cv::aruco::getPredefinedDictionary(entry->second);
}

}  // namespace

std::string texture_name(std::string_view family, int id, int margin_bits) {
  return fmt::format("tags/{}_{}_m{}.png", family, id, margin_bits);
}

GreyImage marker_image(std::string_view family, int id, int margin_bits) {
  const schema::MarkerFamily* known = schema::find_marker_family(family);
  RTAG_CHECK(known != nullptr && id >= 0 && id < known->dictionary_size && margin_bits >= 0,
             "a marker that no family has");
  const int edge_px = known->grid_modules + 2 * margin_bits;

  GreyImage image{edge_px, edge_px, {}};
  image.pixels.assign(static_cast<std::size_t>(edge_px) * static_cast<std::size_t>(edge_px),
                      kWhite);
  cv::Mat whole(edge_px, edge_px, CV_8UC1, image.pixels.data());
  cv::Mat marker;
  try {
    cv::aruco::drawMarker(dictionary(family), id, known->grid_modules, marker, 1);
  } catch (const cv::Exception&) {
    RTAG_CHECK(false, "OpenCV refused a marker of its own dictionary");
  }
  marker.copyTo(whole(cv::Rect(margin_bits, margin_bits, marker.cols, marker.rows)));
  return image;
}

std::vector<std::uint8_t> png_bytes(const GreyImage& image) {
  // OpenCV has no view of constant pixels; imencode only reads them.
  const cv::Mat pixels(image.height_px, image.width_px, CV_8UC1,
                       const_cast<std::uint8_t*>(image.pixels.data()));
  std::vector<std::uint8_t> bytes;
  try {
    RTAG_CHECK(cv::imencode(".png", pixels, bytes), "OpenCV refused to write a PNG");
  } catch (const cv::Exception&) {
    RTAG_CHECK(false, "OpenCV has no PNG writer");
  }
  return bytes;
}

}  // namespace rtag::compiler
