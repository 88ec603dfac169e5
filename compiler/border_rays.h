// SPDX-License-Identifier: MIT
// The rays of an image's border: what a camera sees at most. Pure functions.
#pragma once

#include <vector>

#include <Eigen/Core>

#include "schema/geometry/camera_model.h"

namespace rtag::compiler {

// The unit vector that is seen at a pixel. REQUIRES: every pixel of the image has a ray
// (CameraModel::pixel_without_ray).
Eigen::Vector3d ray_of(const geometry::CameraModel& camera, const Eigen::Vector2d& pixel);

// Of 33 points along each edge, corners included. REQUIRES: as above.
std::vector<Eigen::Vector3d> border_rays(const geometry::CameraModel& camera);

}  // namespace rtag::compiler
