// SPDX-License-Identifier: MIT
// What must hold of every input, whatever it is: a fuzz target ends the program where it does not.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "schema/check.h"
#include "schema/documents/document.h"
#include "schema/documents/document_text.h"
#include "schema/documents/migrations.h"
#include "schema/documents/read_config.h"
#include "schema/typed_io.h"

namespace rtag::schema {

// Each is one line of text that says something.
inline void check_told(const Problems& problems) {
  for (const Problem& problem : problems) {
    RTAG_CHECK(!problem.message.empty(), "a problem says what is wrong");
    const std::string line = to_string("f", problem);
    RTAG_CHECK(line.find('\n') == std::string::npos, "a problem is one line");
  }
}

// ... and where it is.
inline void check_located(const Problems& problems) {
  check_told(problems);
  for (const Problem& problem : problems) {
    RTAG_CHECK(problem.line > 0 || !problem.origin.empty(), "a problem has its line or its origin");
  }
}

// What a good config says is written, parsed and read back equal, with nothing left to migrate.
inline void check_read_back(GenConfig config) {
  config.presets.clear();  // their lists would be joined to these once more
  Problems problems;
  std::vector<std::string> notes;
  auto document = parse_source(to_json(config), SourceFormat::kJson, problems);
  RTAG_CHECK(document.has_value(), "what is written is JSON");
  const GenConfig copy = read_config(*std::move(document), {}, {}, notes, problems);
  RTAG_CHECK(problems.empty() && notes.empty(), "what is written is of the current version");
  RTAG_CHECK(copy == config, "what is written is read back equal");
}

// REQUIRES: a good config's document.
inline void check_migrated_once(SourceNode document) {
  if (document.kind != SourceNode::Kind::kMap) return;
  Problems problems;
  std::vector<std::string> notes;
  migrate_config(document, notes, problems);
  const std::string once = to_yaml(document);
  notes.clear();
  const bool is_read = migrate_config(document, notes, problems);
  RTAG_CHECK(is_read && problems.empty(), "what was migrated can be migrated");
  RTAG_CHECK(notes.empty() && to_yaml(document) == once, "what was migrated stays as it is");
}

// A document with what a command line adds, all the way to a config.
inline void check_config_document(const SourceNode& document,
                                  const std::vector<std::string>& presets,
                                  const std::vector<Override>& overrides) {
  Problems problems;
  std::vector<std::string> notes;
  const GenConfig config = read_config(document, presets, overrides, notes, problems);
  check_located(problems);
  if (!problems.empty()) return;
  check_read_back(config);
  check_migrated_once(document);
}

}  // namespace rtag::schema
