// SPDX-License-Identifier: MIT
// Any bytes as the sweeps of an experiment, a list in YAML: problems, or combinations whose texts
// -D reads back as what they were made from.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "schema/documents/sweep.h"
#include "tests/fuzz/properties.h"

namespace rtag::schema {
namespace {

constexpr std::size_t kMostRead = 100;  // so that inputs stay quick

void check_texts(const Combination& combination) {
  RTAG_CHECK(combination.texts.size() == combination.overrides.size(), "a text for each value");
  const auto overrides = parse_overrides(combination.texts);
  RTAG_CHECK(overrides.has_value(), "-D takes the text of a variant");
  for (std::size_t i = 0; i < overrides->size(); ++i) {
    const Override& made = combination.overrides[i];
    const Override& read = (*overrides)[i];
    RTAG_CHECK(read.path == made.path, "the text has the path of the value");
    RTAG_CHECK(to_flow_text(read.value) == to_flow_text(made.value), "the text has the value");
  }
}

void read_sweeps(std::string_view text) {
  Problems problems;
  const auto list = parse_source(text, SourceFormat::kYaml, problems);
  if (!list) return;
  std::vector<Axis> axes;
  for (const SourceNode& item : list->items) {
    axes.push_back(read_sweep(item, "sweeps[0]", "work.yaml", problems));
  }
  check_told(problems);
  if (!problems.empty() || count_combinations(axes) > kMostRead) return;
  for (const Combination& combination : combinations_of(axes)) check_texts(combination);
}

}  // namespace
}  // namespace rtag::schema

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  rtag::schema::read_sweeps({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
