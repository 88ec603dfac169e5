// SPDX-License-Identifier: MIT
// From a file to a job: parsed, migrated, presets and overrides applied, read and checked. A config
// (.yaml or .json) becomes a job whose job_id is empty until it is locked. A locked job (a document
// with `scene_config`) is what it is: its presets are names, for information.
//
// Faults are kInput with one line for every problem, "file:line: path: expected (found)", or kUsage
// where an addition cannot be understood.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "schema/job_spec.h"
#include "schema/result.h"
#include "schema/source_document.h"

namespace rtag::schema {

// What a command line adds to a config: --preset NAME and -D PATH=VALUE, in their order.
struct ConfigAdditions {
  std::vector<std::string> presets;
  std::vector<std::string> overrides;
};

struct ReadJob {
  JobSpec job;
  std::vector<std::string> notes;  // what was migrated: "dataset.seed -> ..."
  SourceNode document;             // as it was read, for the places of what is found wrong later
};

// A locked job with additions is refused (kUsage).
Result<ReadJob> read_job_file(const std::filesystem::path& file,
                              const ConfigAdditions& additions = {});

// The config that a file and additions come to, as YAML: all values said, so that no presets are
// listed, whose lists would be joined to these once more.
Result<std::string> effective_config_text(const std::filesystem::path& file,
                                          const ConfigAdditions& additions = {});

}  // namespace rtag::schema
