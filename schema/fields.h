// SPDX-License-Identifier: MIT
// Field tables: everything the program knows about a field is said once, beside its struct.
//
//   struct Lens { double focal_length_mm = 35.0; };                  // defaults live here, only
//   here constexpr auto fields_of(std::type_identity<Lens>) {
//     using S = Lens;
//     return table<S>(field("focal_length_mm", &S::focal_length_mm, "mm", "Focal length.",
//     above(0)));
//   }
//
// The table yields reading from YAML and JSON with line numbers (read.h), canonical JSON (write.h)
// and the reference page. A member that is left out of its table does not compile. Tables are
// constexpr values without state, safe to use from any thread.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace rtag::schema {

// What a value must satisfy. Bounds apply to a number, or to each number of a list.
struct Rules {
  std::optional<double> minimum{};
  std::optional<double> exclusive_minimum{};
  std::optional<double> maximum{};
  std::optional<double> exclusive_maximum{};
  bool required = false;       // must be written, even where the reader fills in defaults
  bool non_empty = false;      // a list must hold at least one item
  bool acts = true;            // false: part of the format, but nothing acts on it; any other value
                               // than the default is refused
  std::string_view instead{};  // what to use in place of a field that does not act
  bool extension = false;      // not in the published format: left out where it has its default
  bool list_or_item = false;   // one item may stand without its list; null is an empty list

  constexpr Rules operator|(const Rules& other) const {
    Rules both = *this;
    if (other.minimum) both.minimum = other.minimum;
    if (other.exclusive_minimum) both.exclusive_minimum = other.exclusive_minimum;
    if (other.maximum) both.maximum = other.maximum;
    if (other.exclusive_maximum) both.exclusive_maximum = other.exclusive_maximum;
    both.required = required || other.required;
    both.non_empty = non_empty || other.non_empty;
    both.acts = acts && other.acts;
    if (!other.instead.empty()) both.instead = other.instead;
    both.extension = extension || other.extension;
    both.list_or_item = list_or_item || other.list_or_item;
    return both;
  }
};

constexpr Rules at_least(double low) { return {.minimum = low}; }
constexpr Rules above(double low) { return {.exclusive_minimum = low}; }
constexpr Rules between(double low, double high) { return {.minimum = low, .maximum = high}; }
constexpr Rules inside(double low, double high) {
  return {.exclusive_minimum = low, .exclusive_maximum = high};
}
constexpr Rules required() { return {.required = true}; }
constexpr Rules non_empty() { return {.non_empty = true}; }
constexpr Rules without_effect(std::string_view instead = {}) {
  return {.acts = false, .instead = instead};
}
constexpr Rules extension() { return {.extension = true}; }
constexpr Rules list_or_item() { return {.list_or_item = true}; }

template <class Owner, class Value>
struct Field {
  std::string_view name;
  Value Owner::*member;
  std::string_view unit;  // "m", "deg", "px"...; empty for a pure number or a word
  std::string_view doc;
  Rules rules;
};

template <class Owner, class Value>
constexpr Field<Owner, Value> field(std::string_view name, Value Owner::*member,
                                    std::string_view unit, std::string_view doc, Rules rules = {}) {
  return {name, member, unit, doc, rules};
}

namespace detail {

struct Anything {
  template <class T>
  operator T() const;  // Only ever named in unevaluated code.
};

template <class T, class... Arguments>
constexpr std::size_t member_count() {
  if constexpr (requires { T{{Arguments{}}..., {Anything{}}}; }) {
    return member_count<T, Arguments..., Anything>();
  } else {
    return sizeof...(Arguments);
  }
}

}  // namespace detail

// The table of `Owner`: a member that is missing, or listed twice, does not compile.
template <class Owner, class... Values>
constexpr auto table(Field<Owner, Values>... fields) {
  static_assert(detail::member_count<Owner>() == sizeof...(Values),
                "every member must appear in the field table exactly once");
  return std::tuple{fields...};
}

template <class T>
concept Described = requires {
  fields_of(std::type_identity<T>{});
};

// An enumeration whose words are listed: constexpr auto choices_of(std::type_identity<E>) returns
// std::array<std::pair<std::string_view, E>, N>.
template <class T>
concept Choice = std::is_enum_v<T> && requires {
  choices_of(std::type_identity<T>{});
};

// A variant of described structs: std::size_t alternative_of(std::type_identity<V>, const
// SourceNode&,
// ...) in read.h decides which one a document holds.
template <class T>
struct IsVariant : std::false_type {};
template <class... Ts>
struct IsVariant<std::variant<Ts...>> : std::true_type {};

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

template <class T>
struct IsArray : std::false_type {};
template <class T, std::size_t N>
struct IsArray<std::array<T, N>> : std::true_type {};

template <Described T, class Visitor>
constexpr void for_each_field(Visitor&& visit) {
  std::apply([&](const auto&... fields) { (visit(fields), ...); },
             fields_of(std::type_identity<T>{}));
}

// The word for a value of an enumeration.
template <Choice E>
constexpr std::string_view word_of(E value) {
  for (const auto& [word, candidate] : choices_of(std::type_identity<E>{})) {
    if (candidate == value) return word;
  }
  return {};
}

}  // namespace rtag::schema
