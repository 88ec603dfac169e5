// SPDX-License-Identifier: MIT
#include "compiler/recipe_check.h"

#include <cmath>
#include <numbers>

#include <catch2/catch.hpp>

#include "schema/geometry/recipe_geometry.h"

using namespace rtag;
using compiler::Constraint;

namespace {

schema::ObjectRecipe tag_at(double x, double y, double z = 0.001) {
  schema::ObjectRecipe tag;
  tag.location = {x, y, z};
  tag.properties = schema::TagProperties{.tag_id = 0,
                                         .tag_family = "tag36h11",
                                         .tag_size = 0.1,
                                         .margin_bits = 1,
                                         .texture_base_path = std::nullopt};
  return tag;
}

schema::ObjectRecipe board_of(int cols, int rows) {
  schema::ObjectRecipe board;
  board.type = schema::ObjectType::kBoard;
  board.properties = schema::BackgroundBoardProperties{
      .cols = cols, .rows = rows, .tag_size = 0.1, .square_size = 0.125};
  return board;
}

// 640 x 480, f = 500 px; at (x, 0, z), turned about the world's Y axis so that it looks at the
// origin.
schema::CameraRecipe camera_at(double x, double z) {
  const double length = std::hypot(x, z);
  const double s = x / length;
  const double c = z / length;
  schema::CameraRecipe camera;
  camera.transform_matrix = {{{c, 0, s, x}, {0, 1, 0, 0}, {-s, 0, c, z}, {0, 0, 0, 1}}};
  camera.intrinsics.resolution = {640, 480};
  camera.intrinsics.k_matrix = {{{500, 0, 320}, {0, 500, 240}, {0, 0, 1}}};
  return camera;
}

std::optional<Constraint> first_violation(const std::vector<schema::ObjectRecipe>& objects,
                                          const std::vector<schema::CameraRecipe>& cameras) {
  return compiler::first_violation(objects, cameras, geometry::camera_model(camera_at(0, 1)));
}

schema::CameraRecipe camera_at_incidence(double incidence_deg) {
  const double angle = incidence_deg * std::numbers::pi / 180;
  return camera_at(std::sin(angle), std::cos(angle) + 0.001);
}

}  // namespace

TEST_CASE("a tag in full view makes a good scene") {
  CHECK_FALSE(first_violation({tag_at(0, 0)}, {camera_at(0, 1)}));
}

TEST_CASE("tags may share a millimetre, and no more") {
  CHECK_FALSE(first_violation({tag_at(0, 0), tag_at(0.0995, 0)}, {camera_at(0, 1)}));
  CHECK(first_violation({tag_at(0, 0), tag_at(0.0985, 0)}, {camera_at(0, 1)}) ==
        Constraint::kTagsOverlap);
  CHECK(first_violation({tag_at(0, 0), tag_at(0.05, -0.0985)}, {camera_at(0, 1)}) ==
        Constraint::kTagsOverlap);
}

TEST_CASE("tags at different heights do not overlap") {
  CHECK_FALSE(first_violation({tag_at(0, 0), tag_at(0.05, 0, 0.003)}, {camera_at(0, 1)}));
}

TEST_CASE("an overlap is found among many tags, whatever their order") {
  std::vector<schema::ObjectRecipe> tags;
  for (int i = 9; i >= 0; --i) {
    for (int j = 0; j < 10; ++j) tags.push_back(tag_at(0.11 * i, 0.11 * j));
  }
  CHECK_FALSE(first_violation(tags, {}));
  tags.push_back(tag_at(0.11 * 4 + 0.05, 0.11 * 6 + 0.05));
  CHECK(first_violation(tags, {}) == Constraint::kTagsOverlap);
}

TEST_CASE("a tag may hang over its board by a millimetre, and no more") {
  // One cell of 125 mm leaves 12.5 mm beside a tag of 100 mm.
  const auto board = board_of(1, 1);
  CHECK_FALSE(first_violation({tag_at(0.0133, 0), board}, {camera_at(0, 1)}));
  CHECK(first_violation({tag_at(0.0137, 0), board}, {camera_at(0, 1)}) ==
        Constraint::kTagOutsideBoard);
  CHECK(first_violation({tag_at(0, -0.0137), board}, {camera_at(0, 1)}) ==
        Constraint::kTagOutsideBoard);
}

TEST_CASE("a tag counts as seen up to 80 degrees from its normal") {
  CHECK_FALSE(first_violation({tag_at(0, 0)}, {camera_at_incidence(79.9)}));
  CHECK(first_violation({tag_at(0, 0)}, {camera_at_incidence(80.1)}) == Constraint::kNoTagVisible);
}

TEST_CASE("every camera needs a tag of its own") {
  CHECK(first_violation({tag_at(0, 0)}, {camera_at(0, 1), camera_at(0, -1)}) ==
        Constraint::kNoTagVisible);
}

TEST_CASE("one visible tag is enough") {
  CHECK_FALSE(first_violation({tag_at(5, 0), tag_at(0, 0)}, {camera_at(0, 1)}));
}

TEST_CASE("a camera's area gate decides what counts as seen") {
  // 0.1 m from about 1 m at 500 px: 50 px an edge, 2505 px^2 from 0.999 m.
  schema::CameraRecipe camera = camera_at(0, 1);
  camera.min_tag_pixels = 2505;
  CHECK_FALSE(first_violation({tag_at(0, 0)}, {camera}));
  camera.min_tag_pixels = 2506;
  CHECK(first_violation({tag_at(0, 0)}, {camera}) == Constraint::kNoTagVisible);
  camera.min_tag_pixels = std::nullopt;
  camera.max_tag_pixels = 2505;
  CHECK(first_violation({tag_at(0, 0)}, {camera}) == Constraint::kNoTagVisible);
}
