// SPDX-License-Identifier: MIT
// What a schema tells an editor. That it accepts what the reader accepts is asked of Python's
// jsonschema (json_schema_oracle.py).
#include "schema/json_schema.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace rtag::schema {
namespace {

using Json = nlohmann::ordered_json;

// A place of a schema, as compact JSON.
std::string part(const std::string& schema, const std::string& pointer) {
  return Json::parse(schema).at(Json::json_pointer(pointer)).dump();
}

std::string in_config(const std::string& pointer) { return part(json_schema_of_config(), pointer); }

}  // namespace

TEST_CASE("a schema says what it is of, and its version") {
  for (const auto& [kind, schema] :
       {std::pair{"config", json_schema_of_config()}, std::pair{"job", json_schema_of_job()},
        std::pair{"recipe", json_schema_of_recipe()}}) {
    const std::string of(kind);
    CHECK(part(schema, "/$schema") == "\"https://json-schema.org/draft/2020-12/schema\"");
    CHECK(part(schema, "/$id") == "\"https://rtag.dev/schema/" + of + "-0.2.json\"");
    CHECK(part(schema, "/title") == "\"rtag " + of + ", version 0.2\"");
    CHECK(schema.ends_with("}\n"));
  }
}

TEST_CASE("a number has its type, bounds, meaning, unit and default") {
  CHECK(in_config("/$defs/CameraConfig/properties/min_distance") ==
        R"({"type":"number","exclusiveMinimum":0,"description":"Camera to target. Unit: m.",)"
        R"("default":0.5})");
  CHECK(in_config("/$defs/CameraConfig/properties/iso") ==
        R"({"type":"integer","minimum":100,"maximum":6400,"description":"Sensitivity.",)"
        R"("default":100})");
  CHECK(in_config("/$defs/SensorNoise/properties/seed") ==
        R"({"type":["integer","null"],"minimum":0,"maximum":18446744073709551615,)"
        R"("description":"Seed of the noise; null derives one.","default":null})");
}

TEST_CASE("a word has its choices") {
  CHECK(in_config("/$defs/CameraConfig/properties/tone_mapping/enum") ==
        R"(["linear","srgb","filmic"])");
  CHECK(in_config("/$defs/TagsSubject/properties/tag_families/items/enum/0") == "\"tag16h5\"");
  CHECK(in_config("/$defs/TagsSubject/properties/type/const") == "\"TAGS\"");
}

TEST_CASE("a setting without effect has one value, and what to use instead") {
  CHECK(in_config("/$defs/CameraConfig/properties/sensor_noise_sigma") ==
        R"({"const":0.002,"description":"Legacy. Has no effect: use camera.sensor_noise.",)"
        R"("deprecated":true})");
  CHECK(in_config("/properties/force_reload_assets") ==
        R"({"const":false,"description":"Unused. Has no effect: remove it.","deprecated":true})");
}

TEST_CASE("a list that one item may stand for is a list, an item or null") {
  CHECK(in_config("/$defs/LightingConfig/properties/directional") ==
        R"({"anyOf":[{"type":"array","items":{"$ref":"#/$defs/SunConfig"}},)"
        R"({"$ref":"#/$defs/SunConfig"},{"type":"null"}],)"
        R"("description":"Suns. One item may stand without its list.","default":[]})");
}

TEST_CASE("a preset is any text, or one of those that exist") {
  CHECK(in_config("/properties/presets/items") == R"({"type":"string"})");
  CHECK(part(json_schema_of_config({"lighting.dark", "camera.far"}), "/properties/presets/items") ==
        R"({"enum":["lighting.dark","camera.far"]})");
}

TEST_CASE("a recipe demands every key but its extensions") {
  const std::string world = "/$defs/WorldRecipe/";
  CHECK(part(json_schema_of_recipe(), world + "required") ==
        R"(["background_hdri","hdri_rotation","lights","texture_path","texture_scale",)"
        R"("texture_rotation"])");
  CHECK(part(json_schema_of_recipe(), world + "properties/hdri_strength") ==
        R"({"type":"number","minimum":0,"description":"Factor on the environment's radiance. )"
        R"(Extension of the published format.","default":1.0})");
  CHECK(part(json_schema_of_recipe(), world + "properties/texture_scale") ==
        R"({"type":"number","exclusiveMinimum":0,)"
        R"("description":"Repetitions of the image a metre. Unit: 1/m."})");
}

TEST_CASE("a job demands what its table calls required") {
  CHECK(part(json_schema_of_job(), "/required") ==
        R"(["job_id","paths","global_seed","scene_config"])");
  CHECK(part(json_schema_of_job(), "/$defs/BoardSubject/required") ==
        R"(["type","rows","cols","marker_size_mm"])");
}

}  // namespace rtag::schema
