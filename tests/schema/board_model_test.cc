// SPDX-License-Identifier: MIT
#include "schema/geometry/board_model.h"

#include <catch2/catch.hpp>
#include <opencv2/aruco/charuco.hpp>

#include "tests/schema/example_boards.h"

namespace rtag::geometry {
namespace {

using samples::april_grid;

schema::BoardRecipe charuco(int rows, int cols, schema::FirstSquare first_square) {
  schema::BoardRecipe board;
  board.type = schema::BoardType::kCharuco;
  board.rows = rows;
  board.cols = cols;
  board.marker_size = 0.04;
  board.square_size = 0.05;
  board.dictionary = "DICT_4X4_1000";
  board.first_square = first_square;
  return board;
}

void check_near(const schema::Vector3& point, double x, double y) {
  CHECK(point[0] == Approx(x).epsilon(1e-9).margin(1e-15));
  CHECK(point[1] == Approx(y).epsilon(1e-9).margin(1e-15));
  CHECK(point[2] == 0);
}

void check_near(const BoardRectangle& square, double left, double bottom, double right,
                double top) {
  CHECK(square.min.x() == Approx(left).margin(1e-12));
  CHECK(square.min.y() == Approx(bottom).margin(1e-12));
  CHECK(square.max.x() == Approx(right).margin(1e-12));
  CHECK(square.max.y() == Approx(top).margin(1e-12));
}

std::vector<int> ids_of(const schema::BoardRecipe& recipe) {
  const BoardModel board(recipe);
  std::vector<int> ids;
  for (const BoardMarker& marker : board.markers()) ids.push_back(marker.id);
  return ids;
}

// OpenCV's board has its origin at the top-left corner of the squares, and y points down.
schema::Vector3 from_opencv(const cv::Point3f& point, const BoardModel& board) {
  return {point.x - board.cols() * board.cell_m() / 2, board.rows() * board.cell_m() / 2 - point.y,
          0};
}

// OpenCV stores floats.
void check_float_near(const schema::Vector3& point, const schema::Vector3& expected) {
  for (std::size_t i = 0; i < 3; ++i) CHECK(std::abs(point[i] - expected[i]) < 1e-6);
}

}  // namespace

TEST_CASE("the points of an AprilGrid are those of published recipes") {
  const BoardModel board(april_grid(6, 6, 0.1, 0.3));
  CHECK(board.cell_m() == Approx(0.13));
  CHECK(board.width_m() == Approx(0.78));
  const auto corners = board.marker_corners();
  REQUIRE(corners.size() == 144);
  check_near(corners[0], -0.375, 0.375);
  check_near(corners[1], -0.275, 0.375);
  check_near(corners[2], -0.275, 0.275);
  check_near(corners[3], -0.375, 0.275);
  check_near(corners[4], -0.245, 0.375);
  check_near(corners[143], 0.275, -0.375);
  const auto saddles = board.saddle_points();
  REQUIRE(saddles.size() == 25);
  check_near(saddles[0], -0.26, 0.26);
  check_near(saddles[1], -0.13, 0.26);
  check_near(saddles[24], 0.26, -0.26);
}

TEST_CASE("the points of a ChArUco board are those of published recipes") {
  const BoardModel board(charuco(5, 7, schema::FirstSquare::kWhite));
  const auto corners = board.marker_corners();
  REQUIRE(corners.size() == 4 * 18);
  check_near(corners[0], -0.17, 0.12);
  check_near(corners[2], -0.13, 0.08);
  check_near(corners[4], -0.07, 0.12);
  const auto saddles = board.saddle_points();
  REQUIRE(saddles.size() == 24);
  check_near(saddles[0], -0.125, 0.075);
  check_near(saddles[1], -0.075, 0.075);
}

TEST_CASE("a quiet zone widens the plane and moves nothing") {
  schema::BoardRecipe recipe = charuco(5, 7, schema::FirstSquare::kWhite);
  const BoardModel bare(recipe);
  recipe.quiet_zone_m = 0.015;
  const BoardModel framed(recipe);
  CHECK(bare.width_m() == Approx(0.35));
  CHECK(bare.height_m() == Approx(0.25));
  CHECK(framed.width_m() == Approx(0.38));
  CHECK(framed.height_m() == Approx(0.28));
  CHECK(framed.marker_corners() == bare.marker_corners());
  CHECK(framed.saddle_points() == bare.saddle_points());
}

TEST_CASE("a ChArUco board that starts black is OpenCV's own") {
  const std::vector<std::pair<int, int>> sizes{{5, 7}, {4, 3}, {3, 4}, {6, 6}, {2, 9}};
  for (const auto& [rows, cols] : sizes) {
    INFO(rows << " x " << cols);
    const schema::BoardRecipe recipe = charuco(rows, cols, schema::FirstSquare::kBlack);
    const BoardModel board(recipe);
    const auto opencv = cv::aruco::CharucoBoard::create(
        cols, rows, 0.05F, 0.04F, cv::aruco::getPredefinedDictionary(cv::aruco::DICT_4X4_1000));
    CHECK(ids_of(recipe) == opencv->ids);
    const auto corners = board.marker_corners();
    REQUIRE(corners.size() == 4 * opencv->objPoints.size());
    for (std::size_t i = 0; i < corners.size(); ++i) {
      check_float_near(corners[i], from_opencv(opencv->objPoints[i / 4][i % 4], board));
    }
    const auto saddles = board.saddle_points();
    REQUIRE(saddles.size() == opencv->chessboardCorners.size());
    for (std::size_t i = 0; i < saddles.size(); ++i) {
      check_float_near(saddles[i], from_opencv(opencv->chessboardCorners[i], board));
    }
  }
}

TEST_CASE("markers stand where row and column are both even or odd, or on the others") {
  const BoardModel white(charuco(2, 3, schema::FirstSquare::kWhite));
  CHECK(white.markers().size() == 3);
  CHECK((white.markers()[0].row == 0 && white.markers()[0].column == 0));
  CHECK((white.markers()[1].row == 0 && white.markers()[1].column == 2));
  CHECK((white.markers()[2].row == 1 && white.markers()[2].column == 1));
  const BoardModel black(charuco(2, 3, schema::FirstSquare::kBlack));
  CHECK(black.markers().size() == 3);
  CHECK((black.markers()[0].row == 0 && black.markers()[0].column == 1));
  CHECK((black.markers()[1].row == 1 && black.markers()[1].column == 0));
}

// Kalibr's own arithmetic: the origin is the bottom-left corner of tag 0, y points up, and the grid
// points of a tag's corners count from its bottom left, counter-clockwise.
TEST_CASE("ids from the bottom left are those of a Kalibr AprilGrid") {
  const int rows = 4, cols = 3;
  const double size_m = 0.088, spacing = 0.3;
  schema::BoardRecipe recipe = april_grid(rows, cols, size_m, spacing);
  recipe.id_order = schema::IdOrder::kBottomLeft;
  const BoardModel board(recipe);
  const auto grid_point = [&](int row, int column) {
    return Eigen::Vector2d(column / 2 * (1 + spacing) * size_m + column % 2 * size_m,
                           row / 2 * (1 + spacing) * size_m + row % 2 * size_m);
  };
  const Eigen::Vector2d origin = Eigen::Vector2d(-cols, -rows) * size_m * (1 + spacing) / 2 +
                                 Eigen::Vector2d::Constant(spacing * size_m / 2);
  const auto corners = board.marker_corners();
  for (std::size_t i = 0; i < board.markers().size(); ++i) {
    const int id = board.markers()[i].id;
    const int row = 2 * (id / cols), column = 2 * (id % cols);
    const std::array<Eigen::Vector2d, 4> expected{
        grid_point(row + 1, column), grid_point(row + 1, column + 1), grid_point(row, column + 1),
        grid_point(row, column)};
    for (std::size_t j = 0; j < 4; ++j) {
      const Eigen::Vector2d point = origin + expected[j];
      check_near(corners[4 * i + j], point.x(), point.y());
    }
  }
}

TEST_CASE("ids run row by row, downwards or upwards, and explicit ids run alike") {
  schema::BoardRecipe board = april_grid(2, 3, 0.1, 0.3);
  CHECK(ids_of(board) == std::vector{0, 1, 2, 3, 4, 5});
  board.id_order = schema::IdOrder::kBottomLeft;
  CHECK(ids_of(board) == std::vector{3, 4, 5, 0, 1, 2});
  board.ids = {10, 11, 12, 20, 21, 22};
  CHECK(ids_of(board) == std::vector{20, 21, 22, 10, 11, 12});
  schema::BoardRecipe chessboard = charuco(3, 3, schema::FirstSquare::kWhite);
  CHECK(ids_of(chessboard) == std::vector{0, 1, 2, 3, 4});
  chessboard.id_order = schema::IdOrder::kBottomLeft;
  CHECK(ids_of(chessboard) == std::vector{3, 4, 2, 0, 1});
}

TEST_CASE("the markers of a board are counted without building it") {
  for (int rows = 1; rows <= 4; ++rows) {
    for (int cols = 1; cols <= 4; ++cols) {
      for (const auto first : {schema::FirstSquare::kWhite, schema::FirstSquare::kBlack}) {
        const schema::BoardRecipe board = charuco(rows, cols, first);
        CHECK(marker_count(board) == static_cast<int>(BoardModel(board).markers().size()));
      }
    }
  }
  CHECK(marker_count(april_grid(6, 7, 0.1, 0.3)) == 42);
}

TEST_CASE("the dark squares of a ChArUco board are those without a marker") {
  const auto white = BoardModel(charuco(2, 3, schema::FirstSquare::kWhite)).black_squares();
  REQUIRE(white.size() == 3);
  check_near(white[0], -0.025, 0, 0.025, 0.05);
  check_near(white[1], -0.075, -0.05, -0.025, 0);
  check_near(white[2], 0.025, -0.05, 0.075, 0);
  const auto black = BoardModel(charuco(2, 3, schema::FirstSquare::kBlack)).black_squares();
  REQUIRE(black.size() == 3);
  check_near(black[0], -0.075, 0, -0.025, 0.05);
}

TEST_CASE("the corner squares of an AprilGrid touch its markers and stay out of the quiet zone") {
  schema::BoardRecipe recipe = april_grid(1, 2, 0.1, 0.3);
  recipe.quiet_zone_m = 0.05;
  const BoardModel board(recipe);
  const auto squares = board.black_squares();
  REQUIRE(squares.size() == 6);
  check_near(squares[0], -0.13, 0.05, -0.115, 0.065);
  check_near(squares[1], -0.015, 0.05, 0.015, 0.065);
  check_near(squares[5], 0.115, -0.065, 0.13, -0.05);
  const auto corners = board.marker_corners();
  CHECK(corners[1][0] == Approx(squares[1].min.x()));
  CHECK(corners[1][1] == Approx(squares[1].min.y()));
}

TEST_CASE("a plate is printed as a chessboard that starts white, or with corner squares") {
  schema::BackgroundBoardProperties plate{schema::TagLayout::kChessboard, 3, 2, 0.04, 0.05};
  const auto chessboard = black_squares(plate);
  REQUIRE(chessboard.size() == 3);
  check_near(chessboard[0], -0.025, 0, 0.025, 0.05);
  plate.mode = schema::TagLayout::kAprilGrid;
  const auto grid = black_squares(plate);
  REQUIRE(grid.size() == 12);
  check_near(grid[0], -0.075, 0.045, -0.07, 0.05);
  check_near(grid[5], -0.03, -0.005, -0.02, 0.005);
  plate.tag_size = 0.05;
  CHECK(black_squares(plate).empty());  // no gap, no square
}

}  // namespace rtag::geometry
