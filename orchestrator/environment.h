// SPDX-License-Identifier: MIT
// The variables of a process's environment, as a value that tests can make up and compare.
#pragma once

#include <map>
#include <string>

namespace rtag::orchestrator {

using Environment = std::map<std::string, std::string>;

}  // namespace rtag::orchestrator
