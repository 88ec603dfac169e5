// SPDX-License-Identifier: MIT
// What a camera sees of a tag or a calibration board: the one measure by which cameras are placed
// and scenes are accepted, through the lens as it is. Pure values and functions.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include <Eigen/Core>

#include "schema/geometry/camera_model.h"
#include "schema/geometry/frames.h"
#include "schema/object_recipe.h"
#include "schema/vocabulary.h"

namespace rtag::compiler {

// Something to look at: computed once, looked at many times.
struct Target {
  geometry::Point<geometry::World> centre;
  Eigen::Vector3d normal_in_world;                          // unit, out of the printed face
  std::array<geometry::Point<geometry::World>, 4> corners;  // that have to be in the image
  double margin_m = 0;  // its centre is drawn at least so far (times focal length over distance)
                        // from the image's border
  double module_m = 0;  // what a density of pixels a module refers to
  int data_bits = 0;    // of its markers
};

// The corners of the black border. The module is the tag's size over all modules of its plane,
// quiet zone included: the density that published benchmarks drew. REQUIRES: a TAG of a known
// family.
Target tag_target(const schema::ObjectRecipe& tag);

// All tags among the objects, in their order.
std::vector<Target> tag_targets(const std::vector<schema::ObjectRecipe>& objects);

// The corners of the part that `framing` asks for. REQUIRES: an object with a `board`.
Target board_target(const schema::ObjectRecipe& board, schema::BoardFraming framing);

struct TargetView {
  double facing_cosine = 0;   // of the angle between the normal and the way to the camera
  bool inside_image = false;  // all four corners, the image's border included
  double area_px = 0;         // of the four corners, px^2; 0 when not inside
};

TargetView view_of(const Target& target,
                   const geometry::Transform<geometry::World, geometry::Camera>& world_from_camera,
                   const geometry::CameraModel& camera);

// Area of a target in the image, px^2, limits included.
struct AreaGate {
  double min_px = 0;
  double max_px = 0;
};

// The limits given, or in their place one pixel a data bit and the whole image.
AreaGate area_gate(std::optional<int> min_tag_pixels, std::optional<int> max_tag_pixels,
                   const Target& target, const geometry::CameraModel& camera);

}  // namespace rtag::compiler
