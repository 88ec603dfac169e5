// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "schema/job_spec.h"
#include "schema/typed_io.h"
#include "tests/schema/arbitrary.h"
#include "tests/schema/leaves.h"
#include "tests/schema/reading.h"

namespace rtag::schema {
namespace {

// {"camera":{"iso":200}} for camera.iso and 200.
std::string document(const std::string& path, const std::string& json) {
  std::string text = "{\"";
  std::string end = json + "}";
  for (const char c : path) {
    if (c == '.') {
      text += "\":{\"";
      end += "}";
    } else {
      text += c;
    }
  }
  return text + "\":" + end;
}

}  // namespace

TEST_CASE("of every setting without effect the default passes and anything else is refused") {
  int settings = 0;
  for_each_leaf<GenConfig>([&](const std::string& path, const auto& field, const auto& leaf_in) {
    if (field.rules.acts) return;
    ++settings;
    INFO(path);
    GenConfig defaults;
    const auto expected = leaf_in(defaults);
    auto other = expected;
    for (Arbitrary arbitrary(1); other == expected;) arbitrary.fill(other, field.rules);
    CHECK(json_complaints(document(path, to_json(expected))) == "");
    const std::string said = json_complaints(document(path, to_json(other)));
    CHECK(said.starts_with("f:1: " + path +
                           ": this version does not act on it: remove it or write its default, " +
                           to_json(expected) + " (found "));
  });
  CHECK(settings == 44);
}

TEST_CASE("a setting without effect is named with its default and what was found") {
  CHECK(yaml_complaints("camera:\n  iso: 800\n") ==
        "f:2: camera.iso: this version does not act on it: remove it or write its default, 100 "
        "(found 800)");
  CHECK(yaml_complaints("camera: {intrinsics: {distortion_model: brown_conrady}}") ==
        "f:1: camera.intrinsics.distortion_model: this version does not act on it: remove it or "
        "write its default, \"none\" (found brown_conrady)");
  CHECK(yaml_complaints("presets: [dark]") ==
        "f:1: presets: this version does not act on it: remove it or write its default, [] "
        "(found a list of 1)");
}

TEST_CASE("a bound that is broken is the only complaint about a setting without effect") {
  CHECK(yaml_complaints("camera: {iso: 50}") == "f:1: camera.iso: must be >= 100 (found 50)");
}

TEST_CASE("of every bounded number in a config the bound is refused one step too far") {
  int bounds = 0;
  const auto refused = [&](const std::string& path, double value, const std::string& relation) {
    ++bounds;
    INFO(path);
    const std::string said = json_complaints(document(path, to_json(value)));
    CHECK(said.starts_with("f:1: " + path + ": must be " + relation));
  };
  for_each_leaf<GenConfig>([&](const std::string& path, const auto& field, const auto& leaf_in) {
    GenConfig config;
    using Leaf = std::decay_t<decltype(leaf_in(config))>;
    if constexpr (std::is_same_v<Leaf, double> || std::is_same_v<Leaf, int> ||
                  std::is_same_v<Leaf, std::optional<double>>) {
      const Rules& rules = field.rules;
      if (rules.minimum) refused(path, *rules.minimum - 1, ">= ");
      if (rules.exclusive_minimum) refused(path, *rules.exclusive_minimum, "> ");
      if (rules.maximum) refused(path, *rules.maximum + 1, "<= ");
      if (rules.exclusive_maximum) refused(path, *rules.exclusive_maximum, "< ");
    }
  });
  CHECK(bounds > 50);
}

}  // namespace rtag::schema
