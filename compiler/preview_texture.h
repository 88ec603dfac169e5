// SPDX-License-Identifier: MIT
// A texture and its reductions to a half, a quarter and so on, so that what is far away is an
// area's mean and not one texel's luck (L. Williams, "Pyramidal parametrics", SIGGRAPH 1983).
// Levels are averaged in linear light and kept in 8 bits of sRGB. Immutable; any thread may read
// one.
//
// Texels are continuous, from the image's top left: the first one's centre is (0.5, 0.5).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/marker_art.h"
#include "compiler/preview_vector.h"

namespace rtag::compiler {

// R, G, B, row by row from the top; 8-bit sRGB.
struct RgbImage {
  int width_px = 0;
  int height_px = 0;
  std::vector<std::uint8_t> pixels;
};

class ImagePyramid {
 public:
  // REQUIRES: at least one pixel, as many values as the size says.
  explicit ImagePyramid(RgbImage image);
  explicit ImagePyramid(GreyImage image);

  int width_px() const { return levels_.front().width_px; }
  int height_px() const { return levels_.front().height_px; }

  // The linear value of the texel at a place; outside, of the nearest one. A higher level's texel
  // is 2^level wide; beyond the last level, the last one.
  Rgb nearest(float x_px, float y_px, int level) const;

  // Linear between texels and between levels; the image repeats itself in both directions.
  Rgb smooth(float x_px, float y_px, float level) const;

  // The value that all texels under `box` have; nullopt where they differ, or may.
  std::optional<Rgb> only_value(const Box& box) const;

 private:
  struct Level {
    int width_px;
    int height_px;
    std::vector<std::uint8_t> pixels;
  };

  void reduce();
  std::uint8_t mean(const std::array<std::uint8_t, 4>& values) const;
  Level half(const Level& level) const;
  const std::uint8_t* texel(const Level& level, int column, int row) const;
  Rgb decoded(const std::uint8_t* texel) const;
  Rgb bilinear(const Level& level, float x_part, float y_part) const;

  std::size_t channels_;       // 1 or 3
  std::vector<Level> levels_;  // never empty
};

}  // namespace rtag::compiler
