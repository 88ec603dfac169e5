// SPDX-License-Identifier: MIT
// A config file brought to the current version: as it is written, presets not expanded, defaults
// not filled in.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "schema/result.h"

namespace rtag::schema {

struct MigratedFile {
  std::string text;  // YAML, or JSON for a .json; comments are lost
  std::string diff;  // unified, against the file without its comments; empty: nothing to migrate
  std::vector<std::string> notes;
};

// Faults: kInput, one line for every problem. A locked job of this program is refused: it is locked
// again from its config.
Result<MigratedFile> migrate_file(const std::filesystem::path& file);

}  // namespace rtag::schema
