// SPDX-License-Identifier: MIT
#include "compiler/board_art.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <numeric>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "schema/check.h"
#include "schema/digest.h"
#include "schema/geometry/board_model.h"
#include "schema/marker_families.h"
#include "schema/write.h"

namespace rtag::compiler {
namespace {

using geometry::BoardRectangle;

constexpr int kLongestSide_px = 8192;
constexpr int kBandHeight_px = 128;

struct Size {
  double width_m;
  double height_m;
};

// Edges fall on the pixels' borders when each length is a whole number of pixels. Lengths are
// counted in `parts`-ths of a nanometre; their greatest common divisor is the pixel. nullopt when
// there is no such pixel, or not within kLongestSide_px.
std::optional<double> exact_pixel_m(std::initializer_list<double> lengths_m, int parts,
                                    double longest_side_m) {
  constexpr double kLongest_m = 1e5;  // beyond, nanometres do not fit into the integers
  if (!(longest_side_m < kLongest_m)) return std::nullopt;
  const double parts_per_m = 1e9 * parts;
  std::int64_t divisor = 0;
  for (const double length_m : lengths_m) {
    divisor = std::gcd(divisor, static_cast<std::int64_t>(std::llround(length_m * parts_per_m)));
  }
  const double pixel_m = static_cast<double>(divisor) / parts_per_m;
  if (!(longest_side_m < (kLongestSide_px + 0.5) * pixel_m)) return std::nullopt;
  for (const double length_m : lengths_m) {
    const double length_px = length_m / pixel_m;
    if (std::abs(length_px - std::round(length_px)) > 1e-6) return std::nullopt;
  }
  return pixel_m;
}

int whole_pixels(double length_m, double pixel_m) {
  return std::clamp(static_cast<int>(std::lround(length_m / pixel_m)), 1, kLongestSide_px);
}

// Black rectangles on a white sheet around the origin; grey where a pixel is black in part. Each
// pixel stands for the same area: the image spans the sheet exactly.
class Sheet {
 public:
  Sheet(const Size& size, std::optional<double> exact_pixel_m) : size_(size) {
    const double pixel_m =
        exact_pixel_m.value_or(std::max(size.width_m, size.height_m) / kLongestSide_px);
    image_.width_px = whole_pixels(size.width_m, pixel_m);
    image_.height_px = whole_pixels(size.height_m, pixel_m);
  }

  void add(const BoardRectangle& black) {
    const double x_px_per_m = image_.width_px / size_.width_m;
    const double y_px_per_m = image_.height_px / size_.height_m;
    rectangles_.push_back({(black.min.x() + size_.width_m / 2) * x_px_per_m,
                           (black.max.x() + size_.width_m / 2) * x_px_per_m,
                           (size_.height_m / 2 - black.max.y()) * y_px_per_m,
                           (size_.height_m / 2 - black.min.y()) * y_px_per_m});
  }

  GreyImage drawn() &&;

 private:
  struct PixelRectangle {
    double left, right, top, bottom;
  };

  void darken(const PixelRectangle& black, int first_row, int end_row,
              std::vector<float>& darkness) const;

  Size size_;
  GreyImage image_;
  std::vector<PixelRectangle> rectangles_;
};

// The part of [at, at + 1] that lies within [from, to].
double overlap(int at, double from, double to) {
  return std::max(0.0, std::min(to, at + 1.0) - std::max(from, 1.0 * at));
}

// Rows from first_row to end_row (not included) of the image.
void Sheet::darken(const PixelRectangle& black, int first_row, int end_row,
                   std::vector<float>& darkness) const {
  const int top = std::max(first_row, static_cast<int>(std::floor(black.top)));
  const int bottom = std::min(end_row, static_cast<int>(std::ceil(black.bottom)));
  const int left = std::max(0, static_cast<int>(std::floor(black.left)));
  const int right = std::min(image_.width_px, static_cast<int>(std::ceil(black.right)));
  for (int row = top; row < bottom; ++row) {
    const double height = overlap(row, black.top, black.bottom);
    const auto start =
        static_cast<std::size_t>(row - first_row) * static_cast<std::size_t>(image_.width_px);
    for (int column = left; column < right; ++column) {
      darkness[start + static_cast<std::size_t>(column)] +=
          static_cast<float>(height * overlap(column, black.left, black.right));
    }
  }
}

GreyImage Sheet::drawn() && {
  const auto width = static_cast<std::size_t>(image_.width_px);
  image_.pixels.reserve(width * static_cast<std::size_t>(image_.height_px));
  std::vector<float> darkness;
  for (int first = 0; first < image_.height_px; first += kBandHeight_px) {
    const int end = std::min(first + kBandHeight_px, image_.height_px);
    darkness.assign(width * static_cast<std::size_t>(end - first), 0);
    for (const PixelRectangle& black : rectangles_) darken(black, first, end, darkness);
    for (const float dark : darkness) {
      image_.pixels.push_back(static_cast<std::uint8_t>(255.5F - 255 * std::min(dark, 1.0F)));
    }
  }
  return std::move(image_);
}

void add_marker(const geometry::BoardMarker& marker, const std::string& dictionary, double edge_m,
                Sheet& sheet) {
  const GreyImage modules = marker_image(dictionary, marker.id, 0);
  const double module_m = edge_m / modules.width_px;
  const Eigen::Vector2d top_left = marker.centre + Eigen::Vector2d(-edge_m, edge_m) / 2;
  for (std::size_t i = 0; i < modules.pixels.size(); ++i) {
    if (modules.pixels[i] != 0) continue;
    const auto row = static_cast<int>(i) / modules.width_px;
    const auto column = static_cast<int>(i) % modules.width_px;
    const Eigen::Vector2d corner = top_left + Eigen::Vector2d(column, -row) * module_m;
    sheet.add({corner + Eigen::Vector2d(0, -module_m), corner + Eigen::Vector2d(module_m, 0)});
  }
}

}  // namespace

std::string board_texture_name(const schema::BoardRecipe& board) {
  return fmt::format("boards/board_{}.png", schema::sha256_hex(schema::to_json(board)));
}

GreyImage board_image(const schema::BoardRecipe& board) {
  const geometry::BoardModel model(board);
  const schema::MarkerFamily* family = schema::find_marker_family(board.dictionary);
  RTAG_CHECK(family != nullptr, "a board's dictionary is known");
  const Size size{model.width_m(), model.height_m()};
  // Of an AprilGrid the half gap is also half a corner square.
  const double half_gap_m = (model.cell_m() - model.marker_m()) / 2;
  const auto pixel_m = exact_pixel_m(
      {model.cell_m(), half_gap_m, model.marker_m() / family->grid_modules, model.quiet_zone_m()},
      family->grid_modules, std::max(size.width_m, size.height_m));
  Sheet sheet(size, pixel_m);
  for (const BoardRectangle& square : model.black_squares()) sheet.add(square);
  for (const geometry::BoardMarker& marker : model.markers()) {
    add_marker(marker, board.dictionary, model.marker_m(), sheet);
  }
  return std::move(sheet).drawn();
}

std::string plate_texture_name(const schema::BackgroundBoardProperties& plate) {
  return fmt::format("boards/plate_{}.png", schema::sha256_hex(schema::to_json(plate)));
}

GreyImage plate_image(const schema::BackgroundBoardProperties& plate) {
  const Size size{plate.cols * plate.square_size, plate.rows * plate.square_size};
  const double longest_side_m = std::max(size.width_m, size.height_m);
  const double half_gap_m = std::max(plate.square_size - plate.tag_size, 0.0) / 2;
  const auto pixel_m = plate.mode == schema::TagLayout::kChessboard
                           ? exact_pixel_m({plate.square_size}, 1, longest_side_m)
                           : exact_pixel_m({plate.square_size, half_gap_m}, 1, longest_side_m);
  Sheet sheet(size, pixel_m);
  for (const BoardRectangle& square : geometry::black_squares(plate)) sheet.add(square);
  return std::move(sheet).drawn();
}

}  // namespace rtag::compiler
