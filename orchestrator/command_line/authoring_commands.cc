// SPDX-License-Identifier: MIT
#include <cstdio>

#include <fmt/format.h>

#include "compiler/scene_compiler.h"
#include "orchestrator/command_line/commands.h"
#include "orchestrator/command_line/sink.h"
#include "orchestrator/exit_code.h"
#include "orchestrator/load_job.h"
#include "orchestrator/scene_preparer.h"
#include "schema/documents/migrate_file.h"
#include "schema/documents/presets.h"
#include "schema/json_schema.h"
#include "schema/typed_io.h"

namespace rtag::orchestrator {
namespace {

using schema::Fault;
using schema::FaultKind;
using schema::Outcome;
using schema::Result;

// The scenes of a command line, of this shard; ascending.
Result<std::vector<int>> chosen_scenes(const CompileOptions& options, int num_scenes) {
  // An engine's variables shard a run, never a listing.
  const auto shard = choose_shard(options.shard, Environment{});
  if (!shard) return shard.error();
  std::optional<std::vector<int>> chosen;
  if (options.scenes) {
    auto scenes = parse_scene_list(*options.scenes, num_scenes);
    if (!scenes) return scenes.error();
    chosen = *std::move(scenes);
  }
  return scenes_of(shard->shard, num_scenes, chosen);
}

// One recipe after another, so that a million need no more memory than one.
int print_recipes(const LoadedJob& loaded, const std::vector<int>& scenes, RecipeFormat format,
                  Sink& sink) {
  const compiler::SceneCompiler compiler(loaded.job, floor_names(loaded.assets));
  const bool is_list = format == RecipeFormat::kJson;
  std::string line;
  if (is_list) sink.write("[");
  for (std::size_t i = 0; i < scenes.size(); ++i) {
    const auto recipe = compiler.compile(scenes[i]);
    if (!recipe) return report(recipe.error());
    line.clear();
    if (is_list) line += i == 0 ? "\n" : ",\n";
    schema::append_json(line, *recipe);
    if (!is_list) line += '\n';
    sink.write(line);
  }
  if (is_list) sink.write("\n]\n");
  if (Outcome closed = sink.close(); !closed) return report(closed.error());
  return 0;
}

}  // namespace

int validate(const ValidateOptions& options) {
  const auto loaded = load_job(options.file, {options.additions, std::nullopt, std::nullopt});
  if (!loaded) return report(loaded.error());
  tell(loaded->notes);
  const auto& config = loaded->job.scene_config;
  fmt::print("{}: good: {} scenes of {} images, job {}\n", options.file.string(),
             config.dataset.num_scenes, config.camera.samples_per_scene, loaded->job.job_id);
  return 0;
}

int lock(const LockOptions& options) {
  auto loaded = load_job(options.config, {options.additions, std::nullopt, std::nullopt});
  if (!loaded) return report(loaded.error());
  tell(loaded->notes);
  loaded->job.paths.assets_dir =
      assets_folder_from(options.config, loaded->job.paths.assets_dir, options.output);
  return write_to(options.output, schema::to_pretty_json(loaded->job));
}

int compile(const CompileOptions& options) {
  const auto loaded = load_job(options.job, {options.additions, std::nullopt, options.seed});
  if (!loaded) return report(loaded.error());
  tell(loaded->notes);
  const auto scenes = chosen_scenes(options, loaded->job.scene_config.dataset.num_scenes);
  if (!scenes) return report(scenes.error());
  auto sink = Sink::open(options.output);
  if (!sink) return report(sink.error());
  return print_recipes(*loaded, *scenes, options.format, *sink);
}

int preset_list(const PresetListOptions&) {
  for (const schema::Preset& preset : schema::presets()) {
    fmt::print("{:<40} {}\n", preset.name, preset.description);
  }
  return 0;
}

int preset_show(const PresetShowOptions& options) {
  const schema::Preset* preset = schema::find_preset(options.name);
  if (preset == nullptr) {
    return report({FaultKind::kUsage, fmt::format("{}: no such preset{}", options.name,
                                                  schema::preset_hint(options.name))});
  }
  fmt::print("# {}: {}\n{}", preset->name, preset->description, preset->document);
  return 0;
}

int preset_resolve(const PresetResolveOptions& options) {
  const auto text = schema::effective_config_text(options.config, options.additions);
  if (!text) return report(text.error());
  return write_to(std::nullopt, *text);
}

int migrate(const MigrateOptions& options) {
  const auto migrated = schema::migrate_file(options.file);
  if (!migrated) return report(migrated.error());
  tell(migrated->notes);
  if (migrated->diff.empty()) {
    fmt::print(stderr, "{}: is of the current version\n", options.file.string());
    if (!options.output) return 0;
  }
  if (options.write) return replace(options.file, migrated->text);
  if (options.output) return write_to(options.output, migrated->text);
  return write_to(std::nullopt, migrated->diff);
}

int print_schema(const SchemaOptions& options) {
  if (options.document == "job") return write_to(std::nullopt, schema::json_schema_of_job());
  if (options.document == "recipe") return write_to(std::nullopt, schema::json_schema_of_recipe());
  return write_to(std::nullopt, schema::json_schema_of_config(schema::preset_names()));
}

}  // namespace rtag::orchestrator
