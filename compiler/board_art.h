// SPDX-License-Identifier: MIT
// The printed face of a calibration board, and of the plate behind a grid of tags. Pure functions,
// any thread; nothing is written to disk.
//
// Geometry is board_model.h's. The pixels are as few as let every edge of a module, square and rim
// fall between two of them; the renderer takes the nearest pixel, so such a texture is exact. Where
// that takes more than 8192 pixels along a side, or the lengths have no common measure, the longer
// side has 8192 and the pixels on an edge are grey by the area that is black.
#pragma once

#include <string>

#include "compiler/marker_art.h"
#include "schema/object_recipe.h"

namespace rtag::compiler {

// How recipes name the texture: "boards/board_<SHA-256 of the canonical JSON>.png".
std::string board_texture_name(const schema::BoardRecipe& board);

// The board as seen upright, quiet zone included. REQUIRES: what BoardModel does, and ids of the
// dictionary.
GreyImage board_image(const schema::BoardRecipe& board);

// "boards/plate_<SHA-256 of the canonical JSON>.png".
std::string plate_texture_name(const schema::BackgroundBoardProperties& plate);

// The plate without its tags, which lie on it. REQUIRES: mode is not plain.
GreyImage plate_image(const schema::BackgroundBoardProperties& plate);

}  // namespace rtag::compiler
