// SPDX-License-Identifier: MIT
// Whether a camera sees a plate. Pure values and functions.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include <Eigen/Core>

#include "schema/geometry/camera_model.h"
#include "schema/geometry/frames.h"
#include "schema/geometry/polygon.h"

namespace rtag::compiler {

using PlateCorners = std::array<geometry::Point<geometry::World>, 4>;

// All that a camera can see, as a rectangle on the plane at depth 1: exact for a lens without
// distortion, else the smallest rectangle around it. A lens that looks 85 degrees or more aside
// sees everything in front of it.
class FieldOfView {
 public:
  // REQUIRES: every pixel has a ray.
  explicit FieldOfView(const geometry::CameraModel& camera);

  // A plate that only touches the border is seen.
  bool sees(const geometry::Transform<geometry::World, geometry::Camera>& world_from_camera,
            const PlateCorners& plate) const;

 private:
  struct Rectangle {
    Eigen::Vector2d low;
    Eigen::Vector2d high;
  };
  static bool intersects(const geometry::Polygon& plate, const Rectangle& view);

  std::optional<Rectangle> view_;  // nullopt: everything in front
};

}  // namespace rtag::compiler
