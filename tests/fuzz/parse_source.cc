// SPDX-License-Identifier: MIT
// Any bytes as JSON and as YAML: a tree, or exactly one problem that says something. A tree that is
// written as YAML is read back as the same tree.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/properties.h"

namespace rtag::schema {
namespace {

void parse(std::string_view text, SourceFormat format) {
  Problems problems;
  const auto root = parse_source(text, format, problems);
  RTAG_CHECK(problems.size() == (root ? 0 : 1), "a tree or one problem, never both or neither");
  check_told(problems);
  if (!root) return;
  const std::string written = to_yaml(*root);
  const auto copy = parse_source(written, SourceFormat::kYaml, problems);
  RTAG_CHECK(copy && to_yaml(*copy) == written, "what is written is read back equal");
}

}  // namespace
}  // namespace rtag::schema

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  rtag::schema::parse(text, rtag::schema::SourceFormat::kJson);
  rtag::schema::parse(text, rtag::schema::SourceFormat::kYaml);
  return 0;
}
