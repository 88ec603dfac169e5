// SPDX-License-Identifier: MIT
// A recipe's objects and floor as rectangles before one camera: where a ray meets them, what is
// printed there and how much light falls on it. Immutable; any thread may read one.
#pragma once

#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include "compiler/preview_light.h"
#include "compiler/preview_texture.h"
#include "compiler/preview_vector.h"
#include "schema/geometry/frames.h"
#include "schema/scene_recipe.h"

namespace rtag::compiler {

// What a ray, or its change, is to a surface's plane: linear in the ray. A ray meets the plane at
// x = x_part / nearness, y = y_part / nearness, in metres and the surface's frame. Nearness is the
// inverse of the way along the ray; only where it is above 0 does the plane lie ahead.
struct PlaneRay {
  float x_part = 0;
  float y_part = 0;
  float nearness = 0;
};

// What is on a surface.
struct Paint {
  float albedo = 1;                           // where there is no image
  std::shared_ptr<const ImagePyramid> image;  // null: none
  float ink = 0;                              // what is black in a printed image reflects so much,
  float paper = 1;                            // what is white so much
  bool repeats = false;                       // and smooth; else once, and sharp
  // Texels from metres: x_px = x_from[0] x + x_from[1] y + x_from[2], and likewise y_px.
  std::array<float, 3> x_from{};
  std::array<float, 3> y_from{};
};

class Surface {
 public:
  Surface(const Rectangle& rectangle, const Eigen::Vector3d& eye_in_world, Paint paint,
          SurfaceLight light);

  PlaneRay plane_ray(const Float3& ray) const {
    return {dot(x_row_, ray), dot(y_row_, ray), dot(nearness_row_, ray)};
  }
  bool is_hit(const PlaneRay& at) const {
    return at.nearness > 0 && std::abs(at.x_part) <= half_width_m_ * at.nearness &&
           std::abs(at.y_part) <= half_height_m_ * at.nearness;
  }
  float half_width_m() const { return half_width_m_; }
  float half_height_m() const { return half_height_m_; }
  const SurfaceLight& light() const { return light_; }
  const Paint& paint() const { return paint_; }

 private:
  Float3 x_row_, y_row_, nearness_row_;  // plane_ray() = rows * ray
  float half_width_m_, half_height_m_;
  Paint paint_;
  SurfaceLight light_;
};

// All that the camera can see. `floor` is the image that recipe.world.texture_path names.
// REQUIRES: a floor image when the recipe has a floor.
std::vector<Surface> surfaces_of(const schema::SceneRecipe& recipe,
                                 const schema::CameraRecipe& camera,
                                 std::shared_ptr<const ImagePyramid> floor);

}  // namespace rtag::compiler
