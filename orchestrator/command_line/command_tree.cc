// SPDX-License-Identifier: MIT
#include "orchestrator/command_line/command_tree.h"

#include "orchestrator/command_line/option_rules.h"

namespace rtag::orchestrator {
namespace {

void add_pages(CLI::App& app, Line& line) {
  auto& completion = *app.add_subcommand("completion", "Print what makes a shell complete rtag");
  completion.add_option("shell", line.shell, "Which")
      ->required()
      ->check(one_of({"bash", "zsh", "fish"}));
  auto& man = *app.add_subcommand("man", "Print a manual page (roff)");
  std::vector<std::string> names{"rtag"};
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  man.add_option("command", line.page, "Of which command (default: rtag)")->check(one_of(names));
}

}  // namespace

std::unique_ptr<CLI::App> command_tree(const std::string& program, Line& line) {
  auto app = std::make_unique<CLI::App>(
      "Deterministic fiducial-marker datasets, rendered by a pool of Blender processes.", program);
  if (program == "rtag-orchestrate") {
    add_run_options(*app, line);
    return app;
  }
  add_run_options(*app->add_subcommand("run", "Render a job (the same as rtag-orchestrate)"), line);
  add_authoring_commands(*app, line);
  add_dataset_commands(*app, line);
  add_pages(*app, line);
  app->require_subcommand(1);
  return app;
}

}  // namespace rtag::orchestrator
