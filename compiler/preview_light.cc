// SPDX-License-Identifier: MIT
#include "compiler/preview_light.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "schema/geometry/polygon.h"
#include "schema/geometry/recipe_geometry.h"

namespace rtag::compiler {
namespace {

using Eigen::Matrix3d;
using Eigen::Vector2d;
using Eigen::Vector3d;

constexpr double kContact_m = 1e-6;     // lower than this above a surface, nothing casts a shadow
constexpr double kHighestPart = 0.999;  // of a lamp's height; what is higher casts none

// Where a lamp is, in the frame of the lit side (z up): a place, or for a SUN the way to it.
struct LampPlace {
  Vector3d xyz;
  bool is_point;
};

LampPlace place_of(const schema::LightRecipe& lamp,
                   const geometry::Transform<geometry::Object, geometry::World>& side_from_world) {
  if (lamp.type == schema::LightType::kPoint) {
    const Vector3d location(lamp.location[0], lamp.location[1], lamp.location[2]);
    return {side_from_world.rotation * location + side_from_world.translation, true};
  }
  const auto angles = lamp.rotation_euler.value_or(schema::Vector3{});
  const Matrix3d rotation = geometry::rotation_from_euler_xyz(angles);
  return {side_from_world.rotation * rotation.col(2), false};
}

std::vector<Vector3d> corners_of(const Rectangle& rectangle) {
  std::vector<Vector3d> corners;
  for (const auto& [x, y] :
       {std::pair(-1, 1), std::pair(1, 1), std::pair(1, -1), std::pair(-1, -1)}) {
    const Vector3d corner(x * rectangle.half_width_m, y * rectangle.half_height_m, 0);
    const auto& pose = rectangle.world_from_surface;
    corners.push_back(pose.rotation * corner + pose.translation);
  }
  return corners;
}

// The part of a convex polygon where sign * z >= sign * limit.
std::vector<Vector3d> cut_at(const std::vector<Vector3d>& polygon, double limit_m, double sign) {
  std::vector<Vector3d> part;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Vector3d& a = polygon[i];
    const Vector3d& b = polygon[(i + 1) % polygon.size()];
    const double above_a = sign * (a.z() - limit_m);
    const double above_b = sign * (b.z() - limit_m);
    if (above_a >= 0) part.push_back(a);
    if (above_a * above_b < 0) part.push_back(a + (b - a) * (above_a / (above_a - above_b)));
  }
  return part;
}

// The outline of a caster's shadow on z = 0. Empty where it casts none.
std::vector<Vector2d> shadow_outline(const std::vector<Vector3d>& caster, const LampPlace& lamp) {
  std::vector<Vector3d> part = cut_at(caster, kContact_m, 1);
  if (lamp.is_point) part = cut_at(part, lamp.xyz.z() * kHighestPart, -1);
  std::vector<Vector2d> outline;
  for (const Vector3d& point : part) {
    const Vector3d to_lamp = lamp.is_point ? Vector3d(lamp.xyz - point) : lamp.xyz;
    outline.emplace_back((point - to_lamp * (point.z() / to_lamp.z())).head<2>());
  }
  return outline;
}

Rgb color_of(const schema::LightRecipe& lamp) {
  return {static_cast<float>(lamp.color[0]), static_cast<float>(lamp.color[1]),
          static_cast<float>(lamp.color[2])};
}

Float3 narrowed(const Vector3d& v) {
  return {static_cast<float>(v.x()), static_cast<float>(v.y()), static_cast<float>(v.z())};
}

}  // namespace

SurfaceLight::SurfaceLight(const Rectangle& surface, bool upper_side,
                           const std::vector<schema::LightRecipe>& lamps,
                           const std::vector<Rectangle>& casters) {
  for (const schema::LightRecipe& lamp : lamps) add_lamp(lamp, surface, upper_side, casters);
}

void SurfaceLight::add_lamp(const schema::LightRecipe& recipe, const Rectangle& surface,
                            bool upper_side, const std::vector<Rectangle>& casters) {
  auto side_from_world = geometry::inverse(surface.world_from_surface);
  const Vector3d up(1, 1, upper_side ? 1 : -1);
  side_from_world.rotation = up.asDiagonal() * side_from_world.rotation;
  side_from_world.translation = up.asDiagonal() * side_from_world.translation;
  const LampPlace place = place_of(recipe, side_from_world);
  if (place.xyz.z() <= kContact_m) return;

  constexpr double kPi = std::numbers::pi;
  const double strength =
      place.is_point ? recipe.intensity / (4 * kPi * kPi) : recipe.intensity * place.xyz.z() / kPi;
  lamps_.push_back(
      {narrowed(place.xyz), color_of(recipe) * static_cast<float>(strength), place.is_point});
  const auto half_width_m = static_cast<float>(surface.half_width_m);
  const auto half_height_m = static_cast<float>(surface.half_height_m);
  const Box area{-half_width_m, half_width_m, -half_height_m, half_height_m};
  for (const Rectangle& caster : casters) {
    std::vector<Vector3d> corners = corners_of(caster);
    for (Vector3d& corner : corners) {
      corner = side_from_world.rotation * corner + side_from_world.translation;
    }
    add_shadow(shadow_outline(corners, place), area);
  }
}

void SurfaceLight::add_shadow(const std::vector<Vector2d>& outline, const Box& surface) {
  const double area_m2 = geometry::signed_area(outline);
  if (area_m2 == 0) return;
  Shadow shadow{{INFINITY, -INFINITY, INFINITY, -INFINITY}, {}, lamps_.size() - 1};
  for (std::size_t i = 0; i < outline.size(); ++i) {
    const Vector2d& a = outline[i];
    const Vector2d edge = outline[(i + 1) % outline.size()] - a;
    const Vector2d inwards = Vector2d(-edge.y(), edge.x()) * (area_m2 > 0 ? 1 : -1);
    shadow.sides.push_back({static_cast<float>(inwards.x()), static_cast<float>(inwards.y()),
                            static_cast<float>(inwards.dot(a))});
    Box& bounds = shadow.bounds;
    bounds.x_min = std::min(bounds.x_min, static_cast<float>(a.x()));
    bounds.x_max = std::max(bounds.x_max, static_cast<float>(a.x()));
    bounds.y_min = std::min(bounds.y_min, static_cast<float>(a.y()));
    bounds.y_max = std::max(bounds.y_max, static_cast<float>(a.y()));
  }
  if (shadow.bounds.touches(surface)) shadows_.push_back(std::move(shadow));
}

Rgb SurfaceLight::light_of(const Lamp& lamp, float x_m, float y_m) const {
  if (!lamp.is_point) return lamp.strength;
  const Float3 way{lamp.place.x - x_m, lamp.place.y - y_m, lamp.place.z};
  const float square_m2 = dot(way, way);
  return lamp.strength * (way.z / (square_m2 * std::sqrt(square_m2)));
}

Rgb SurfaceLight::unshadowed(float x_m, float y_m) const {
  Rgb sum;
  for (const Lamp& lamp : lamps_) sum = sum + light_of(lamp, x_m, y_m);
  return sum;
}

Rgb SurfaceLight::lost(float x_m, float y_m) const {
  Rgb sum;
  std::size_t next = 0;  // the first lamp that is not known to be hidden
  for (const Shadow& shadow : shadows_) {
    if (shadow.lamp < next || !contains(shadow, x_m, y_m)) continue;
    sum = sum + light_of(lamps_[shadow.lamp], x_m, y_m);
    next = shadow.lamp + 1;
  }
  return sum;
}

bool SurfaceLight::contains(const Shadow& shadow, float x_m, float y_m) {
  return shadow.bounds.contains(x_m, y_m) &&
         std::all_of(shadow.sides.begin(), shadow.sides.end(), [&](const Side& side) {
           return side.normal_x * x_m + side.normal_y * y_m >= side.offset;
         });
}

bool SurfaceLight::has_shadow_edge(const Box& area) const {
  return std::any_of(shadows_.begin(), shadows_.end(),
                     [&](const Shadow& shadow) { return has_edge_in(shadow, area); });
}

// Not when the area is outside of one side, nor when it is inside of all of them.
bool SurfaceLight::has_edge_in(const Shadow& shadow, const Box& area) {
  if (!shadow.bounds.touches(area)) return false;
  bool inside = true;
  for (const Side& side : shadow.sides) {
    const float x_low = side.normal_x * (side.normal_x > 0 ? area.x_min : area.x_max);
    const float x_high = side.normal_x * (side.normal_x > 0 ? area.x_max : area.x_min);
    const float y_low = side.normal_y * (side.normal_y > 0 ? area.y_min : area.y_max);
    const float y_high = side.normal_y * (side.normal_y > 0 ? area.y_max : area.y_min);
    if (x_high + y_high < side.offset) return false;
    inside = inside && x_low + y_low >= side.offset;
  }
  return !inside;
}

}  // namespace rtag::compiler
