// SPDX-License-Identifier: MIT
// Plates that cast the first sun's shadow over the targets and stay out of every picture. Pure
// functions.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/plate_visibility.h"
#include "schema/scenario_config.h"
#include "schema/scene_config.h"
#include "schema/scene_recipe.h"

namespace rtag::compiler {

// One pattern, drawn from those of the config:
//   half    a plate whose edge crosses the targets
//   corner  a plate whose corner does
//   bar     a long strip across them
//   slit    two plates that leave a strip of light
// Widths and offsets are in radii of the cluster of targets. A plate floats height_min_m to
// height_max_m above the targets, and 5 cm higher for each round in which a camera would see it.
// After 50 rounds `half` is tried in place of the pattern; none is placed if that fails too, or
// without a sun above the horizon. `field_of_view` is that of every camera.
std::vector<schema::ObjectRecipe> place_occluders(const schema::OccluderConfig& config,
                                                  const std::vector<schema::SunConfig>& suns,
                                                  const std::vector<schema::ObjectRecipe>& targets,
                                                  const std::vector<schema::CameraRecipe>& cameras,
                                                  const FieldOfView& field_of_view,
                                                  std::uint32_t occluder_seed);

}  // namespace rtag::compiler
