// SPDX-License-Identifier: MIT
#include <limits>
#include <map>

#include "orchestrator/command_line/command_tree.h"
#include "orchestrator/command_line/option_rules.h"

namespace rtag::orchestrator {
namespace {

constexpr int kMost = std::numeric_limits<int>::max();

void add_worker_options(CLI::App& app, Line& line) {
  RunOptions& run = line.run;
  app.add_option("--workers", run.workers, "Blender processes (default: the job's max_workers)")
      ->check(whole_number(1, 1024));
  app.add_option("--max-renders-per-worker", run.max_renders_per_worker,
                 "Replace a worker after so many scenes; 0: never")
      ->check(whole_number(0, kMost));
  app.add_option("--threads-per-worker", line.threads, "Render threads (default: auto)")
      ->option_text("N|auto");
  app.add_option("--blender", run.blender, "The program (default: blender on PATH)")
      ->option_text("PATH");
  app.add_option("--startup-timeout", run.startup_timeout_s, "For a worker to be ready (60)")
      ->check(seconds());
  app.add_option("--heartbeat-timeout", run.heartbeat_timeout_s, "Silence of a worker (20)")
      ->check(seconds());
}

}  // namespace

void add_shard_flags(CLI::App& app, ShardFlags& shard, const std::string& otherwise) {
  app.add_option("--shard-index", shard.index, "This shard (default: " + otherwise + ")")
      ->check(whole_number(0, kMost));
  app.add_option("--total-shards", shard.total, "Shards of the whole job")
      ->check(whole_number(1, kMost));
}

void add_scene_choice(CLI::App& app, std::optional<std::string>& scenes) {
  app.add_option("--scenes", scenes, "Only these scenes: A:B is A to B-1, joined by commas")
      ->option_text("A:B[,C]");
}

void add_config_additions(CLI::App& app, schema::ConfigAdditions& additions) {
  app.add_option("--preset", additions.presets, "Beneath the config, after its own presets")
      ->allow_extra_args(false)
      ->option_text("NAME");
  app.add_option("-D,--override", additions.overrides, "In place of what the config says")
      ->allow_extra_args(false)
      ->option_text("PATH=VALUE");
}

void add_run_options(CLI::App& app, Line& line) {
  RunOptions& run = line.run;
  app.add_option("job", run.job, "A locked job (job.json), or a config (.yaml)")
      ->required()
      ->option_text("JOB");
  app.add_option("--output", run.output, "Folder of the dataset (default: the job's output_dir)")
      ->option_text("DIR");
  auto* resume = app.add_flag("--resume", line.resume, "Go on with what the folder holds");
  app.add_flag("--overwrite", line.overwrite,
               "Remove what the folder holds of this job, begin anew")
      ->excludes(resume);
  add_config_additions(app, run.additions);
  add_scene_choice(app, run.scenes);
  app.add_option("--renderer-mode", line.renderer_mode, "In place of the job's renderer.mode")
      ->check(one_of({"cycles", "eevee", "workbench"}));
  add_shard_flags(app, run.shard, "the engine's variables");
  add_worker_options(app, line);
  app.add_option("--progress", line.progress, "What is told while rendering (default: auto)")
      ->check(one_of({"auto", "bar", "plain", "json", "none"}));
  app.add_option("--merge", line.merge_when, "Write the products at the end (default: auto)")
      ->check(one_of({"auto", "never"}));
  app.add_flag("--dry-run", run.dry_run, "Compile all scenes, render none, write nothing");
  app.add_option("--grace", run.grace_s, "For running scenes after a first signal (8)")
      ->check(seconds());
  app.add_option("--resume-exit-code", run.resume_exit_code, "In place of 75")
      ->check(whole_number(1, 255));
}

std::string settle(Line& line) {
  RunOptions& run = line.run;
  if (line.resume) run.mode = dataset::OpenMode::kResume;
  if (line.overwrite) run.mode = dataset::OpenMode::kOverwrite;
  for (const auto& [word, mode] : choices_of(std::type_identity<schema::RendererMode>{})) {
    if (word == line.renderer_mode) run.renderer_mode = mode;
  }
  const std::map<std::string, ProgressStyle> styles{{"bar", ProgressStyle::kBar},
                                                    {"plain", ProgressStyle::kPlain},
                                                    {"json", ProgressStyle::kJson},
                                                    {"none", ProgressStyle::kNone}};
  if (const auto style = styles.find(line.progress); style != styles.end()) {
    run.progress = style->second;
  }
  run.merge = line.merge_when == "auto";
  line.compile.format =
      line.recipe_format == "json" ? RecipeFormat::kJson : RecipeFormat::kJsonLines;
  if (line.threads == "auto") return {};
  const std::string complaint = whole_number(1, 1024)(line.threads);
  if (!complaint.empty()) return "--threads-per-worker: " + complaint;
  run.threads_per_worker = std::stoi(line.threads);
  return {};
}

}  // namespace rtag::orchestrator
