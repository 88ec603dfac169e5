// SPDX-License-Identifier: MIT
#include "schema/documents/document_text.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "schema/check.h"
#include "schema/documents/document.h"
#include "schema/write.h"

namespace rtag::schema {
namespace {

using Kind = SourceNode::Kind;

constexpr std::size_t kLongestFlowList = 72;

// Words that YAML 1.1 programs take for something else than text.
bool is_reserved(std::string_view word) {
  std::string lower;
  for (const char c : word) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const std::string_view other :
       {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}) {
    if (lower == other) return true;
  }
  return false;
}

// Text that is itself in block and flow form without quotes.
bool needs_no_quotes(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_word = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') ||
           std::string_view("_-./").find(c) != std::string_view::npos;
  };
  return !text.empty() && is_letter(text[0]) && std::all_of(text.begin(), text.end(), is_word) &&
         !is_reserved(text);
}

bool holds_map(const SourceNode& node) {
  return node.kind == Kind::kMap || std::any_of(node.items.begin(), node.items.end(), holds_map);
}

std::size_t text_size(const SourceNode& node) {
  std::size_t size = node.text.size() + 2;
  for (const SourceNode& item : node.items) size += text_size(item);
  return size;
}

void emit(YAML::Emitter& out, const SourceNode& node, bool flow);

// A lone carriage return, say, which is text to a parser and white space to the next.
bool holds_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; });
}

void emit_scalar(YAML::Emitter& out, const SourceNode& node) {
  const bool must_be_quoted = node.quoted && !needs_no_quotes(node.text);
  if (must_be_quoted || holds_control(node.text)) out << YAML::DoubleQuoted;
  out << node.text;
}

void emit_sequence(YAML::Emitter& out, const SourceNode& node, bool flow) {
  const bool is_short = !holds_map(node) && text_size(node) <= kLongestFlowList;
  if (flow || is_short || node.items.empty()) out << YAML::Flow;
  out << YAML::BeginSeq;
  for (const SourceNode& item : node.items) emit(out, item, flow || is_short);
  out << YAML::EndSeq;
}

void emit_map(YAML::Emitter& out, const SourceNode& node, bool flow) {
  if (flow || node.entries.empty()) out << YAML::Flow;
  out << YAML::BeginMap;
  for (const SourceEntry& entry : node.entries) {
    out << YAML::Key;
    emit_scalar(out, text_node(entry.key));
    out << YAML::Value;
    emit(out, entry.value, flow);
  }
  out << YAML::EndMap;
}

void emit(YAML::Emitter& out, const SourceNode& node, bool flow) {
  switch (node.kind) {
    case Kind::kNull:
      out << YAML::Null;
      return;
    case Kind::kScalar:
      return emit_scalar(out, node);
    case Kind::kSequence:
      return emit_sequence(out, node, flow);
    case Kind::kMap:
      return emit_map(out, node, flow);
  }
}

std::string emitted(const SourceNode& root, bool flow) {
  YAML::Emitter out;
  out.SetNullFormat(YAML::LowerNull);
  emit(out, root, flow);
  RTAG_CHECK(out.good(), "a document cannot be written as YAML");
  return out.c_str();
}

void append_compact_json(std::string& out, const SourceNode& node) {
  const char* separator = "";
  switch (node.kind) {
    case Kind::kNull:
      out += "null";
      return;
    case Kind::kScalar:
      if (node.quoted) return append_json(out, node.text);
      out += node.text;
      return;
    case Kind::kSequence:
      out += '[';
      for (const SourceNode& item : node.items) {
        out += std::exchange(separator, ",");
        append_compact_json(out, item);
      }
      out += ']';
      return;
    case Kind::kMap:
      out += '{';
      for (const SourceEntry& entry : node.entries) {
        out += std::exchange(separator, ",");
        append_json(out, entry.key);
        out += ':';
        append_compact_json(out, entry.value);
      }
      out += '}';
  }
}

}  // namespace

std::string to_yaml(const SourceNode& root) { return emitted(root, false) + "\n"; }

std::string to_json_text(const SourceNode& root) {
  std::string json;
  append_compact_json(json, root);
  return indented(json) + "\n";
}

std::string to_text(const SourceNode& root, SourceFormat format) {
  return format == SourceFormat::kJson ? to_json_text(root) : to_yaml(root);
}

std::string to_flow_text(const SourceNode& node) { return emitted(node, true); }

}  // namespace rtag::schema
