// SPDX-License-Identifier: MIT
// From a file on the command line to a job that can run: read, checked, its assets found, its
// identity settled. A locked job must still be what it was when it was locked.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/assets.h"
#include "schema/documents/read_job.h"
#include "schema/job_spec.h"
#include "schema/result.h"
#include "schema/vocabulary.h"

namespace rtag::orchestrator {

// What the command line says in place of the job; it changes the job's identity.
struct JobOverrides {
  schema::ConfigAdditions additions;
  std::optional<schema::RendererMode> renderer_mode;
  std::optional<std::uint32_t> seed;
};

struct LoadedJob {
  schema::JobSpec job;  // job_id, config_hash and assets_hash are those of what will be run
  Assets assets;
  std::vector<std::string> notes;  // what its user should know: migrations, settings that are idle
};

// Faults: kInput, one line for every problem.
schema::Result<LoadedJob> load_job(const std::filesystem::path& file,
                                   const JobOverrides& overrides);

// The same of a job that was read elsewhere; `file` is where its relative paths begin, `document`
// what it was read from, where that is at hand.
schema::Result<LoadedJob> settle_job(schema::JobSpec job, const std::filesystem::path& file,
                                     const schema::SourceNode& document = {});

}  // namespace rtag::orchestrator
