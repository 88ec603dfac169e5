// SPDX-License-Identifier: MIT
#include "orchestrator/command_line/command_line.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "orchestrator/command_line/command_tree.h"
#include "orchestrator/command_line/completion.h"
#include "orchestrator/command_line/manual.h"
#include "orchestrator/command_line/option_rules.h"
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
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    if (!app.get_subcommands({}).empty()) return no_command(app);
    return fmt::format("{}: required, but missing", missing_option(app));
  }
  std::string told = error.what();  // begins with the option's name
  if (dynamic_cast<const CLI::ExcludesError*>(&error) != nullptr) {
    constexpr std::string_view kExcludes = " excludes ";
    return told.replace(told.find(kExcludes), kExcludes.size(), " and ") + ": only one of them";
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    const bool is_repeated = told.find("At Most") != std::string::npos;
    return told.substr(0, told.find(':')) +
           (is_repeated ? ": given more than once" : ": expected a value, found none");
  }
  return told;
}

// The command that was given, innermost: of `rtag preset list`, list.
const CLI::App& innermost(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : innermost(*chosen.front());
}

std::string path_of(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  if (parent == nullptr || parent->get_parent() == nullptr) return command.get_name();
  return path_of(*parent) + " " + command.get_name();
}

std::variant<Command, Farewell> command_of(const CLI::App& app, const Line& line) {
  const std::map<std::string, std::variant<Command, Farewell>> commands{
      {"run", Command(line.run)},
      {"init", Command(line.init)},
      {"validate", Command(line.validate)},
      {"lock", Command(line.lock)},
      {"compile", Command(line.compile)},
      {"preview", Command(line.preview)},
      {"preset list", Command(PresetListOptions{})},
      {"preset show", Command(line.preset_show)},
      {"preset resolve", Command(line.preset_resolve)},
      {"experiment list", Command(line.experiment_list)},
      {"experiment lock", Command(line.experiment_lock)},
      {"migrate", Command(line.migrate)},
      {"schema", Command(line.schema)},
      {"merge", Command(line.merge)},
      {"contact-sheet", Command(line.contact_sheet)},
      {"completion", Farewell{0, completion_script(app, line.shell)}},
      {"man", Farewell{0, manual_page(app, line.page)}},
  };
  return commands.at(path_of(innermost(app)));
}

}  // namespace

std::variant<Command, Farewell> parse_command_line(const std::string& program,
                                                   std::vector<std::string> arguments) {
  Line line;
  const auto app = command_tree(program, line);
  app->set_version_flag("--version", fmt::format("rtag {}", kVersion));
  app->footer(std::string(kExitCodes));
  const auto mistake = [&](const std::string& sentence) {
    return Farewell{kUsageError,
                    fmt::format("{}: {}; see {} --help\n", program, sentence, program)};
  };
  try {
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
    app->parse(arguments);
    const std::string complaint = settle(line);
    if (!complaint.empty()) return mistake(complaint);
    if (app->get_subcommands().empty()) return Command(line.run);
    return command_of(*app, line);
  } catch (const CLI::Success& success) {
    const bool is_version = dynamic_cast<const CLI::CallForVersion*>(&success) != nullptr;
    return Farewell{0, is_version ? std::string(success.what()) + "\n" : app->help()};
  } catch (const CLI::ParseError& error) {
    return mistake(sentence_of(innermost(*app), error));
  }
}

}  // namespace rtag::orchestrator
