// SPDX-License-Identifier: MIT
// Arbitrary: random values of every described type, within the bounds of its field table, from a
// seed. Fields without effect keep their default. Not thread-safe.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "schema/config.h"
#include "schema/fields.h"

namespace rtag::schema {

class Arbitrary {
 public:
  explicit Arbitrary(std::uint64_t seed) : engine_(seed) {}

  template <class T>
  T make() {
    T value{};
    fill(value, {});
    return value;
  }

  template <Described T>
  void fill(T& value, const Rules&) {
    const T defaults{};
    for_each_field<T>([&](const auto& field) {
      if (field.rules.acts) {
        fill(value.*field.member, field.rules);
      } else {
        value.*field.member = defaults.*field.member;
      }
    });
    mend(value);
  }

  void fill(bool& value, const Rules&) { value = one_in(2); }
  void fill(int& value, const Rules& rules) { fill_integer(value, rules); }
  void fill(std::int64_t& value, const Rules& rules) { fill_integer(value, rules); }
  void fill(std::uint32_t& value, const Rules&) { value = static_cast<std::uint32_t>(engine_()); }
  void fill(std::uint64_t& value, const Rules&) { value = engine_(); }

  void fill(double& value, const Rules& rules) {
    value = std::bit_cast<double>(engine_());
    if (std::isfinite(value) && allowed(value, rules)) return;
    const double low = rules.minimum.value_or(rules.exclusive_minimum.value_or(-1000));
    const double high = rules.maximum.value_or(rules.exclusive_maximum.value_or(low + 1e4));
    value = low + (high - low) * std::uniform_real_distribution<double>(0.001, 0.999)(engine_);
  }

  void fill(std::string& value, const Rules&) {
    constexpr std::array<std::string_view, 20> kPieces{
        "a",  "Z", "\"", "\\", "\n", "\r", "\t", "\x01",   "\x1f",       "\x7f",
        "\b", "/", "'",  ":",  "# ", "5",  "{[", "\u00e9", "\U0001F600", "\u2028"};
    value.clear();
    for (std::size_t i = below(8); i > 0; --i) value += kPieces[below(kPieces.size())];
  }

  void fill(nlohmann::ordered_json& value, const Rules&) {
    value = nlohmann::ordered_json::object();
    value["z"] = make<std::string>();
    value["a"] = {make<double>(), make<std::int64_t>(), make<std::uint64_t>(), nullptr, true};
    value["m"] = {{"inner", make<std::string>()}};
  }

  void fill(CountRange& value, const Rules& rules) {
    fill(value.min, rules);
    fill(value.max, rules);
  }

  template <Choice E>
  void fill(E& value, const Rules&) {
    const auto choices = choices_of(std::type_identity<E>{});
    value = choices[below(choices.size())].second;
  }

  template <class T>
  void fill(std::optional<T>& value, const Rules& rules) {
    value.reset();
    if (one_in(2)) fill(value.emplace(), rules);
  }

  template <class T>
  void fill(std::vector<T>& values, const Rules& rules) {
    values.assign(below(4) + (rules.non_empty ? 1 : 0), T{});
    for (T& value : values) fill(value, rules);
  }

  template <class T, std::size_t N>
  void fill(std::array<T, N>& values, const Rules& rules) {
    for (T& value : values) fill(value, rules);
  }

  template <class... Ts>
  void fill(std::variant<Ts...>& value, const Rules& rules) {
    std::size_t chosen = below(sizeof...(Ts));
    ((chosen-- == 0 ? fill(value.template emplace<Ts>(), rules) : void()), ...);
  }

 private:
  // The word that tells the alternatives of a subject apart.
  static void mend(TagsSubject& subject) { subject.type = SubjectType::kTags; }
  static void mend(BoardSubject& subject) { subject.type = SubjectType::kBoard; }
  template <class T>
  static void mend(T&) {}

  static bool allowed(double value, const Rules& rules) {
    return (!rules.minimum || value >= *rules.minimum) &&
           (!rules.exclusive_minimum || value > *rules.exclusive_minimum) &&
           (!rules.maximum || value <= *rules.maximum) &&
           (!rules.exclusive_maximum || value < *rules.exclusive_maximum);
  }

  template <class Integer>
  void fill_integer(Integer& value, const Rules& rules) {
    const double low = rules.minimum.value_or(rules.exclusive_minimum.value_or(-1001) + 1);
    const double high = rules.maximum.value_or(low + 1e6);
    value = std::uniform_int_distribution<Integer>(static_cast<Integer>(low),
                                                   static_cast<Integer>(high))(engine_);
  }

  std::size_t below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }
  bool one_in(std::size_t count) { return below(count) == 0; }

  std::mt19937_64 engine_;
};

}  // namespace rtag::schema
