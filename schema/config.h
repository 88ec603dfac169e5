// SPDX-License-Identifier: MIT
// GenConfig: what a user asks for - schema version 0.2 of the config file. Read with read.h, then
// checked across fields with check_config(). Plain values.
//
// A field whose rule is without_effect() is part of the published format, but nothing acts on it:
// any value other than its default is refused by name. An extension() is ours: it is written only
// where it differs from its default, so that published configs keep their canonical form.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "schema/camera_config.h"
#include "schema/fields.h"
#include "schema/problem.h"
#include "schema/scenario_config.h"
#include "schema/scene_config.h"
#include "schema/vocabulary.h"

namespace rtag::schema {

inline constexpr std::string_view kConfigVersion = "0.2";

struct SeedsConfig {
  std::uint32_t global_seed = 42;
  std::optional<std::uint32_t> layout;
  std::optional<std::uint32_t> lighting;
  std::optional<std::uint32_t> camera;
  std::optional<std::uint32_t> noise;
  bool operator==(const SeedsConfig&) const = default;
};
constexpr auto fields_of(std::type_identity<SeedsConfig>) {
  using S = SeedsConfig;
  return table<S>(
      field("global_seed", &S::global_seed, "", "Every random decision derives from it."),
      field("layout", &S::layout, "", "In place of global_seed for tags and boards."),
      field("lighting", &S::lighting, "", "In place of global_seed for lamps, floor and plates."),
      field("camera", &S::camera, "", "In place of global_seed for cameras."),
      field("noise", &S::noise, "", "In place of global_seed for the sensor's noise."));
}

struct DatasetConfig {
  std::string output_dir = "output";
  SeedsConfig seeds;
  int num_scenes = 1;
  std::vector<EvaluationScope> evaluation_scopes{EvaluationScope::kDetection};
  nlohmann::ordered_json metadata = nlohmann::ordered_json::object();
  bool operator==(const DatasetConfig&) const = default;
};
constexpr auto fields_of(std::type_identity<DatasetConfig>) {
  using S = DatasetConfig;
  return table<S>(
      field("output_dir", &S::output_dir, "", "Folder of the dataset; --output wins."),
      field("seeds", &S::seeds, "", "Where randomness comes from."),
      field("num_scenes", &S::num_scenes, "", "Scenes in the whole job.", between(1, 100000000)),
      field("evaluation_scopes", &S::evaluation_scopes, "", "What the dataset is meant for."),
      field("metadata", &S::metadata, "", "Free words, copied into manifest.json."));
}

struct PhysicsConfig {
  double drop_height = 0.2;
  double scatter_radius = 0.5;
  bool operator==(const PhysicsConfig&) const = default;
};
constexpr auto fields_of(std::type_identity<PhysicsConfig>) {
  using S = PhysicsConfig;
  return table<S>(
      field("drop_height", &S::drop_height, "m", "Unused.", at_least(0) | without_effect()),
      field("scatter_radius", &S::scatter_radius, "m", "Width of the group's offset.", above(0)));
}

struct RendererConfig {
  RendererMode mode = RendererMode::kCycles;
  int samples = 128;
  bool denoising = true;
  double noise_threshold = 0.05;
  int max_samples = 128;
  std::optional<bool> enable_denoising;
  DenoiserType denoiser_type = DenoiserType::kIntel;
  int total_bounces = 4;
  int diffuse_bounces = 2;
  int glossy_bounces = 4;
  int transmission_bounces = 0;
  int transparent_bounces = 4;
  bool enable_caustics = false;
  bool operator==(const RendererConfig&) const = default;
};
constexpr auto fields_of(std::type_identity<RendererConfig>) {
  using S = RendererConfig;
  return table<S>(
      field("mode", &S::mode, "", "Render engine."),
      field("samples", &S::samples, "", "Legacy.",
            at_least(1) | without_effect("renderer.max_samples")),
      field("denoising", &S::denoising, "", "Legacy.", without_effect("renderer.enable_denoising")),
      field("noise_threshold", &S::noise_threshold, "",
            "Cycles stops sampling a pixel below this noise; 0 takes all samples.", at_least(0)),
      field("max_samples", &S::max_samples, "", "Samples a pixel.", between(1, 1048576)),
      field("enable_denoising", &S::enable_denoising, "",
            "true: must; false: never; null: if the Blender at hand can."),
      field("denoiser_type", &S::denoiser_type, "", "INTEL (OpenImageDenoise) or OPTIX."),
      field("total_bounces", &S::total_bounces, "", "Light-path limit.", between(0, 1024)),
      field("diffuse_bounces", &S::diffuse_bounces, "", "Light-path limit.", between(0, 1024)),
      field("glossy_bounces", &S::glossy_bounces, "", "Light-path limit.", between(0, 1024)),
      field("transmission_bounces", &S::transmission_bounces, "", "Light-path limit.",
            between(0, 1024)),
      field("transparent_bounces", &S::transparent_bounces, "", "Light-path limit.",
            between(0, 1024)),
      field("enable_caustics", &S::enable_caustics, "", "Trace reflective caustics."));
}

struct SequenceConfig {
  int fps = 30;
  bool continuous_motion = true;
  int motion_blur_samples = 8;
  bool operator==(const SequenceConfig&) const = default;
};
constexpr auto fields_of(std::type_identity<SequenceConfig>) {
  using S = SequenceConfig;
  return table<S>(
      field("fps", &S::fps, "1/s", "Unused.", above(0) | without_effect()),
      field("continuous_motion", &S::continuous_motion, "", "Unused.", without_effect()),
      field("motion_blur_samples", &S::motion_blur_samples, "", "Unused.",
            at_least(1) | without_effect()));
}

struct EnvironmentConfig {
  double distractor_density = 0.1;
  double fog_intensity = 0;
  bool operator==(const EnvironmentConfig&) const = default;
};
constexpr auto fields_of(std::type_identity<EnvironmentConfig>) {
  using S = EnvironmentConfig;
  return table<S>(
      field("distractor_density", &S::distractor_density, "", "Unused.",
            between(0, 1) | without_effect()),
      field("fog_intensity", &S::fog_intensity, "", "Unused.", between(0, 1) | without_effect()));
}

struct GenConfig {
  std::string version{kConfigVersion};
  std::vector<std::string> presets;
  DatasetConfig dataset;
  CameraConfig camera;
  TagConfig tag;
  SceneSurroundings scene;
  PhysicsConfig physics;
  ScenarioConfig scenario;
  RendererConfig renderer;
  SequenceConfig sequence;
  EnvironmentConfig environment;
  bool force_reload_assets = false;
  bool operator==(const GenConfig&) const = default;
};
constexpr auto fields_of(std::type_identity<GenConfig>) {
  using S = GenConfig;
  return table<S>(
      field("version", &S::version, "", "Schema version."),
      field("presets", &S::presets, "", "Named partial configs, applied in order below this one."),
      field("dataset", &S::dataset, "", "How much, and from which seed."),
      field("camera", &S::camera, "", "The camera and where it stands."),
      field("tag", &S::tag, "", "The tags' quiet zone and surface."),
      field("scene", &S::scene, "", "Light and floor."),
      field("physics", &S::physics, "", "How far the group of tags is moved."),
      field("scenario", &S::scenario, "", "What is photographed."),
      field("renderer", &S::renderer, "", "Engine and its limits."),
      field("sequence", &S::sequence, "", "Unused."),
      field("environment", &S::environment, "", "Unused."),
      field("force_reload_assets", &S::force_reload_assets, "", "Unused.", without_effect()));
}

// The rules that tie several fields together; paths as in the config ("camera.min_distance").
void check_config(const GenConfig& config, Problems& problems);

}  // namespace rtag::schema
