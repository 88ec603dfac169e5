// SPDX-License-Identifier: MIT
#include "schema/source_document.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

#include "schema/source_parsers.h"

namespace rtag::schema {
namespace {

// The offset of the first byte that is not UTF-8 text (RFC 3629), or nullopt.
std::optional<std::size_t> first_bad_byte(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
    const unsigned char lead = byte(i);
    const std::size_t length = lead < 0x80                   ? 1
                               : lead >= 0xC2 && lead < 0xE0 ? 2
                               : lead >= 0xE0 && lead < 0xF0 ? 3
                               : lead >= 0xF0 && lead < 0xF5 ? 4
                                                             : 0;
    if (length == 0 || i + length > text.size()) return i;
    for (std::size_t k = i + 1; k < i + length; ++k) {
      if ((byte(k) & 0xC0) != 0x80) return i;
    }
    if (lead == 0xE0 && byte(i + 1) < 0xA0) return i;  // overlong
    if (lead == 0xED && byte(i + 1) > 0x9F) return i;  // surrogate
    if (lead == 0xF0 && byte(i + 1) < 0x90) return i;  // overlong
    if (lead == 0xF4 && byte(i + 1) > 0x8F) return i;  // beyond U+10FFFF
    i += length;
  }
  return std::nullopt;
}

int line_at(std::string_view text, std::size_t offset) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size()));
  return 1 + static_cast<int>(std::count(text.begin(), end, '\n'));
}

// One step of a path: a key, or an index in brackets.
struct PathStep {
  std::string_view key;
  std::optional<std::size_t> index;
};

PathStep take_step(std::string_view& path) {
  if (path.front() == '[') {
    const std::size_t close = path.find(']');
    std::size_t index = 0;
    std::from_chars(path.data() + 1, path.data() + close, index);
    path.remove_prefix(close + 1);
    return {{}, index};
  }
  if (path.front() == '.') path.remove_prefix(1);
  const std::size_t end = std::min(path.find_first_of(".["), path.size());
  const PathStep step{path.substr(0, end), std::nullopt};
  path.remove_prefix(end);
  return step;
}

}  // namespace

const SourceNode* SourceNode::find(std::string_view key) const {
  for (const SourceEntry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

SourceFormat format_of(const std::filesystem::path& file) {
  return file.extension() == ".json" ? SourceFormat::kJson : SourceFormat::kYaml;
}

std::optional<SourceNode> parse_source(std::string_view text, SourceFormat format,
                                       Problems& problems) {
  if (text.size() > kLargestSource_bytes) {
    problems.push_back({"", 0, fmt::format("is larger than {} MB", kLargestSource_bytes >> 20)});
    return std::nullopt;
  }
  if (const auto offset = first_bad_byte(text)) {
    problems.push_back({"", line_at(text, *offset), "is not UTF-8 text"});
    return std::nullopt;
  }
  if (const std::size_t offset = text.find('\0'); offset != std::string_view::npos) {
    problems.push_back({"", line_at(text, offset), "holds a NUL character"});
    return std::nullopt;
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return format == SourceFormat::kJson ? parse_json(text, problems) : parse_yaml(text, problems);
}

SourcePlace place_of(const SourceNode& root, std::string_view path) {
  const SourceNode* node = &root;
  SourcePlace place{root.line, root.origin};
  while (!path.empty()) {
    const PathStep step = take_step(path);
    if (step.index) {
      if (*step.index >= node->items.size()) return place;
      node = &node->items[*step.index];
      place = {node->line, node->origin};
      continue;
    }
    const auto entry = std::find_if(node->entries.begin(), node->entries.end(),
                                    [&](const SourceEntry& e) { return e.key == step.key; });
    if (entry == node->entries.end()) return place;
    node = &entry->value;
    place = {entry->line, node->origin};
  }
  return place;
}

void locate(const SourceNode& root, Problems& problems) {
  for (Problem& problem : problems) {
    if (problem.line != 0 || !problem.origin.empty()) continue;
    SourcePlace place = place_of(root, problem.path);
    problem.line = place.line;
    problem.origin = std::move(place.origin);
  }
  std::stable_sort(problems.begin(), problems.end(),
                   [](const Problem& a, const Problem& b) { return a.line < b.line; });
}

Result<std::string> read_source_file(const std::filesystem::path& file) {
  const auto fault = [&](std::string_view reason) {
    return Fault{FaultKind::kInput, fmt::format("{}: {}", file.string(), reason)};
  };
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status)) return fault("no such file");
  if (std::filesystem::is_directory(status)) return fault("is a folder, expected a file");
  if (!std::filesystem::is_regular_file(status)) return fault("is not a regular file");
  if (std::filesystem::file_size(file, error) > kLargestSource_bytes) {
    return fault(fmt::format("is larger than {} MB", kLargestSource_bytes >> 20));
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return fault(std::strerror(errno));
  std::string text;
  std::array<char, 65536> block{};
  while (stream.read(block.data(), block.size()) || stream.gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(stream.gcount()));
  }
  if (stream.bad()) return fault("cannot be read to its end");
  return text;
}

}  // namespace rtag::schema
