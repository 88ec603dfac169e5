// SPDX-License-Identifier: MIT
// The lamps of a scene. Pure functions.
#pragma once

#include <cstdint>
#include <vector>

#include "schema/scene_config.h"
#include "schema/scene_recipe.h"

namespace rtag::compiler {

// First point lamps on the upper half of a shell of 2 to 5 m about the origin. Three lamps with
// linear sampling (the default) draw their power one by one, each a third of the range; any other
// setting draws the number, then the total power, and shares it out by exponential weights. Then
// the suns as configured, 10 m from the origin and shining at it.
std::vector<schema::LightRecipe> draw_lights(const schema::LightingConfig& lighting,
                                             std::uint32_t world_seed);

}  // namespace rtag::compiler
