// SPDX-License-Identifier: MIT
// A calibration board as the subject of a scene. Pure functions.
#pragma once

#include <cstdint>

#include "schema/object_recipe.h"
#include "schema/scenario_config.h"

namespace rtag::compiler {

// CalibrationBoard at the origin, with its keypoints and the name of its texture: the same in all
// scenes of a job. REQUIRES: a subject that passed check_config.
schema::ObjectRecipe calibration_board(const schema::BoardSubject& subject);

// Moves the board by at most physics.scatter_radius / 2 in x and y, in every sampling mode.
void draw_board_location(schema::ObjectRecipe& board, double scatter_radius_m,
                         std::uint32_t attempt_seed);

}  // namespace rtag::compiler
