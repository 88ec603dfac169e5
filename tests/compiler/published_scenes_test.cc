// SPDX-License-Identifier: MIT
// Scenes of the published benchmark locus_v1_hard_shadows: suns, plates, logarithmic light and
// noise coupled to ISO, in one config.
#include <catch2/catch.hpp>

#include "compiler/scene_compiler.h"
#include "tests/compiler/example_jobs.h"

using namespace rtag;
using namespace rtag::compiler;

namespace {

schema::JobSpec hard_shadows() {
  schema::JobSpec job = benchmark_job("tag36h11", 36);
  schema::CameraConfig& camera = job.scene_config.camera;
  camera.iso = 3200;
  camera.iso_coupling = true;
  camera.sensor_noise.emplace().stddev = 0.008;
  schema::LightingConfig& lighting = job.scene_config.scene.lighting;
  lighting.intensity_min = 50;
  lighting.intensity_max = 5000;
  lighting.intensity_sampling = schema::IntensitySampling::kLog;
  lighting.num_lights_min = 1;
  lighting.num_lights_max = 4;
  lighting.radius_min = lighting.radius_max = 0;
  lighting.directional = {{.azimuth = 0.785398, .elevation = 0.45, .intensity = 30}};
  job.scene_config.scenario.occluders = schema::OccluderConfig{.edge_offset_max_r = 0.8,
                                                               .bar_width_min_r = 0.2,
                                                               .bar_width_max_r = 0.8,
                                                               .slit_width_min_r = 0.2,
                                                               .slit_width_max_r = 1.0};
  return job;
}

schema::SceneRecipe scene(int scene_id) {
  const auto recipe = SceneCompiler(hard_shadows(), {}).compile(scene_id);
  REQUIRE(recipe);
  return *recipe;
}

void check_plate(const schema::ObjectRecipe& plate, const std::string& name,
                 const schema::Vector3& location, double turn_rad) {
  CHECK(plate.type == schema::ObjectType::kOccluder);
  CHECK(plate.name == name);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(plate.location[i] == Approx(location[i]).epsilon(1e-12));
  }
  REQUIRE(plate.rotation_euler);
  CHECK((*plate.rotation_euler)[2] == Approx(turn_rad).epsilon(1e-12));
}

}  // namespace

TEST_CASE("scene 0 has the published plate, sun and noise") {
  const schema::SceneRecipe recipe = scene(0);
  CHECK(recipe.random_seed == 2115084936);
  REQUIRE(recipe.objects.size() == 2);
  check_plate(recipe.objects[1], "Occluder_half",
              {-0.01576225362197431, 0.3239830827829756, 0.1953777354911154}, 0.9415233095768114);
  CHECK(std::get<schema::OccluderProperties>(recipe.objects[1].properties) ==
        schema::OccluderProperties{.size_along_edge_m = 0.5,
                                   .size_across_edge_m = 0.5,
                                   .thickness_m = 0.005,
                                   .albedo = 0.05,
                                   .roughness = 0.9});
  REQUIRE(recipe.world.lights.size() == 2);
  CHECK(recipe.world.lights[0].intensity == Approx(122.51297157863124).epsilon(1e-12));
  CHECK(recipe.world.lights[1].type == schema::LightType::kSun);
  CHECK(recipe.world.lights[1].intensity == 30);
  CHECK(recipe.cameras[0].iso_noise == Approx(0.42857142857142855).epsilon(1e-15));
  CHECK(recipe.cameras[0].sensor_noise->stddev == 0.008);
  CHECK(recipe.cameras[0].sensor_noise->seed == 563697580);
}

TEST_CASE("scene 1 has the published slit, one plate above the other") {
  const schema::SceneRecipe recipe = scene(1);
  CHECK(recipe.random_seed == 814046046);
  REQUIRE(recipe.objects.size() == 3);
  CHECK(std::get<schema::TagProperties>(recipe.objects[0].properties).tag_id == 122);
  check_plate(recipe.objects[1], "Occluder_slit_0",
              {0.47864984364592816, 0.5145285160135646, 0.37024081259493236}, 4.001646995827402);
  check_plate(recipe.objects[2], "Occluder_slit_1",
              {0.07256570778068977, 0.879075218187553, 0.37574081259493236}, 4.001646995827402);
  REQUIRE(recipe.world.lights.size() == 4);
  CHECK(recipe.world.lights[2].intensity == Approx(84.98892161975562).epsilon(1e-12));
  CHECK(recipe.cameras[0].sensor_noise->seed == 334337867);
}

TEST_CASE("scene 5 has the published slit, raised until no camera sees it") {
  const schema::SceneRecipe recipe = scene(5);
  CHECK(recipe.random_seed == 634589771);
  REQUIRE(recipe.objects.size() == 3);
  check_plate(recipe.objects[1], "Occluder_slit_0",
              {1.8449222653081716, 1.7714891952662881, 1.238170076785861}, 6.033069053296726);
  check_plate(recipe.objects[2], "Occluder_slit_1",
              {1.719266553190854, 1.256156038169585, 1.243670076785861}, 6.033069053296726);
  CHECK(recipe.cameras[0].sensor_noise->seed == 162395384);
}
