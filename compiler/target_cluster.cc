// SPDX-License-Identifier: MIT
#include "compiler/target_cluster.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rtag::compiler {
namespace {

using Eigen::Vector3d;

Vector3d location_of(const schema::ObjectRecipe& object) {
  return {object.location[0], object.location[1], object.location[2]};
}

// Half the diagonal of what an object adds to the cluster: of one tag, also for the plate behind a
// grid of tags (as in published recipes); of the whole of a calibration board.
double half_diagonal_m(const schema::ObjectRecipe& object) {
  if (const auto* tag = std::get_if<schema::TagProperties>(&object.properties)) {
    return tag->tag_size / std::numbers::sqrt2;
  }
  if (const auto* plate = std::get_if<schema::BackgroundBoardProperties>(&object.properties)) {
    return plate->tag_size / std::numbers::sqrt2;
  }
  return std::hypot(object.scale[0], object.scale[1]);
}

}  // namespace

std::optional<TargetCluster> cluster_of(const std::vector<schema::ObjectRecipe>& objects) {
  std::vector<const schema::ObjectRecipe*> targets;
  for (const schema::ObjectRecipe& object : objects) {
    if (object.type != schema::ObjectType::kOccluder) targets.push_back(&object);
  }
  if (targets.empty()) return std::nullopt;

  TargetCluster cluster;
  for (const auto* target : targets) cluster.centre += location_of(*target);
  cluster.centre /= static_cast<double>(targets.size());
  for (const auto* target : targets) {
    const double offset_m = (location_of(*target) - cluster.centre).head<2>().norm();
    cluster.radius_m = std::max(cluster.radius_m, offset_m + half_diagonal_m(*target));
  }
  cluster.protected_points.push_back(cluster.centre);
  for (const auto* target : targets) {
    const Vector3d location = location_of(*target);
    cluster.protected_points.push_back(location);
    for (const double x : {1.0, -1.0}) {
      for (const double y : {1.0, -1.0}) {
        cluster.protected_points.emplace_back(cluster.centre.x() + x * cluster.radius_m,
                                              cluster.centre.y() + y * cluster.radius_m,
                                              location.z());
      }
    }
  }
  return cluster;
}

}  // namespace rtag::compiler
