// SPDX-License-Identifier: MIT
#include "schema/write.h"

#include <bit>
#include <random>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "schema/config.h"
#include "schema/read.h"
#include "tests/schema/python_oracle.h"

namespace rtag::schema {
namespace {

// Bit patterns of finite doubles: the corners first, then random ones of every magnitude.
std::vector<double> doubles_of_all_magnitudes() {
  std::vector<double> values{0.0,
                             -0.0,
                             1.0,
                             -1.0,
                             0.1,
                             1e-4,
                             9.999e-5,
                             1e-5,
                             1e15,
                             1e16,
                             1e17,
                             1e22,
                             123e20,
                             5e-324,
                             2.2250738585072014e-308,
                             1.7976931348623157e308,
                             9007199254740993.0,
                             0.30000000000000004};
  for (int exponent = -330; exponent < 309; ++exponent) {
    values.push_back(std::strtod(fmt::format("1e{}", exponent).c_str(), nullptr));
  }
  std::mt19937_64 engine(20);
  std::uniform_real_distribution<double> common(-1000, 1000);
  while (values.size() < 100'000) {
    const double value = std::bit_cast<double>(engine());
    if (std::isfinite(value)) values.push_back(value);
    values.push_back(common(engine));
  }
  return values;
}

std::string utf8(char32_t c) {
  const auto last = [&](int shift) { return static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xC0 | (c >> 6)), last(0)};
  if (c < 0x10000) return {static_cast<char>(0xE0 | (c >> 12)), last(6), last(0)};
  return {static_cast<char>(0xF0 | (c >> 18)), last(12), last(6), last(0)};
}

}  // namespace

TEST_CASE("a hundred thousand doubles are printed as Python prints them, and read back equal") {
  std::string bits;
  std::string ours;
  int unequal = 0;
  for (const double value : doubles_of_all_magnitudes()) {
    bits += fmt::format("{:016x}\n", std::bit_cast<std::uint64_t>(value));
    const std::string text = to_json(value);
    ours += text + "\n";
    if (std::bit_cast<std::uint64_t>(std::strtod(text.c_str(), nullptr)) !=
        std::bit_cast<std::uint64_t>(value)) {
      ++unequal;
    }
  }
  CHECK(unequal == 0);
  // Not CHECK(a == b): a failure would print megabytes.
  const bool as_python = ours == ask_python("doubles", bits);
  CHECK(as_python);
}

TEST_CASE("floats have a point or an exponent, integers have none") {
  CHECK(to_json(1.0) == "1.0");
  CHECK(to_json(-0.0) == "-0.0");
  CHECK(to_json(1e16) == "1e+16");
  CHECK(to_json(123456789012345680.0) == "1.2345678901234568e+17");
  CHECK(to_json(0.00001) == "1e-05");
  CHECK(to_json(0.0001) == "0.0001");
  CHECK(to_json(1) == "1");
  CHECK(to_json(std::uint64_t{18446744073709551615u}) == "18446744073709551615");
  CHECK(to_json(std::int64_t{-9007199254740993}) == "-9007199254740993");
}

TEST_CASE("every character of text is read back, by Python and by our reader") {
  std::string documents;
  std::string expected;
  int unequal = 0;
  for (char32_t c = 1; c < 0x11000; c += c < 0x3000 ? 1 : 97) {
    if (c >= 0xD800 && c < 0xE000) continue;
    const std::string text = "a" + utf8(c);
    const std::string json = to_json(text);
    documents += (documents.empty() ? "" : "\n--\n") + json;
    expected += json + "\n";
    Problems problems;
    const auto node = parse_source(json, SourceFormat::kJson, problems);
    if (!node || node->text != text) ++unequal;
  }
  CHECK(unequal == 0);
  const bool as_python = ask_python("documents", documents) == expected;
  CHECK(as_python);
}

TEST_CASE("the default config is written in the order of its table, without white space") {
  const std::string json = to_json(GenConfig{});
  CHECK(json.starts_with(
      R"({"version":"0.2","presets":[],"dataset":{"output_dir":"output","seeds":{)"
      R"("global_seed":42,"layout":null,"lighting":null,"camera":null,"noise":null},)"
      R"("num_scenes":1,"evaluation_scopes":["detection"],"metadata":{}},"camera":{)"
      R"("resolution":[1920,1080],"fov":70.0,"samples_per_scene":10,"intrinsics":{)"));
  CHECK(json.ends_with(R"("environment":{"distractor_density":0.1,"fog_intensity":0.0},)"
                       R"("force_reload_assets":false})"));
  CHECK(ask_python("documents", json) == json + "\n");
}

TEST_CASE("an extension is written only where it differs from its default") {
  SceneSurroundings scene;
  CHECK(to_json(scene).ends_with(R"("random_texture_rotation":true})"));
  scene.hdri_rotation = 0.5;
  scene.hdri_strength = 2;
  CHECK(to_json(scene).ends_with(
      R"("random_texture_rotation":true,"hdri_rotation":0.5,"hdri_strength":2.0})"));
  CHECK(to_json(TagsSubject{}) ==
        R"({"type":"TAGS","tag_families":["tag36h11"],"size_mm":100.0,"tags_per_scene":10,)"
        R"("tag_spacing_bits":2.0})");
}

TEST_CASE("a count range is written as it was asked for") {
  CHECK(to_json(CountRange{3, 3}) == "3");
  CHECK(to_json(CountRange{3, 5}) == "[3,5]");
}

TEST_CASE("indented JSON keeps flat lists on one line and everything else on its own") {
  CHECK(indented(R"({"a":1,"b":{},"c":[],"d":[1,2.5,"x,]}:"],"e":[{"f":null},[true]]})") ==
        "{\n"
        "  \"a\": 1,\n"
        "  \"b\": {},\n"
        "  \"c\": [],\n"
        "  \"d\": [1, 2.5, \"x,]}:\"],\n"
        "  \"e\": [\n"
        "    {\n"
        "      \"f\": null\n"
        "    },\n"
        "    [true]\n"
        "  ]\n"
        "}");
  CHECK(indented(R"("{\"[,:")") == R"("{\"[,:")");
}

}  // namespace rtag::schema
