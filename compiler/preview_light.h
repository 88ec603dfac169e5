// SPDX-License-Identifier: MIT
// The light on one side of a surface: lamps straight to it, and the shadows that other surfaces
// cast on it. Lamps are points, so that shadows have hard edges. Immutable; any thread may read
// one.
//
// Units are Blender's: a POINT of P watts gives the irradiance P cos / (4 pi d^2), a SUN its own
// times the cosine; a white surface that scatters evenly (Lambert) sends 1/pi of that to
// everywhere. x and y are metres in the surface's own frame.
#pragma once

#include <cstddef>
#include <vector>

#include <Eigen/Core>

#include "compiler/preview_vector.h"
#include "schema/geometry/frames.h"
#include "schema/scene_recipe.h"

namespace rtag::compiler {

// A rectangle around its origin, in the plane z = 0 of its frame.
struct Rectangle {
  geometry::Transform<geometry::World, geometry::Object> world_from_surface;
  double half_width_m = 0;
  double half_height_m = 0;
};

class SurfaceLight {
 public:
  // On the side that is up in the surface's frame, or on the other one. `casters` may hold the
  // surface itself.
  SurfaceLight(const Rectangle& surface, bool upper_side,
               const std::vector<schema::LightRecipe>& lamps,
               const std::vector<Rectangle>& casters);

  // What a white surface sends out, without shadows.
  Rgb unshadowed(float x_m, float y_m) const;

  // How much of it does not arrive.
  Rgb lost(float x_m, float y_m) const;

  // Whether light and shadow may meet within `area`.
  bool has_shadow_edge(const Box& area) const;

 private:
  struct Lamp {
    Float3 place;  // POINT: metres in the surface's frame
    Rgb strength;  // POINT: W / (4 pi^2); SUN: what a white surface sends out
    bool is_point = false;
  };
  // normal.x * x + normal.y * y >= offset
  struct Side {
    float normal_x, normal_y, offset;
  };
  struct Shadow {
    Box bounds;
    std::vector<Side> sides;  // inside of all of them: in the shadow
    std::size_t lamp;         // shadows of one lamp stand together
  };

  void add_lamp(const schema::LightRecipe& recipe, const Rectangle& surface, bool upper_side,
                const std::vector<Rectangle>& casters);
  void add_shadow(const std::vector<Eigen::Vector2d>& outline, const Box& surface);
  Rgb light_of(const Lamp& lamp, float x_m, float y_m) const;
  static bool contains(const Shadow& shadow, float x_m, float y_m);
  static bool has_edge_in(const Shadow& shadow, const Box& area);

  std::vector<Lamp> lamps_;  // that shine on this side
  std::vector<Shadow> shadows_;
};

}  // namespace rtag::compiler
