// SPDX-License-Identifier: MIT
#include "schema/config_rules.h"

#include <algorithm>

#include "schema/job_identity.h"
#include "schema/job_spec.h"

namespace rtag::schema {
namespace {

void check_version(const std::string& version, Problems& problems) {
  if (version == kConfigVersion) return;
  complain(problems, "version",
           fmt::format("expected \"{}\", the only version that is read (found \"{}\")",
                       kConfigVersion, version));
}

// The studio lights that every Blender ships.
void check_environment(const std::string& environment, Problems& problems) {
  static const std::vector<std::string_view> names{"blender:city.exr",   "blender:courtyard.exr",
                                                   "blender:forest.exr", "blender:interior.exr",
                                                   "blender:night.exr",  "blender:studio.exr"};
  if (!is_blender_asset(environment)) return;
  if (std::find(names.begin(), names.end(), environment) != names.end()) return;
  complain(problems, "scene.background_hdri",
           fmt::format("expected a file, or one of {} (found '{}'){}", fmt::join(names, ", "),
                       environment, did_you_mean(environment, names)));
}

void check_surroundings(const SceneSurroundings& scene, Problems& problems) {
  const std::string section = "scene.lighting";
  const LightingConfig& lighting = scene.lighting;
  check_order(problems, section, "intensity_min", lighting.intensity_min, "intensity_max",
              lighting.intensity_max);
  check_order(problems, section, "num_lights_min", lighting.num_lights_min, "num_lights_max",
              lighting.num_lights_max);
  check_order(problems, section, "radius_min", lighting.radius_min, "radius_max",
              lighting.radius_max);
  check_order(problems, "scene", "texture_scale_min", scene.texture_scale_min, "texture_scale_max",
              scene.texture_scale_max);
  if (scene.background_hdri) check_environment(*scene.background_hdri, problems);
}

void check_material(const MaterialConfig& material, Problems& problems) {
  const std::string section = "tag.material";
  check_order(problems, section, "roughness_min", material.roughness_min, "roughness_max",
              material.roughness_max);
  check_order(problems, section, "specular_min", material.specular_min, "specular_max",
              material.specular_max);
  check_order(problems, section, "ink", material.ink, "paper", material.paper);
}

void check_occluders(const OccluderConfig& occluders, Problems& problems) {
  const std::string section = "scenario.occluders";
  check_order(problems, section, "height_min_m", occluders.height_min_m, "height_max_m",
              occluders.height_max_m);
  check_order(problems, section, "bar_width_min_r", occluders.bar_width_min_r, "bar_width_max_r",
              occluders.bar_width_max_r);
  check_order(problems, section, "slit_width_min_r", occluders.slit_width_min_r, "slit_width_max_r",
              occluders.slit_width_max_r);
}

}  // namespace

void check_config(const GenConfig& config, Problems& problems) {
  check_version(config.version, problems);
  check_camera(config.camera, problems);
  check_surroundings(config.scene, problems);
  check_material(config.tag.material, problems);
  if (config.scenario.occluders) check_occluders(*config.scenario.occluders, problems);
  check_subject(config, problems);
}

void check_job(const JobSpec& job, Problems& problems) {
  Problems of_config;
  check_config(job.scene_config, of_config);
  for (Problem& problem : of_config) {
    problem.path = "scene_config." + problem.path;
    problems.push_back(std::move(problem));
  }
  check_version(job.version, problems);
  const std::uint32_t in_config = job.scene_config.dataset.seeds.global_seed;
  if (job.global_seed != in_config) {
    complain(problems, "global_seed",
             fmt::format("must equal scene_config.dataset.seeds.global_seed, {} (found {})",
                         in_config, job.global_seed));
  }
}

}  // namespace rtag::schema
