// SPDX-License-Identifier: MIT
// Prints docs/config.md from the field tables, or compares the page with them:
//   schema_print_config_reference [--check FILE]
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "schema/job_spec.h"
#include "schema/write.h"
#include "tests/schema/generated_file.h"

namespace rtag::schema {
namespace {

constexpr std::string_view kIntroduction =
    R"(# Config reference

Every setting of a config (schema version 0.2), and of the locked job that `rtag lock` makes of it.
This page is generated from the field tables in `schema/`: change them, then run
`scripts/update_golden`.

A setting that is left out has its default. Unknown settings are refused. Bounds of a list hold for
each of its numbers. Rules that tie several settings together are in `schema/config_rules.cc`; each
says what it wants when it is broken.

**Without effect** marks a setting that belongs to the published format, but nothing acts on it: it
may only hold its default, anything else is refused with what to use instead. **Extension** marks a
setting that the published format does not have; canonical JSON leaves it out where it has its
default. A list that says "or one item" may be written without its brackets where it holds one item;
there `null` is an empty list.

Editors check and complete a config from `schema/config-0.2.json` beside this page: its first line
says `# yaml-language-server: $schema=` and the path of that file. Jobs and recipes have theirs in
`schema/job-0.2.json` and `schema/recipe-0.2.json`.
)";

// "whole number", "list of 3 numbers", ...: how a value is written.
template <class T>
struct TypeName;

template <class T>
std::string type_name() {
  if constexpr (Choice<T>) {
    std::string words;
    for (const auto& [word, value] : choices_of(std::type_identity<T>{})) {
      words += fmt::format("{}`{}`", words.empty() ? "" : ", ", word);
    }
    return words;
  } else if constexpr (Described<T> || IsVariant<T>::value) {
    return "section";
  } else {
    return TypeName<T>::text();
  }
}

template <class T>
requires std::is_integral_v<T>
struct TypeName<T> {
  static std::string text() { return "whole number"; }
};
template <>
struct TypeName<bool> {
  static std::string text() { return "true or false"; }
};
template <>
struct TypeName<double> {
  static std::string text() { return "number"; }
};
template <>
struct TypeName<std::string> {
  static std::string text() { return "text"; }
};
template <>
struct TypeName<nlohmann::ordered_json> {
  static std::string text() { return "map of anything"; }
};
template <>
struct TypeName<CountRange> {
  static std::string text() { return "whole number or [min, max]"; }
};
template <class T>
struct TypeName<std::optional<T>> {
  static std::string text() { return type_name<T>() + " or null"; }
};
template <class T>
struct TypeName<std::vector<T>> {
  static std::string text() { return "list of: " + type_name<T>(); }
};
template <class T, std::size_t N>
struct TypeName<std::array<T, N>> {
  static std::string text() { return fmt::format("{} × {}", N, type_name<T>()); }
};

std::string bounds_of(const Rules& rules) {
  std::vector<std::string> bounds;
  if (rules.minimum) bounds.push_back(fmt::format("≥ {}", *rules.minimum));
  if (rules.exclusive_minimum) bounds.push_back(fmt::format("> {}", *rules.exclusive_minimum));
  if (rules.maximum) bounds.push_back(fmt::format("≤ {}", *rules.maximum));
  if (rules.exclusive_maximum) bounds.push_back(fmt::format("< {}", *rules.exclusive_maximum));
  if (rules.non_empty) bounds.push_back("not empty");
  return fmt::format("{}", fmt::join(bounds, ", "));
}

std::string marks_of(const Rules& rules) {
  if (rules.extension) return " **Extension.**";
  if (rules.acts) return "";
  if (rules.instead.empty()) return " **Without effect.**";
  return fmt::format(" **Without effect:** use {}.", rules.instead);
}

template <class T>
std::string default_of(const T& value, const Rules& rules) {
  if (rules.required) return "required";
  if constexpr (Described<T> || IsVariant<T>::value) {
    return "";
  } else if constexpr (IsOptional<T>::value) {
    return value ? default_of(*value, rules) : "`null`";
  } else {
    return "`" + to_json(value) + "`";
  }
}

class Page {
 public:
  Page() : text_(kIntroduction) {}

  // One heading and one table for a struct, then its sections.
  template <Described T>
  void section(const std::string& title, const std::string& path) {
    text_ += fmt::format(
        "\n## {}\n\n| setting | type | default | bounds | unit | meaning |\n"
        "|---|---|---|---|---|---|\n",
        title);
    const T defaults{};
    for_each_field<T>([&](const auto& field) {
      using Value = std::decay_t<decltype(defaults.*field.member)>;
      text_ += fmt::format("| `{}` | {}{} | {} | {} | {} | {}{} |\n", field.name,
                           type_name<Value>(), field.rules.list_or_item ? ", or one item" : "",
                           default_of(defaults.*field.member, field.rules), bounds_of(field.rules),
                           field.unit, field.doc, marks_of(field.rules));
    });
    for_each_field<T>([&](const auto& field) {
      const std::string inner = (path.empty() ? "" : path + ".") + std::string(field.name);
      sections_of(defaults.*field.member, inner);
    });
  }

  const std::string& text() const { return text_; }

 private:
  template <class T>
  void sections_of(const T&, const std::string& path) {
    if constexpr (Described<T> && !std::is_same_v<T, GenConfig>) section<T>(path, path);
  }
  template <class T>
  void sections_of(const std::optional<T>&, const std::string& path) {
    sections_of(T{}, path);
  }
  template <class T>
  void sections_of(const std::vector<T>&, const std::string& path) {
    sections_of(T{}, path + "[]");
  }
  void sections_of(const Subject&, const std::string& path) {
    section<TagsSubject>(path + ", type TAGS", path);
    section<BoardSubject>(path + ", type BOARD", path);
  }

  std::string text_;
};

std::string config_reference() {
  Page page;
  page.section<GenConfig>("The config", "");
  page.section<JobSpec>("The locked job", "job");
  return page.text();
}

}  // namespace
}  // namespace rtag::schema

int main(int count, char** arguments) {
  if (count == 3 && std::string_view(arguments[1]) == "--check") {
    return rtag::schema::compare_with_file(rtag::schema::config_reference(), arguments[2]);
  }
  std::cout << rtag::schema::config_reference();
  return 0;
}
