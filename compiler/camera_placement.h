// SPDX-License-Identifier: MIT
// Where the cameras of a scene stand: drawn views of a target, kept when the target faces the
// camera, lies in the image as far as asked and has an area inside the gate. Pure functions.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "compiler/camera_template.h"
#include "compiler/layout_constraint.h"
#include "compiler/target_view.h"
#include "schema/camera_config.h"
#include "schema/scene_recipe.h"

namespace rtag::compiler {

// How far a job has come, for the modes that sweep a range from its first scene to its last.
struct Sweep {
  schema::SamplingMode mode = schema::SamplingMode::kRandom;
  double progress = 0;   // 0 in the first scene, 1 in the last
  bool is_swept = true;  // false for a job of a single scene, which draws instead
};

struct CameraSeeds {
  std::uint32_t placement = 0;  // one stream for all cameras of the scene
  std::uint32_t noise = 0;      // parent of one seed a camera
};

// camera.samples_per_scene cameras, each of a target drawn from `targets`; or, when one found no
// place in 50 tries, the constraint that rejected most of them. REQUIRES: at least one target.
std::variant<std::vector<schema::CameraRecipe>, Constraint> place_cameras(
    const schema::CameraConfig& config, const CameraTemplate& shared,
    const std::vector<Target>& targets, const Sweep& sweep, const CameraSeeds& seeds);

}  // namespace rtag::compiler
