// SPDX-License-Identifier: MIT
#include "schema/documents/read_config.h"

#include <set>
#include <string>
#include <utility>

#include "schema/documents/migrations.h"
#include "schema/documents/presets.h"
#include "schema/typed_io.h"

namespace rtag::schema {
namespace {

std::string section_of(const std::string& path) { return path.substr(0, path.find_first_of(".[")); }

// The rules that tie fields together, where the fields themselves could be read: a section with a
// mistake in it holds defaults that nobody wrote, and what is said of those would confuse.
void check_sound_sections(const GenConfig& config, Problems& problems) {
  std::set<std::string> unsound;
  for (const Problem& problem : problems) unsound.insert(section_of(problem.path));
  if (unsound.contains("") || unsound.contains("presets")) return;
  if (unsound.contains("scenario")) unsound.insert("tag");  // its quiet zones depend on the layout
  Problems of_rules;
  check_config(config, of_rules);
  for (Problem& problem : of_rules) {
    if (!unsound.contains(section_of(problem.path))) problems.push_back(std::move(problem));
  }
}

}  // namespace

Result<SourceNode> parse_file(const std::filesystem::path& file) {
  const Result<std::string> text = read_source_file(file);
  if (!text) return text.error();
  Problems problems;
  auto document = parse_source(*text, format_of(file), problems);
  if (!document) return input_fault(file, problems);
  return *std::move(document);
}

GenConfig read_config(SourceNode document, const std::vector<std::string>& added_presets,
                      const std::vector<Override>& overrides, std::vector<std::string>& notes,
                      Problems& problems) {
  return read_config_in_place(document, added_presets, overrides, notes, problems);
}

GenConfig read_config_in_place(SourceNode& document, const std::vector<std::string>& added_presets,
                               const std::vector<Override>& overrides,
                               std::vector<std::string>& notes, Problems& problems) {
  using Kind = SourceNode::Kind;
  GenConfig config;
  if (document.kind == Kind::kNull) document.kind = Kind::kMap;  // An empty file: all defaults.
  if (document.kind == Kind::kMap) {
    if (!migrate_config(document, notes, problems)) return config;
    expand_presets(document, added_presets, problems);
    apply_overrides(document, overrides, problems);
  }
  Reader(Completeness::kDefaultsAllowed, problems).read(document, config, "");
  check_sound_sections(config, problems);
  locate(document, problems);
  return config;
}

Fault input_fault(const std::filesystem::path& file, const Problems& problems) {
  std::string message = to_string(file.string(), problems);
  message.pop_back();
  return Fault{FaultKind::kInput, std::move(message)};
}

}  // namespace rtag::schema
