// SPDX-License-Identifier: MIT
// JobSpec: a config made final - what rtag-orchestrate runs. Plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schema/config.h"
#include "schema/fields.h"

namespace rtag::schema {

struct JobPaths {
  std::string output_dir = "output";
  std::string logs_dir = "logs";
  std::string assets_dir = ".";
  bool operator==(const JobPaths&) const = default;
};
constexpr auto fields_of(std::type_identity<JobPaths>) {
  using S = JobPaths;
  return table<S>(
      field("output_dir", &S::output_dir, "", "Folder of the dataset; --output wins.", required()),
      field("logs_dir", &S::logs_dir, "", "Unused: logs stand in <output>/.rtag/logs.",
            without_effect()),
      field("assets_dir", &S::assets_dir, "",
            "Where relative asset paths begin, from the folder of the job file."));
}

struct JobInfrastructure {
  int max_workers = 1;
  double timeout_seconds = 3600;
  std::optional<double> worker_memory_limit_gb;
  std::optional<int> max_memory_mb;
  bool operator==(const JobInfrastructure&) const = default;
};
constexpr auto fields_of(std::type_identity<JobInfrastructure>) {
  using S = JobInfrastructure;
  return table<S>(
      field("max_workers", &S::max_workers, "", "Blender processes; --workers wins.",
            between(1, 1024)),
      field("timeout_seconds", &S::timeout_seconds, "s", "Longest time for one scene.", above(0)),
      field("worker_memory_limit_gb", &S::worker_memory_limit_gb, "GB", "Limit a worker.",
            above(0) | without_effect()),
      field("max_memory_mb", &S::max_memory_mb, "MB", "Limit a worker.",
            above(0) | without_effect()));
}

struct JobSpec {
  std::string version{kConfigVersion};
  std::string job_id;
  std::optional<std::string> created_at;
  JobPaths paths;
  JobInfrastructure infrastructure;
  std::uint32_t global_seed = 42;
  GenConfig scene_config;
  std::string env_hash = "unknown";
  std::string blender_version = "unknown";
  std::string assets_hash = "unknown";
  std::optional<std::string> config_hash;
  int shard_index = 0;
  std::vector<std::string> applied_presets;
  bool operator==(const JobSpec&) const = default;
};
constexpr auto fields_of(std::type_identity<JobSpec>) {
  using S = JobSpec;
  return table<S>(
      field("version", &S::version, "", "Schema version."),
      field("job_id", &S::job_id, "", "Identity of the job's content.", required()),
      field("created_at", &S::created_at, "", "For information; no part of the identity."),
      field("paths", &S::paths, "", "No part of the identity.", required()),
      field("infrastructure", &S::infrastructure, "", "No part of the identity."),
      field("global_seed", &S::global_seed, "", "Every random decision derives from it.",
            required()),
      field("scene_config", &S::scene_config, "", "The config.", required()),
      field("env_hash", &S::env_hash, "",
            "Fingerprint of the software that locked the job; unknown accepts any."),
      field("blender_version", &S::blender_version, "", "Refuse another; unknown accepts any."),
      field("assets_hash", &S::assets_hash, "", "Refuse changed assets; unknown accepts any."),
      field("config_hash", &S::config_hash, "", "Digest of scene_config; refuse an edited one."),
      field("shard_index", &S::shard_index, "", "Shards are chosen when a run starts.",
            without_effect("--shard-index")),
      field("applied_presets", &S::applied_presets, "", "For information."));
}

void check_job(const JobSpec& job, Problems& problems);

}  // namespace rtag::schema
