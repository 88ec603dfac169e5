// SPDX-License-Identifier: MIT
// Where the cameras of a scene stand: drawn views of one of its tags, kept when the tag faces the
// camera, lies whole in the image and has an area inside the gate. Pure functions.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "compiler/layout_constraint.h"
#include "schema/camera_config.h"
#include "schema/object_recipe.h"
#include "schema/scene_recipe.h"

namespace rtag::compiler {

// camera.samples_per_scene cameras; or, when one found no place in 50 tries, the constraint that
// rejected most of them. REQUIRES: at least one TAG among the objects.
std::variant<std::vector<schema::CameraRecipe>, Constraint> place_cameras(
    const schema::CameraConfig& config, const std::vector<schema::ObjectRecipe>& objects,
    std::uint32_t camera_seed);

}  // namespace rtag::compiler
