// SPDX-License-Identifier: MIT
#include "orchestrator/load_job.h"

#include <fmt/format.h>

#include "schema/job_identity.h"

namespace rtag::orchestrator {
namespace {

using schema::Fault;
using schema::FaultKind;
using schema::JobSpec;
using schema::Outcome;
using schema::Result;

Outcome check_unchanged(const JobSpec& job, const Assets& assets,
                        const std::filesystem::path& file) {
  const auto fault = [&](std::string_view path, std::string message) {
    return Fault{FaultKind::kInput, fmt::format("{}: {}: {}", file.string(), path, message)};
  };
  if (job.assets_hash != "unknown" && job.assets_hash != assets.hash) {
    return fault("assets_hash",
                 fmt::format("the assets were changed after the job was locked: restore them or "
                             "lock the config again (expected {}, found {})",
                             job.assets_hash, assets.hash));
  }
  const std::string expected = schema::job_identity(job, assets.hash);
  if (!job.job_id.empty() && job.job_id != expected) {
    return fault("job_id",
                 fmt::format("does not match the job's content, which was edited after it was "
                             "locked: edit the config instead and lock that (expected {}, found "
                             "{})",
                             expected, job.job_id));
  }
  return schema::Nothing{};
}

}  // namespace

Result<LoadedJob> load_job(const std::filesystem::path& file, const JobOverrides& overrides) {
  auto job = schema::read_job_file(file);
  if (!job) return job.error();
  auto assets = find_assets(*job, file);
  if (!assets) {
    return Fault{assets.error().kind, fmt::format("{}: {}", file.string(), assets.error().message)};
  }
  if (Outcome unchanged = check_unchanged(*job, *assets, file); !unchanged) {
    return unchanged.error();
  }
  if (overrides.renderer_mode) job->scene_config.renderer.mode = *overrides.renderer_mode;
  if (overrides.seed) {
    job->global_seed = *overrides.seed;
    job->scene_config.dataset.seeds.global_seed = *overrides.seed;
  }
  job->assets_hash = assets->hash;
  job->config_hash = schema::config_hash(job->scene_config);
  job->job_id = schema::job_identity(*job, assets->hash);
  return LoadedJob{*std::move(job), *std::move(assets)};
}

}  // namespace rtag::orchestrator
