// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "schema/job_spec.h"
#include "schema/typed_io.h"
#include "tests/schema/reading.h"

namespace rtag::schema {

TEST_CASE("an unknown key is refused at its line, with the nearest known one") {
  CHECK(yaml_complaints("camera:\n  fov: 60\n  resolutoin: [640, 480]\n") ==
        "f:3: camera.resolutoin: unknown field, did you mean 'resolution'?");
  CHECK(yaml_complaints("cammera: {}\n") == "f:1: cammera: unknown field, did you mean 'camera'?");
  CHECK(yaml_complaints("something_else: 1\n") == "f:1: something_else: unknown field");
  CHECK(yaml_complaints("camera: {Fov: 60}") ==
        "f:1: camera.Fov: unknown field, did you mean 'fov'?");
}

TEST_CASE("a key that stands twice is refused with both lines") {
  CHECK(yaml_complaints("camera: {fov: 60}\ndataset: {}\ncamera: {fov: 70}\n") ==
        "f:3: camera: given twice (first on line 1)");
  CHECK(json_complaints("{\"camera\": {\n\"fov\": 60,\n\"fov\": 70}}") ==
        "f:3: camera.fov: given twice (first on line 2)");
  CHECK(yaml_complaints("dataset:\n  metadata:\n    a: 1\n    b: [{c: 1,\n      c: 2}]\n") ==
        "f:5: dataset.metadata.b[0].c: given twice (first on line 4)");
}

TEST_CASE("an unknown key that stands twice is named for both faults") {
  CHECK(yaml_complaints("what: 1\nwhat: 2\n") ==
        "f:1: what: unknown field\n"
        "f:2: what: given twice (first on line 1)\n"
        "f:2: what: unknown field");
}

TEST_CASE("all problems of a file are told at once, in the order of its lines") {
  CHECK(yaml_complaints("version: 0.2\n"
                        "camera:\n"
                        "  tone_mapping: filmc\n"
                        "  fov: 400\n"
                        "  resolution: [640]\n"
                        "dataset:\n"
                        "  num_scenes: 0\n"
                        "  colour: red\n"
                        "renderer: 7\n") ==
        "f:1: version: expected text (found 0.2), write \"0.2\"\n"
        "f:3: camera.tone_mapping: expected one of linear, srgb, filmic (found filmc), "
        "did you mean 'filmic'?\n"
        "f:4: camera.fov: must be < 360 (found 400)\n"
        "f:5: camera.resolution: expected a list of 2 (found a list of 1)\n"
        "f:7: dataset.num_scenes: must be >= 1 (found 0)\n"
        "f:8: dataset.colour: unknown field\n"
        "f:9: renderer: expected a map (found 7)");
}

TEST_CASE("an empty section is refused at its own line") {
  CHECK(yaml_complaints("dataset:\n  num_scenes: 2\ncamera:\n\n\ntag:\n  margin_bits: 1\n") ==
        "f:3: camera: expected a map (found null)");
}

TEST_CASE("an empty map asks for all defaults") {
  CHECK(read_yaml("{}") == GenConfig{});
  CHECK(read_yaml("camera: {}\nscenario: {subject: {type: TAGS}}\n") == GenConfig{});
}

TEST_CASE("a required key that is missing is named, at the line of its section") {
  CHECK(yaml_complaints("scenario:\n  subject:\n    size_mm: 50\n") ==
        "f:3: scenario.subject.type: required, but missing: TAGS or BOARD");
  CHECK(yaml_complaints("scenario:\n  subject: {type: BOARD, rows: 6}\n") ==
        "f:2: scenario.subject.cols: required, but missing\n"
        "f:2: scenario.subject.marker_size_mm: required, but missing");
  CHECK(yaml_complaints<JobSpec>("job_id: a\n") ==
        "f:1: paths: required, but missing\n"
        "f:1: global_seed: required, but missing\n"
        "f:1: scene_config: required, but missing");
}

TEST_CASE("the subject's type decides which fields it has") {
  CHECK(yaml_complaints("scenario: {subject: {type: TAG}}") ==
        "f:1: scenario.subject.type: expected one of TAGS, BOARD (found TAG), "
        "did you mean 'TAGS'?");
  CHECK(yaml_complaints("scenario: {subject: {type: TAGS, rows: 6}}") ==
        "f:1: scenario.subject.rows: unknown field");
  CHECK(yaml_complaints("scenario: {subject: {type: BOARD, rows: 6, cols: 6, "
                        "marker_size_mm: 30, size_mm: 3}}") ==
        "f:1: scenario.subject.size_mm: unknown field");
  CHECK(yaml_complaints("scenario: {subject: TAGS}") ==
        "f:1: scenario.subject: expected a map (found TAGS)");
  CHECK(yaml_complaints("scenario: {subject: {}}") ==
        "f:1: scenario.subject.type: required, but missing: TAGS or BOARD");
}

TEST_CASE("free words keep their order, kinds and digits") {
  const GenConfig config = read_yaml(
      "dataset: {metadata: {z: 1, a: 2.5, flag: true, none: null, quoted: '1', "
      "zero: 010, seed: 18446744073709551615, id: 18446744073709551616, "
      "nan: .nan, list: [1, {b: x}]}}");
  CHECK(config.dataset.metadata.dump() ==
        R"({"z":1,"a":2.5,"flag":true,"none":null,"quoted":"1","zero":"010",)"
        R"("seed":18446744073709551615,"id":"18446744073709551616",)"
        R"("nan":".nan","list":[1,{"b":"x"}]})");
  CHECK(yaml_complaints("dataset: {metadata: [1]}") ==
        "f:1: dataset.metadata: expected a map (found a list of 1)");
}

TEST_CASE("a file of a hundred thousand keys is refused in no time") {
  std::string yaml = "{";
  for (int i = 0; i < 100'000; ++i) yaml += "\"k" + std::to_string(i) + "\":1,";
  yaml.back() = '}';
  Problems problems;
  read_text<GenConfig>("{\"dataset\":{\"metadata\":" + yaml + "}}", SourceFormat::kJson,
                       Completeness::kDefaultsAllowed, problems);
  CHECK(problems.empty());
  read_text<GenConfig>(yaml, SourceFormat::kJson, Completeness::kDefaultsAllowed, problems);
  CHECK(problems.size() == 100'000);
}

}  // namespace rtag::schema
