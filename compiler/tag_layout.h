// SPDX-License-Identifier: MIT
// The tags of a scene: in a grid on the floor with a plate behind them, or afloat. Pure functions.
#pragma once

#include <cstdint>
#include <vector>

#include "schema/config.h"
#include "schema/object_recipe.h"

namespace rtag::compiler {

// The tags Tag_0, Tag_1, ..., then Board_Background if there is a plate.
//  - In a grid, cells are sized by the modules of the first family. Tags fill it row by row; on a
//    chessboard only its white squares. With random sampling all objects are moved together by at
//    most physics.scatter_radius / 2 in x and y.
//  - Flying tags stand and turn anywhere within physics.scatter_radius of the origin in x and y,
//  and
//    twice as far up.
// REQUIRES: a TAGS subject.
std::vector<schema::ObjectRecipe> lay_out_tags(const schema::GenConfig& config,
                                               std::uint32_t attempt_seed);

}  // namespace rtag::compiler
