// SPDX-License-Identifier: MIT
// The command line as values: what each command was asked to do. A path that is nullopt means
// standard output.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "orchestrator/run_options.h"
#include "orchestrator/shard.h"
#include "schema/documents/read_job.h"

namespace rtag::orchestrator {

struct InitOptions {
  std::filesystem::path folder = ".";
  std::string subject = "tags";  // tags, charuco or aprilgrid
};

struct ValidateOptions {
  std::filesystem::path file;
  schema::ConfigAdditions additions;
};

struct LockOptions {
  std::filesystem::path config;
  schema::ConfigAdditions additions;
  std::optional<std::filesystem::path> output;
};

enum class RecipeFormat { kJsonLines, kJson };

struct CompileOptions {
  std::filesystem::path job;
  schema::ConfigAdditions additions;
  std::optional<std::uint32_t> seed;
  std::optional<std::string> scenes;
  ShardFlags shard;
  RecipeFormat format = RecipeFormat::kJsonLines;
  std::optional<std::filesystem::path> output;
};

struct PreviewOptions {
  std::filesystem::path job;
  schema::ConfigAdditions additions;
  int scene = 0;
  int camera = 0;
  std::filesystem::path output;
  std::optional<std::filesystem::path> labels;  // none: not written
  bool outlines = true;
};

struct PresetListOptions {};
struct PresetShowOptions {
  std::string name;
};
struct PresetResolveOptions {
  std::filesystem::path config;
  schema::ConfigAdditions additions;
};

struct ExperimentListOptions {
  std::filesystem::path file;
  schema::ConfigAdditions additions;
};
struct ExperimentLockOptions {
  std::filesystem::path file;
  schema::ConfigAdditions additions;
  std::filesystem::path output;
};

struct MigrateOptions {
  std::filesystem::path file;
  bool write = false;
  std::optional<std::filesystem::path> output;  // none: the difference is printed
};

struct SchemaOptions {
  std::string document;  // config, job or recipe
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

using Command =
    std::variant<RunOptions, InitOptions, ValidateOptions, LockOptions, CompileOptions,
                 PreviewOptions, PresetListOptions, PresetShowOptions, PresetResolveOptions,
                 ExperimentListOptions, ExperimentLockOptions, MigrateOptions, SchemaOptions,
                 MergeCommandOptions, ContactSheetOptions>;

}  // namespace rtag::orchestrator
