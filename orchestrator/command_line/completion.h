// SPDX-License-Identifier: MIT
// Shell completion, made from the commands themselves. Pure functions.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace rtag::orchestrator {

// A script for bash, zsh or fish to read: completes commands, options, the words that an option
// takes, and files.
std::string completion_script(const CLI::App& app, const std::string& shell);

}  // namespace rtag::orchestrator
