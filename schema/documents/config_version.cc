// SPDX-License-Identifier: MIT
#include "schema/documents/config_version.h"

#include <array>
#include <charconv>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "schema/config.h"
#include "schema/documents/document.h"

namespace rtag::schema {
namespace {

using Kind = SourceNode::Kind;
using Version = std::array<int, 2>;

std::optional<int> number_in(std::string_view digits) {
  if (digits.starts_with('-')) return std::nullopt;
  int value = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (end.ec != std::errc() || end.ptr != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::optional<Version> parse_version(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return std::nullopt;
  const auto major = number_in(text.substr(0, point));
  const auto minor = number_in(text.substr(point + 1));
  if (!major || !minor) return std::nullopt;
  return Version{*major, *minor};
}

std::string as_found(const SourceNode& version) {
  if (version.kind == Kind::kNull) return "null";
  if (version.kind == Kind::kSequence) return "a list";
  return version.kind == Kind::kMap ? "a map" : version.text;
}

// What is wrong with a version, or nothing.
std::string complaint_about(const SourceNode& version) {
  const auto parts = version.kind == Kind::kScalar ? parse_version(version.text) : std::nullopt;
  const Version current = *parse_version(kConfigVersion);
  if (!parts) {
    return fmt::format("expected a version such as \"{}\" (found {})", kConfigVersion,
                       as_found(version));
  }
  if (*parts > current) {
    return fmt::format("is of a later rtag, this one reads up to \"{}\" (found {})", kConfigVersion,
                       version.text);
  }
  if (*parts < current && *parts != Version{0, 0} && *parts != Version{0, 1}) {
    return fmt::format("expected \"0.0\", \"0.1\" or \"{}\" (found {})", kConfigVersion,
                       version.text);
  }
  return {};
}

}  // namespace

bool is_of_current_version(const SourceNode& document) {
  const SourceNode* version = document.find("version");
  return version != nullptr && parse_version(version->text) == parse_version(kConfigVersion);
}

bool migrate_version(SourceNode& document, std::vector<std::string>& notes, Problems& problems) {
  const SourceNode* version = document.find("version");
  if (version == nullptr) return true;
  const std::string complaint = complaint_about(*version);
  if (!complaint.empty()) {
    problems.push_back({"version", version->line, complaint, version->origin});
    return false;
  }
  if (is_of_current_version(document)) return true;
  notes.push_back(fmt::format("version {} -> {}", version->text, kConfigVersion));
  SourceNode current = text_node(kConfigVersion);
  current.line = version->line;
  set_at(document, "version", std::move(current));
  return true;
}

}  // namespace rtag::schema
