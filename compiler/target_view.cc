// SPDX-License-Identifier: MIT
#include "compiler/target_view.h"

#include <cmath>

#include "schema/check.h"
#include "schema/geometry/polygon.h"
#include "schema/geometry/recipe_geometry.h"
#include "schema/marker_families.h"

namespace rtag::compiler {

Target target_of(const schema::ObjectRecipe& tag) {
  const auto* properties = std::get_if<schema::TagProperties>(&tag.properties);
  RTAG_CHECK(properties != nullptr, "only a TAG is a target");
  const schema::MarkerFamily* family = schema::find_marker_family(properties->tag_family);
  RTAG_CHECK(family != nullptr, "unknown families are refused when a config is read");

  const auto world_from_tag = geometry::world_from_object(tag);
  Target target;
  target.centre.xyz = world_from_tag.translation;
  target.normal_in_world = world_from_tag.rotation.col(2);
  const auto corners = geometry::tag_corners(tag);
  for (std::size_t i = 0; i < corners.size(); ++i) target.corners[i] = world_from_tag * corners[i];
  target.size_m = properties->tag_size;
  target.margin_bits = properties->margin_bits;
  target.grid_modules = family->grid_modules;
  target.data_bits = family->data_bits;
  return target;
}

std::vector<Target> targets_of(const std::vector<schema::ObjectRecipe>& objects) {
  std::vector<Target> targets;
  targets.reserve(objects.size());
  for (const schema::ObjectRecipe& object : objects) {
    if (object.type == schema::ObjectType::kTag) targets.push_back(target_of(object));
  }
  return targets;
}

TargetView view_of(const Target& target,
                   const geometry::Transform<geometry::World, geometry::Camera>& world_from_camera,
                   const geometry::PinholeCamera& camera) {
  const Eigen::Vector3d to_camera = world_from_camera.translation - target.centre.xyz;
  TargetView view;
  view.facing_cosine = target.normal_in_world.dot(to_camera) / to_camera.norm();

  const auto camera_from_world = geometry::inverse(world_from_camera);
  geometry::Polygon border;
  border.reserve(target.corners.size());
  for (const auto& corner : target.corners) {
    const auto pixel = camera.project(camera_from_world * corner);
    if (!pixel || !camera.contains(*pixel)) return view;
    border.push_back(*pixel);
  }
  view.inside_image = true;
  view.area_px = std::abs(geometry::signed_area(border));
  return view;
}

AreaGate area_gate(std::optional<int> min_tag_pixels, std::optional<int> max_tag_pixels,
                   const Target& target, const geometry::PinholeCamera& camera) {
  const double image_px = static_cast<double>(camera.width) * camera.height;
  return {static_cast<double>(min_tag_pixels.value_or(target.data_bits)),
          max_tag_pixels ? static_cast<double>(*max_tag_pixels) : image_px};
}

}  // namespace rtag::compiler
