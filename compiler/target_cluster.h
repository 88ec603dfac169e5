// SPDX-License-Identifier: MIT
// The targets of a scene as one round thing that a shadow falls on. Plain values.
#pragma once

#include <optional>
#include <vector>

#include <Eigen/Core>

#include "schema/object_recipe.h"

namespace rtag::compiler {

struct TargetCluster {
  Eigen::Vector3d centre = Eigen::Vector3d::Zero();  // mean of the objects' locations, metres
  double radius_m = 0;                               // in x and y, around all of every object
  std::vector<Eigen::Vector3d> protected_points;     // that no plate may hide from a camera
};

// Nullopt without a tag or a board.
std::optional<TargetCluster> cluster_of(const std::vector<schema::ObjectRecipe>& objects);

}  // namespace rtag::compiler
