// SPDX-License-Identifier: MIT
#include "compiler/board_art.h"

#include <array>
#include <random>
#include <set>

#include <catch2/catch.hpp>
#include <opencv2/aruco.hpp>
#include <opencv2/aruco/charuco.hpp>
#include <opencv2/imgproc.hpp>

#include "schema/digest.h"
#include "schema/geometry/board_model.h"
#include "tests/schema/example_boards.h"

using namespace rtag;
using namespace rtag::compiler;

namespace {

using samples::april_grid;

constexpr int kLooked_px = 1200;  // detectors are given images of this size

schema::BoardRecipe charuco(int rows, int cols, double marker_m, double square_m) {
  schema::BoardRecipe board;
  board.type = schema::BoardType::kCharuco;
  board.rows = rows;
  board.cols = cols;
  board.marker_size = marker_m;
  board.square_size = square_m;
  board.dictionary = "DICT_4X4_1000";
  return board;
}

cv::Mat as_mat(GreyImage& image) {
  return cv::Mat(image.height_px, image.width_px, CV_8UC1, image.pixels.data());
}

int at(const GreyImage& image, int column, int row) {
  return image.pixels[static_cast<std::size_t>(row * image.width_px + column)];
}

std::set<int> levels(const GreyImage& image) { return {image.pixels.begin(), image.pixels.end()}; }

std::size_t black_pixels(const GreyImage& image) {
  return static_cast<std::size_t>(std::count(image.pixels.begin(), image.pixels.end(), 0));
}

// The board as a detector looks at it: kLooked_px along its longer side, on a white ground.
struct Picture {
  cv::Mat pixels;
  cv::Point2d px_per_m;
  cv::Point2d centre;

  cv::Point2d of(const schema::Vector3& point) const {
    return {centre.x + point[0] * px_per_m.x, centre.y - point[1] * px_per_m.y};
  }
};

Picture picture_of(const schema::BoardRecipe& board) {
  GreyImage image = board_image(board);
  const int longer_px = std::max(image.width_px, image.height_px);
  const int whole = (kLooked_px + longer_px - 1) / longer_px;
  cv::Mat enlarged, scaled;
  cv::resize(as_mat(image), enlarged, {}, whole, whole, cv::INTER_NEAREST);
  // From here on width and height have each its own scale, as the size is whole.
  const double factor = 1.0 * kLooked_px / longer_px;
  const cv::Size size(cvRound(image.width_px * factor), cvRound(image.height_px * factor));
  cv::resize(enlarged, scaled, size, 0, 0, cv::INTER_AREA);
  const int rim_px = 60;
  Picture picture;
  cv::copyMakeBorder(scaled, picture.pixels, rim_px, rim_px, rim_px, rim_px, cv::BORDER_CONSTANT,
                     255);
  const geometry::BoardModel model(board);
  picture.px_per_m = {scaled.cols / model.width_m(), scaled.rows / model.height_m()};
  picture.centre = {picture.pixels.cols / 2.0, picture.pixels.rows / 2.0};
  return picture;
}

using Corners = std::vector<cv::Point2f>;

// Where two edges cross, OpenCV 4.6's ChArUco corners have our coordinates: on its own drawing,
// too, they are half a pixel more than what cornerSubPix says. A marker's corners have the
// coordinates of its outermost black pixels, half a pixel inside.
double distance_px(const cv::Point2d& expected, const cv::Point2f& found) {
  return std::hypot(expected.x - found.x, expected.y - found.y);
}

struct Sightings {
  std::vector<int> ids;
  std::vector<Corners> corners;
};

Sightings seen_by_opencv(const cv::Mat& pixels, int dictionary) {
  const auto parameters = cv::aruco::DetectorParameters::create();
  parameters->minMarkerPerimeterRate = 0.01;
  Sightings seen;
  cv::aruco::detectMarkers(pixels, cv::aruco::getPredefinedDictionary(dictionary), seen.corners,
                           seen.ids, parameters);
  return seen;
}

// Each marker once, its corners `inset_px` inside of where the board has them.
void check_every_marker(const schema::BoardRecipe& recipe, const Picture& picture,
                        const Sightings& seen, double inset_px) {
  const geometry::BoardModel board(recipe);
  const auto corners = board.marker_corners();
  const std::array<cv::Point2d, 4> inwards{{{1, 1}, {-1, 1}, {-1, -1}, {1, -1}}};
  CHECK(seen.ids.size() == board.markers().size());
  for (std::size_t i = 0; i < board.markers().size(); ++i) {
    const auto found = std::find(seen.ids.begin(), seen.ids.end(), board.markers()[i].id);
    REQUIRE(found != seen.ids.end());
    const Corners& quad = seen.corners[static_cast<std::size_t>(found - seen.ids.begin())];
    for (std::size_t j = 0; j < 4; ++j) {
      const cv::Point2d expected = picture.of(corners[4 * i + j]) + inset_px * inwards[j];
      CHECK(distance_px(expected - cv::Point2d(0.5, 0.5), quad[j]) < 1.5);
    }
  }
}

struct Dice {
  std::mt19937_64 engine{7};
  int whole(int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine); }
  double real(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(engine);
  }
};

// Mostly whole tenths of a millimetre, else any number: boards with and without an exact grid of
// pixels.
double length_m(Dice& dice, double low_mm, double high_mm) {
  const double mm = dice.real(low_mm, high_mm);
  return dice.whole(0, 7) > 0 ? std::round(mm * 10) / 1e4 : mm / 1000;
}

schema::BoardRecipe random_charuco(Dice& dice) {
  const double marker_m = length_m(dice, 20, 80);
  auto board = charuco(dice.whole(2, 7), dice.whole(2, 7), marker_m,
                       std::round(marker_m * dice.real(1.3, 1.6) * 1e4) / 1e4);
  board.quiet_zone_m = length_m(dice, 0, 30);
  return board;
}

// Where two edges cross is looked for from a pixel away.
void check_crossings(const schema::BoardRecipe& recipe, const Picture& picture) {
  const auto saddles = geometry::BoardModel(recipe).saddle_points();
  Corners found;
  for (const schema::Vector3& saddle : saddles) {
    found.emplace_back(picture.of(saddle) + cv::Point2d(0.3, -1.2));
  }
  cv::Mat blurred;
  cv::GaussianBlur(picture.pixels, blurred, {}, 1.5);
  cv::cornerSubPix(blurred, found, {6, 6}, {-1, -1}, {3, 200, 1e-5});
  for (std::size_t i = 0; i < saddles.size(); ++i) {
    CHECK(distance_px(picture.of(saddles[i]) - cv::Point2d(0.5, 0.5), found[i]) < 0.05);
  }
}

void check_chessboard_corners(const schema::BoardRecipe& recipe, const Picture& picture,
                              const Sightings& seen) {
  const auto board = cv::aruco::CharucoBoard::create(
      recipe.cols, recipe.rows, static_cast<float>(*recipe.square_size),
      static_cast<float>(recipe.marker_size),
      cv::aruco::getPredefinedDictionary(cv::aruco::DICT_4X4_1000));
  Corners corners;
  std::vector<int> ids;
  cv::aruco::interpolateCornersCharuco(seen.corners, seen.ids, picture.pixels, board, corners, ids);
  const auto saddles = geometry::BoardModel(recipe).saddle_points();
  REQUIRE(ids.size() == saddles.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    CHECK(ids[i] == static_cast<int>(i));
    CHECK(distance_px(picture.of(saddles[i]), corners[i]) < 0.2);
  }
}

}  // namespace

// ---- Pixels

// 100 mm markers of 8 modules: 12.5 mm a module, 130 mm a cell, 15 mm half a gap.
TEST_CASE("the pixel is the largest that every edge falls between") {
  const GreyImage image = board_image(april_grid(6, 6, 0.1, 0.3));
  CHECK(image.width_px == 312);  // 780 mm of 2.5 mm
  CHECK(image.height_px == 312);
  CHECK(levels(image) == std::set<int>{0, 255});
  const GreyImage chessboard = board_image(charuco(5, 7, 0.04, 0.05));
  CHECK(chessboard.width_px == 7 * 30);  // 50 mm of 5/3 mm: 6 modules in 40 mm
  CHECK(chessboard.height_px == 5 * 30);
  CHECK(levels(chessboard) == std::set<int>{0, 255});
}

TEST_CASE("a quiet zone is white and belongs to the picture") {
  schema::BoardRecipe board = charuco(5, 7, 0.04, 0.05);
  const GreyImage bare = board_image(board);
  board.quiet_zone_m = 0.01;
  const GreyImage framed = board_image(board);
  CHECK(framed.width_px == 7 * 30 + 12);
  CHECK(framed.height_px == 5 * 30 + 12);
  CHECK(black_pixels(framed) == black_pixels(bare));
  for (int i = 0; i < 6; ++i) CHECK(at(framed, 100, i) == 255);
  CHECK(at(framed, 6 + 30, 5) == 255);
  CHECK(at(framed, 6 + 30, 6) == 0);  // the second square of the first row
  CHECK(at(framed, 6 + 29, 6) == 255);
}

TEST_CASE("markers stand where published boards have them") {
  // The white top-left square holds marker 0, 5 mm from its edges.
  const GreyImage image = board_image(charuco(2, 2, 0.04, 0.05));
  const GreyImage marker = marker_image("DICT_4X4_1000", 0, 0);
  for (int row = 0; row < 6; ++row) {
    for (int column = 0; column < 6; ++column) {
      CHECK(at(image, 3 + 4 * column, 3 + 4 * row) == at(marker, column, row));
      CHECK(at(image, 6 + 4 * column, 6 + 4 * row) == at(marker, column, row));
    }
  }
  CHECK(at(image, 2, 3) == 255);
  CHECK(at(image, 27, 26) == 255);
}

TEST_CASE("an AprilGrid's corner squares fill the gaps' crossings and end at the cells' rim") {
  schema::BoardRecipe board = april_grid(2, 2, 0.1, 0.3);
  board.quiet_zone_m = 0.01;
  const GreyImage image = board_image(board);  // 2.5 mm a pixel: rim 4, cell 52, half square 6
  CHECK(image.width_px == 112);
  CHECK(at(image, 3, 4) == 255);
  CHECK(at(image, 4, 3) == 255);
  CHECK(at(image, 4, 4) == 0);
  CHECK(at(image, 9, 9) == 0);
  CHECK(at(image, 10, 9) == 255);
  CHECK(at(image, 10, 10) == 0);  // the marker begins where the square ends
  CHECK(at(image, 50, 50) == 0);
  CHECK(at(image, 49, 50) == 255);
  CHECK(at(image, 61, 61) == 0);
  CHECK(at(image, 62, 61) == 255);
}

TEST_CASE("a board without a common measure is drawn in 8192 pixels, grey where an edge runs") {
  const GreyImage image = board_image(charuco(2, 3, 0.0412345678, 0.05));
  CHECK(image.width_px == 8192);
  CHECK(image.height_px == 5461);  // 2/3, rounded
  CHECK(levels(image).size() > 2);
  // The dark square spans a third to two thirds of the width, the upper half of the height: 2730.67
  // to 5461.33 and 0 to 2730.5 pixels.
  CHECK(at(image, 2729, 1000) == 255);
  CHECK(at(image, 2730, 1000) == 170);
  CHECK(at(image, 2731, 1000) == 0);
  CHECK(at(image, 5461, 1000) == 170);
  CHECK(at(image, 4000, 2729) == 0);
  CHECK(at(image, 4000, 2730) < 255);
}

TEST_CASE("no board is drawn in more than 8192 pixels, nor in none") {
  for (const double size_m : {1e-12, 1e-3, 0.0123456789, 1.0, 1e9}) {
    INFO(size_m);
    const GreyImage image = board_image(april_grid(1, 2, size_m, 0.3));
    CHECK(image.width_px <= 8192);
    CHECK(image.height_px >= 1);
    CHECK(image.pixels.size() ==
          static_cast<std::size_t>(image.width_px) * static_cast<std::size_t>(image.height_px));
    CHECK(black_pixels(image) > 0);
  }
  schema::BoardRecipe mostly_rim = charuco(2, 2, 0.04, 0.05);
  mostly_rim.quiet_zone_m = 1000;
  CHECK(board_image(mostly_rim).width_px == 8192);
  // Rounded to nanometres this would be a grid of 60 pixels.
  CHECK(board_image(charuco(2, 2, 3.4e-9, 5e-9)).width_px == 8192);
}

TEST_CASE("a plate is drawn without its tags") {
  schema::BackgroundBoardProperties plate{schema::TagLayout::kChessboard, 3, 2, 0.04, 0.05};
  const GreyImage chessboard = plate_image(plate);
  CHECK(chessboard.width_px == 3);
  CHECK(chessboard.height_px == 2);
  CHECK(chessboard.pixels == std::vector<std::uint8_t>{255, 0, 255, 0, 255, 0});
  plate.mode = schema::TagLayout::kAprilGrid;
  const GreyImage grid = plate_image(plate);  // 5 mm a pixel
  CHECK(grid.width_px == 30);
  CHECK(grid.height_px == 20);
  CHECK(black_pixels(grid) == 4 * 1 + 6 * 2 + 2 * 4);  // corners, edges, crossings
  CHECK(at(grid, 0, 0) == 0);
  CHECK(at(grid, 9, 9) == 0);
  CHECK(at(grid, 11, 9) == 255);
}

TEST_CASE("a texture is named after everything that is on it") {
  schema::BoardRecipe board = charuco(5, 7, 0.04, 0.05);
  const std::string json =
      R"({"type":"charuco","rows":5,"cols":7,"marker_size":0.04,"dictionary":"DICT_4X4_1000",)"
      R"("spacing_ratio":null,"square_size":0.05,"quiet_zone_m":0.0,"ids":null})";
  CHECK(board_texture_name(board) == "boards/board_" + schema::sha256_hex(json) + ".png");
  const std::string name = board_texture_name(board);
  board.first_square = schema::FirstSquare::kBlack;
  CHECK(board_texture_name(board) != name);
  const schema::BackgroundBoardProperties plate{schema::TagLayout::kChessboard, 3, 2, 0.04, 0.05};
  CHECK(plate_texture_name(plate) ==
        "boards/plate_" +
            schema::sha256_hex(std::string_view(
                R"({"mode":"cb","cols":3,"rows":2,"tag_size":0.04,"square_size":0.05})")) +
            ".png");
}

// ---- Detectors

TEST_CASE("OpenCV finds every marker and every chessboard corner of ChArUco boards") {
  Dice dice;
  for (int i = 0; i < 30; ++i) {
    schema::BoardRecipe recipe = random_charuco(dice);
    const bool opencvs_own = i % 3 != 0;
    if (opencvs_own) recipe.first_square = schema::FirstSquare::kBlack;
    if (!opencvs_own && i % 2 == 0) recipe.id_order = schema::IdOrder::kBottomLeft;
    INFO(recipe.rows << " x " << recipe.cols << " of " << *recipe.square_size << " m");
    const Picture picture = picture_of(recipe);
    const auto seen = seen_by_opencv(picture.pixels, cv::aruco::DICT_4X4_1000);
    check_every_marker(recipe, picture, seen, 0);
    check_crossings(recipe, picture);
    if (opencvs_own) check_chessboard_corners(recipe, picture, seen);
  }
}

// Corner squares touch the markers, and detectors then miss some of them: 3 of 322, libapriltag 16.
// In pictures the white side of an edge grows a little (docs/conventions.md), which parts them.
TEST_CASE("OpenCV finds every marker of AprilGrids whose white has grown by a pixel") {
  Dice dice;
  for (int i = 0; i < 20; ++i) {
    auto recipe = april_grid(dice.whole(1, 6), dice.whole(1, 6), length_m(dice, 20, 100),
                             dice.whole(2, 6) / 10.0);
    recipe.quiet_zone_m = length_m(dice, 0, 30);
    if (i % 2 == 0) recipe.id_order = schema::IdOrder::kBottomLeft;
    INFO(recipe.rows << " x " << recipe.cols << " of " << recipe.marker_size << " m, gap "
                     << *recipe.spacing_ratio);
    const Picture picture = picture_of(recipe);
    cv::Mat parted;
    cv::dilate(picture.pixels, parted, cv::Mat());
    const auto seen = seen_by_opencv(parted, cv::aruco::DICT_APRILTAG_36h11);
    check_every_marker(recipe, picture, seen, 1);
  }
}
