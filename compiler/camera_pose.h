// SPDX-License-Identifier: MIT
// Poses of a camera around a target. Pure functions; metres and radians.
#pragma once

#include <Eigen/Core>

#include "schema/geometry/frames.h"

namespace rtag::compiler {

using CameraPose = geometry::Transform<geometry::World, geometry::BlenderCamera>;

// Where a camera stands as seen from its target: spherical coordinates about world +Z.
struct Viewpoint {
  double distance_m = 0;
  double elevation_cos = 0;  // cosine of the polar angle: 1 is overhead, 0 level
  double azimuth_rad = 0;    // counter-clockwise from +X
};

// A camera at `viewpoint` that has `target` on its optical axis and world +Z upwards in the image.
CameraPose looking_at(const geometry::Point<geometry::World>& target, const Viewpoint& viewpoint);

// The camera turned about its own centre, by the smallest rotation, until what stood on its optical
// axis appears along `ray`. REQUIRES: a unit vector in Blender's axes, z < 0.
CameraPose with_axis_point_along(const CameraPose& pose, const Eigen::Vector3d& ray);

// The camera turned about its optical axis.
CameraPose rolled(const CameraPose& pose, double roll_rad);

}  // namespace rtag::compiler
