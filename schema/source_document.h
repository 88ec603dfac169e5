// SPDX-License-Identifier: MIT
// SourceDocument: a YAML or JSON text as a tree that still knows its lines and how each value was
// written (so that '5' in quotes is not the number 5, and 010 is not 8). JSON is read strictly,
// without trailing commas, comments or NaN. Refused before anything is read into a type: texts over
// 16 MB, nesting deeper than 64, more than a million values (which stops alias bombs), more than
// one YAML document, explicit YAML tags, bytes that are not UTF-8.
//
// Trees are plain values; parsing uses no global state and may run on any thread.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/problem.h"
#include "schema/result.h"

namespace rtag::schema {

inline constexpr std::size_t kLargestSource_bytes = 16u << 20;
inline constexpr std::size_t kDeepestNesting = 64;
inline constexpr std::size_t kMostValues = 1'000'000;

struct SourceEntry;

struct SourceNode {
  enum class Kind { kNull, kScalar, kSequence, kMap };
  Kind kind = Kind::kNull;
  std::string text;     // of a scalar, unescaped
  bool quoted = false;  // a scalar in quotes: text, never a number
  int line = 0;         // 1-based; 0 where an origin is given
  std::string
      origin;  // where a value that the text does not hold is from: "preset lighting.factory"
  std::vector<SourceNode> items;
  std::vector<SourceEntry> entries;  // in the order of the file; keys may repeat

  const SourceNode* find(std::string_view key) const;  // the first entry of that key, or nullptr
};

struct SourceEntry {
  std::string key;
  int line = 0;
  SourceNode value;
};

enum class SourceFormat { kJson, kYaml };

// By the file's extension: .json is JSON, everything else YAML.
SourceFormat format_of(const std::filesystem::path& file);

// nullopt and one problem where the text cannot be parsed.
std::optional<SourceNode> parse_source(std::string_view text, SourceFormat format,
                                       Problems& problems);

// Where "camera.resolution[1]" of a document is written, or its nearest ancestor that is.
struct SourcePlace {
  int line = 0;
  std::string origin;
  bool operator==(const SourcePlace&) const = default;
};
SourcePlace place_of(const SourceNode& root, std::string_view path);

// Gives every problem without a line or an origin that of its path; then sorts all by line.
void locate(const SourceNode& root, Problems& problems);

// A file's bytes; a Fault (kInput) when it is missing, not a regular file, unreadable or too large.
Result<std::string> read_source_file(const std::filesystem::path& file);

}  // namespace rtag::schema
