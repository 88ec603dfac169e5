// SPDX-License-Identifier: MIT
// What a run was asked to do, as values.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "dataset/output_folder.h"
#include "orchestrator/progress.h"
#include "orchestrator/shard.h"
#include "schema/documents/read_job.h"
#include "schema/vocabulary.h"

namespace rtag::orchestrator {

struct RunOptions {
  std::filesystem::path job;
  schema::ConfigAdditions additions;
  std::optional<std::filesystem::path> output;  // default: the job's own
  dataset::OpenMode mode = dataset::OpenMode::kFresh;
  std::optional<int> workers;             // default: the job's own
  std::optional<int> threads_per_worker;  // default: the cores, shared out
  std::optional<std::string> scenes;
  std::optional<schema::RendererMode> renderer_mode;
  ShardFlags shard;
  int max_renders_per_worker = 0;
  std::optional<std::filesystem::path> blender;
  std::optional<ProgressStyle> progress;  // default: a bar on a terminal, else plain lines
  bool merge = true;
  bool dry_run = false;
  double startup_timeout_s = 60;
  double heartbeat_timeout_s = 20;
  double grace_s = 8;
  int resume_exit_code = 75;
};

}  // namespace rtag::orchestrator
