// SPDX-License-Identifier: MIT
// Documents for tests, without problems.
#pragma once

#include <string>
#include <string_view>

#include "schema/source_document.h"

namespace rtag::schema {

inline SourceNode parsed(std::string_view text, SourceFormat format = SourceFormat::kYaml) {
  Problems problems;
  auto root = parse_source(text, format, problems);
  if (!root) throw to_string("f", problems);
  return *std::move(root);
}

}  // namespace rtag::schema
