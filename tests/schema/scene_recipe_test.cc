// SPDX-License-Identifier: MIT
// Recipes as documents: read strictly, written canonically. golden/recipe.json was made by hand.
#include "schema/scene_recipe.h"

#include <filesystem>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "schema/source_document.h"
#include "schema/typed_io.h"
#include "tests/schema/reading.h"

namespace rtag::schema {
namespace {

std::string golden_text() {
  const auto file = std::filesystem::path(RTAG_GOLDEN_FOLDER) / "recipe.json";
  return *read_source_file(file);
}

std::string said_of(const nlohmann::ordered_json& recipe) {
  return complaints<SceneRecipe>(recipe.dump(), SourceFormat::kJson, Completeness::kEveryKey);
}

// Every map inside, with its path as nlohmann writes it: /world/lights/0.
void collect_maps(const nlohmann::ordered_json& node, const std::string& pointer,
                  std::vector<std::string>& pointers) {
  if (node.is_object()) pointers.push_back(pointer);
  for (const auto& [key, child] : node.items()) {
    if (child.is_structured()) collect_maps(child, pointer + "/" + key, pointers);
  }
}

}  // namespace

TEST_CASE("the golden recipe is read and written again byte for byte") {
  Problems problems;
  const auto recipe =
      read_text<SceneRecipe>(golden_text(), SourceFormat::kJson, Completeness::kEveryKey, problems);
  CHECK(to_string("f", problems).empty());
  CHECK(to_pretty_json(recipe) == golden_text());
}

TEST_CASE("the golden recipe's numbers arrive where they belong") {
  Problems problems;
  const auto recipe =
      read_text<SceneRecipe>(golden_text(), SourceFormat::kJson, Completeness::kEveryKey, problems);
  CHECK(recipe.scene_id == 7);
  CHECK(recipe.random_seed == 1203344);
  REQUIRE(recipe.world.lights.size() == 2);
  CHECK(recipe.world.lights[1].type == LightType::kSun);
  CHECK(recipe.world.lights[1].rotation_euler == Vector3{1.125, 0, 2.375});
  CHECK_FALSE(recipe.renderer.enable_denoising);
  REQUIRE(recipe.objects.size() == 4);
  CHECK(std::get<TagProperties>(recipe.objects[0].properties).tag_size == 0.16);
  CHECK(std::get<BackgroundBoardProperties>(recipe.objects[1].properties).cols == 2);
  CHECK(std::get<OccluderProperties>(recipe.objects[2].properties).albedo == 0.05);
  CHECK(std::holds_alternative<CalibrationBoardProperties>(recipe.objects[3].properties));
  CHECK(recipe.objects[3].board->ids == std::vector<int>{3, 1});
  CHECK(recipe.cameras.at(0).transform_matrix[1][2] == -0.6);
  CHECK(recipe.cameras.at(0).sensor_noise->seed == 991);
}

TEST_CASE("every key of a recipe is required, at every level") {
  const auto golden = nlohmann::ordered_json::parse(golden_text());
  std::vector<std::string> pointers;
  collect_maps(golden, "", pointers);
  int keys = 0;
  for (const std::string& pointer : pointers) {
    const auto& map = golden.at(nlohmann::ordered_json::json_pointer(pointer));
    // What tells the kinds of properties apart is tested below.
    const bool is_properties = pointer.ends_with("/properties");
    for (const auto& [key, value] : map.items()) {
      if (is_properties && (key == "tag_family" || key == "mode" || key == "shape")) continue;
      auto broken = golden;
      broken.at(nlohmann::ordered_json::json_pointer(pointer)).erase(key);
      INFO(pointer << "/" << key);
      CHECK(said_of(broken).ends_with(key + ": required, but missing"));
      ++keys;
    }
  }
  CHECK(keys == 145);
}

TEST_CASE("no key of a recipe may be unknown, at any level") {
  const auto golden = nlohmann::ordered_json::parse(golden_text());
  std::vector<std::string> pointers;
  collect_maps(golden, "", pointers);
  for (const std::string& pointer : pointers) {
    auto broken = golden;
    broken.at(nlohmann::ordered_json::json_pointer(pointer))["surprise"] = 1;
    INFO(pointer);
    CHECK(said_of(broken).ends_with("surprise: unknown field"));
  }
}

TEST_CASE("an extension may be left out of a recipe, and is written where it differs") {
  auto recipe = nlohmann::ordered_json::parse(golden_text());
  CHECK_FALSE(recipe["world"].contains("hdri_strength"));
  recipe["world"]["hdri_strength"] = 2.5;
  recipe["objects"][3]["board"]["id_order"] = "bottom_left";
  Problems problems;
  const auto read =
      read_text<SceneRecipe>(recipe.dump(), SourceFormat::kJson, Completeness::kEveryKey, problems);
  CHECK(to_string("f", problems).empty());
  CHECK(read.world.hdri_strength == 2.5);
  CHECK(read.objects[3].board->id_order == IdOrder::kBottomLeft);
  CHECK(to_json(read) == to_json(recipe));
}

TEST_CASE("properties without the word that tells their kind are refused") {
  auto recipe = nlohmann::ordered_json::parse(golden_text());
  recipe["objects"][0]["properties"].erase("tag_family");
  CHECK(said_of(recipe) ==
        "f:1: objects[0].properties.tag_id: unknown field\n"
        "f:1: objects[0].properties.tag_size: unknown field\n"
        "f:1: objects[0].properties.margin_bits: unknown field\n"
        "f:1: objects[0].properties.texture_base_path: unknown field");
  recipe["objects"][0]["properties"] = nullptr;
  CHECK(said_of(recipe) == "f:1: objects[0].properties: expected a map (found null)");
}

TEST_CASE("a fault deep in a recipe has its line and its path") {
  std::string text = golden_text();
  const std::string good = "[0.0, 914.0, 360.0]";
  text.replace(text.find(good), good.size(), "[0.0, 914.0]");
  CHECK(complaints<SceneRecipe>(text, SourceFormat::kJson, Completeness::kEveryKey) ==
        "f:157: cameras[0].intrinsics.k_matrix[1]: expected a list of 3 (found a list of 2)");
}

}  // namespace rtag::schema
