// SPDX-License-Identifier: MIT
#include "compiler/tag_layout.h"

#include <set>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "tests/compiler/example_jobs.h"

using namespace rtag;
using namespace rtag::compiler;

namespace {

using Objects = std::vector<schema::ObjectRecipe>;

const schema::TagProperties& tag_properties(const schema::ObjectRecipe& object) {
  return std::get<schema::TagProperties>(object.properties);
}

Objects lay_out(const schema::JobSpec& job, std::uint32_t attempt_seed) {
  return lay_out_tags(job.scene_config, attempt_seed);
}

void check_location(const schema::ObjectRecipe& object, const schema::Vector3& expected) {
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(object.location[i] == Approx(expected[i]).epsilon(1e-12));
  }
}

}  // namespace

TEST_CASE("the default scene is the published one: ten tags and a board") {
  const Objects objects = lay_out(default_job(), 2115084936);
  REQUIRE(objects.size() == 11);
  const std::vector<int> ids{204, 310, 157, 78, 346, 466, 291, 289, 486, 268};
  for (std::size_t i = 0; i < ids.size(); ++i) CHECK(tag_properties(objects[i]).tag_id == ids[i]);
  check_location(objects[0], {-0.31079705884372305, 0.03559254704161591, 0.001});
  check_location(objects[1], {-0.18579705884372305, 0.03559254704161591, 0.001});
  check_location(objects[10], {-0.12329705884372305, -0.08940745295838409, -0.005});
}

TEST_CASE("a tag's recipe says all that a worker needs") {
  const schema::ObjectRecipe tag = lay_out(default_job(), 2115084936)[0];
  CHECK(tag.type == schema::ObjectType::kTag);
  CHECK(tag.name == "Tag_0");
  CHECK(tag.texture_path == "tags/tag36h11_204_m1.png");
  CHECK(tag.rotation_euler == schema::Vector3{0, 0, 0});
  CHECK(tag.scale == schema::Vector3{1, 1, 1});
  CHECK(tag.material == schema::ObjectMaterial{0.8, 0.2});
  CHECK(tag_properties(tag).tag_size == 0.1);
  CHECK(tag_properties(tag).tag_family == "tag36h11");
  const std::vector<schema::Vector3> corners{
      {-0.8, 0.8, 0}, {0.8, 0.8, 0}, {0.8, -0.8, 0}, {-0.8, -0.8, 0}};
  CHECK(tag.keypoints_3d == corners);
  CHECK_FALSE(tag.rotation_quaternion);
  CHECK_FALSE(tag.board);
}

TEST_CASE("the plate is as large as the grid of cells") {
  const schema::ObjectRecipe plate = lay_out(default_job(), 1).back();
  CHECK(plate.type == schema::ObjectType::kBoard);
  CHECK(plate.name == "Board_Background");
  CHECK(std::get<schema::BackgroundBoardProperties>(plate.properties) ==
        schema::BackgroundBoardProperties{
            .cols = 4, .rows = 3, .tag_size = 0.1, .square_size = 0.125});
  CHECK_FALSE(plate.texture_path);
  CHECK_FALSE(plate.material);
  CHECK_FALSE(plate.keypoints_3d);
}

TEST_CASE("a drawn material follows the id in the tag's own stream") {
  const Objects objects = lay_out(benchmark_job("tag36h11", 36), 2115084936);
  REQUIRE(objects.size() == 1);
  CHECK(tag_properties(objects[0]).tag_id == 204);
  CHECK(objects[0].material->roughness == Approx(0.7775129367964427).epsilon(1e-12));
  CHECK(objects[0].material->specular == Approx(0.18182323698332717).epsilon(1e-12));
}

TEST_CASE("ink and paper are those of the config, whatever is drawn") {
  auto job = benchmark_job("tag36h11", 36);
  job.scene_config.tag.material.ink = 0.04;
  job.scene_config.tag.material.paper = 0.8;
  const Objects objects = lay_out(job, 2115084936);
  CHECK(objects[0].material->ink == 0.04);
  CHECK(objects[0].material->paper == 0.8);
  CHECK(objects[0].material->roughness == Approx(0.7775129367964427).epsilon(1e-12));
}

TEST_CASE("tag16h5 is drawn from the 16 ids of published benchmarks") {
  auto job = benchmark_job("tag16h5", 16);
  CHECK(tag_properties(lay_out(job, 2115084936)[0]).tag_id == 5);
  tags_of(job).tags_per_scene = {400, 400};
  std::set<int> ids;
  for (const auto& object : lay_out(job, 1)) ids.insert(tag_properties(object).tag_id);
  CHECK(ids.size() == 16);
  CHECK(*ids.rbegin() == 15);
}

TEST_CASE("mixed families keep one grid, and each tag its family's border") {
  auto job = default_job();
  tags_of(job).tag_families = {"DICT_5X5_50", "DICT_4X4_1000"};
  tags_of(job).tags_per_scene = {100, 100};
  const Objects objects = lay_out(job, 5);
  std::set<std::string> seen;
  for (std::size_t i = 0; i + 1 < objects.size(); ++i) {
    const auto& family = tag_properties(objects[i]).tag_family;
    const double modules = family == "DICT_5X5_50" ? 7 : 6;
    seen.insert(family);
    CHECK((*objects[i].keypoints_3d)[1][0] == Approx(modules / (modules + 2)).epsilon(1e-15));
  }
  CHECK(seen.size() == 2);
  const double cell_m = objects[1].location[0] - objects[0].location[0];
  CHECK(cell_m == Approx(0.1 * (1 + 2.0 / 7)).epsilon(1e-12));
}

TEST_CASE("without a quiet zone the border fills the plane") {
  auto job = default_job();
  job.scene_config.tag.margin_bits = 0;
  const schema::ObjectRecipe tag = lay_out(job, 3)[0];
  CHECK((*tag.keypoints_3d)[0] == schema::Vector3{-1, 1, 0});
  CHECK(tag.texture_path == fmt::format("tags/tag36h11_{}_m0.png", tag_properties(tag).tag_id));
}

TEST_CASE("a range of counts reaches both its ends") {
  auto job = default_job();
  job.scene_config.scenario.use_board = false;
  tags_of(job).tags_per_scene = {2, 6};
  std::set<std::size_t> counts;
  for (std::uint32_t seed = 0; seed < 100; ++seed) counts.insert(lay_out(job, seed).size());
  CHECK(counts == std::set<std::size_t>{2, 3, 4, 5, 6});
}

TEST_CASE("the group is moved by at most half the scatter radius") {
  auto job = default_job();
  job.scene_config.physics.scatter_radius = 0.4;
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    const schema::Vector3 centre = lay_out(job, seed).back().location;
    CHECK((std::abs(centre[0]) <= 0.2 && std::abs(centre[1]) <= 0.2));
  }
}

TEST_CASE("rows run downwards and columns to the right") {
  auto job = default_job();
  tags_of(job).tags_per_scene = {5, 5};
  const Objects objects = lay_out(job, 9);  // 3 columns, 2 rows
  CHECK(objects[1].location[0] > objects[0].location[0]);
  CHECK(objects[3].location[0] == Approx(objects[0].location[0]).epsilon(1e-12));
  CHECK(objects[3].location[1] < objects[0].location[1]);
}

TEST_CASE("a sweep leaves the group where it is") {
  auto job = default_job();
  job.scene_config.scenario.sampling_mode = schema::SamplingMode::kAngle;
  check_location(lay_out(job, 7).back(), {0, 0, -0.005});
}

TEST_CASE("flying tags have a place and a turn of their own, and no plate") {
  auto job = default_job();
  job.scene_config.scenario.flying = true;
  job.scene_config.physics.scatter_radius = 0.4;
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const Objects objects = lay_out(job, seed);
    CHECK(objects.size() == 10);
    for (const schema::ObjectRecipe& tag : objects) {
      CHECK(std::abs(tag.location[0]) <= 0.4);
      CHECK(std::abs(tag.location[1]) <= 0.4);
      CHECK((tag.location[2] >= 0.1 && tag.location[2] <= 0.8));
    }
    CHECK(objects[0].rotation_euler != objects[1].rotation_euler);
  }
}

TEST_CASE("a flying tag's draws are those of its layout stream, in order") {
  // rng = numpy.random.default_rng(1797874455), the layout seed of attempt 2115084936:
  // [rng.uniform(-.5, .5), rng.uniform(-.5, .5), rng.uniform(.1, 1)],
  // [rng.uniform(0, 2 * numpy.pi) for _ in range(3)]
  auto job = default_job();
  job.scene_config.scenario.flying = true;
  const Objects objects = lay_out(job, 2115084936);
  check_location(objects[0], {-0.2465941176874461, -0.17881490591676819, 0.891707377746029});
  const schema::Vector3 turn{5.287244793633608, 5.008365112477307, 4.118034446685208};
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK((*objects[0].rotation_euler)[i] == Approx(turn[i]).epsilon(1e-12));
  }
}

TEST_CASE("on a chessboard tags stand on the white squares only") {
  auto job = default_job();
  tags_of(job).layout = schema::TagLayout::kChessboard;
  tags_of(job).tag_spacing_bits = 4;
  job.scene_config.scenario.sampling_mode = schema::SamplingMode::kAngle;  // not moved
  tags_of(job).tags_per_scene = {8, 8};  // 15 cells: 4 columns, 4 rows
  const Objects objects = lay_out(job, 1);
  const auto& plate = std::get<schema::BackgroundBoardProperties>(objects.back().properties);
  CHECK(plate.mode == schema::TagLayout::kChessboard);
  CHECK(plate.cols == 4);
  CHECK(plate.rows == 4);
  REQUIRE(objects.back().texture_path);
  CHECK(objects.back().texture_path->starts_with("boards/plate_"));
  std::set<std::pair<int, int>> cells;
  for (std::size_t i = 0; i < 8; ++i) {
    const auto column = std::lround(objects[i].location[0] / plate.square_size + 1.5);
    const auto row = std::lround(1.5 - objects[i].location[1] / plate.square_size);
    CHECK((column + row) % 2 == 0);
    cells.emplace(column, row);
  }
  CHECK(cells.size() == 8);
}

TEST_CASE("a chessboard with an odd number of columns keeps its tags on white") {
  auto job = default_job();
  tags_of(job).layout = schema::TagLayout::kChessboard;
  job.scene_config.tag.margin_bits = 0;
  job.scene_config.scenario.sampling_mode = schema::SamplingMode::kAngle;
  for (const int count : {1, 2, 3, 5, 9, 12, 13, 30}) {
    tags_of(job).tags_per_scene = {count, count};
    const Objects objects = lay_out(job, 1);
    const auto& plate = std::get<schema::BackgroundBoardProperties>(objects.back().properties);
    for (int i = 0; i < count; ++i) {
      const auto& location = objects[static_cast<std::size_t>(i)].location;
      const double column = location[0] / plate.square_size + (plate.cols - 1) / 2.0;
      const double row = (plate.rows - 1) / 2.0 - location[1] / plate.square_size;
      CHECK(column == Approx(std::round(column)).margin(1e-9));
      CHECK((column > -0.5 && column < plate.cols - 0.5));
      CHECK((row > -0.5 && row < plate.rows - 0.5));
      CHECK((std::lround(column) + std::lround(row)) % 2 == 0);
    }
  }
}
