// SPDX-License-Identifier: MIT
// Jobs that several tests compile.
#pragma once

#include "schema/job_spec.h"

namespace rtag::compiler {

inline schema::JobSpec default_job(int num_scenes = 50) {
  schema::JobSpec job;
  job.scene_config.dataset.num_scenes = num_scenes;
  return job;
}

inline schema::TagsSubject& tags_of(schema::JobSpec& job) {
  return std::get<schema::TagsSubject>(*job.scene_config.scenario.subject);
}

// One rolled tag an image, at a drawn density: what detector benchmarks ask for.
inline schema::JobSpec benchmark_job(const std::string& family, int min_tag_pixels) {
  schema::JobSpec job = default_job();
  schema::GenConfig& config = job.scene_config;
  config.camera.samples_per_scene = 1;
  config.camera.min_distance = 0.5;
  config.camera.max_distance = 8.0;
  config.camera.min_elevation = 0.5;
  config.camera.max_elevation = 1.0;
  config.camera.min_roll = -180;
  config.camera.max_roll = 180;
  config.camera.ppm_constraint = schema::PpmConstraint{.min = 5, .max = 40};
  config.camera.min_tag_pixels = min_tag_pixels;
  config.tag.material = {.randomize = true,
                         .roughness_min = 0.4,
                         .roughness_max = 0.8,
                         .specular_min = 0.1,
                         .specular_max = 0.3};
  config.scenario.use_board = false;
  config.scene.lighting.intensity_min = 100;
  config.scene.lighting.intensity_max = 1000;
  config.scene.lighting.radius_min = 0.2;
  config.scene.lighting.radius_max = 0.2;
  tags_of(job).tag_families = {family};
  tags_of(job).size_mm = 160;
  tags_of(job).tags_per_scene = {1, 1};
  return job;
}

}  // namespace rtag::compiler
