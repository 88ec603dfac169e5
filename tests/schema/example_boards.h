// SPDX-License-Identifier: MIT
// Boards that several tests draw.
#pragma once

#include "schema/object_recipe.h"

namespace rtag::samples {

inline schema::BoardRecipe april_grid(int rows, int cols, double marker_m, double spacing_ratio) {
  schema::BoardRecipe board;
  board.type = schema::BoardType::kAprilGrid;
  board.rows = rows;
  board.cols = cols;
  board.marker_size = marker_m;
  board.spacing_ratio = spacing_ratio;
  return board;
}

}  // namespace rtag::samples
