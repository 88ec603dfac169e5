// SPDX-License-Identifier: MIT
// Reader: fills described structs (fields.h) from a source document and collects every problem on
// the way: unknown, repeated and missing keys, wrong types, bounds, words that are no choice,
// settings without effect. Values with a problem keep their default.
//
// One Reader reads one document; not thread-safe, cheap to make.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "schema/fields.h"
#include "schema/object_recipe.h"
#include "schema/problem.h"
#include "schema/scenario_config.h"
#include "schema/source_document.h"
#include "schema/write.h"

namespace rtag::schema {

// Configs leave out what stays at its default; recipes, messages and journals say everything.
enum class Completeness { kDefaultsAllowed, kEveryKey };

// Which alternative of a variant a document holds, or nullopt and a problem.
std::optional<std::size_t> alternative_of(std::type_identity<Subject>, const SourceNode& node,
                                          const std::string& path, Problems& problems);
std::optional<std::size_t> alternative_of(std::type_identity<ObjectProperties>,
                                          const SourceNode& node, const std::string& path,
                                          Problems& problems);

class Reader {
 public:
  Reader(Completeness completeness, Problems& problems)
      : completeness_(completeness), problems_(problems) {}

  template <Described T>
  void read(const SourceNode& node, T& value, const std::string& path, const Rules& = {}) {
    if (node.kind != SourceNode::Kind::kMap) return wrong_kind(node, path, "a map");
    std::vector<std::string_view> names;
    for_each_field<T>([&](const auto& field) {
      names.push_back(field.name);
      read_field(node, value, field, path);
    });
    check_keys(node, names, path);
  }

  void read(const SourceNode& node, bool& value, const std::string& path, const Rules& rules);
  void read(const SourceNode& node, int& value, const std::string& path, const Rules& rules);
  void read(const SourceNode& node, std::int64_t& value, const std::string& path,
            const Rules& rules);
  void read(const SourceNode& node, std::uint32_t& value, const std::string& path,
            const Rules& rules);
  void read(const SourceNode& node, std::uint64_t& value, const std::string& path,
            const Rules& rules);
  void read(const SourceNode& node, double& value, const std::string& path, const Rules& rules);
  void read(const SourceNode& node, std::string& value, const std::string& path,
            const Rules& rules);
  void read(const SourceNode& node, nlohmann::ordered_json& value, const std::string& path,
            const Rules& rules);
  void read(const SourceNode& node, CountRange& value, const std::string& path, const Rules& rules);

  template <Choice E>
  void read(const SourceNode& node, E& value, const std::string& path, const Rules&) {
    std::vector<std::string_view> words;
    for (const auto& [word, choice] : choices_of(std::type_identity<E>{})) {
      words.push_back(word);
      if (node.kind == SourceNode::Kind::kScalar && node.text == word) {
        value = choice;
        return;
      }
    }
    not_a_choice(node, path, words);
  }

  template <class T>
  void read(const SourceNode& node, std::optional<T>& value, const std::string& path,
            const Rules& rules) {
    value.reset();
    if (node.kind != SourceNode::Kind::kNull) read(node, value.emplace(), path, rules);
  }

  template <class T>
  void read(const SourceNode& node, std::vector<T>& values, const std::string& path,
            const Rules& rules) {
    if (rules.list_or_item && node.kind == SourceNode::Kind::kNull) return values.clear();
    if (rules.list_or_item && node.kind == SourceNode::Kind::kMap) {
      values.assign(1, T{});
      return read(node, values.front(), path, rules);
    }
    if (node.kind != SourceNode::Kind::kSequence) return wrong_kind(node, path, "a list");
    if (rules.non_empty && node.items.empty()) {
      return complain(node, path, "must hold at least one item (is empty)");
    }
    values.assign(node.items.size(), T{});
    for (std::size_t i = 0; i < values.size(); ++i) {
      read(node.items[i], values[i], item_path(path, i), rules);
    }
  }

  template <class T, std::size_t N>
  void read(const SourceNode& node, std::array<T, N>& values, const std::string& path,
            const Rules& rules) {
    if (!is_list_of(node, N, path)) return;
    for (std::size_t i = 0; i < N; ++i) {
      read(node.items[i], values[i], item_path(path, i), rules);
    }
  }

  template <class... Ts>
  void read(const SourceNode& node, std::variant<Ts...>& value, const std::string& path,
            const Rules& rules) {
    using Alternatives = std::variant<Ts...>;
    const auto index = alternative_of(std::type_identity<Alternatives>{}, node, path, problems_);
    if (!index) return;
    std::size_t candidate = 0;
    ((candidate++ == *index ? read(node, value.template emplace<Ts>(), path, rules) : void()), ...);
  }

 private:
  template <class Owner, class Value>
  void read_field(const SourceNode& map, Owner& owner, const Field<Owner, Value>& field,
                  const std::string& path) {
    const std::string field_path = join(path, field.name);
    const SourceNode* node = map.find(field.name);
    if (node == nullptr) {
      const bool needed = completeness_ == Completeness::kEveryKey && !field.rules.extension;
      if (field.rules.required || needed) missing(map, field_path);
      return;
    }
    Value& member = owner.*field.member;
    const std::size_t problems_before = problems_.size();
    read(*node, member, field_path, field.rules);
    if (field.rules.acts || problems_.size() > problems_before) return;
    static const Owner defaults{};
    const Value& expected = defaults.*field.member;
    if (!(member == expected)) {
      without_effect(*node, field_path, to_json(expected), field.rules.instead);
    }
  }

  void check_keys(const SourceNode& map, const std::vector<std::string_view>& names,
                  const std::string& path);
  void check_repeated_keys(const SourceNode& map, const std::string& path);
  void check_free_keys(const SourceNode& node, const std::string& path);
  bool is_list_of(const SourceNode& node, std::size_t count, const std::string& path);
  void missing(const SourceNode& map, const std::string& path);
  void without_effect(const SourceNode& node, const std::string& path, const std::string& expected,
                      std::string_view instead);
  void not_a_choice(const SourceNode& node, const std::string& path,
                    const std::vector<std::string_view>& words);
  void wrong_kind(const SourceNode& node, const std::string& path, std::string_view expected);
  void complain(const SourceNode& node, const std::string& path, std::string message);
  bool within(const SourceNode& node, const std::string& path, double value, const Rules& rules);
  template <class Integer>
  void read_integer(const SourceNode& node, Integer& value, const std::string& path,
                    const Rules& rules);

  static std::string join(const std::string& path, std::string_view name);
  static std::string item_path(const std::string& path, std::size_t index);

  Completeness completeness_;
  Problems& problems_;
};

// Parses and reads a whole text; every problem has its line. The value is only good without
// problems.
template <Described T>
T read_text(std::string_view text, SourceFormat format, Completeness completeness,
            Problems& problems) {
  T value{};
  const std::optional<SourceNode> root = parse_source(text, format, problems);
  if (!root) return value;
  Reader(completeness, problems).read(*root, value, "");
  locate(*root, problems);
  return value;
}

}  // namespace rtag::schema
