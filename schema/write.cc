// SPDX-License-Identifier: MIT
#include "schema/write.h"

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "schema/check.h"

namespace rtag::schema {
namespace {

template <class Number>
void append_integer(std::string& out, Number value) {
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  out.append(buffer, end);
}

// Significant digits and decimal exponent of a positive double: 12.5 is {"125", 1}.
struct Decimal {
  std::string digits;
  int exponent;
};

Decimal shortest_decimal(double value) {
  char buffer[32];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const std::size_t e = text.find('e');
  Decimal decimal{std::string(1, text[0]), 0};
  std::from_chars(text.data() + e + 2, text.data() + text.size(), decimal.exponent);
  if (text[e + 1] == '-') decimal.exponent = -decimal.exponent;
  if (e > 2) decimal.digits += text.substr(2, e - 2);
  return decimal;
}

std::string in_positional_notation(Decimal decimal) {
  std::string& digits = decimal.digits;
  if (decimal.exponent < 0) {
    return "0." + std::string(static_cast<std::size_t>(-decimal.exponent - 1), '0') + digits;
  }
  const auto whole = static_cast<std::size_t>(decimal.exponent) + 1;
  if (digits.size() <= whole) return digits + std::string(whole - digits.size(), '0') + ".0";
  return digits.insert(whole, ".");
}

std::string in_scientific_notation(const Decimal& decimal) {
  std::string text = decimal.digits.substr(0, 1);
  if (decimal.digits.size() > 1) text += "." + decimal.digits.substr(1);
  const int magnitude = std::abs(decimal.exponent);
  text += decimal.exponent < 0 ? "e-" : "e+";
  return text + (magnitude < 10 ? "0" : "") + std::to_string(magnitude);
}

// The end of the list that starts at `begin` if no map or list stands inside it; otherwise npos.
std::size_t end_of_flat_list(std::string_view json, std::size_t begin) {
  bool in_text = false;
  for (std::size_t i = begin + 1; i < json.size(); ++i) {
    if (in_text) {
      if (json[i] == '\\')
        ++i;
      else if (json[i] == '"')
        in_text = false;
    } else if (json[i] == '"') {
      in_text = true;
    } else if (json[i] == '[' || json[i] == '{') {
      return std::string_view::npos;
    } else if (json[i] == ']') {
      return i;
    }
  }
  return std::string_view::npos;
}

std::size_t end_of_text(std::string_view json, std::size_t begin) {
  std::size_t i = begin + 1;
  while (json[i] != '"') i += json[i] == '\\' ? 2 : 1;
  return i;
}

void append_with_spaces(std::string& out, std::string_view flat_list) {
  for (std::size_t i = 0; i < flat_list.size(); ++i) {
    if (flat_list[i] == '"') {
      const std::size_t end = end_of_text(flat_list, i);
      out += flat_list.substr(i, end - i + 1);
      i = end;
    } else {
      out += flat_list[i];
      if (flat_list[i] == ',') out += ' ';
    }
  }
}

}  // namespace

void append_json(std::string& out, bool value) { out += value ? "true" : "false"; }
void append_json(std::string& out, int value) { append_integer(out, value); }
void append_json(std::string& out, std::int64_t value) { append_integer(out, value); }
void append_json(std::string& out, std::uint32_t value) { append_integer(out, value); }
void append_json(std::string& out, std::uint64_t value) { append_integer(out, value); }

void append_json(std::string& out, double value) {
  RTAG_CHECK(std::isfinite(value), "JSON has no word for NaN and infinity");
  if (std::signbit(value)) out += '-';
  if (value == 0) {
    out += "0.0";
    return;
  }
  const Decimal decimal = shortest_decimal(std::abs(value));
  const bool positional = decimal.exponent >= -4 && decimal.exponent < 16;
  out += positional ? in_positional_notation(decimal) : in_scientific_notation(decimal);
}

void append_json(std::string& out, std::string_view value) {
  using nlohmann::json;
  out += json(value).dump(-1, ' ', false, json::error_handler_t::replace);
}

// Not nlohmann's dump(): its doubles are not always the shortest, nor spelt as ours.
void append_json(std::string& out, const nlohmann::ordered_json& value) {
  using nlohmann::json;
  if (value.is_array()) return detail::append_json_list(out, value);
  if (value.is_number_float()) return append_json(out, value.get<double>());
  if (!value.is_object()) {
    out += value.dump(-1, ' ', false, json::error_handler_t::replace);
    return;
  }
  out += '{';
  bool first = true;
  for (const auto& [key, child] : value.items()) {
    if (!first) out += ',';
    first = false;
    append_json(out, key);
    out += ':';
    append_json(out, child);
  }
  out += '}';
}

void append_json(std::string& out, const CountRange& value) {
  if (value.min == value.max) return append_json(out, value.min);
  append_json(out, std::array<int, 2>{value.min, value.max});
}

std::string indented(std::string_view json) {
  std::string out;
  std::size_t level = 0;
  const auto new_line = [&] { out += '\n' + std::string(2 * level, ' '); };
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '"') {
      const std::size_t end = end_of_text(json, i);
      out += json.substr(i, end - i + 1);
      i = end;
    } else if (c == '[' && end_of_flat_list(json, i) != std::string_view::npos) {
      const std::size_t end = end_of_flat_list(json, i);
      append_with_spaces(out, json.substr(i, end - i + 1));
      i = end;
    } else if (c == '{' && json[i + 1] == '}') {
      out += "{}";
      ++i;
    } else if (c == '{' || c == '[') {
      out += c;
      ++level;
      new_line();
    } else if (c == '}' || c == ']') {
      --level;
      new_line();
      out += c;
    } else {
      out += c;
      if (c == ',') new_line();
      if (c == ':') out += ' ';
    }
  }
  return out;
}

}  // namespace rtag::schema
