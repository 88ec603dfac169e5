// SPDX-License-Identifier: MIT
#include "compiler/target_view.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "schema/check.h"
#include "schema/geometry/polygon.h"
#include "schema/geometry/recipe_geometry.h"
#include "schema/marker_families.h"

namespace rtag::compiler {

namespace {

const schema::MarkerFamily& known_family(const std::string& name) {
  const schema::MarkerFamily* family = schema::find_marker_family(name);
  RTAG_CHECK(family != nullptr, "unknown families are refused when a config is read");
  return *family;
}

template <class Corners>
Target target_at(const schema::ObjectRecipe& object, const Corners& corners) {
  const auto world_from_object = geometry::world_from_object(object);
  Target target;
  target.centre.xyz = world_from_object.translation;
  target.normal_in_world = world_from_object.rotation.col(2);
  for (std::size_t i = 0; i < corners.size(); ++i) {
    target.corners[i] = world_from_object * corners[i];
  }
  return target;
}

}  // namespace

Target tag_target(const schema::ObjectRecipe& tag) {
  const auto* properties = std::get_if<schema::TagProperties>(&tag.properties);
  RTAG_CHECK(properties != nullptr, "only a TAG has a border");
  const schema::MarkerFamily& family = known_family(properties->tag_family);
  Target target = target_at(tag, geometry::tag_corners(tag));
  target.margin_m = properties->tag_size;
  target.module_m = properties->tag_size / (family.grid_modules + 2 * properties->margin_bits);
  target.data_bits = family.data_bits;
  return target;
}

std::vector<Target> tag_targets(const std::vector<schema::ObjectRecipe>& objects) {
  std::vector<Target> targets;
  targets.reserve(objects.size());
  for (const schema::ObjectRecipe& object : objects) {
    if (object.type == schema::ObjectType::kTag) targets.push_back(tag_target(object));
  }
  return targets;
}

Target board_target(const schema::ObjectRecipe& object, schema::BoardFraming framing) {
  RTAG_CHECK(object.board.has_value(), "only a calibration board has markers of its own");
  const schema::BoardRecipe& board = *object.board;
  // The scale is half the board: a unit square before it is the middle half of each side.
  const double part = framing == schema::BoardFraming::kWhole ? 1.0 : 0.5;
  const double x = part * object.scale[0];
  const double y = part * object.scale[1];
  const std::array<geometry::Point<geometry::Object>, 4> corners{
      {{{-x, y, 0}}, {{x, y, 0}}, {{x, -y, 0}}, {{-x, -y, 0}}}};
  const schema::MarkerFamily& family = known_family(board.dictionary);
  Target target = target_at(object, corners);
  target.margin_m = std::max(board.cols, board.rows) * board.marker_size;
  target.module_m = board.marker_size / family.grid_modules;
  target.data_bits = family.data_bits;
  return target;
}

TargetView view_of(const Target& target,
                   const geometry::Transform<geometry::World, geometry::Camera>& world_from_camera,
                   const geometry::CameraModel& camera) {
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
                   const Target& target, const geometry::CameraModel& camera) {
  const double image_px = static_cast<double>(camera.width) * camera.height;
  return {static_cast<double>(min_tag_pixels.value_or(target.data_bits)),
          max_tag_pixels ? static_cast<double>(*max_tag_pixels) : image_px};
}

}  // namespace rtag::compiler
