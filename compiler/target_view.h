// SPDX-License-Identifier: MIT
// What a camera sees of a tag: the one measure by which cameras are placed and scenes are accepted.
// Pure values and functions. The lens is a pinhole.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include <Eigen/Core>

#include "schema/geometry/camera_model.h"
#include "schema/geometry/frames.h"
#include "schema/object_recipe.h"

namespace rtag::compiler {

// A tag as a camera can see it: computed once, looked at many times.
struct Target {
  geometry::Point<geometry::World> centre;
  Eigen::Vector3d normal_in_world;                          // unit, out of the printed face
  std::array<geometry::Point<geometry::World>, 4> corners;  // of the black border
  double size_m = 0;                                        // tag_size
  int margin_bits = 0;
  int grid_modules = 0;
  int data_bits = 0;
};

// REQUIRES: a TAG of a known family.
Target target_of(const schema::ObjectRecipe& tag);

// All tags among the objects, in their order.
std::vector<Target> targets_of(const std::vector<schema::ObjectRecipe>& objects);

struct TargetView {
  double facing_cosine = 0;   // of the angle between the normal and the way to the camera
  bool inside_image = false;  // all four corners, the image's border included
  double area_px = 0;         // of the four corners, px^2; 0 when not inside
};

TargetView view_of(const Target& target,
                   const geometry::Transform<geometry::World, geometry::Camera>& world_from_camera,
                   const geometry::PinholeCamera& camera);

// Area of a target in the image, px^2, limits included.
struct AreaGate {
  double min_px = 0;
  double max_px = 0;
};

// The limits given, or in their place one pixel a data bit and the whole image.
AreaGate area_gate(std::optional<int> min_tag_pixels, std::optional<int> max_tag_pixels,
                   const Target& target, const geometry::PinholeCamera& camera);

}  // namespace rtag::compiler
