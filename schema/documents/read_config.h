// SPDX-License-Identifier: MIT
// The way from a config's document to a config: migrated, presets beneath it, overrides on top of
// it, read, checked. read_job.h does this for a file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "schema/config.h"
#include "schema/documents/overrides.h"
#include "schema/problem.h"
#include "schema/result.h"
#include "schema/source_document.h"

namespace rtag::schema {

// The document in a file. Faults: kInput.
Result<SourceNode> parse_file(const std::filesystem::path& file);

// Every problem knows its line or its origin. The config is only good without problems.
GenConfig read_config(SourceNode document, const std::vector<std::string>& added_presets,
                      const std::vector<Override>& overrides, std::vector<std::string>& notes,
                      Problems& problems);

// The same; the document becomes what was read, for the places of what is found wrong later.
GenConfig read_config_in_place(SourceNode& document, const std::vector<std::string>& added_presets,
                               const std::vector<Override>& overrides,
                               std::vector<std::string>& notes, Problems& problems);

// A file's problems as one Fault (kInput). REQUIRES: problems.
Fault input_fault(const std::filesystem::path& file, const Problems& problems);

}  // namespace rtag::schema
