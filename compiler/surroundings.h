// SPDX-License-Identifier: MIT
// The image on the floor and the one around the scene: which, how large, how turned. Pure
// functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/scene_config.h"

namespace rtag::compiler {

struct Floor {
  std::optional<std::string> texture;  // a name as in recipes; none: there is no floor
  double repeats_per_m = 1;
  double rotation_rad = 0;
};

// Over a range of more than 1 : 10 the scale is drawn uniformly in its logarithm.
// REQUIRES: `textures` are sorted, so that the choice does not depend on the order of a folder.
Floor draw_floor(const schema::SceneSurroundings& surroundings,
                 const std::vector<std::string>& textures, int scene_id, std::uint32_t world_seed);

// How recipes name an environment map: "hdri/<file name>", or as configured where it is one that
// Blender brings ("blender:city.exr").
std::string environment_name(const std::string& background_hdri);

// The turn of the environment map about +Z; 0 without one.
double draw_environment_rotation_rad(const schema::SceneSurroundings& surroundings,
                                     std::uint32_t world_seed);

}  // namespace rtag::compiler
