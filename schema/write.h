// SPDX-License-Identifier: MIT
// Canonical JSON: fields in table order, no white space, shortest decimals that read back as the
// same double, always with a point or an exponent (as Python prints floats), UTF-8 as it is. The
// same value gives the same bytes on every machine.
//
// REQUIRES: finite numbers (JSON knows no others); readers and the compiler let none through.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "schema/fields.h"
#include "schema/scenario_config.h"

namespace rtag::schema {

void append_json(std::string& out, bool value);
void append_json(std::string& out, int value);
void append_json(std::string& out, std::int64_t value);
void append_json(std::string& out, std::uint32_t value);
void append_json(std::string& out, std::uint64_t value);
void append_json(std::string& out, double value);
void append_json(std::string& out, std::string_view value);
inline void append_json(std::string& out, const std::string& value) {
  append_json(out, std::string_view(value));
}
void append_json(std::string& out, const nlohmann::ordered_json& value);
void append_json(std::string& out, const CountRange& value);

template <Choice E>
void append_json(std::string& out, E value) {
  append_json(out, word_of(value));
}
template <class T>
void append_json(std::string& out, const std::optional<T>& value);
template <class T>
void append_json(std::string& out, const std::vector<T>& values);
template <class T, std::size_t N>
void append_json(std::string& out, const std::array<T, N>& values);
template <class... Ts>
void append_json(std::string& out, const std::variant<Ts...>& value);
template <Described T>
void append_json(std::string& out, const T& value);

namespace detail {

template <class Range>
void append_json_list(std::string& out, const Range& values) {
  out += '[';
  bool first = true;
  for (const auto& value : values) {
    if (!first) out += ',';
    first = false;
    append_json(out, value);
  }
  out += ']';
}

template <class Owner, class Value>
bool is_left_out(const Owner& owner, const Field<Owner, Value>& field) {
  if (!field.rules.extension) return false;
  static const Owner defaults{};
  return owner.*field.member == defaults.*field.member;
}

}  // namespace detail

template <class T>
void append_json(std::string& out, const std::optional<T>& value) {
  if (value) {
    append_json(out, *value);
  } else {
    out += "null";
  }
}

template <class T>
void append_json(std::string& out, const std::vector<T>& values) {
  detail::append_json_list(out, values);
}

template <class T, std::size_t N>
void append_json(std::string& out, const std::array<T, N>& values) {
  detail::append_json_list(out, values);
}

template <class... Ts>
void append_json(std::string& out, const std::variant<Ts...>& value) {
  std::visit([&](const auto& alternative) { append_json(out, alternative); }, value);
}

template <Described T>
void append_json(std::string& out, const T& value) {
  out += '{';
  bool first = true;
  for_each_field<T>([&](const auto& field) {
    if (detail::is_left_out(value, field)) return;
    if (!first) out += ',';
    first = false;
    out += '"';
    out += field.name;
    out += "\":";
    append_json(out, value.*field.member);
  });
  out += '}';
}

template <class T>
std::string to_json(const T& value) {
  std::string out;
  append_json(out, value);
  return out;
}

// The same JSON for people: two spaces a level; lists without maps or lists inside stay on one
// line.
std::string indented(std::string_view json);

template <class T>
std::string to_pretty_json(const T& value) {
  return indented(to_json(value)) + "\n";
}

}  // namespace rtag::schema
