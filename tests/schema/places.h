// SPDX-License-Identifier: MIT
// Every place of a value where a document holds something, from the field tables: sections, lists,
// their items, leaves. Not thread-safe.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "schema/fields.h"
#include "tests/schema/arbitrary.h"

namespace rtag::schema {

struct Place {
  std::string pointer;  // RFC 6901: "/world/lights/0"
  Rules rules;
};

class Places {
 public:
  // Fills what is null or empty in `value`, so that the places inside are there. Of an array of
  // fixed length the first item stands for all.
  template <Described T>
  Places(T& value, std::uint64_t seed) : arbitrary_(seed) {
    visit(value, "", {});
  }

  auto begin() const { return places_.begin(); }
  auto end() const { return places_.end(); }

 private:
  template <Described T>
  void visit(T& value, const std::string& pointer, const Rules&) {
    for_each_field<T>([&](const auto& field) {
      const std::string inner = pointer + "/" + std::string(field.name);
      places_.push_back({inner, field.rules});
      if (field.rules.acts) visit(value.*field.member, inner, field.rules);
    });
  }
  template <class T>
  void visit(std::optional<T>& value, const std::string& pointer, const Rules& rules) {
    if (!value) arbitrary_.fill(value.emplace(), rules);
    visit(*value, pointer, rules);
  }
  template <class T>
  void visit(std::vector<T>& values, const std::string& pointer, const Rules& rules) {
    if (values.empty()) arbitrary_.fill(values.emplace_back(), rules);
    for (std::size_t i = 0; i < values.size(); ++i) visit_item(values[i], i, pointer, rules);
  }
  template <class T, std::size_t N>
  void visit(std::array<T, N>& values, const std::string& pointer, const Rules& rules) {
    visit_item(values[0], 0, pointer, rules);
  }
  template <class... Ts>
  void visit(std::variant<Ts...>& value, const std::string& pointer, const Rules& rules) {
    std::visit([&](auto& alternative) { visit(alternative, pointer, rules); }, value);
  }
  template <class Leaf>
  void visit(Leaf&, const std::string&, const Rules&) {}

  template <class T>
  void visit_item(T& item, std::size_t index, const std::string& pointer, const Rules& rules) {
    const std::string inner = pointer + "/" + std::to_string(index);
    places_.push_back({inner, rules});
    visit(item, inner, rules);
  }

  Arbitrary arbitrary_;
  std::vector<Place> places_;
};

}  // namespace rtag::schema
