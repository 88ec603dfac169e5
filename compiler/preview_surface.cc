// SPDX-License-Identifier: MIT
#include "compiler/preview_surface.h"

#include <cmath>
#include <optional>
#include <utility>

#include "compiler/board_art.h"
#include "schema/check.h"
#include "schema/geometry/recipe_geometry.h"
#include "schema/marker_families.h"

namespace rtag::compiler {
namespace {

using Eigen::Vector3d;

// As the renderer builds it.
constexpr double kFloorHalfEdge_m = 20;
constexpr double kFloorHeight_m = -0.01;

Float3 narrowed(const Vector3d& v) {
  return {static_cast<float>(v.x()), static_cast<float>(v.y()), static_cast<float>(v.z())};
}

// A rectangle, and what is on its two sides.
struct Thing {
  Rectangle rectangle;
  Paint front;
  Paint back;
};

// The image spans the rectangle, its top where y is largest.
Paint printed(GreyImage art, const Rectangle& rectangle,
              const std::optional<schema::ObjectMaterial>& material) {
  Paint paint;
  if (material) {
    paint.ink = static_cast<float>(material->ink);
    paint.paper = static_cast<float>(material->paper);
  }
  paint.image = std::make_shared<ImagePyramid>(std::move(art));
  const auto width_px = static_cast<float>(paint.image->width_px());
  const auto height_px = static_cast<float>(paint.image->height_px());
  paint.x_from = {width_px / static_cast<float>(2 * rectangle.half_width_m), 0, width_px / 2};
  paint.y_from = {0, -height_px / static_cast<float>(2 * rectangle.half_height_m), height_px / 2};
  return paint;
}

Rectangle rectangle_of(const schema::ObjectRecipe& object, double width_m, double height_m) {
  return {geometry::world_from_object(object), width_m / 2 * object.scale[0],
          height_m / 2 * object.scale[1]};
}

Thing thing_of(const schema::ObjectRecipe& object, const schema::TagProperties& tag) {
  const schema::MarkerFamily* family = schema::find_marker_family(tag.tag_family);
  RTAG_CHECK(family != nullptr, "a recipe's marker families are known");
  const double edge_m =
      tag.tag_size * geometry::plane_edge_over_border_edge(family->grid_modules, tag.margin_bits);
  const Rectangle rectangle = rectangle_of(object, edge_m, edge_m);
  return {rectangle,
          printed(marker_image(tag.tag_family, tag.tag_id, tag.margin_bits), rectangle,
                  object.material),
          Paint{}};
}

Thing thing_of(const schema::ObjectRecipe& object, const schema::BackgroundBoardProperties& plate) {
  const Rectangle rectangle =
      rectangle_of(object, plate.cols * plate.square_size, plate.rows * plate.square_size);
  if (plate.mode == schema::TagLayout::kPlain) return {rectangle, Paint{}, Paint{}};
  return {rectangle, printed(plate_image(plate), rectangle, object.material), Paint{}};
}

Thing thing_of(const schema::ObjectRecipe& object, const schema::OccluderProperties& plate) {
  Paint grey;
  grey.albedo = static_cast<float>(plate.albedo);
  return {rectangle_of(object, plate.size_along_edge_m, plate.size_across_edge_m), grey, grey};
}

Thing thing_of(const schema::ObjectRecipe& object, const schema::CalibrationBoardProperties&) {
  RTAG_CHECK(object.board.has_value(), "a calibration board says what it is");
  const Rectangle rectangle = rectangle_of(object, 2, 2);  // the scale is half the board
  return {rectangle, printed(board_image(*object.board), rectangle, object.material), Paint{}};
}

Thing floor_of(const schema::WorldRecipe& world, std::shared_ptr<const ImagePyramid> image) {
  Rectangle rectangle{{}, kFloorHalfEdge_m, kFloorHalfEdge_m};
  rectangle.world_from_surface.translation.z() = kFloorHeight_m;
  Paint paint;
  paint.image = std::move(image);
  paint.repeats = true;
  const auto width_px = static_cast<float>(paint.image->width_px());
  const auto height_px = static_cast<float>(paint.image->height_px());
  const auto along = static_cast<float>(world.texture_scale * std::cos(world.texture_rotation));
  const auto across = static_cast<float>(world.texture_scale * std::sin(world.texture_rotation));
  paint.x_from = {width_px * along, -width_px * across, 0};
  paint.y_from = {-height_px * across, -height_px * along, height_px};
  return {rectangle, paint, Paint{}};
}

std::vector<Thing> things_of(const schema::SceneRecipe& recipe,
                             std::shared_ptr<const ImagePyramid> floor) {
  std::vector<Thing> things;
  for (const schema::ObjectRecipe& object : recipe.objects) {
    things.push_back(std::visit(
        [&](const auto& properties) { return thing_of(object, properties); }, object.properties));
  }
  if (recipe.world.texture_path) {
    RTAG_CHECK(floor != nullptr, "a scene with a floor is drawn with its image");
    things.push_back(floor_of(recipe.world, std::move(floor)));
  }
  return things;
}

}  // namespace

// With the ray d and the eye o in the surface's frame, the plane z = 0 is met after the way
// t = -o_z / d_z; its inverse, and x / t = o_x / t + d_x, are linear in d.
Surface::Surface(const Rectangle& rectangle, const Vector3d& eye_in_world, Paint paint,
                 SurfaceLight light)
    : half_width_m_(static_cast<float>(rectangle.half_width_m)),
      half_height_m_(static_cast<float>(rectangle.half_height_m)),
      paint_(std::move(paint)),
      light_(std::move(light)) {
  const auto surface_from_world = geometry::inverse(rectangle.world_from_surface);
  const Eigen::Matrix3d& turn = surface_from_world.rotation;
  const Vector3d eye = turn * eye_in_world + surface_from_world.translation;
  if (eye.z() == 0) return;  // seen edge-on: rows of 0, never hit
  const Vector3d nearness = turn.row(2) * (-1 / eye.z());
  x_row_ = narrowed(nearness * eye.x() + Vector3d(turn.row(0)));
  y_row_ = narrowed(nearness * eye.y() + Vector3d(turn.row(1)));
  nearness_row_ = narrowed(nearness);
}

std::vector<Surface> surfaces_of(const schema::SceneRecipe& recipe,
                                 const schema::CameraRecipe& camera,
                                 std::shared_ptr<const ImagePyramid> floor) {
  const Vector3d eye = geometry::world_from_camera(camera).translation;
  std::vector<Thing> things = things_of(recipe, std::move(floor));
  std::vector<Rectangle> casters;
  casters.reserve(things.size());
  for (const Thing& thing : things) casters.push_back(thing.rectangle);
  std::vector<Surface> surfaces;
  for (Thing& thing : things) {
    const auto& pose = thing.rectangle.world_from_surface;
    const bool upper_side = pose.rotation.col(2).dot(eye - pose.translation) > 0;
    surfaces.emplace_back(thing.rectangle, eye, std::move(upper_side ? thing.front : thing.back),
                          SurfaceLight(thing.rectangle, upper_side, recipe.world.lights, casters));
  }
  return surfaces;
}

}  // namespace rtag::compiler
