// SPDX-License-Identifier: MIT
// What a reader says about a text, as one string: a line for each problem, empty when there is
// none.
#pragma once

#include <string>
#include <string_view>

#include "schema/config.h"
#include "schema/typed_io.h"

namespace rtag::schema {

template <class T>
std::string complaints(std::string_view text, SourceFormat format, Completeness completeness) {
  Problems problems;
  read_text<T>(text, format, completeness, problems);
  std::string lines = to_string("f", problems);
  if (!lines.empty()) lines.pop_back();
  return lines;
}

template <class T = GenConfig>
std::string yaml_complaints(std::string_view text) {
  return complaints<T>(text, SourceFormat::kYaml, Completeness::kDefaultsAllowed);
}

template <class T = GenConfig>
std::string json_complaints(std::string_view text) {
  return complaints<T>(text, SourceFormat::kJson, Completeness::kDefaultsAllowed);
}

// REQUIRES: a text without problems; they are thrown for the test to show.
template <class T = GenConfig>
T read_yaml(std::string_view text) {
  Problems problems;
  T value = read_text<T>(text, SourceFormat::kYaml, Completeness::kDefaultsAllowed, problems);
  if (!problems.empty()) throw to_string("f", problems);
  return value;
}

}  // namespace rtag::schema
