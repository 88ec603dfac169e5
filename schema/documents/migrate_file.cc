// SPDX-License-Identifier: MIT
#include "schema/documents/migrate_file.h"

#include <utility>

#include "schema/config.h"
#include "schema/documents/document.h"
#include "schema/documents/document_text.h"
#include "schema/documents/migrations.h"
#include "schema/documents/read_config.h"
#include "schema/documents/unified_diff.h"

namespace rtag::schema {
namespace {

using Kind = SourceNode::Kind;

void say_version(SourceNode& config, std::vector<std::string>& notes) {
  if (config.find("version") != nullptr) return;
  config.entries.insert(config.entries.begin(), {"version", 0, text_node(kConfigVersion)});
  notes.push_back("no version -> " + std::string(kConfigVersion));
}

}  // namespace

Result<MigratedFile> migrate_file(const std::filesystem::path& file) {
  auto parsed = parse_file(file);
  if (!parsed) return parsed.error();
  SourceNode config = *std::move(parsed);
  const std::string before = to_text(config, format_of(file));
  Problems problems;
  MigratedFile migrated;
  if (config.kind != Kind::kMap) {
    problems.push_back({"", config.line, "expected a config"});
  } else if (config.find("scene_config") != nullptr) {
    problems.push_back({"scene_config", config.find("scene_config")->line,
                        "belongs to a locked job, which runs as it is: migrate its config and lock "
                        "that"});
  } else {
    migrate_config(config, migrated.notes, problems);
    say_version(config, migrated.notes);
  }
  locate(config, problems);
  if (!problems.empty()) return input_fault(file, problems);
  migrated.text = to_text(config, format_of(file));
  migrated.diff = unified_diff(before, migrated.text, file.string(), file.string() + " (migrated)");
  return migrated;
}

}  // namespace rtag::schema
