// SPDX-License-Identifier: MIT
// A command line's additions to a config: first lines of "-D PATH=VALUE" and "--preset NAME", then
// the config.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/properties.h"

namespace rtag::schema {
namespace {

// The rest of the first line if it begins with `option`; it is then taken from the text.
std::optional<std::string> take_line(std::string_view& text, std::string_view option) {
  if (!text.starts_with(option)) return std::nullopt;
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string line(text.substr(option.size(), end - option.size()));
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

void read_with_additions(std::string_view text) {
  std::vector<std::string> texts;
  std::vector<std::string> presets;
  while (true) {
    if (auto override_ = take_line(text, "-D ")) {
      texts.push_back(*std::move(override_));
    } else if (auto preset = take_line(text, "--preset ")) {
      presets.push_back(*std::move(preset));
    } else {
      break;
    }
  }
  const auto overrides = parse_overrides(texts);
  if (!overrides) {
    RTAG_CHECK(!overrides.error().message.empty(), "a fault says what is wrong");
    return;
  }
  Problems problems;
  const auto document = parse_source(text, SourceFormat::kYaml, problems);
  if (document) check_config_document(*document, presets, *overrides);
}

}  // namespace
}  // namespace rtag::schema

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  rtag::schema::read_with_additions({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
