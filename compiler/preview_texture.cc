// SPDX-License-Identifier: MIT
#include "compiler/preview_texture.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "schema/check.h"

namespace rtag::compiler {
namespace {

// IEC 61966-2-1.
std::array<float, 256> srgb_decoding() {
  std::array<float, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double value = static_cast<double>(i) / 255;
    table[i] = static_cast<float>(value <= 0.04045 ? value / 12.92
                                                   : std::pow((value + 0.055) / 1.055, 2.4));
  }
  return table;
}

const std::array<float, 256> kLinear = srgb_decoding();

std::uint8_t encoded(float light) {
  const auto* const above = std::lower_bound(kLinear.begin(), kLinear.end() - 1, light);
  if (above == kLinear.begin()) return 0;
  const bool is_lower = light - *(above - 1) < *above - light;
  return static_cast<std::uint8_t>(above - kLinear.begin() - (is_lower ? 1 : 0));
}

std::size_t value_count(int width_px, int height_px, std::size_t channels) {
  return static_cast<std::size_t>(width_px) * static_cast<std::size_t>(height_px) * channels;
}

// REQUIRES: a value that an int can hold.
int floor_of(float value) {
  const auto towards_0 = static_cast<int>(value);
  return towards_0 - (value < static_cast<float>(towards_0) ? 1 : 0);
}

// REQUIRES: -1 <= index <= count.
int wrapped(int index, int count) { return index < 0 ? count - 1 : index == count ? 0 : index; }

Rgb mix(const Rgb& a, const Rgb& b, float part) { return a * (1 - part) + b * part; }

}  // namespace

ImagePyramid::ImagePyramid(RgbImage image) : channels_(3) {
  levels_.push_back({image.width_px, image.height_px, std::move(image.pixels)});
  reduce();
}

ImagePyramid::ImagePyramid(GreyImage image) : channels_(1) {
  levels_.push_back({image.width_px, image.height_px, std::move(image.pixels)});
  reduce();
}

void ImagePyramid::reduce() {
  const Level& whole = levels_.front();
  RTAG_CHECK(whole.width_px > 0 && whole.height_px > 0 &&
                 whole.pixels.size() == value_count(whole.width_px, whole.height_px, channels_),
             "a texture has the pixels that its size says");
  while (levels_.back().width_px > 1 || levels_.back().height_px > 1) {
    levels_.push_back(half(levels_.back()));
  }
}

// Black and white stay reserved for what is black or white all over: only_value() relies on it.
std::uint8_t ImagePyramid::mean(const std::array<std::uint8_t, 4>& values) const {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  if (*least == *most) return *least;
  float sum = 0;
  for (const std::uint8_t value : values) sum += kLinear[value];
  return std::clamp<std::uint8_t>(encoded(sum / 4), 1, 254);
}

ImagePyramid::Level ImagePyramid::half(const Level& level) const {
  Level result{(level.width_px + 1) / 2, (level.height_px + 1) / 2, {}};
  result.pixels.reserve(value_count(result.width_px, result.height_px, channels_));
  for (int row = 0; row < result.height_px; ++row) {
    const int below = std::min(2 * row + 1, level.height_px - 1);
    for (int column = 0; column < result.width_px; ++column) {
      const int right = std::min(2 * column + 1, level.width_px - 1);
      const std::array<const std::uint8_t*, 4> parts{
          texel(level, 2 * column, 2 * row), texel(level, right, 2 * row),
          texel(level, 2 * column, below), texel(level, right, below)};
      for (std::size_t channel = 0; channel < channels_; ++channel) {
        result.pixels.push_back(
            mean({parts[0][channel], parts[1][channel], parts[2][channel], parts[3][channel]}));
      }
    }
  }
  return result;
}

const std::uint8_t* ImagePyramid::texel(const Level& level, int column, int row) const {
  const auto index = static_cast<std::size_t>(row) * static_cast<std::size_t>(level.width_px) +
                     static_cast<std::size_t>(column);
  return level.pixels.data() + index * channels_;
}

Rgb ImagePyramid::decoded(const std::uint8_t* texel) const {
  if (channels_ == 1) return {kLinear[*texel], kLinear[*texel], kLinear[*texel]};
  return {kLinear[texel[0]], kLinear[texel[1]], kLinear[texel[2]]};
}

Rgb ImagePyramid::nearest(float x_px, float y_px, int level) const {
  const auto last = static_cast<int>(levels_.size()) - 1;
  const int used = std::clamp(level, 0, last);
  const Level& reduced = levels_[static_cast<std::size_t>(used)];
  const int column = std::clamp(static_cast<int>(x_px), 0, width_px() - 1) >> used;
  const int row = std::clamp(static_cast<int>(y_px), 0, height_px() - 1) >> used;
  return decoded(texel(reduced, column, row));
}

// Where in the image, as a part of its width and height.
Rgb ImagePyramid::bilinear(const Level& level, float x_part, float y_part) const {
  const float x = x_part * static_cast<float>(level.width_px) - 0.5F;
  const float y = y_part * static_cast<float>(level.height_px) - 0.5F;
  const int left = floor_of(x);
  const int top = floor_of(y);
  const auto at = [&](int column, int row) {
    return decoded(texel(level, wrapped(column, level.width_px), wrapped(row, level.height_px)));
  };
  const float across = x - static_cast<float>(left);
  return mix(mix(at(left, top), at(left + 1, top), across),
             mix(at(left, top + 1), at(left + 1, top + 1), across), y - static_cast<float>(top));
}

Rgb ImagePyramid::smooth(float x_px, float y_px, float level) const {
  const float x_part = x_px / static_cast<float>(width_px());
  const float y_part = y_px / static_cast<float>(height_px());
  const float x = std::min(x_part - std::floor(x_part), 1.0F);
  const float y = std::min(y_part - std::floor(y_part), 1.0F);
  const float used = std::clamp(level, 0.0F, static_cast<float>(levels_.size() - 1));
  const auto finer = static_cast<std::size_t>(used);
  const Rgb fine = bilinear(levels_[finer], x, y);
  if (finer + 1 == levels_.size()) return fine;
  return mix(fine, bilinear(levels_[finer + 1], x, y), used - static_cast<float>(finer));
}

// On the level where the box is at most two texels wide, it lies under at most nine.
std::optional<Rgb> ImagePyramid::only_value(const Box& box) const {
  const auto inside = [](float at, int count) {
    return static_cast<int>(std::clamp(at, 0.0F, static_cast<float>(count - 1)));
  };
  const int left = inside(box.x_min, width_px());
  const int right = inside(box.x_max, width_px());
  const int top = inside(box.y_min, height_px());
  const int bottom = inside(box.y_max, height_px());
  int level = 0;
  while (std::max(right - left, bottom - top) >> level > 2) ++level;
  const Level& reduced = levels_[static_cast<std::size_t>(level)];
  const std::uint8_t* first = texel(reduced, left >> level, top >> level);
  for (int row = top >> level; row <= bottom >> level; ++row) {
    for (int column = left >> level; column <= right >> level; ++column) {
      const std::uint8_t* value = texel(reduced, column, row);
      if (!std::equal(value, value + channels_, first)) return std::nullopt;
    }
  }
  const bool is_mixed = level > 0 && std::any_of(first, first + channels_, [](std::uint8_t value) {
                          return value != 0 && value != 255;
                        });
  if (is_mixed) return std::nullopt;
  return decoded(first);
}

}  // namespace rtag::compiler
