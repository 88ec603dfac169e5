// SPDX-License-Identifier: MIT
#include "schema/read.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace rtag::schema {
namespace {

using Kind = SourceNode::Kind;

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
  std::string text = node.text.size() > 60 ? node.text.substr(0, 60) + "..." : node.text;
  std::replace(text.begin(), text.end(), '\n', ' ');
  return node.quoted ? fmt::format("the text '{}'", text) : text;
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

std::string number_text(double value) { return to_json(value); }

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
    return {0, fmt::format("has a leading zero, write it without (found {})", node.text)};
  }
  std::string_view digits = node.text;
  if (digits[0] == '+') digits.remove_prefix(1);
  Number number;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), number.value);
  if (end.ec != std::errc()) {
    return {0, fmt::format("must be a finite number (found {})", node.text)};
  }
  return number;
}

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
      auto map = nlohmann::ordered_json::object();
      for (const SourceEntry& entry : node.entries) map[entry.key] = free_value(entry.value);
      return map;
    }
    case Kind::kScalar:
      break;
  }
  if (node.quoted) return node.text;
  if (node.text == "true" || node.text == "false") return node.text == "true";
  std::int64_t integer = 0;
  const char* end = node.text.data() + node.text.size();
  if (std::from_chars(node.text.data(), end, integer).ptr == end && !has_leading_zero(node.text)) {
    return integer;
  }
  const Number number = parse_number(node, "a value");
  if (number.problem.empty()) return number.value;
  return node.text;
}

}  // namespace

void Reader::complain(const SourceNode& node, const std::string& path, std::string message) {
  problems_.push_back({path, node.line, std::move(message)});
}

void Reader::wrong_kind(const SourceNode& node, const std::string& path,
                        std::string_view expected) {
  complain(node, path, fmt::format("expected {} (found {})", expected, as_found(node)));
}

void Reader::missing(const SourceNode& map, const std::string& path) {
  complain(map, path, "required, but missing");
}

void Reader::not_acted_on_yet(const SourceNode& node, const std::string& path,
                              const std::string& expected) {
  complain(node, path,
           fmt::format("this version does not act on it: remove it or write its default, {} "
                       "(found {})",
                       expected, as_found(node)));
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
  for (std::size_t i = 0; i < map.entries.size(); ++i) {
    const SourceEntry& entry = map.entries[i];
    const auto begin = map.entries.begin();
    const auto first = std::find_if(begin, begin + static_cast<std::ptrdiff_t>(i),
                                    [&](const SourceEntry& e) { return e.key == entry.key; });
    if (first->line != 0 && first != begin + static_cast<std::ptrdiff_t>(i)) {
      problems_.push_back({join(path, entry.key), entry.line,
                           fmt::format("given twice (first on line {})", first->line)});
    } else if (std::find(names.begin(), names.end(), entry.key) == names.end()) {
      problems_.push_back(
          {join(path, entry.key), entry.line, "unknown field" + did_you_mean(entry.key, names)});
    }
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
             fmt::format("must be {} {} (found {})", relation, number_text(bound), node.text));
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
                    std::numeric_limits<Integer>::max(), node.text));
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
    return complain(
        node, path,
        fmt::format("expected text (found {}), write \"{}\"", as_found(node), node.text));
  }
  value = node.text;
}

void Reader::read(const SourceNode& node, nlohmann::ordered_json& value, const std::string& path,
                  const Rules&) {
  if (node.kind != Kind::kMap) return wrong_kind(node, path, "a map");
  value = free_value(node);
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
  const SourceNode* type = node.kind == Kind::kMap ? node.find("type") : nullptr;
  SubjectType chosen{};
  const std::size_t problems_before = problems.size();
  if (type != nullptr) {
    Reader(Completeness::kEveryKey, problems).read(*type, chosen, path + ".type", {});
  } else {
    problems.push_back({path + ".type", node.line, "required, but missing: TAGS or BOARD"});
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
