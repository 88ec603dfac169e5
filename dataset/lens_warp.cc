// SPDX-License-Identifier: MIT
#include "dataset/lens_warp.h"

#include <algorithm>
#include <limits>

#include <Eigen/Core>

#include "dataset/lens_map.h"
#include "schema/check.h"
#include "schema/geometry/recipe_geometry.h"

namespace rtag::dataset {
namespace {

using geometry::CameraModel;

bool is_same(const CameraModel& a, const CameraModel& b) {
  const bool no_lens = std::holds_alternative<geometry::Rectilinear>(a.lens) &&
                       std::holds_alternative<geometry::Rectilinear>(b.lens);
  return no_lens && a.fx == b.fx && a.fy == b.fy && a.cx == b.cx && a.cy == b.cy &&
         a.width == b.width && a.height == b.height;
}

std::size_t size(int number) { return static_cast<std::size_t>(number); }

// The weighted sum of an RGB picture's pixels from `first` on; the fourth number is of no meaning.
// Reads one float beyond the last pixel of each line.
Eigen::Array4f weighted_sum(const float* first, std::size_t line, const float* across, int columns,
                            const float* down, int rows) {
  Eigen::Array4f sum = Eigen::Array4f::Zero();
  for (int row = 0; row < rows; ++row, first += line) {
    const float* pixel = first;
    Eigen::Array4f line_sum = across[0] * Eigen::Map<const Eigen::Array4f>(pixel);
    for (int column = 1; column < columns; ++column) {
      pixel += 3;
      line_sum += across[column] * Eigen::Map<const Eigen::Array4f>(pixel);
    }
    sum += down[row] * line_sum;
  }
  return sum;
}

}  // namespace

LensWarp::LensWarp(const schema::CameraRecipe& camera)
    : LensWarp(geometry::rendered_camera(camera), geometry::camera_model(camera)) {}

LensWarp::LensWarp(const CameraModel& rendered, const CameraModel& image)
    : width_px_(image.width),
      height_px_(image.height),
      picture_width_px_(rendered.width),
      picture_height_px_(rendered.height) {
  if (is_same(rendered, image)) return;
  constexpr int kLargest_px = std::numeric_limits<std::int16_t>::max();
  RTAG_CHECK(rendered.width < kLargest_px && rendered.height < kLargest_px,
             "the columns of a picture are numbered in 16 bits");
  const LensMap map(rendered, image);
  double widest_px = 1;
  for (int row = 0; row < height_px_; ++row) {
    for (const MappedPlace& place : map.row(row)) {
      RTAG_CHECK(rendered.contains({place[0], place[1]}), "the picture shows every pixel's ray");
      const auto x = StretchedKernels::place(place[0], place[2]);
      const auto y = StretchedKernels::place(place[1], place[3]);
      widest_px = std::max({widest_px, place[2], place[3]});
      sources_.push_back({static_cast<std::int16_t>(x.first_px),
                          static_cast<std::int16_t>(y.first_px), x.kernel, y.kernel});
      nearest_.push_back(std::min(static_cast<int>(place[1]), rendered.height - 1) *
                             rendered.width +
                         std::min(static_cast<int>(place[0]), rendered.width - 1));
    }
  }
  kernels_ = StretchedKernels(widest_px);
}

void LensWarp::require_picture(int width_px, int height_px) const {
  RTAG_CHECK(width_px == picture_width_px_ && height_px == picture_height_px_,
             "a warp reads the picture that is rendered for its camera");
}

void LensWarp::read_rows(const RawFrame& picture, int first_row,
                         std::span<float> linear_rgb) const {
  require_picture(picture.width_px, picture.height_px);
  const std::size_t first = size(first_row) * size(width_px_);
  const std::size_t pixels = linear_rgb.size() / 3;
  RTAG_CHECK(!is_identity(), "the identity reads nothing");
  for (std::size_t i = 0; i < pixels; ++i) {
    read_pixel(picture, sources_[first + i], linear_rgb.data() + 3 * i);
  }
}

void LensWarp::read_pixel(const RawFrame& picture, const Source& source, float* rgb) const {
  const int columns = kernels_.taps(source.kernel_x);
  const int rows = kernels_.taps(source.kernel_y);
  // One pixel is kept free on the right: weighted_sum() looks at it.
  if (source.column < 0 || source.column + columns >= picture_width_px_ || source.row < 0 ||
      source.row + rows > picture_height_px_) {
    read_pixel_at_border(picture, source, rgb);
    return;
  }
  const std::size_t line = 3 * size(picture_width_px_);
  const float* first =
      picture.linear_rgb.data() + size(source.row) * line + 3 * size(source.column);
  const Eigen::Array4f sum = weighted_sum(first, line, kernels_.weights(source.kernel_x), columns,
                                          kernels_.weights(source.kernel_y), rows);
  std::copy_n(sum.data(), 3, rgb);
}

void LensWarp::read_pixel_at_border(const RawFrame& picture, const Source& source,
                                    float* rgb) const {
  const float* across = kernels_.weights(source.kernel_x);
  const float* down = kernels_.weights(source.kernel_y);
  std::fill_n(rgb, 3, 0.0F);
  for (int j = 0; j < kernels_.taps(source.kernel_y); ++j) {
    const int row = std::clamp(source.row + j, 0, picture_height_px_ - 1);
    for (int i = 0; i < kernels_.taps(source.kernel_x); ++i) {
      const int column = std::clamp(source.column + i, 0, picture_width_px_ - 1);
      const std::size_t pixel = size(row) * size(picture_width_px_) + size(column);
      for (std::size_t channel = 0; channel < 3; ++channel) {
        rgb[channel] += down[j] * across[i] * picture.linear_rgb[3 * pixel + channel];
      }
    }
  }
}

IndexImage LensWarp::warped(const IndexImage& picture) const {
  require_picture(picture.width_px, picture.height_px);
  if (is_identity()) return picture;
  IndexImage image{width_px_, height_px_, std::vector<std::int32_t>(nearest_.size())};
  for (std::size_t i = 0; i < nearest_.size(); ++i) {
    image.objects[i] = picture.objects[size(nearest_[i])];
  }
  return image;
}

RawFrame LensWarp::warped(const RawFrame& picture) const {
  require_picture(picture.width_px, picture.height_px);
  if (is_identity()) return picture;
  RawFrame image{width_px_, height_px_, {}, warped(picture.index)};
  image.linear_rgb.resize(3 * size(width_px_) * size(height_px_));
  read_rows(picture, 0, image.linear_rgb);
  return image;
}

}  // namespace rtag::dataset
