// SPDX-License-Identifier: MIT
// What a value on the command line must be; each rule answers with a sentence. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace rtag::orchestrator {

CLI::Validator whole_number(std::int64_t least, std::int64_t most);
CLI::Validator seconds();
CLI::Validator one_of(std::vector<std::string> words);

}  // namespace rtag::orchestrator
