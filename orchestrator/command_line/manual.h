// SPDX-License-Identifier: MIT
// Manual pages, made from the commands themselves. Pure functions.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace rtag::orchestrator {

// rtag(1), or the page of one command, rtag-compile(1), in roff (man(7)). Empty or "rtag": the
// former.
std::string manual_page(const CLI::App& app, const std::string& command);

}  // namespace rtag::orchestrator
