// SPDX-License-Identifier: MIT
#include "compiler/scene_compiler.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/camera_placement.h"
#include "compiler/floor.h"
#include "compiler/lighting.h"
#include "compiler/recipe_check.h"
#include "compiler/target_layout.h"
#include "schema/check.h"
#include "schema/digest.h"

namespace rtag::compiler {
namespace {

constexpr int kAttempts = 50;

// What reading a config refuses must not arrive here, where it would be ignored.
void check_abilities(const schema::GenConfig& config) {
  const schema::ScenarioConfig& scenario = config.scenario;
  const schema::CameraConfig& camera = config.camera;
  RTAG_CHECK(scenario.subject && std::holds_alternative<schema::TagsSubject>(*scenario.subject),
             "only TAGS subjects are laid out");
  RTAG_CHECK(!scenario.flying && !scenario.occluders, "no flying tags, no occluders");
  RTAG_CHECK(scenario.sampling_mode == schema::SamplingMode::kRandom, "only random sampling");
  RTAG_CHECK(config.scene.lighting.directional.empty() && !config.scene.background_hdri,
             "no suns, no environment map");
  RTAG_CHECK(!config.tag.texture_path, "no external textures");
  RTAG_CHECK(camera.intrinsics.distortion_model == schema::DistortionModel::kNone,
             "only pinhole lenses");
  RTAG_CHECK(camera.sensor_dynamics.velocity_mean == 0 && camera.sensor_dynamics.velocity_std == 0,
             "no moving cameras");
  RTAG_CHECK(!camera.iso_coupling && !camera.sensor_noise && camera.iso_noise == 0,
             "no sensor noise");
  RTAG_CHECK(!camera.fstop && !camera.focus_distance, "no depth of field");
}

schema::RendererRecipe renderer_recipe(const schema::RendererConfig& config) {
  return {.mode = config.mode,
          .samples = config.samples,
          .denoising = config.denoising,
          .noise_threshold = config.noise_threshold,
          .max_samples = config.max_samples,
          .enable_denoising = config.enable_denoising.value_or(true),
          .denoiser_type = config.denoiser_type,
          .total_bounces = config.total_bounces,
          .diffuse_bounces = config.diffuse_bounces,
          .glossy_bounces = config.glossy_bounces,
          .transmission_bounces = config.transmission_bounces,
          .transparent_bounces = config.transparent_bounces,
          .enable_caustics = config.enable_caustics};
}

}  // namespace

SceneCompiler::SceneCompiler(const schema::JobSpec& job, std::vector<std::string> floor_textures)
    : global_seed_(job.global_seed),
      config_(job.scene_config),
      floor_textures_(std::move(floor_textures)),
      renderer_(renderer_recipe(job.scene_config.renderer)) {
  check_abilities(config_);
  RTAG_CHECK(std::is_sorted(floor_textures_.begin(), floor_textures_.end()),
             "floor images in another order would be other floors");
  RTAG_CHECK(std::none_of(floor_textures_.begin(), floor_textures_.end(),
                          [](const std::string& name) { return name.starts_with('/'); }),
             "recipes hold no absolute path");
}

schema::Result<schema::SceneRecipe> SceneCompiler::compile(int scene_id) const {
  RTAG_CHECK(scene_id >= 0 && scene_id < config_.dataset.num_scenes, "a scene outside the job");
  const auto scene_step = static_cast<std::uint64_t>(scene_id);
  const std::uint32_t scene_seed = schema::derive_seed(global_seed_, "scene", scene_step);
  ConstraintTally rejected;
  for (std::uint64_t i = 0; i < kAttempts; ++i) {
    auto drawn = attempt(scene_id, schema::derive_seed(scene_seed, "attempt", i));
    if (auto* recipe = std::get_if<schema::SceneRecipe>(&drawn)) return std::move(*recipe);
    rejected.count(std::get<Constraint>(drawn));
  }
  return schema::Fault{schema::FaultKind::kInput,
                       fmt::format("scene {}: no valid layout in {} attempts: {}", scene_id,
                                   kAttempts, rejected.description())};
}

std::variant<schema::SceneRecipe, Constraint> SceneCompiler::attempt(int scene_id,
                                                                     std::uint32_t seed) const {
  std::vector<schema::ObjectRecipe> objects = lay_out_tags(config_, seed);
  auto placed = place_cameras(config_.camera, objects, schema::derive_seed(seed, "camera", 0));
  if (const auto* violated = std::get_if<Constraint>(&placed)) return *violated;
  auto& cameras = std::get<std::vector<schema::CameraRecipe>>(placed);
  if (const auto violated = first_violation(objects, cameras)) return *violated;

  schema::SceneRecipe recipe;
  recipe.scene_id = scene_id;
  recipe.random_seed = seed;
  recipe.world = world(scene_id, seed);
  recipe.renderer = renderer_;
  recipe.objects = std::move(objects);
  recipe.cameras = std::move(cameras);
  return recipe;
}

schema::WorldRecipe SceneCompiler::world(int scene_id, std::uint32_t attempt_seed) const {
  const std::uint32_t world_seed = schema::derive_seed(attempt_seed, "world", 0);
  Floor floor = draw_floor(config_.scene, floor_textures_, scene_id, world_seed);
  schema::WorldRecipe world;
  world.lights = draw_lights(config_.scene.lighting, world_seed);
  world.texture_path = std::move(floor.texture);
  world.texture_scale = floor.repeats_per_m;
  world.texture_rotation = floor.rotation_rad;
  return world;
}

}  // namespace rtag::compiler
