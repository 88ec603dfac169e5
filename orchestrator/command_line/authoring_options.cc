// SPDX-License-Identifier: MIT
#include <limits>

#include "orchestrator/command_line/command_tree.h"
#include "orchestrator/command_line/option_rules.h"

namespace rtag::orchestrator {
namespace {

constexpr int kMost = std::numeric_limits<int>::max();

CLI::App& add_command(CLI::App& app, const std::string& name, const std::string& does) {
  return *app.add_subcommand(name, does);
}

// A command of commands: "rtag preset list".
CLI::App& add_group(CLI::App& app, const std::string& name, const std::string& does) {
  CLI::App& group = add_command(app, name, does);
  group.require_subcommand(1);
  return group;
}

void add_job(CLI::App& app, std::filesystem::path& file, schema::ConfigAdditions& additions) {
  app.add_option("job", file, "A config (.yaml), or a locked job (job.json)")
      ->required()
      ->option_text("JOB");
  add_config_additions(app, additions);
}

void add_output(CLI::App& app, std::optional<std::filesystem::path>& output,
                const std::string& what) {
  app.add_option("-o,--output", output, what + " (default: standard output)")->option_text("FILE");
}

void add_init(CLI::App& app, Line& line) {
  auto& init = add_command(app, "init", "Write a config to begin with");
  init.add_option("folder", line.init.folder, "Where it goes (default: here)")->option_text("DIR");
  init.add_option("--subject", line.init.subject, "What is photographed (default: tags)")
      ->check(one_of({"tags", "charuco", "aprilgrid"}));
}

void add_compile(CLI::App& app, Line& line) {
  auto& compile = add_command(app, "compile", "Print scene recipes");
  add_job(compile, line.compile.job, line.compile.additions);
  compile.add_option("--seed", line.compile.seed, "In place of the job's global seed")
      ->check(whole_number(0, 4294967295));
  add_scene_choice(compile, line.compile.scenes);
  add_shard_flags(compile, line.compile.shard, "all of them");
  compile
      .add_option("--format", line.recipe_format, "A recipe a line, or one list (default: jsonl)")
      ->check(one_of({"jsonl", "json"}));
  add_output(compile, line.compile.output, "The file");
}

void add_preview(CLI::App& app, Line& line) {
  auto& preview =
      add_command(app, "preview", "Draw one image without Blender, to tune a config by");
  add_job(preview, line.preview.job, line.preview.additions);
  preview.add_option("--scene", line.preview.scene, "The scene (default: 0)")
      ->check(whole_number(0, kMost));
  preview.add_option("--camera", line.preview.camera, "The camera (default: 0)")
      ->check(whole_number(0, kMost));
  preview.add_option("-o,--output", line.preview.output, "The PNG file")
      ->required()
      ->option_text("FILE");
  preview.add_option("--labels", line.preview.labels, "Write the labels of the image as JSON")
      ->option_text("FILE");
  preview.add_flag_callback(
      "--no-outlines", [&line] { line.preview.outlines = false; },
      "Leave the labels out of the picture");
}

void add_presets(CLI::App& app, Line& line) {
  auto& preset = add_group(app, "preset", "Named partial configs");
  add_command(preset, "list", "Print the names of all presets, and what they are");
  auto& show = add_command(preset, "show", "Print a preset");
  show.add_option("name", line.preset_show.name, "Its name")->required()->option_text("NAME");
  auto& resolve =
      add_command(preset, "resolve", "Print the config that a file and presets come to");
  add_job(resolve, line.preset_resolve.config, line.preset_resolve.additions);
}

void add_experiments(CLI::App& app, Line& line) {
  auto& experiment = add_group(app, "experiment", "Sweeps and campaigns: one file, many jobs");
  const auto add_file = [](CLI::App& command, std::filesystem::path& file,
                           schema::ConfigAdditions& additions) {
    command.add_option("file", file, "An experiment or a campaign (.yaml)")
        ->required()
        ->option_text("FILE");
    add_config_additions(command, additions);
  };
  auto& list = add_command(experiment, "list", "Print its variants");
  add_file(list, line.experiment_list.file, line.experiment_list.additions);
  auto& lock = add_command(experiment, "lock", "Lock the job of every variant");
  add_file(lock, line.experiment_lock.file, line.experiment_lock.additions);
  lock.add_option("-o,--output", line.experiment_lock.output,
                  "Where <variant>.json and worklist.jsonl go")
      ->required()
      ->option_text("DIR");
}

void add_migrate(CLI::App& app, Line& line) {
  auto& migrate =
      add_command(app, "migrate", "Show what the current version makes of an old config");
  migrate.add_option("file", line.migrate.file, "The config")->required()->option_text("FILE");
  auto* write = migrate.add_flag("--write", line.migrate.write, "Write it in the file's place");
  migrate.add_option("-o,--output", line.migrate.output, "Write it here")
      ->option_text("FILE")
      ->excludes(write);
}

}  // namespace

void add_authoring_commands(CLI::App& app, Line& line) {
  add_init(app, line);
  auto& validate = add_command(app, "validate", "Check a config or job; exit 0 or 65");
  add_job(validate, line.validate.file, line.validate.additions);
  auto& lock = add_command(app, "lock", "Make a config final: its content, named by its digest");
  add_job(lock, line.lock.config, line.lock.additions);
  add_output(lock, line.lock.output, "The job file");
  add_compile(app, line);
  add_preview(app, line);
  add_presets(app, line);
  add_experiments(app, line);
  add_migrate(app, line);
  auto& schema = add_command(app, "schema", "Print the JSON Schema of a kind of file, for editors");
  schema.add_option("document", line.schema.document, "Which")
      ->required()
      ->check(one_of({"config", "job", "recipe"}));
}

void add_dataset_commands(CLI::App& app, Line& line) {
  auto& merge = add_command(app, "merge", "Write the products of a dataset from its journals");
  merge.add_option("dataset", line.merge.dataset, "Folder of the dataset")
      ->required()
      ->option_text("DIR");
  merge.add_flag("--same-renderer", line.merge.same_renderer,
                 "Refuse scenes of different renderers");
  auto& sheet = add_command(app, "contact-sheet", "Draw images and labels into one picture");
  sheet.add_option("dataset", line.contact_sheet.dataset, "Folder of the dataset")
      ->required()
      ->option_text("DIR");
  sheet.add_option("-o,--output", line.contact_sheet.output, "The PNG file")
      ->required()
      ->option_text("FILE");
  sheet.add_option("--max-images", line.contact_sheet.max_images, "At most so many (48)")
      ->check(whole_number(1, 10000));
}

}  // namespace rtag::orchestrator
