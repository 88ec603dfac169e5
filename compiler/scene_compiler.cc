// SPDX-License-Identifier: MIT
#include "compiler/scene_compiler.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "compiler/board_layout.h"
#include "compiler/camera_placement.h"
#include "compiler/lighting.h"
#include "compiler/occluders.h"
#include "compiler/recipe_check.h"
#include "compiler/surroundings.h"
#include "compiler/tag_layout.h"
#include "compiler/target_view.h"
#include "schema/check.h"
#include "schema/digest.h"

namespace rtag::compiler {
namespace {

constexpr int kAttempts = 50;

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

std::optional<schema::ObjectRecipe> board_of(const schema::ScenarioConfig& scenario) {
  RTAG_CHECK(scenario.subject.has_value(), "a config without a subject is refused when it is read");
  const auto* board = std::get_if<schema::BoardSubject>(&*scenario.subject);
  if (board == nullptr) return std::nullopt;
  return calibration_board(*board);
}

Sweep sweep_at(const schema::GenConfig& config, int scene_id) {
  Sweep sweep;
  sweep.mode = config.scenario.sampling_mode;
  sweep.is_swept = config.dataset.num_scenes > 1;
  if (sweep.is_swept) {
    sweep.progress = static_cast<double>(scene_id) / (config.dataset.num_scenes - 1);
  }
  return sweep;
}

}  // namespace

SceneCompiler::SceneCompiler(const schema::JobSpec& job, std::vector<std::string> floor_textures)
    : config_(job.scene_config),
      floor_textures_(std::move(floor_textures)),
      renderer_(renderer_recipe(job.scene_config.renderer)),
      camera_(camera_template(job.scene_config.camera)),
      field_of_view_(camera_.model),
      board_(board_of(job.scene_config.scenario)) {
  RTAG_CHECK(job.global_seed == config_.dataset.seeds.global_seed, "a job has one global seed");
  RTAG_CHECK(std::is_sorted(floor_textures_.begin(), floor_textures_.end()),
             "floor images in another order would be other floors");
  RTAG_CHECK(std::none_of(floor_textures_.begin(), floor_textures_.end(),
                          [](const std::string& name) { return name.starts_with('/'); }),
             "recipes hold no absolute path");
}

schema::Result<schema::SceneRecipe> SceneCompiler::compile(int scene_id) const {
  RTAG_CHECK(scene_id >= 0 && scene_id < config_.dataset.num_scenes, "a scene outside the job");
  ConstraintTally rejected;
  for (int i = 0; i < kAttempts; ++i) {
    auto drawn = attempt(scene_id, attempt_seeds(config_.dataset.seeds, scene_id, i));
    if (auto* recipe = std::get_if<schema::SceneRecipe>(&drawn)) return std::move(*recipe);
    rejected.count(std::get<Constraint>(drawn));
  }
  return schema::Fault{schema::FaultKind::kInput,
                       fmt::format("scene {}: no valid layout in {} attempts: {}", scene_id,
                                   kAttempts, rejected.description())};
}

std::variant<schema::SceneRecipe, Constraint> SceneCompiler::attempt(
    int scene_id, const AttemptSeeds& seeds) const {
  std::vector<schema::ObjectRecipe> objects = subject(seeds);
  auto placed = cameras(scene_id, objects, seeds);
  if (const auto* violated = std::get_if<Constraint>(&placed)) return *violated;

  schema::SceneRecipe recipe;
  recipe.scene_id = scene_id;
  recipe.random_seed = seeds.attempt;
  recipe.world = world(scene_id, seeds);
  recipe.renderer = renderer_;
  recipe.objects = std::move(objects);
  recipe.cameras = std::get<std::vector<schema::CameraRecipe>>(std::move(placed));
  if (const auto violated = first_violation(recipe.objects, recipe.cameras, camera_.model)) {
    return *violated;
  }
  if (const auto& occluders = config_.scenario.occluders) {
    auto plates = place_occluders(*occluders, config_.scene.lighting.directional, recipe.objects,
                                  recipe.cameras, field_of_view_,
                                  schema::derive_seed(seeds.lighting, "occluder_layout", 0));
    std::move(plates.begin(), plates.end(), std::back_inserter(recipe.objects));
  }
  return recipe;
}

std::vector<schema::ObjectRecipe> SceneCompiler::subject(const AttemptSeeds& seeds) const {
  if (!board_) return lay_out_tags(config_, seeds.layout);
  std::vector<schema::ObjectRecipe> objects{*board_};
  draw_board_location(objects.front(), config_.physics.scatter_radius, seeds.layout);
  return objects;
}

std::variant<std::vector<schema::CameraRecipe>, Constraint> SceneCompiler::cameras(
    int scene_id, const std::vector<schema::ObjectRecipe>& objects,
    const AttemptSeeds& seeds) const {
  std::vector<Target> targets = tag_targets(objects);
  if (board_) {
    const auto& subject = std::get<schema::BoardSubject>(*config_.scenario.subject);
    targets.push_back(board_target(objects.front(), subject.framing));
  }
  const CameraSeeds camera_seeds{.placement = schema::derive_seed(seeds.camera, "camera", 0),
                                 .noise = schema::derive_seed(seeds.noise, "camera", 0)};
  return place_cameras(config_.camera, camera_, targets, sweep_at(config_, scene_id), camera_seeds);
}

schema::WorldRecipe SceneCompiler::world(int scene_id, const AttemptSeeds& seeds) const {
  const std::uint32_t world_seed = schema::derive_seed(seeds.lighting, "world", 0);
  Floor floor = draw_floor(config_.scene, floor_textures_, scene_id, world_seed);
  schema::WorldRecipe world;
  if (config_.scene.background_hdri) {
    world.background_hdri = environment_name(*config_.scene.background_hdri);
    world.hdri_strength = config_.scene.hdri_strength;
  }
  world.hdri_rotation = draw_environment_rotation_rad(config_.scene, world_seed);
  world.lights = draw_lights(config_.scene.lighting, world_seed);
  world.texture_path = std::move(floor.texture);
  world.texture_scale = floor.repeats_per_m;
  world.texture_rotation = floor.rotation_rad;
  return world;
}

}  // namespace rtag::compiler
