// SPDX-License-Identifier: MIT
#include "schema/read.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

namespace rtag::schema {
namespace {

using Kind = SourceNode::Kind;

constexpr std::size_t kLongestQuote = 60;

// At most 60 bytes and whole characters of what a file says.
std::string shortened(std::string_view text) {
  if (text.size() <= kLongestQuote) return std::string(text);
  std::size_t end = kLongestQuote;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

// How a value stands in the file, for "(found ...)".
std::string as_found(const SourceNode& node) {
  switch (node.kind) {
    case Kind::kNull:
      return "null";
    case Kind::kSequence:
      return fmt::format("a list of {}", node.items.size());
    case Kind::kMap:
      return "a map";
    case Kind::kScalar:
      break;
  }
  return fmt::format(fmt::runtime(node.quoted ? "the text '{}'" : "{}"), shortened(node.text));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// [sign] digits [. digits] [e [sign] digits], as in JSON but for a leading + and a missing digit
// beside the point, which YAML allows.
bool looks_like_number(std::string_view text) {
  std::size_t i = 0;
  const auto take_digits = [&] {
    const std::size_t begin = i;
    while (i < text.size() && is_digit(text[i])) ++i;
    return i - begin;
  };
  const auto take = [&](std::string_view any) {
    const bool taken = i < text.size() && any.find(text[i]) != std::string_view::npos;
    i += taken ? 1 : 0;
    return taken;
  };
  take("+-");
  std::size_t digits = take_digits();
  if (take(".")) digits += take_digits();
  if (digits == 0) return false;
  if (take("eE")) {
    take("+-");
    if (take_digits() == 0) return false;
  }
  return i == text.size();
}

// 010 and 007.5: octal to YAML 1.1, decimal to others.
bool has_leading_zero(std::string_view text) {
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
  return text.size() > 1 && text[0] == '0' && is_digit(text[1]);
}

bool is_word_for_no_number(std::string_view text) {
  std::string lower;
  for (const char c : text) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const std::string_view word :
       {".nan", "nan", ".inf", "+.inf", "-.inf", "inf", "-inf", "infinity", "-infinity"}) {
    if (lower == word) return true;
  }
  return false;
}

// Whole numbers without a point: bounds of counts read as counts.
std::string number_text(double value) {
  std::string text = to_json(value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

struct Number {
  double value = 0;
  std::string problem;  // empty: value is good
};

Number parse_number(const SourceNode& node, std::string_view expected) {
  const auto problem = [&] {
    return Number{0, fmt::format("expected {} (found {})", expected, as_found(node))};
  };
  if (node.kind != Kind::kScalar || node.quoted) return problem();
  if (is_word_for_no_number(node.text)) {
    return {0, fmt::format("must be a finite number (found {})", node.text)};
  }
  if (!looks_like_number(node.text)) return problem();
  if (has_leading_zero(node.text)) {
    return {0, fmt::format("has a leading zero, write it without (found {})", as_found(node))};
  }
  std::string_view digits = node.text;
  if (digits[0] == '+') digits.remove_prefix(1);
  Number number;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), number.value);
  if (end.ec != std::errc()) {
    return {0, fmt::format("is beyond the range of double precision (found {})", as_found(node))};
  }
  return number;
}

template <class Integer>
std::optional<Integer> whole_number(std::string_view text) {
  Integer value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// Numbers with a leading zero, or with more digits than fit, stay the text that they are.
nlohmann::ordered_json free_scalar(const SourceNode& node) {
  if (node.quoted || has_leading_zero(node.text)) return node.text;
  if (node.text == "true" || node.text == "false") return node.text == "true";
  if (const auto integer = whole_number<std::int64_t>(node.text)) return *integer;
  if (const auto integer = whole_number<std::uint64_t>(node.text)) return *integer;
  if (node.text.find_first_of(".eE") == std::string::npos) return node.text;
  const Number number = parse_number(node, "a value");
  if (number.problem.empty()) return number.value;
  return node.text;
}

// REQUIRES: no key stands twice in a map.
nlohmann::ordered_json free_value(const SourceNode& node) {
  switch (node.kind) {
    case Kind::kNull:
      return nullptr;
    case Kind::kSequence: {
      auto list = nlohmann::ordered_json::array();
      for (const SourceNode& item : node.items) list.push_back(free_value(item));
      return list;
    }
    case Kind::kMap: {
      nlohmann::ordered_json::object_t map;
      // Its own insertion searches all keys before it: quadratic.
      using Entries = std::vector<nlohmann::ordered_json::object_t::value_type>;
      for (const SourceEntry& entry : node.entries) {
        static_cast<Entries&>(map).emplace_back(entry.key, free_value(entry.value));
      }
      return map;
    }
    case Kind::kScalar:
      break;
  }
  return free_scalar(node);
}

}  // namespace

void Reader::complain(const SourceNode& node, const std::string& path, std::string message) {
  problems_.push_back({path, node.line, std::move(message), node.origin});
}

void Reader::wrong_kind(const SourceNode& node, const std::string& path,
                        std::string_view expected) {
  complain(node, path, fmt::format("expected {} (found {})", expected, as_found(node)));
}

void Reader::missing(const SourceNode& map, const std::string& path) {
  complain(map, path, "required, but missing");
}

void Reader::without_effect(const SourceNode& node, const std::string& path,
                            const std::string& expected, std::string_view instead) {
  const std::string mend = instead.empty() ? "remove it" : fmt::format("use {}", instead);
  complain(node, path,
           fmt::format("has no effect: {}, or write its default, {} (found {})", mend, expected,
                       as_found(node)));
}

void Reader::not_a_choice(const SourceNode& node, const std::string& path,
                          const std::vector<std::string_view>& words) {
  const std::string hint =
      node.kind == Kind::kScalar ? did_you_mean(node.text, words) : std::string();
  complain(node, path,
           fmt::format("expected {}{} (found {}){}", words.size() > 1 ? "one of " : "",
                       fmt::join(words, ", "), as_found(node), hint));
}

void Reader::check_keys(const SourceNode& map, const std::vector<std::string_view>& names,
                        const std::string& path) {
  check_repeated_keys(map, path);
  for (const SourceEntry& entry : map.entries) {
    if (std::find(names.begin(), names.end(), entry.key) != names.end()) continue;
    problems_.push_back({join(path, shortened(entry.key)), entry.line,
                         "unknown field" + did_you_mean(entry.key, names), entry.value.origin});
  }
}

void Reader::check_repeated_keys(const SourceNode& map, const std::string& path) {
  std::map<std::string_view, int> first_lines;
  for (const SourceEntry& entry : map.entries) {
    const auto [first, is_new] = first_lines.emplace(entry.key, entry.line);
    if (is_new) continue;
    problems_.push_back({join(path, shortened(entry.key)), entry.line,
                         fmt::format("given twice (first on line {})", first->second),
                         entry.value.origin});
  }
}

void Reader::check_free_keys(const SourceNode& node, const std::string& path) {
  check_repeated_keys(node, path);
  for (const SourceEntry& entry : node.entries) {
    check_free_keys(entry.value, join(path, shortened(entry.key)));
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    check_free_keys(node.items[i], item_path(path, i));
  }
}

bool Reader::is_list_of(const SourceNode& node, std::size_t count, const std::string& path) {
  if (node.kind == Kind::kSequence && node.items.size() == count) return true;
  wrong_kind(node, path, fmt::format("a list of {}", count));
  return false;
}

bool Reader::within(const SourceNode& node, const std::string& path, double value,
                    const Rules& rules) {
  const auto demand = [&](std::string_view relation, double bound) {
    complain(node, path,
             fmt::format("must be {} {} (found {})", relation, number_text(bound), as_found(node)));
    return false;
  };
  if (rules.minimum && value < *rules.minimum) return demand(">=", *rules.minimum);
  if (rules.exclusive_minimum && value <= *rules.exclusive_minimum) {
    return demand(">", *rules.exclusive_minimum);
  }
  if (rules.maximum && value > *rules.maximum) return demand("<=", *rules.maximum);
  if (rules.exclusive_maximum && value >= *rules.exclusive_maximum) {
    return demand("<", *rules.exclusive_maximum);
  }
  return true;
}

void Reader::read(const SourceNode& node, bool& value, const std::string& path, const Rules&) {
  const bool is_word = node.kind == Kind::kScalar && !node.quoted;
  if (!is_word || (node.text != "true" && node.text != "false")) {
    return wrong_kind(node, path, "true or false");
  }
  value = node.text == "true";
}

void Reader::read(const SourceNode& node, double& value, const std::string& path,
                  const Rules& rules) {
  const Number number = parse_number(node, "a number");
  if (!number.problem.empty()) return complain(node, path, number.problem);
  if (within(node, path, number.value, rules)) value = number.value;
}

// Whole numbers keep all their digits; 16.0 counts as 16, 16.5 does not count as anything.
template <class Integer>
void Reader::read_integer(const SourceNode& node, Integer& value, const std::string& path,
                          const Rules& rules) {
  const Number number = parse_number(node, "a whole number");
  if (!number.problem.empty()) return complain(node, path, number.problem);
  if (number.value != std::floor(number.value)) return wrong_kind(node, path, "a whole number");
  std::string digits = node.text;
  if (digits.find_first_not_of("+-0123456789") != std::string::npos) {
    digits = fmt::format("{:.0f}", number.value);
  }
  if (digits[0] == '+') digits.erase(0, 1);
  Integer exact = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), exact);
  if (end.ec != std::errc() || end.ptr != digits.data() + digits.size()) {
    return complain(
        node, path,
        fmt::format("must be between {} and {} (found {})", std::numeric_limits<Integer>::min(),
                    std::numeric_limits<Integer>::max(), as_found(node)));
  }
  if (within(node, path, number.value, rules)) value = exact;
}

void Reader::read(const SourceNode& node, int& value, const std::string& path, const Rules& rules) {
  read_integer(node, value, path, rules);
}
void Reader::read(const SourceNode& node, std::int64_t& value, const std::string& path,
                  const Rules& rules) {
  read_integer(node, value, path, rules);
}
void Reader::read(const SourceNode& node, std::uint32_t& value, const std::string& path,
                  const Rules& rules) {
  read_integer(node, value, path, rules);
}
void Reader::read(const SourceNode& node, std::uint64_t& value, const std::string& path,
                  const Rules& rules) {
  read_integer(node, value, path, rules);
}

void Reader::read(const SourceNode& node, std::string& value, const std::string& path,
                  const Rules&) {
  if (node.kind != Kind::kScalar) return wrong_kind(node, path, "text");
  const bool is_other = node.text == "true" || node.text == "false" || looks_like_number(node.text);
  if (!node.quoted && is_other) {
    return complain(node, path,
                    fmt::format("expected text (found {0}), write \"{0}\"", as_found(node)));
  }
  value = node.text;
}

void Reader::read(const SourceNode& node, nlohmann::ordered_json& value, const std::string& path,
                  const Rules&) {
  if (node.kind != Kind::kMap) return wrong_kind(node, path, "a map");
  const std::size_t problems_before = problems_.size();
  check_free_keys(node, path);
  if (problems_.size() == problems_before) value = free_value(node);
}

void Reader::read(const SourceNode& node, CountRange& value, const std::string& path,
                  const Rules& rules) {
  if (node.kind == Kind::kSequence) {
    std::array<int, 2> range{value.min, value.max};
    read(node, range, path, rules);
    value = {range[0], range[1]};
    return;
  }
  int count = value.min;
  read(node, count, path, rules);
  value = {count, count};
}

std::string Reader::join(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

std::string Reader::item_path(const std::string& path, std::size_t index) {
  return fmt::format("{}[{}]", path, index);
}

std::optional<std::size_t> alternative_of(std::type_identity<Subject>, const SourceNode& node,
                                          const std::string& path, Problems& problems) {
  if (node.kind != Kind::kMap) {
    problems.push_back(
        {path, node.line, fmt::format("expected a map (found {})", as_found(node)), node.origin});
    return std::nullopt;
  }
  const SourceNode* type = node.find("type");
  SubjectType chosen{};
  const std::size_t problems_before = problems.size();
  if (type != nullptr) {
    Reader(Completeness::kEveryKey, problems).read(*type, chosen, path + ".type", {});
  } else {
    problems.push_back(
        {path + ".type", node.line, "required, but missing: TAGS or BOARD", node.origin});
  }
  if (problems.size() > problems_before) return std::nullopt;
  return chosen == SubjectType::kTags ? 0 : 1;
}

std::optional<std::size_t> alternative_of(std::type_identity<ObjectProperties>,
                                          const SourceNode& node, const std::string&, Problems&) {
  if (node.find("tag_family") != nullptr) return 0;
  if (node.find("mode") != nullptr) return 1;
  if (node.find("shape") != nullptr) return 2;
  return 3;
}

}  // namespace rtag::schema
