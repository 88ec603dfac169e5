// SPDX-License-Identifier: MIT
// Edits on the tree of a document (source_document.h) before it is read into a type: find, set and
// erase at a path, and the merge of presets. Every value keeps its line or its origin, so that a
// problem found later still says where the value is from.
//
// A path is written camera.intrinsics.k_matrix[0][2] everywhere. Plain functions, any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/problem.h"
#include "schema/source_document.h"

namespace rtag::schema {

// One step of a path: a key, or an index.
struct PathStep {
  std::string key;
  std::optional<std::size_t> index;
  bool operator==(const PathStep&) const = default;
};
using Path = std::vector<PathStep>;

// nullopt for a text that is no path: "", "a..b", "a[", "[0]", or more than kDeepestNesting steps.
std::optional<Path> parse_path(std::string_view text);
std::string to_string(const Path& path);

// nullptr where a step is missing.
const SourceNode* find_at(const SourceNode& root, const Path& path);
SourceNode* find_at(SourceNode& root, const Path& path);

// Shorthands for paths of keys, "dataset.seeds.global_seed".
const SourceNode* find_at(const SourceNode& root, std::string_view path);
SourceNode* find_at(SourceNode& root, std::string_view path);

// Puts a value at a path, in place of what is there. Maps on the way are made where there is
// nothing, or no map; they take the value's line and origin. False, and nothing is changed, where
// an index meets no such item.
bool set_at(SourceNode& root, const Path& path, SourceNode value);
void set_at(SourceNode& root, std::string_view path, SourceNode value);  // a path of keys

// Cuts a value out of its map; nullopt where there is none. A path of keys.
std::optional<SourceNode> take_at(SourceNode& root, std::string_view path);

// target with source on top. Maps merge key by key; two lists that hold only texts, at least one
// each, are joined without repetitions; anything else is the source's, null too.
SourceNode merged(SourceNode target, const SourceNode& source);

// Cuts out every key that stands in a map a second time; each is a problem.
void take_repeated_keys(SourceNode& root, const std::string& path, Problems& problems);

// Marks every value of a tree as being from `origin` (or, in a file, from "origin:line").
void stamp(SourceNode& root, const std::string& origin);
void stamp_with_lines(SourceNode& root, const std::string& file);

// A text, and a number or word, as a parser would hold them; with no line.
SourceNode text_node(std::string_view text);
SourceNode plain_node(std::string_view text);

// The number of a scalar that is not in quotes; nullopt for anything else.
std::optional<double> number_of(const SourceNode& node);

}  // namespace rtag::schema
