// SPDX-License-Identifier: MIT
#include "orchestrator/options.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "orchestrator/version.h"
#include "schema/problem.h"

namespace rtag::orchestrator {
namespace {

constexpr int kUsageError = 64;

constexpr std::string_view kExitCodes =
    "Exit codes: 0 all done; 1 scenes are quarantined; 64 the command line is wrong; 65 a job, "
    "config\n"
    "or asset is wrong, or the folder belongs to another job; 69 Blender cannot be used; 70 "
    "internal\n"
    "error; 74 the output cannot be written; 75 stopped or not complete: run again with --resume.";

CLI::Validator whole_number(std::int64_t least, std::int64_t most) {
  return CLI::Validator(
      [=](const std::string& text) {
        std::int64_t value = 0;
        const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
        const bool good = end.ec == std::errc() && end.ptr == text.data() + text.size();
        if (good && value >= least && value <= most) return std::string();
        return fmt::format("expected a whole number from {} to {} (found '{}')", least, most, text);
      },
      "N");
}

CLI::Validator seconds() {
  return CLI::Validator(
      [](const std::string& text) {
        double value = 0;
        const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
        const bool good = end.ec == std::errc() && end.ptr == text.data() + text.size();
        if (good && value >= 0 && value <= 1e6) return std::string();
        return fmt::format("expected seconds from 0 to 1000000 (found '{}')", text);
      },
      "SECONDS");
}

CLI::Validator one_of(std::vector<std::string> words) {
  return CLI::Validator(
      [words](const std::string& text) {
        if (std::find(words.begin(), words.end(), text) != words.end()) return std::string();
        const std::vector<std::string_view> candidates(words.begin(), words.end());
        return fmt::format("expected one of {} (found '{}'){}", fmt::join(words, ", "), text,
                           schema::did_you_mean(text, candidates));
      },
      fmt::format("{}", fmt::join(words, "|")));
}

// Everything that CLI11 writes into before it becomes a Command.
struct Line {
  RunOptions run;
  ValidateOptions validate;
  LockOptions lock;
  CompileOptions compile;
  MergeCommandOptions merge;
  ContactSheetOptions contact_sheet;
  bool resume = false;
  bool overwrite = false;
  std::string renderer_mode;
  std::string progress = "auto";
  std::string merge_when = "auto";
  std::string threads = "auto";
};

void add_run(CLI::App& app, Line& line) {
  RunOptions& run = line.run;
  const int most = std::numeric_limits<int>::max();
  app.add_option("job", run.job, "A locked job (job.json), or a config (.yaml)")
      ->required()
      ->option_text("JOB");
  app.add_option("--workers", run.workers, "Blender processes (default: the job's max_workers)")
      ->check(whole_number(1, 1024));
  app.add_option("--output", run.output, "Folder of the dataset (default: the job's output_dir)")
      ->option_text("DIR");
  auto* resume = app.add_flag("--resume", line.resume, "Go on with what the folder holds");
  app.add_flag("--overwrite", line.overwrite,
               "Remove what the folder holds of this job, begin anew")
      ->excludes(resume);
  app.add_option("--scenes", run.scenes, "Only these scenes: A:B is A to B-1, joined by commas")
      ->option_text("A:B[,C]");
  app.add_option("--renderer-mode", line.renderer_mode, "In place of the job's renderer.mode")
      ->check(one_of({"cycles", "eevee", "workbench"}));
  app.add_option("--shard-index", run.shard.index, "This shard (default: the engine's variables)")
      ->check(whole_number(0, most));
  app.add_option("--total-shards", run.shard.total, "Shards of the whole job")
      ->check(whole_number(1, most));
  app.add_option("--max-renders-per-worker", run.max_renders_per_worker,
                 "Replace a worker after so many scenes; 0: never")
      ->check(whole_number(0, most));
  app.add_option("--threads-per-worker", line.threads, "Render threads (default: auto)")
      ->option_text("N|auto");
  app.add_option("--blender", run.blender, "The program (default: blender on PATH)")
      ->option_text("PATH");
  app.add_option("--progress", line.progress, "What is told while rendering (default: auto)")
      ->check(one_of({"auto", "bar", "plain", "json", "none"}));
  app.add_option("--merge", line.merge_when, "Write the products at the end (default: auto)")
      ->check(one_of({"auto", "never"}));
  app.add_flag("--dry-run", run.dry_run, "Compile all scenes, render none, write nothing");
  app.add_option("--startup-timeout", run.startup_timeout_s, "For a worker to be ready (60)")
      ->check(seconds());
  app.add_option("--heartbeat-timeout", run.heartbeat_timeout_s, "Silence of a worker (20)")
      ->check(seconds());
  app.add_option("--grace", run.grace_s, "For running scenes after a first signal (8)")
      ->check(seconds());
  app.add_option("--resume-exit-code", run.resume_exit_code, "In place of 75")
      ->check(whole_number(1, 255));
}

void add_other_commands(CLI::App& app, Line& line) {
  auto* validate = app.add_subcommand("validate", "Check a config or job; exit 0 or 65");
  validate->add_option("file", line.validate.file, "Config or job")->required();
  auto* lock = app.add_subcommand("lock", "Make a config final: its content, named by its digest");
  lock->add_option("config", line.lock.config, "Config")->required();
  lock->add_option("-o,--output", line.lock.output, "The job file (default: standard output)");
  auto* compile = app.add_subcommand("compile", "Print scene recipes as JSON Lines");
  compile->add_option("job", line.compile.job, "Config or job")->required();
  compile->add_option("--seed", line.compile.seed, "In place of the job's global seed")
      ->check(whole_number(0, 4294967295));
  compile->add_option("--scenes", line.compile.scenes, "Only these: A:B is A to B-1")
      ->option_text("A:B[,C]");
  compile->add_option("-o,--output", line.compile.output, "The file (default: standard output)");
  auto* merge = app.add_subcommand("merge", "Write the products of a dataset from its journals");
  merge->add_option("dataset", line.merge.dataset, "Folder of the dataset")->required();
  merge->add_flag("--same-renderer", line.merge.same_renderer,
                  "Refuse scenes of different renderers");
  auto* sheet = app.add_subcommand("contact-sheet", "Draw images and labels into one picture");
  sheet->add_option("dataset", line.contact_sheet.dataset, "Folder of the dataset")->required();
  sheet->add_option("-o,--output", line.contact_sheet.output, "The PNG file")->required();
  sheet->add_option("--max-images", line.contact_sheet.max_images, "At most so many (48)")
      ->check(whole_number(1, 10000));
}

// The settings that are words on the line and something else in RunOptions; a sentence if one is
// wrong.
std::string settle_run(Line& line) {
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
  if (line.threads == "auto") return {};
  const std::string complaint = whole_number(1, 1024)(line.threads);
  if (!complaint.empty()) return "--threads-per-worker: " + complaint;
  run.threads_per_worker = std::stoi(line.threads);
  return {};
}

std::vector<std::string_view> option_names(const CLI::App& app, std::vector<std::string>& storage) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) storage.push_back("--" + name);
  }
  return {storage.begin(), storage.end()};
}

std::string no_command(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  const auto rest = app.remaining();
  if (rest.empty()) return fmt::format("expected a command: {}", fmt::join(names, ", "));
  return one_of(names)(rest.front());
}

std::string unexpected(const CLI::App& app, const std::string& word) {
  std::vector<std::string> storage;
  const auto names = option_names(app, storage);
  const std::string name = word.substr(0, word.find('='));
  if (word.starts_with("-")) {
    return fmt::format("{}: unknown option{}", name, schema::did_you_mean(name, names));
  }
  return fmt::format("'{}': unexpected argument", word);
}

std::string missing_option(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_required() || option->count() > 0) continue;
    return option->get_positional() ? option->get_name(true) : option->get_name();
  }
  return "an argument";
}

// CLI11's own words, made to fit: "subject: fact".
std::string sentence_of(const CLI::App& app, const CLI::ParseError& error) {
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    return unexpected(app, app.remaining().front());
  }
  if (dynamic_cast<const CLI::ExcludesError*>(&error) != nullptr) {
    return "--resume and --overwrite: only one of them";
  }
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    if (!app.get_subcommands({}).empty()) return no_command(app);
    return fmt::format("{}: required, but missing", missing_option(app));
  }
  const std::string told = error.what();  // begins with the option's name
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    const bool is_repeated = told.find("At Most") != std::string::npos;
    return told.substr(0, told.find(':')) +
           (is_repeated ? ": given more than once" : ": expected a value, found none");
  }
  return told;
}

Command command_of(const CLI::App& app, const Line& line) {
  if (app.got_subcommand("validate")) return line.validate;
  if (app.got_subcommand("lock")) return line.lock;
  if (app.got_subcommand("compile")) return line.compile;
  if (app.got_subcommand("merge")) return line.merge;
  if (app.got_subcommand("contact-sheet")) return line.contact_sheet;
  return line.run;
}

}  // namespace

std::variant<Command, Farewell> parse_command_line(const std::string& program,
                                                   std::vector<std::string> arguments) {
  const bool is_orchestrate = program == "rtag-orchestrate";
  CLI::App app("Deterministic fiducial-marker datasets, rendered by a pool of Blender processes.",
               program);
  app.set_version_flag("--version", fmt::format("rtag {}", kVersion));
  app.footer(std::string(kExitCodes));
  Line line;
  CLI::App* run = &app;
  if (!is_orchestrate) {
    run = app.add_subcommand("run", "Render a job (the same as rtag-orchestrate)");
    add_other_commands(app, line);
    app.require_subcommand(1);
  }
  add_run(*run, line);
  const CLI::App* parsed = &app;
  try {
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
    app.parse(arguments);
    const std::string complaint = settle_run(line);
    if (complaint.empty()) return is_orchestrate ? Command(line.run) : command_of(app, line);
    return Farewell{kUsageError,
                    fmt::format("{}: {}; see {} --help\n", program, complaint, program)};
  } catch (const CLI::Success& success) {
    const bool is_version = dynamic_cast<const CLI::CallForVersion*>(&success) != nullptr;
    return Farewell{0, is_version ? std::string(success.what()) + "\n" : app.help()};
  } catch (const CLI::ParseError& error) {
    for (const CLI::App* chosen : app.get_subcommands()) parsed = chosen;
    return Farewell{kUsageError, fmt::format("{}: {}; see {} --help\n", program,
                                             sentence_of(*parsed, error), program)};
  }
}

}  // namespace rtag::orchestrator
