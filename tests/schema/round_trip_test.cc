// SPDX-License-Identifier: MIT
// Whatever the types can hold: written, read back equal, written again the same bytes; and Python
// writes the same bytes for it.
#include <catch2/catch.hpp>

#include "schema/config.h"
#include "schema/detection_record.h"
#include "schema/job_spec.h"
#include "schema/scene_recipe.h"
#include "schema/typed_io.h"
#include "schema/worker_protocol.h"
#include "tests/schema/arbitrary.h"
#include "tests/schema/python_oracle.h"

namespace rtag::schema {

TEMPLATE_TEST_CASE("write, read, write gives the same value and the same bytes", "", GenConfig,
                   JobSpec, SceneRecipe, DetectionRecord, RenderReply, Capabilities, Heartbeat) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto value = Arbitrary(seed).make<TestType>();
    const std::string json = to_json(value);
    for (const std::string& text : {json, indented(json)}) {
      INFO("seed " << seed);
      Problems problems;
      const auto read =
          read_text<TestType>(text, SourceFormat::kJson, Completeness::kEveryKey, problems);
      CHECK(to_string("f", problems).empty());
      CHECK((read == value));
      CHECK((to_json(read) == json));
    }
  }
}

TEMPLATE_TEST_CASE("canonical JSON is YAML of the same value", "", GenConfig, SceneRecipe) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto value = Arbitrary(seed).make<TestType>();
    Problems problems;
    const auto read =
        read_text<TestType>(to_json(value), SourceFormat::kYaml, Completeness::kEveryKey, problems);
    INFO("seed " << seed);
    CHECK(to_string("f", problems).empty());
    CHECK((read == value));
  }
}

TEMPLATE_TEST_CASE("Python reads canonical and indented JSON and writes the same bytes", "",
                   GenConfig, JobSpec, SceneRecipe, DetectionRecord, RenderReply) {
  std::string documents;
  std::string expected;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const std::string json = to_json(Arbitrary(seed).make<TestType>());
    documents += (seed == 0 ? "" : "\n--\n") + json + "\n--\n" + indented(json);
    expected += json + "\n" + json + "\n";
  }
  const bool as_python = ask_python("documents", documents) == expected;
  CHECK(as_python);
}

}  // namespace rtag::schema
