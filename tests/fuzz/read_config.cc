// SPDX-License-Identifier: MIT
// Any bytes as a YAML config, migrated, with its presets beneath it, read and checked: problems
// that know their place, or a config that is written and read back equal.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/properties.h"

namespace rtag::schema {
namespace {

void check_text(std::string_view text) {
  Problems problems;
  const auto document = parse_source(text, SourceFormat::kYaml, problems);
  check_told(problems);
  if (document) check_config_document(*document, {}, {});
}

}  // namespace
}  // namespace rtag::schema

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  rtag::schema::check_text({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
