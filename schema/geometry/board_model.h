// SPDX-License-Identifier: MIT
// What is printed on a calibration board and where: the one place that knows. Texture, plane,
// keypoints and exported definitions come from here.
//
// Lengths are metres in the Object frame: origin at the board's centre, +X right, +Y up. Row 0 is
// the top row, column 0 the left one. Plain values, any thread.
#pragma once

#include <array>
#include <vector>

#include <Eigen/Core>

#include "schema/object_recipe.h"

namespace rtag::geometry {

struct BoardMarker {
  int id;
  int row;
  int column;
  Eigen::Vector2d centre;
};

// Axis-aligned.
struct BoardRectangle {
  Eigen::Vector2d min;
  Eigen::Vector2d max;
};

class BoardModel {
 public:
  // REQUIRES: a spacing_ratio for an AprilGrid, square_size > marker_size for a ChArUco board, and
  // as many ids as markers, if any are given.
  explicit BoardModel(const schema::BoardRecipe& board);

  int rows() const { return board_.rows; }
  int cols() const { return board_.cols; }
  double marker_m() const { return board_.marker_size; }  // edge of the black border
  double cell_m() const { return cell_m_; }               // edge of a cell: centre to centre
  double quiet_zone_m() const { return board_.quiet_zone_m; }
  double width_m() const;  // of the plane, quiet zone included
  double height_m() const;

  // Row by row from the top left.
  const std::vector<BoardMarker>& markers() const { return markers_; }

  // TL, TR, BR, BL of each marker's black border, in the order of markers(); z = 0.
  std::vector<schema::Vector3> marker_corners() const;

  // Where four cells meet, row by row from the top left: (rows - 1)(cols - 1) points, z = 0.
  std::vector<schema::Vector3> saddle_points() const;

  // What is solid black besides the markers: the dark squares of a ChArUco board; the squares at
  // the corners of an AprilGrid's cells, as wide as the gap between markers and cut off at the rim
  // of the cells, so that none reaches into the quiet zone. Row by row from the top left.
  std::vector<BoardRectangle> black_squares() const;

 private:
  schema::BoardRecipe board_;
  double cell_m_;
  std::vector<BoardMarker> markers_;
};

int marker_count(const schema::BoardRecipe& board);

// The same for the plate behind a grid of tags: a chessboard whose top-left square is white, or an
// AprilGrid. REQUIRES: mode is not plain.
std::vector<BoardRectangle> black_squares(const schema::BackgroundBoardProperties& plate);

}  // namespace rtag::geometry
