// SPDX-License-Identifier: MIT
#include "compiler/scene_compiler.h"

#include <thread>

#include <catch2/catch.hpp>

#include "compiler/target_view.h"
#include "schema/digest.h"
#include "schema/geometry/recipe_geometry.h"
#include "tests/compiler/example_jobs.h"

using namespace rtag;
using namespace rtag::compiler;

namespace {

schema::SceneRecipe compiled(const schema::JobSpec& job, int scene_id) {
  const auto recipe = SceneCompiler(job, {}).compile(scene_id);
  REQUIRE(recipe);
  return *recipe;
}

std::string fault_of(const schema::JobSpec& job, int scene_id) {
  const auto recipe = SceneCompiler(job, {}).compile(scene_id);
  REQUIRE_FALSE(recipe);
  CHECK(recipe.error().kind == schema::FaultKind::kInput);
  return recipe.error().message;
}

}  // namespace

TEST_CASE("scene 0 of the default job is the published scene") {
  const schema::SceneRecipe recipe = compiled(default_job(), 0);
  CHECK(recipe.scene_id == 0);
  CHECK(recipe.random_seed == 2115084936);
  CHECK(recipe.objects.size() == 11);
  CHECK(recipe.cameras.size() == 10);
  CHECK(recipe.world.lights.size() == 3);
  CHECK_FALSE(recipe.world.texture_path);
  CHECK_FALSE(recipe.world.background_hdri);
  CHECK(recipe.world.texture_scale == 1);
  CHECK(recipe.renderer == schema::RendererRecipe{});
}

TEST_CASE("another global seed is another published scene") {
  schema::JobSpec job = default_job();
  job.global_seed = job.scene_config.dataset.seeds.global_seed = 1337;
  const schema::SceneRecipe recipe = compiled(job, 0);
  CHECK(recipe.random_seed == 738038380);
  CHECK(recipe.cameras[0].transform_matrix[0][3] == Approx(0.18084456133423232).epsilon(1e-12));
}

TEST_CASE("scene 0 of a benchmark job is the published scene, roll and density included") {
  const schema::SceneRecipe recipe = compiled(benchmark_job("tag36h11", 36), 0);
  CHECK(recipe.random_seed == 2115084936);
  const schema::Matrix4& pose = recipe.cameras.at(0).transform_matrix;
  CHECK(pose[0][0] == Approx(0.9696457797313366).epsilon(1e-12));
  CHECK(pose[1][0] == Approx(-0.1518908983452549).epsilon(1e-12));
  CHECK(pose[2][1] == Approx(0.7977858457109762).epsilon(1e-12));
  CHECK(pose[1][3] == Approx(-0.601614171775771).epsilon(1e-12));
  CHECK(recipe.cameras[0].min_tag_pixels == 36);

  const schema::SceneRecipe small_family = compiled(benchmark_job("tag16h5", 16), 0);
  CHECK(small_family.cameras.at(0).transform_matrix[0][0] ==
        Approx(0.9593021805884304).epsilon(1e-12));
}

TEST_CASE("an invalid attempt is followed by the next seed") {
  // Tags seen from between 80 and 84 degrees can be placed, and are not worth a scene.
  schema::JobSpec job = benchmark_job("tag36h11", 36);
  job.scene_config.camera.min_elevation = 0.11;
  job.scene_config.camera.max_elevation = 0.25;
  std::size_t later_attempts = 0;
  for (int scene_id = 0; scene_id < 50; ++scene_id) {
    const auto first_seed = schema::derive_seed(
        schema::derive_seed(42, "scene", static_cast<std::uint64_t>(scene_id)), "attempt", 0);
    if (compiled(job, scene_id).random_seed != first_seed) ++later_attempts;
  }
  CHECK((later_attempts > 10 && later_attempts < 40));
}

TEST_CASE("a target that never fits is answered with the constraint and its count") {
  schema::JobSpec job = default_job();
  tags_of(job).size_mm = 20000;
  CHECK(fault_of(job, 7) ==
        "scene 7: no valid layout in 50 attempts: "
        "camera cannot be placed: target outside the image (50); "
        "raise camera.max_distance, or lower scenario.subject.size_mm");
}

TEST_CASE("tags that are only seen edge-on are answered with their invisibility") {
  schema::JobSpec job = benchmark_job("tag36h11", 36);
  job.scene_config.camera.min_elevation = job.scene_config.camera.max_elevation = 0.15;
  CHECK(fault_of(job, 0) ==
        "scene 0: no valid layout in 50 attempts: no tag visible (50); "
        "raise camera.min_elevation, or lower camera.min_tag_pixels");
}

TEST_CASE("a renderer that says nothing about denoising denoises") {
  schema::JobSpec job = default_job();
  job.scene_config.renderer.max_samples = 16;
  job.scene_config.renderer.mode = schema::RendererMode::kEevee;
  schema::RendererRecipe renderer = compiled(job, 0).renderer;
  CHECK(renderer.enable_denoising);
  CHECK(renderer.max_samples == 16);
  CHECK(renderer.mode == schema::RendererMode::kEevee);
  job.scene_config.renderer.enable_denoising = false;
  CHECK_FALSE(compiled(job, 0).renderer.enable_denoising);
}

TEST_CASE("floor images are named as they were handed in and change nothing else") {
  const SceneCompiler with_floor(default_job(), {"floors/a.png", "floors/b/c.jpg"});
  schema::SceneRecipe recipe = *with_floor.compile(4);
  REQUIRE(recipe.world.texture_path);
  CHECK(recipe.world.texture_path->starts_with("floors/"));
  const schema::SceneRecipe without_floor = compiled(default_job(), 4);
  recipe.world.texture_path.reset();
  recipe.world.texture_scale = 1;
  recipe.world.texture_rotation = 0;
  CHECK(recipe == without_floor);
}

TEST_CASE("a recipe depends neither on the order of scenes nor on threads nor on their number") {
  const SceneCompiler compiler(default_job(24), {});
  std::vector<schema::SceneRecipe> in_order;
  for (int i = 0; i < 24; ++i) in_order.push_back(*compiler.compile(i));

  std::vector<schema::SceneRecipe> from_threads(24);
  std::vector<std::thread> threads;
  for (int first = 0; first < 4; ++first) {
    threads.emplace_back([&, first] {
      for (int i = 20 + first; i >= 0; i -= 4) {
        from_threads[static_cast<std::size_t>(i)] = *compiler.compile(i);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(from_threads == in_order);
  CHECK(compiled(default_job(1000), 23) == in_order[23]);
}

TEST_CASE("scenes of mixed families and drawn counts all compile") {
  schema::JobSpec job = default_job(200);
  tags_of(job).tag_families = {"tag36h11", "tag25h9", "DICT_7X7_1000", "DICT_ARUCO_ORIGINAL"};
  tags_of(job).tags_per_scene = {1, 30};
  job.scene_config.tag.margin_bits = 0;
  job.scene_config.scene.lighting.num_lights_min = 1;
  job.scene_config.scene.lighting.intensity_sampling = schema::IntensitySampling::kLog;
  const SceneCompiler compiler(job, {});
  for (int i = 0; i < 200; ++i) CHECK(compiler.compile(i));
}

TEST_CASE("a seed of its own moves one part of a scene and leaves the others") {
  const schema::SceneRecipe base = compiled(default_job(), 0);
  const auto with = [](std::optional<std::uint32_t> schema::SeedsConfig::*part) {
    schema::JobSpec job = default_job();
    job.scene_config.camera.iso = 3200;
    job.scene_config.camera.iso_coupling = true;
    const schema::SceneRecipe before = compiled(job, 0);
    job.scene_config.dataset.seeds.*part = 42;
    CHECK(compiled(job, 0) == before);  // global_seed is 42
    job.scene_config.dataset.seeds.*part = 43;
    return std::pair{before, compiled(job, 0)};
  };
  const auto [before, layout] = with(&schema::SeedsConfig::layout);
  CHECK(layout.objects != before.objects);
  CHECK(layout.world == before.world);
  CHECK(layout.random_seed == before.random_seed);
  const auto lighting = with(&schema::SeedsConfig::lighting).second;
  CHECK(lighting.world != before.world);
  CHECK(lighting.objects == before.objects);
  CHECK(lighting.cameras == before.cameras);
  const auto camera = with(&schema::SeedsConfig::camera).second;
  CHECK(camera.objects == before.objects);
  CHECK(camera.cameras[0].transform_matrix != before.cameras[0].transform_matrix);
  CHECK(camera.cameras[0].sensor_noise == before.cameras[0].sensor_noise);
  const auto noise = with(&schema::SeedsConfig::noise).second;
  CHECK(noise.cameras[0].transform_matrix == before.cameras[0].transform_matrix);
  CHECK(noise.cameras[0].sensor_noise != before.cameras[0].sensor_noise);
}

TEST_CASE("a board is the one object of its scene, at the published place") {
  schema::JobSpec job = default_job();
  schema::BoardSubject board;
  board.rows = board.cols = 6;
  board.marker_size_mm = 100;
  board.spacing_ratio = 0.3;
  job.scene_config.scenario.subject = board;
  const schema::SceneRecipe recipe = compiled(job, 0);
  REQUIRE(recipe.objects.size() == 1);
  const schema::ObjectRecipe& object = recipe.objects[0];
  CHECK(object.name == "CalibrationBoard");
  // numpy.random.default_rng(1500709878).uniform(-0.25, 0.25, 2): layout_offset of the attempt.
  CHECK(object.location[0] == Approx(0.0228904608933877).epsilon(1e-12));
  CHECK(object.location[1] == Approx(-0.023486129393484823).epsilon(1e-12));
  CHECK(object.location[2] == 0);
  CHECK(object.scale[0] == Approx(0.39).epsilon(1e-12));
  CHECK(object.keypoints_3d->size() == 144);
  CHECK(object.calibration_points_3d->size() == 25);
  CHECK(object.texture_path->starts_with("boards/board_"));
  CHECK_FALSE(object.material);
  board.material = schema::BoardMaterialConfig{.roughness = 0.3, .ink = 0.05, .paper = 0.9};
  job.scene_config.scenario.subject = board;
  CHECK(compiled(job, 0).objects[0].material ==
        schema::ObjectMaterial{.roughness = 0.3, .specular = 0.2, .ink = 0.05, .paper = 0.9});
}

TEST_CASE("a board asked for whole has its four corners in every image") {
  schema::JobSpec job = default_job(20);
  schema::BoardSubject board;
  board.rows = 5;
  board.cols = 7;
  board.marker_size_mm = 40;
  board.square_size_mm = 50;
  board.framing = schema::BoardFraming::kWhole;
  job.scene_config.scenario.subject = board;
  job.scene_config.camera.intrinsics.distortion_model = schema::DistortionModel::kBrownConrady;
  job.scene_config.camera.intrinsics.k1 = -0.2;
  const SceneCompiler compiler(job, {});
  for (int i = 0; i < 20; ++i) {
    const schema::SceneRecipe recipe = *compiler.compile(i);
    for (const auto& camera : recipe.cameras) {
      const auto target = board_target(recipe.objects[0], schema::BoardFraming::kWhole);
      CHECK(view_of(target, geometry::world_from_camera(camera), geometry::camera_model(camera))
                .inside_image);
    }
  }
}

TEST_CASE("an environment map is named by its file, one of Blender's by its own name") {
  schema::JobSpec job = default_job();
  job.scene_config.scene.background_hdri = "maps/noon.exr";
  job.scene_config.scene.hdri_rotation = 0.5;
  job.scene_config.scene.hdri_strength = 2;
  schema::WorldRecipe world = compiled(job, 0).world;
  CHECK(world.background_hdri == "hdri/noon.exr");
  CHECK(world.hdri_rotation == 0.5);
  CHECK(world.hdri_strength == 2);
  job.scene_config.scene.background_hdri = "blender:city.exr";
  job.scene_config.scene.random_hdri_rotation = true;
  world = compiled(job, 0).world;
  CHECK(world.background_hdri == "blender:city.exr");
  CHECK(world.hdri_rotation != compiled(job, 1).world.hdri_rotation);
  CHECK(world.lights == compiled(default_job(), 0).world.lights);
}
