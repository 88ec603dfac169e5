// SPDX-License-Identifier: MIT
// Every command with its options, as CLI11 holds them: what is parsed, helped with, completed and
// put into manual pages.
#pragma once

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "orchestrator/command_line/options.h"

namespace rtag::orchestrator {

// Everything that CLI11 writes into before it becomes a Command.
struct Line {
  RunOptions run;
  InitOptions init;
  ValidateOptions validate;
  LockOptions lock;
  CompileOptions compile;
  PreviewOptions preview;
  PresetShowOptions preset_show;
  PresetResolveOptions preset_resolve;
  ExperimentListOptions experiment_list;
  ExperimentLockOptions experiment_lock;
  MigrateOptions migrate;
  SchemaOptions schema;
  MergeCommandOptions merge;
  ContactSheetOptions contact_sheet;
  std::string shell;  // of `rtag completion`
  std::string page;   // of `rtag man`
  bool resume = false;
  bool overwrite = false;
  std::string renderer_mode;
  std::string progress = "auto";
  std::string merge_when = "auto";
  std::string threads = "auto";
  std::string recipe_format = "jsonl";
};

// `line` must outlive the tree. A program called rtag-orchestrate is `rtag run` alone.
std::unique_ptr<CLI::App> command_tree(const std::string& program, Line& line);

// The settings that are words on the line and something else as values; a sentence if one is wrong,
// else empty.
std::string settle(Line& line);

// The parts of the tree; run_options.cc and authoring_options.cc.
void add_run_options(CLI::App& app, Line& line);
void add_authoring_commands(CLI::App& app, Line& line);
void add_dataset_commands(CLI::App& app, Line& line);

// --preset NAME and -D PATH=VALUE.
void add_config_additions(CLI::App& app, schema::ConfigAdditions& additions);
// `otherwise`: which shard it is when none is named.
void add_shard_flags(CLI::App& app, ShardFlags& shard, const std::string& otherwise);
void add_scene_choice(CLI::App& app, std::optional<std::string>& scenes);

}  // namespace rtag::orchestrator
