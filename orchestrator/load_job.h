// SPDX-License-Identifier: MIT
// From a file on the command line to a job that can run: read, checked, its assets found, its
// identity settled. A locked job must still be what it was when it was locked.
#pragma once

#include <filesystem>
#include <optional>

#include "orchestrator/assets.h"
#include "schema/job_spec.h"
#include "schema/result.h"
#include "schema/vocabulary.h"

namespace rtag::orchestrator {

// What the command line says in place of the job; it changes the job's identity.
struct JobOverrides {
  std::optional<schema::RendererMode> renderer_mode;
  std::optional<std::uint32_t> seed;
};

struct LoadedJob {
  schema::JobSpec job;  // job_id, config_hash and assets_hash are those of what will be run
  Assets assets;
};

// Faults: kInput, one line for every problem.
schema::Result<LoadedJob> load_job(const std::filesystem::path& file,
                                   const JobOverrides& overrides);

}  // namespace rtag::orchestrator
