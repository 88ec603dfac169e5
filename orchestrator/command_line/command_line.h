// SPDX-License-Identifier: MIT
// From the words of a command line to a command. Parsing touches nothing outside; a mistake becomes
// one sentence and exit code 64.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "orchestrator/command_line/options.h"

namespace rtag::orchestrator {

// What to print instead of running a command: help, a page, the version, or what is wrong with the
// line.
struct Farewell {
  int exit_code = 0;
  std::string text;
};

// `arguments` without the program's name. A program called rtag-orchestrate is `rtag run`.
std::variant<Command, Farewell> parse_command_line(const std::string& program,
                                                   std::vector<std::string> arguments);

}  // namespace rtag::orchestrator
