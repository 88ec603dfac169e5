// SPDX-License-Identifier: MIT
// The command line as values: what each command was asked to do. Parsing touches nothing outside; a
// mistake becomes one sentence and exit code 64.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "dataset/output_folder.h"
#include "orchestrator/progress.h"
#include "orchestrator/shard.h"
#include "schema/vocabulary.h"

namespace rtag::orchestrator {

struct RunOptions {
  std::filesystem::path job;
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

struct ValidateOptions {
  std::filesystem::path file;
};

struct LockOptions {
  std::filesystem::path config;
  std::optional<std::filesystem::path> output;  // default: standard output
};

struct CompileOptions {
  std::filesystem::path job;
  std::optional<std::uint32_t> seed;
  std::optional<std::string> scenes;
  std::optional<std::filesystem::path> output;  // default: standard output
};

struct MergeCommandOptions {
  std::filesystem::path dataset;
  bool same_renderer = false;
};

struct ContactSheetOptions {
  std::filesystem::path dataset;
  std::filesystem::path output;
  int max_images = 48;
};

using Command = std::variant<RunOptions, ValidateOptions, LockOptions, CompileOptions,
                             MergeCommandOptions, ContactSheetOptions>;

// What to print instead of running a command: help, the version, or what is wrong with the line.
struct Farewell {
  int exit_code = 0;
  std::string text;
};

// `arguments` without the program's name. A program called rtag-orchestrate is `rtag run`.
std::variant<Command, Farewell> parse_command_line(const std::string& program,
                                                   std::vector<std::string> arguments);

}  // namespace rtag::orchestrator
