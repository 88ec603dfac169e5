// SPDX-License-Identifier: MIT
// RawFrame: what a worker hands back for one camera - scene-linear light and the index of the
// object that each pixel shows - and its reading from the worker's multilayer OpenEXR files
// (docs/protocol.md). The only place that knows OpenEXR.
//
// Images are stored row by row, the top row first. Light is linear RGB with Rec. 709 primaries, 1.0
// = diffuse white under unit illumination, unbounded above. Plain values; reading keeps no state,
// so any thread may read.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "schema/result.h"

namespace rtag::dataset {

// For each pixel i + 1 for objects[i] of the recipe, or 0 where none of them is seen.
struct IndexImage {
  int width_px = 0;
  int height_px = 0;
  std::vector<std::int32_t> objects;

  std::int32_t at(int column, int row) const {
    return objects[static_cast<std::size_t>(row) * static_cast<std::size_t>(width_px) +
                   static_cast<std::size_t>(column)];
  }
};

struct RawFrame {
  int width_px = 0;
  int height_px = 0;
  std::vector<float> linear_rgb;  // R, G, B of each pixel; all finite
  IndexImage index;               // of the same size
};

// Where a frame lies. Both paths may name the same file.
struct RawFrameFiles {
  std::filesystem::path image;
  std::string image_layer;  // "ViewLayer.Combined": channels <layer>.R, .G and .B
  std::filesystem::path index;
  std::string index_channel;           // "ViewLayer.IndexOB.X"
  std::array<int, 2> resolution_px{};  // what was asked for: [width, height]
};

// The frame, or kRejected ("<file>: what is wrong"): a file that is missing, cut short or of
// another size, a channel that is missing or not 32-bit float, a pixel that is not a finite number,
// an index that is not a whole number >= 0.
schema::Result<RawFrame> read_raw_frame(const RawFrameFiles& files);

}  // namespace rtag::dataset
