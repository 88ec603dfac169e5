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
    const std::string mend =
        field.rules.instead.empty() ? "remove it" : "use " + std::string(field.rules.instead);
    CHECK(said.starts_with("f:1: " + path + ": has no effect: " + mend +
                           ", or write its default, " + to_json(expected) + " (found "));
  });
  CHECK(settings == 14);
}

TEST_CASE("a setting without effect is named with what to use instead") {
  CHECK(yaml_complaints("camera:\n  sensor_noise_sigma: 0.01\n") ==
        "f:2: camera.sensor_noise_sigma: has no effect: use camera.sensor_noise, or write its "
        "default, 0.002 (found 0.01)");
  CHECK(yaml_complaints("scenario: {azimuth: 1.5}") ==
        "f:1: scenario.azimuth: has no effect: use camera.azimuth, or write its default, null "
        "(found 1.5)");
}

TEST_CASE("a setting that nothing stands in for is to be removed") {
  CHECK(yaml_complaints("environment: {fog_intensity: 0.5}") ==
        "f:1: environment.fog_intensity: has no effect: remove it, or write its default, 0.0 "
        "(found 0.5)");
  CHECK(yaml_complaints("tag: {texture_path: tags}") ==
        "f:1: tag.texture_path: has no effect: remove it, or write its default, null (found tags)");
}

TEST_CASE("a default is recognised however it is written") {
  CHECK(yaml_complaints("camera: {sensor_noise_sigma: 2e-3}") == "");
  CHECK(yaml_complaints("renderer: {samples: 128.0}") == "");
}

TEST_CASE("a bound that is broken is the only complaint about a setting without effect") {
  CHECK(yaml_complaints("sequence: {fps: 0}") == "f:1: sequence.fps: must be > 0 (found 0)");
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
