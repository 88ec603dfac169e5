// SPDX-License-Identifier: MIT
// Any bytes as a YAML config: problems, each on one line, or a config that is written and read back
// equal. Its rules are checked either way.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "schema/check.h"
#include "schema/config.h"
#include "schema/typed_io.h"

namespace rtag::schema {
namespace {

void read_config(std::string_view text) {
  Problems problems;
  const auto config =
      read_text<GenConfig>(text, SourceFormat::kYaml, Completeness::kDefaultsAllowed, problems);
  const std::string lines = to_string("f", problems);
  RTAG_CHECK(
      static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n')) == problems.size(),
      "one line a problem");
  if (!problems.empty()) return;
  check_config(config, problems);
  Problems again;
  const auto copy =
      read_text<GenConfig>(to_json(config), SourceFormat::kJson, Completeness::kEveryKey, again);
  RTAG_CHECK(again.empty() && copy == config, "what is written is read back equal");
}

}  // namespace
}  // namespace rtag::schema

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  rtag::schema::read_config({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
