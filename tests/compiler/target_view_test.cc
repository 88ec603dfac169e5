// SPDX-License-Identifier: MIT
#include "compiler/target_view.h"

#include <cmath>
#include <numbers>

#include <catch2/catch.hpp>

using namespace rtag;
using namespace rtag::compiler;

namespace {

// 640 x 480, f = 500 px, principal point in the middle.
const geometry::CameraModel kCamera =
    geometry::camera_model({{{500, 0, 320}, {0, 500, 240}, {0, 0, 1}}}, {640, 480});

schema::ObjectRecipe tag_of_20_cm() {
  schema::ObjectRecipe tag;
  tag.properties = schema::TagProperties{.tag_id = 1,
                                         .tag_family = "DICT_5X5_50",
                                         .tag_size = 0.2,
                                         .margin_bits = 2,
                                         .texture_base_path = std::nullopt};
  return tag;
}

// Looks straight down from (x, y, height); +Y is up in the image.
geometry::Transform<geometry::World, geometry::Camera> downwards(double x, double y, double z) {
  return {geometry::half_turn_about_x(), {x, y, z}};
}

}  // namespace

TEST_CASE("a target takes its size from the recipe and its modules from the family's table") {
  const Target target = tag_target(tag_of_20_cm());
  CHECK(target.margin_m == 0.2);
  CHECK(target.module_m == 0.2 / 11);
  CHECK(target.data_bits == 25);
  CHECK(target.normal_in_world == Eigen::Vector3d(0, 0, 1));
  CHECK(target.corners[0].xyz == Eigen::Vector3d(-0.1, 0.1, 0));
  CHECK(target.corners[2].xyz == Eigen::Vector3d(0.1, -0.1, 0));
}

TEST_CASE("a tag seen from straight above has the area of its square") {
  // 0.2 m from 1 m at 500 px: 100 px an edge.
  const TargetView view = view_of(tag_target(tag_of_20_cm()), downwards(0, 0, 1), kCamera);
  CHECK(view.inside_image);
  CHECK(view.area_px == Approx(10000).epsilon(1e-12));
  CHECK(view.facing_cosine == Approx(1));
}

TEST_CASE("a tag is inside while its last corner is, and not beyond") {
  const Target target = tag_target(tag_of_20_cm());
  // The left corners lie at 320 - 500 * (x + 0.1): 0 for x = 0.54.
  CHECK(view_of(target, downwards(0.539, 0, 1), kCamera).inside_image);
  const TargetView beyond = view_of(target, downwards(0.541, 0, 1), kCamera);
  CHECK_FALSE(beyond.inside_image);
  CHECK(beyond.area_px == 0);
}

TEST_CASE("a tag behind the camera is not in the image") {
  const TargetView view = view_of(tag_target(tag_of_20_cm()), downwards(0, 0, -1), kCamera);
  CHECK_FALSE(view.inside_image);
  CHECK(view.facing_cosine == Approx(-1));
}

TEST_CASE("the facing cosine is measured at the tag's centre") {
  const TargetView view = view_of(tag_target(tag_of_20_cm()), downwards(0.5, 0, 0.5), kCamera);
  CHECK(view.facing_cosine == Approx(std::sqrt(0.5)));
}

TEST_CASE("a rotated tag faces where its rotation points it") {
  schema::ObjectRecipe tag = tag_of_20_cm();
  tag.rotation_euler = schema::Vector3{0, std::numbers::pi / 2, 0};
  CHECK((tag_target(tag).normal_in_world - Eigen::Vector3d(1, 0, 0)).norm() < 1e-15);
}

TEST_CASE("area limits default to one pixel a data bit and to the whole image") {
  const Target target = tag_target(tag_of_20_cm());
  const AreaGate open = area_gate(std::nullopt, std::nullopt, target, kCamera);
  CHECK(open.min_px == 25);
  CHECK(open.max_px == 640 * 480);
  const AreaGate given = area_gate(100, 900, target, kCamera);
  CHECK(given.min_px == 100);
  CHECK(given.max_px == 900);
}

TEST_CASE("of a board the middle half of each side is looked at, or all of it") {
  schema::ObjectRecipe board;
  board.location = {1, 2, 0};
  board.scale = {0.3, 0.2, 1};
  schema::BoardRecipe& grid = board.board.emplace();
  grid.rows = 4;
  grid.cols = 6;
  grid.marker_size = 0.08;
  grid.dictionary = "DICT_4X4_50";
  grid.spacing_ratio = 0.25;
  const Target middle = board_target(board, schema::BoardFraming::kMiddle);
  CHECK(middle.corners[0].xyz == Eigen::Vector3d(0.85, 2.1, 0));
  CHECK(middle.corners[2].xyz == Eigen::Vector3d(1.15, 1.9, 0));
  CHECK(middle.margin_m == 6 * 0.08);
  CHECK(middle.module_m == 0.08 / 6);
  CHECK(middle.data_bits == 16);
  const Target whole = board_target(board, schema::BoardFraming::kWhole);
  CHECK(whole.corners[1].xyz == Eigen::Vector3d(1.3, 2.2, 0));
  CHECK(whole.centre.xyz == Eigen::Vector3d(1, 2, 0));
}
