// SPDX-License-Identifier: MIT
#include "schema/idle_settings.h"

#include <string_view>

#include <fmt/format.h>

namespace rtag::schema {
namespace {

class IdleSettings {
 public:
  void note(bool is_idle, std::string_view path, std::string_view why) {
    if (is_idle) notes.push_back(fmt::format("{}: has no effect {}", path, why));
  }
  std::vector<std::string> notes;
};

void add_camera(const CameraConfig& camera, const ScenarioConfig& scenario, IdleSettings& idle) {
  const bool is_sweep = scenario.sampling_mode != SamplingMode::kRandom;
  idle.note(camera.ppm_constraint && is_sweep, "camera.ppm_constraint",
            "in a sweep (scenario.sampling_mode)");
  idle.note(camera.elevation && scenario.sampling_mode == SamplingMode::kAngle, "camera.elevation",
            "in a sweep of angles (scenario.sampling_mode)");
  idle.note(camera.iso != CameraConfig{}.iso && !camera.iso_coupling, "camera.iso",
            "without camera.iso_coupling");
  idle.note(camera.iso_coupling && camera.sensor_noise, "camera.iso_coupling",
            "on the noise beside camera.sensor_noise");
  idle.note(camera.focus_distance && !camera.fstop, "camera.focus_distance",
            "without camera.fstop");
  idle.note(camera.sensor_noise && camera.sensor_noise->seed, "camera.sensor_noise.seed",
            "as every image gets a seed of its own (dataset.seeds.noise)");
}

void add_lens(const IntrinsicsConfig& lens, IdleSettings& idle) {
  const bool has_brown_conrady =
      lens.k1 != 0 || lens.k2 != 0 || lens.k3 != 0 || lens.p1 != 0 || lens.p2 != 0;
  const bool has_kannala_brandt = lens.kb1 != 0 || lens.kb2 != 0 || lens.kb3 != 0 || lens.kb4 != 0;
  const std::string_view section = "camera.intrinsics";
  const std::string_view model = word_of(lens.distortion_model);
  idle.note(has_brown_conrady && lens.distortion_model != DistortionModel::kBrownConrady,
            fmt::format("{}: k1, k2, k3, p1, p2", section),
            fmt::format("with distortion_model {}", model));
  idle.note(has_kannala_brandt && lens.distortion_model != DistortionModel::kKannalaBrandt,
            fmt::format("{}: kb1, kb2, kb3, kb4", section),
            fmt::format("with distortion_model {}", model));
}

void add_surroundings(const GenConfig& config, IdleSettings& idle) {
  const SceneSurroundings& scene = config.scene;
  const auto& occluders = config.scenario.occluders;
  const bool has_sun =
      !scene.lighting.directional.empty() && scene.lighting.directional.front().elevation > 0;
  idle.note(occluders && occluders->enabled && !has_sun, "scenario.occluders",
            "without a sun above the horizon (scene.lighting.directional)");
  const bool has_map = scene.background_hdri.has_value();
  idle.note(!has_map && (scene.hdri_rotation != 0 || scene.random_hdri_rotation),
            "scene.hdri_rotation", "without scene.background_hdri");
  idle.note(!has_map && scene.hdri_strength != 1, "scene.hdri_strength",
            "without scene.background_hdri");
  idle.note(scene.random_hdri_rotation && scene.hdri_rotation != 0, "scene.hdri_rotation",
            "beside scene.random_hdri_rotation");
}

void add_material(const MaterialConfig& material, IdleSettings& idle) {
  MaterialConfig defaults;
  defaults.randomize = material.randomize;
  defaults.ink = material.ink;
  defaults.paper = material.paper;
  idle.note(!material.randomize && !(material == defaults), "tag.material",
            "without tag.material.randomize");
}

}  // namespace

std::vector<std::string> idle_settings(const GenConfig& config) {
  IdleSettings idle;
  add_camera(config.camera, config.scenario, idle);
  add_lens(config.camera.intrinsics, idle);
  add_material(config.tag.material, idle);
  add_surroundings(config, idle);
  return idle.notes;
}

}  // namespace rtag::schema
