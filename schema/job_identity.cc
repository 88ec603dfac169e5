// SPDX-License-Identifier: MIT
#include "schema/job_identity.h"

#include <fmt/format.h>

#include "schema/digest.h"
#include "schema/typed_io.h"

namespace rtag::schema {
std::string config_hash(const GenConfig& config) {
  GenConfig content = config;
  content.dataset.output_dir = DatasetConfig{}.output_dir;
  content.presets.clear();
  if (content.scene.texture_dir) content.scene.texture_dir = "assets";
  auto& environment = content.scene.background_hdri;
  if (environment && !is_blender_asset(*environment)) environment = "assets";
  return sha256_hex(to_json(content));
}

std::string job_identity(const JobSpec& job, std::string_view assets_hash) {
  return sha256_hex(fmt::format("rtag-job/1\n{}\n{}\n{}\n{}\n", job.version,
                                config_hash(job.scene_config), job.global_seed, assets_hash));
}

bool is_blender_asset(std::string_view path) { return path.starts_with("blender:"); }

JobSpec job_from(const GenConfig& config) {
  JobSpec job;
  job.paths.output_dir = config.dataset.output_dir;
  job.global_seed = config.dataset.seeds.global_seed;
  job.scene_config = config;
  job.applied_presets = config.presets;
  return job;
}

void identify(JobSpec& job, std::string_view assets_hash) {
  job.env_hash = kCompilerFingerprint;
  job.assets_hash = assets_hash;
  job.config_hash = config_hash(job.scene_config);
  job.job_id = job_identity(job, assets_hash);
}

}  // namespace rtag::schema
