// SPDX-License-Identifier: MIT
#include "schema/geometry/board_model.h"

#include <algorithm>

#include "schema/check.h"

namespace rtag::geometry {
namespace {

using Eigen::Vector2d;

// Square cells around the origin; row 0 is the top one.
struct Grid {
  int rows;
  int cols;
  double cell_m;

  Vector2d half_size() const { return Vector2d(cols, rows) * (cell_m / 2); }
  Vector2d centre(int row, int column) const {
    return {-half_size().x() + cell_m / 2 + column * cell_m,
            half_size().y() - cell_m / 2 - row * cell_m};
  }
};

bool is_marker_cell(const schema::BoardRecipe& board, int row, int column) {
  if (board.type == schema::BoardType::kAprilGrid) return true;
  const int parity = board.first_square == schema::FirstSquare::kWhite ? 0 : 1;
  return (row + column) % 2 == parity;
}

// The parity of row + column on the dark squares of a chessboard.
std::vector<BoardRectangle> dark_cells(const Grid& grid, int parity) {
  const Vector2d half = Vector2d::Constant(grid.cell_m / 2);
  std::vector<BoardRectangle> squares;
  for (int row = 0; row < grid.rows; ++row) {
    for (int column = (row + parity) % 2; column < grid.cols; column += 2) {
      const Vector2d centre = grid.centre(row, column);
      squares.push_back({centre - half, centre + half});
    }
  }
  return squares;
}

std::vector<BoardRectangle> corner_squares(const Grid& grid, double edge_m) {
  const Vector2d rim = grid.half_size();
  const Vector2d half = Vector2d::Constant(edge_m / 2);
  std::vector<BoardRectangle> squares;
  if (!(edge_m > 0)) return squares;
  for (int row = 0; row <= grid.rows; ++row) {
    for (int column = 0; column <= grid.cols; ++column) {
      const Vector2d corner(-rim.x() + column * grid.cell_m, rim.y() - row * grid.cell_m);
      squares.push_back({(corner - half).cwiseMax(-rim), (corner + half).cwiseMin(rim)});
    }
  }
  return squares;
}

void check(const schema::BoardRecipe& board) {
  RTAG_CHECK(board.rows >= 1 && board.cols >= 1 && board.marker_size > 0,
             "a board has cells and markers");
  if (board.type == schema::BoardType::kAprilGrid) {
    RTAG_CHECK(board.spacing_ratio > 0.0, "an AprilGrid has a gap between its markers");
  } else {
    RTAG_CHECK(board.square_size > board.marker_size, "a ChArUco square is larger than its marker");
  }
  RTAG_CHECK(!board.ids || static_cast<int>(board.ids->size()) == marker_count(board),
             "a board has an id for each marker");
}

double cell_of(const schema::BoardRecipe& board) {
  if (board.type == schema::BoardType::kCharuco) return *board.square_size;
  return board.marker_size * (1 + *board.spacing_ratio);
}

}  // namespace

BoardModel::BoardModel(const schema::BoardRecipe& board) : board_(board) {
  check(board);
  cell_m_ = cell_of(board);
  const Grid grid{board.rows, board.cols, cell_m_};
  const bool from_bottom = board.id_order == schema::IdOrder::kBottomLeft;
  int rank = 0;
  for (int step = 0; step < board.rows; ++step) {
    const int row = from_bottom ? board.rows - 1 - step : step;
    for (int column = 0; column < board.cols; ++column) {
      if (!is_marker_cell(board, row, column)) continue;
      const int id = board.ids ? (*board.ids)[static_cast<std::size_t>(rank)] : rank;
      markers_.push_back({id, row, column, grid.centre(row, column)});
      ++rank;
    }
  }
  std::stable_sort(markers_.begin(), markers_.end(),
                   [](const BoardMarker& a, const BoardMarker& b) { return a.row < b.row; });
}

double BoardModel::width_m() const { return cols() * cell_m_ + 2 * quiet_zone_m(); }

double BoardModel::height_m() const { return rows() * cell_m_ + 2 * quiet_zone_m(); }

std::vector<schema::Vector3> BoardModel::marker_corners() const {
  const double half_m = marker_m() / 2;
  std::vector<schema::Vector3> corners;
  for (const BoardMarker& marker : markers_) {
    const auto [x, y] = std::pair(marker.centre.x(), marker.centre.y());
    corners.push_back({x - half_m, y + half_m, 0});
    corners.push_back({x + half_m, y + half_m, 0});
    corners.push_back({x + half_m, y - half_m, 0});
    corners.push_back({x - half_m, y - half_m, 0});
  }
  return corners;
}

std::vector<schema::Vector3> BoardModel::saddle_points() const {
  const Grid grid{rows(), cols(), cell_m_};
  std::vector<schema::Vector3> points;
  for (int row = 0; row + 1 < rows(); ++row) {
    for (int column = 0; column + 1 < cols(); ++column) {
      const Vector2d centre = grid.centre(row, column);
      points.push_back({centre.x() + cell_m_ / 2, centre.y() - cell_m_ / 2, 0});
    }
  }
  return points;
}

std::vector<BoardRectangle> BoardModel::black_squares() const {
  const Grid grid{rows(), cols(), cell_m_};
  if (board_.type == schema::BoardType::kAprilGrid) {
    return corner_squares(grid, marker_m() * *board_.spacing_ratio);
  }
  return dark_cells(grid, board_.first_square == schema::FirstSquare::kWhite ? 1 : 0);
}

int marker_count(const schema::BoardRecipe& board) {
  const int cells = board.rows * board.cols;
  if (board.type == schema::BoardType::kAprilGrid) return cells;
  return board.first_square == schema::FirstSquare::kWhite ? (cells + 1) / 2 : cells / 2;
}

std::vector<BoardRectangle> black_squares(const schema::BackgroundBoardProperties& plate) {
  RTAG_CHECK(plate.mode != schema::TagLayout::kPlain, "nothing is printed on a plain plate");
  const Grid grid{plate.rows, plate.cols, plate.square_size};
  if (plate.mode == schema::TagLayout::kChessboard) return dark_cells(grid, 1);
  return corner_squares(grid, plate.square_size - plate.tag_size);
}

}  // namespace rtag::geometry
