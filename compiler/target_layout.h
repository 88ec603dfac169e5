// SPDX-License-Identifier: MIT
// The tags of a scene, in a grid on the floor, and the plate behind them. Pure functions.
#pragma once

#include <cstdint>
#include <vector>

#include "schema/config.h"
#include "schema/object_recipe.h"

namespace rtag::compiler {

// The tags Tag_0, Tag_1, ... row by row, then Board_Background if the config has a plate; all moved
// together by at most physics.scatter_radius / 2 in x and y. Cells are sized by the modules of the
// first family. REQUIRES: a TAGS subject.
std::vector<schema::ObjectRecipe> lay_out_tags(const schema::GenConfig& config,
                                               std::uint32_t attempt_seed);

}  // namespace rtag::compiler
