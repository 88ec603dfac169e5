// SPDX-License-Identifier: MIT
// Any bytes as a scene recipe: problems, or a recipe that is written and read back equal.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "schema/check.h"
#include "schema/scene_recipe.h"
#include "schema/typed_io.h"

namespace rtag::schema {
namespace {

SceneRecipe read(std::string_view text, Problems& problems) {
  return read_text<SceneRecipe>(text, SourceFormat::kJson, Completeness::kEveryKey, problems);
}

void read_recipe(std::string_view text) {
  Problems problems;
  const SceneRecipe recipe = read(text, problems);
  if (!problems.empty()) return;
  Problems again;
  const SceneRecipe copy = read(to_pretty_json(recipe), again);
  RTAG_CHECK(again.empty() && copy == recipe, "what is written is read back equal");
}

}  // namespace
}  // namespace rtag::schema

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  rtag::schema::read_recipe({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
