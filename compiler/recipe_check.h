// SPDX-License-Identifier: MIT
// Whether the objects and cameras of an attempt make a scene worth rendering. Pure functions; no
// file is looked at.
#pragma once

#include <optional>
#include <vector>

#include "compiler/layout_constraint.h"
#include "schema/geometry/camera_model.h"
#include "schema/scene_recipe.h"

namespace rtag::compiler {

// The first constraint that is not met, in the order of `Constraint`; none: the scene is good.
//  - every tag's border lies on the background board, if there is one;
//  - no two borders at one height overlap;
//  - each camera sees at least one tag whole, at no more than 80 degrees from its normal and with
//    an area inside the camera's gate (target_view.h).
// Boxes are parallel to the world's axes, with 1 mm to spare. A scene without tags has only cameras
// that were placed by its board. All cameras have the lens `camera`.
std::optional<Constraint> first_violation(const std::vector<schema::ObjectRecipe>& objects,
                                          const std::vector<schema::CameraRecipe>& cameras,
                                          const geometry::CameraModel& camera);

}  // namespace rtag::compiler
