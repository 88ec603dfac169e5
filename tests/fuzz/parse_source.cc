// SPDX-License-Identifier: MIT
// Any bytes as JSON and as YAML: a tree, or exactly one problem that says something.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "schema/check.h"
#include "schema/source_document.h"

namespace rtag::schema {
namespace {

void parse(std::string_view text, SourceFormat format) {
  Problems problems;
  const auto root = parse_source(text, format, problems);
  RTAG_CHECK(problems.size() == (root ? 0 : 1), "a tree or one problem, never both or neither");
  RTAG_CHECK(root || !problems[0].message.empty(), "a problem says what is wrong");
}

}  // namespace
}  // namespace rtag::schema

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  rtag::schema::parse(text, rtag::schema::SourceFormat::kJson);
  rtag::schema::parse(text, rtag::schema::SourceFormat::kYaml);
  return 0;
}
