// SPDX-License-Identifier: MIT
#include "orchestrator/load_job.h"

#include <fmt/format.h>

#include "schema/documents/read_config.h"
#include "schema/idle_settings.h"
#include "schema/job_identity.h"

namespace rtag::orchestrator {
namespace {

using schema::Fault;
using schema::FaultKind;
using schema::JobSpec;
using schema::Outcome;
using schema::Result;
using schema::SourceNode;

// "scene.texture_dir: /floors: no such folder" with its file and line, or whoever said it.
Fault at_its_place(const Fault& fault, const std::filesystem::path& file,
                   const SourceNode& document) {
  const std::size_t colon = fault.message.find(": ");
  std::string path = fault.message.substr(0, colon);
  const bool is_locked = document.find("scene_config") != nullptr;
  if (is_locked && path.starts_with("scene.")) path = "scene_config." + path;
  schema::Problems problems{{path, 0, fault.message.substr(colon + 2)}};
  schema::locate(document, problems);
  return schema::input_fault(file, problems);
}

// A locked job is refused where what it was locked from is no longer the same.
Outcome check_unchanged(const JobSpec& job, const Assets& assets) {
  const auto fault = [&](std::string_view path, std::string message) {
    return Fault{FaultKind::kInput, fmt::format("{}: {}", path, message)};
  };
  if (job.env_hash != "unknown" && job.env_hash != schema::kCompilerFingerprint) {
    return fault("env_hash",
                 fmt::format("the job was locked by a version of rtag that draws other scenes: use "
                             "that version, or lock the config again (expected {}, found {})",
                             schema::kCompilerFingerprint, job.env_hash));
  }
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

void apply(const JobOverrides& overrides, JobSpec& job) {
  if (overrides.renderer_mode) job.scene_config.renderer.mode = *overrides.renderer_mode;
  if (!overrides.seed) return;
  job.global_seed = *overrides.seed;
  job.scene_config.dataset.seeds.global_seed = *overrides.seed;
}

}  // namespace

Result<LoadedJob> load_job(const std::filesystem::path& file, const JobOverrides& overrides) {
  auto read = schema::read_job_file(file, overrides.additions);
  if (!read) return read.error();
  auto loaded = settle_job(std::move(read->job), file, read->document);
  if (!loaded) return loaded.error();
  loaded->notes.insert(loaded->notes.begin(), read->notes.begin(), read->notes.end());
  apply(overrides, loaded->job);
  schema::identify(loaded->job, loaded->assets.hash);
  return loaded;
}

Result<LoadedJob> settle_job(JobSpec job, const std::filesystem::path& file,
                             const SourceNode& document) {
  auto assets = find_assets(job, file);
  if (!assets) return at_its_place(assets.error(), file, document);
  if (Outcome unchanged = check_unchanged(job, *assets); !unchanged) {
    return at_its_place(unchanged.error(), file, document);
  }
  schema::identify(job, assets->hash);
  auto notes = schema::idle_settings(job.scene_config);
  return LoadedJob{std::move(job), *std::move(assets), std::move(notes)};
}

}  // namespace rtag::orchestrator
