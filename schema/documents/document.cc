// SPDX-License-Identifier: MIT
#include "schema/documents/document.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "schema/check.h"

namespace rtag::schema {
namespace {

using Kind = SourceNode::Kind;

bool is_index(std::string_view text) {
  return !text.empty() && text.size() <= 6 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::size_t to_index(std::string_view digits) {
  std::size_t index = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), index);
  return index;
}

Path path_of_keys(std::string_view text) {
  const auto path = parse_path(text);
  RTAG_CHECK(path.has_value(), "a path in the program is no path");
  return *path;
}

SourceEntry* entry_of(SourceNode& map, std::string_view key) {
  const auto entry = std::find_if(map.entries.begin(), map.entries.end(),
                                  [&](const SourceEntry& e) { return e.key == key; });
  return entry == map.entries.end() ? nullptr : &*entry;
}

const SourceNode* step_into(const SourceNode& node, const PathStep& step) {
  if (!step.index) return node.kind == Kind::kMap ? node.find(step.key) : nullptr;
  const bool is_there = node.kind == Kind::kSequence && *step.index < node.items.size();
  return is_there ? &node.items[*step.index] : nullptr;
}

// The entry of a key, made where it is missing or stands in place of a map.
SourceEntry& made_entry(SourceNode& map, const std::string& key, const SourceNode& like) {
  if (map.kind != Kind::kMap) {
    map = SourceNode{};
    map.kind = Kind::kMap;
    map.line = like.line;
    map.origin = like.origin;
  }
  if (SourceEntry* entry = entry_of(map, key)) return *entry;
  SourceEntry& made = map.entries.emplace_back(SourceEntry{key, like.line, {}});
  made.value.line = like.line;
  made.value.origin = like.origin;
  return made;
}

bool is_list_of_texts(const SourceNode& node) {
  return node.kind == Kind::kSequence && !node.items.empty() &&
         std::all_of(node.items.begin(), node.items.end(), [](const SourceNode& item) {
           const bool is_word = item.text != "true" && item.text != "false" && !number_of(item);
           return item.kind == Kind::kScalar && (item.quoted || is_word);
         });
}

SourceNode joined(const SourceNode& target, const SourceNode& source) {
  SourceNode list = source;
  list.items.clear();
  std::set<std::string_view> texts;
  for (const SourceNode* part : {&target, &source}) {
    for (const SourceNode& item : part->items) {
      if (texts.insert(item.text).second) list.items.push_back(item);
    }
  }
  return list;
}

// A key that the source repeats stays repeated, for the reader to find.
SourceNode merged_maps(SourceNode target, const SourceNode& source) {
  std::map<std::string, std::size_t, std::less<>> places;
  for (std::size_t i = 0; i < target.entries.size(); ++i) {
    places.emplace(target.entries[i].key, i);
  }
  std::set<std::string_view> merged_keys;
  for (const SourceEntry& entry : source.entries) {
    const auto place = places.find(entry.key);
    if (place == places.end() || !merged_keys.insert(entry.key).second) {
      target.entries.push_back(entry);
      continue;
    }
    SourceEntry& below = target.entries[place->second];
    below.line = entry.line;
    below.value = merged(std::move(below.value), entry.value);
  }
  target.line = source.line;
  target.origin = source.origin;
  return target;
}

}  // namespace

std::optional<Path> parse_path(std::string_view text) {
  Path path;
  while (!text.empty()) {
    if (text.front() == '[') {
      const std::size_t close = text.find(']');
      if (path.empty() || close == std::string_view::npos) return std::nullopt;
      if (!is_index(text.substr(1, close - 1))) return std::nullopt;
      path.push_back({{}, to_index(text.substr(1, close - 1))});
      text.remove_prefix(close + 1);
      continue;
    }
    if (!path.empty()) {
      if (text.front() != '.') return std::nullopt;
      text.remove_prefix(1);
    }
    const std::size_t end = std::min(text.find_first_of(".[]"), text.size());
    if (end == 0) return std::nullopt;
    path.push_back({std::string(text.substr(0, end)), std::nullopt});
    text.remove_prefix(end);
  }
  if (path.empty() || path.size() > kDeepestNesting) return std::nullopt;
  return path;
}

std::string to_string(const Path& path) {
  std::string text;
  for (const PathStep& step : path) {
    if (step.index) {
      text += fmt::format("[{}]", *step.index);
    } else {
      text += (text.empty() ? "" : ".") + step.key;
    }
  }
  return text;
}

const SourceNode* find_at(const SourceNode& root, const Path& path) {
  const SourceNode* node = &root;
  for (const PathStep& step : path) {
    node = step_into(*node, step);
    if (node == nullptr) return nullptr;
  }
  return node;
}

SourceNode* find_at(SourceNode& root, const Path& path) {
  return const_cast<SourceNode*>(find_at(std::as_const(root), path));
}

const SourceNode* find_at(const SourceNode& root, std::string_view path) {
  return find_at(root, path_of_keys(path));
}

SourceNode* find_at(SourceNode& root, std::string_view path) {
  return find_at(root, path_of_keys(path));
}

bool set_at(SourceNode& root, const Path& path, SourceNode value) {
  const auto last_index = std::find_if(path.rbegin(), path.rend(),
                                       [](const PathStep& step) { return step.index.has_value(); });
  // Nothing is made above an index, so its item must be there.
  SourceNode* node = find_at(root, Path(path.begin(), last_index.base()));
  if (node == nullptr) return false;
  for (auto step = last_index.base(); step != path.end(); ++step) {
    SourceEntry& entry = made_entry(*node, step->key, value);
    if (step + 1 == path.end()) entry.line = value.line;
    node = &entry.value;
  }
  *node = std::move(value);
  return true;
}

void set_at(SourceNode& root, std::string_view path, SourceNode value) {
  set_at(root, path_of_keys(path), std::move(value));
}

std::optional<SourceNode> take_at(SourceNode& root, std::string_view path) {
  Path keys = path_of_keys(path);
  const std::string last = keys.back().key;
  keys.pop_back();
  SourceNode* map = find_at(root, keys);
  SourceEntry* entry = map == nullptr ? nullptr : entry_of(*map, last);
  if (entry == nullptr) return std::nullopt;
  SourceNode value = std::move(entry->value);
  map->entries.erase(map->entries.begin() + (entry - map->entries.data()));
  return value;
}

SourceNode merged(SourceNode target, const SourceNode& source) {
  if (target.kind == Kind::kMap && source.kind == Kind::kMap) {
    return merged_maps(std::move(target), source);
  }
  if (is_list_of_texts(target) && is_list_of_texts(source)) return joined(target, source);
  return source;
}

void take_repeated_keys(SourceNode& root, const std::string& path, Problems& problems) {
  std::map<std::string, int> first_lines;
  std::vector<SourceEntry> kept;
  for (SourceEntry& entry : root.entries) {
    const std::string entry_path = path.empty() ? entry.key : path + "." + entry.key;
    const auto [first, is_new] = first_lines.emplace(entry.key, entry.line);
    if (!is_new) {
      problems.push_back({entry_path, entry.line,
                          fmt::format("given twice (first on line {})", first->second),
                          entry.value.origin});
      continue;
    }
    take_repeated_keys(entry.value, entry_path, problems);
    kept.push_back(std::move(entry));
  }
  root.entries = std::move(kept);
  for (std::size_t i = 0; i < root.items.size(); ++i) {
    take_repeated_keys(root.items[i], fmt::format("{}[{}]", path, i), problems);
  }
}

void stamp(SourceNode& root, const std::string& origin) {
  root.line = 0;
  root.origin = origin;
  for (SourceNode& item : root.items) stamp(item, origin);
  for (SourceEntry& entry : root.entries) {
    entry.line = 0;
    stamp(entry.value, origin);
  }
}

void stamp_with_lines(SourceNode& root, const std::string& file) {
  root.origin = fmt::format("{}:{}", file, root.line);
  root.line = 0;
  for (SourceNode& item : root.items) stamp_with_lines(item, file);
  for (SourceEntry& entry : root.entries) {
    entry.line = 0;
    stamp_with_lines(entry.value, file);
  }
}

SourceNode text_node(std::string_view text) {
  SourceNode node = plain_node(text);
  node.quoted = true;
  return node;
}

SourceNode plain_node(std::string_view text) {
  SourceNode node;
  node.kind = Kind::kScalar;
  node.text = text;
  return node;
}

std::optional<double> number_of(const SourceNode& node) {
  if (node.kind != Kind::kScalar || node.quoted || node.text.empty()) return std::nullopt;
  std::string_view digits = node.text;
  if (digits[0] == '+') digits.remove_prefix(1);
  double value = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool is_word = digits.find_first_of("nN") != std::string_view::npos;  // inf, nan
  if (end.ec != std::errc() || end.ptr != digits.data() + digits.size() || is_word) {
    return std::nullopt;
  }
  return value;
}

}  // namespace rtag::schema
