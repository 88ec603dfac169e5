// SPDX-License-Identifier: MIT
// What all cameras of a job have in common: everything of their recipes but the pose, the motion
// and the seed of the noise. Made once a job; a plain value.
#pragma once

#include "schema/camera_config.h"
#include "schema/geometry/camera_model.h"
#include "schema/scene_recipe.h"

namespace rtag::compiler {

struct CameraTemplate {
  schema::CameraRecipe recipe;
  geometry::CameraModel model;
  // Pixels a unit of width over depth, by which cameras are placed: distances for a density, the
  // margin around a target. The camera matrix's own, but for a Kannala-Brandt lens whose matrix
  // comes from its field of view: there, while it is below 180 degrees, that of a pinhole as wide,
  // as in published recipes.
  double placing_focal_px = 0;
  // Drawn image positions are turned into rays by the lens itself; otherwise by the camera matrix
  // alone, as in published recipes. Only a lens of 180 degrees or more needs the former.
  bool rays_follow_lens = false;
};

// REQUIRES: a config that passed check_config.
CameraTemplate camera_template(const schema::CameraConfig& config);

}  // namespace rtag::compiler
