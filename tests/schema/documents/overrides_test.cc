// SPDX-License-Identifier: MIT
#include "schema/documents/overrides.h"

#include <catch2/catch.hpp>

#include "schema/documents/document_text.h"
#include "schema/documents/read_config.h"
#include "tests/schema/parsed.h"

namespace rtag::schema {
namespace {

// The document with the overrides, and the problems behind it.
std::string overridden(std::string_view yaml, const std::vector<std::string>& texts) {
  const auto overrides = parse_overrides(texts);
  if (!overrides) return overrides.error().message;
  SourceNode config = parsed(yaml);
  Problems problems;
  apply_overrides(config, *overrides, problems);
  const std::string complaints = to_string("f", problems);
  return to_flow_text(config) +
         (complaints.empty() ? "" : "\n" + complaints.substr(0, complaints.size() - 1));
}

// What reading says about a config with overrides.
std::string complaints(std::string_view yaml, const std::vector<std::string>& texts) {
  Problems problems;
  std::vector<std::string> notes;
  read_config(parsed(yaml), {}, *parse_overrides(texts), notes, problems);
  const std::string lines = to_string("f", problems);
  return lines.empty() ? lines : lines.substr(0, lines.size() - 1);
}

}  // namespace

TEST_CASE("a value is written as YAML in its flow form") {
  CHECK(overridden("", {"camera.iso=480"}) == "{camera: {iso: 480}}");
  CHECK(overridden("", {"camera.resolution=[640, 480]"}) == "{camera: {resolution: [640, 480]}}");
  CHECK(overridden("", {"a={min: 5}"}) == "{a: {min: 5}}");
  CHECK(overridden("", {"a=null"}) == "{a: null}");
  CHECK(overridden("", {"a="}) == "{a: null}");
  CHECK(overridden("", {"a='5'"}) == "{a: \"5\"}");
  CHECK(overridden("", {"a=b=c"}) == "{a: b=c}");
  CHECK(overridden("", {"dataset.metadata.note=two words"}) ==
        "{dataset: {metadata: {note: two words}}}");
}

TEST_CASE("an override replaces what is there, lists too, and the last one wins") {
  CHECK(overridden("a: {b: [x, y]}", {"a.b=[z]"}) == "{a: {b: [z]}}");
  CHECK(overridden("a: {b: 1}", {"a.b=2", "a.b=3"}) == "{a: {b: 3}}");
  CHECK(overridden("a: {b: 1}", {"a={c: 2}"}) == "{a: {c: 2}}");
}

TEST_CASE("an index finds its item, also in a list that is only there by default") {
  CHECK(overridden("camera: {resolution: [10, 20]}", {"camera.resolution[1]=30"}) ==
        "{camera: {resolution: [10, 30]}}");
  CHECK(overridden("", {"camera.resolution[0]=640"}) == "{camera: {resolution: [640, 1080]}}");
  CHECK(overridden("scene: {lighting: {directional: {azimuth: 1}}}",
                   {"scene.lighting.directional[0].azimuth=2"}) ==
        "{scene: {lighting: {directional: [{azimuth: 2}]}}}");
}

TEST_CASE("a published path with a number after a list is an index") {
  CHECK(overridden("scene: {lighting: {directional: [{azimuth: 1}]}}",
                   {"scene.lighting.directional.0.azimuth=2"}) ==
        "{scene: {lighting: {directional: [{azimuth: 2}]}}}");
  CHECK(overridden("", {"dataset.metadata.0=x"}) == "{dataset: {metadata: {\"0\": x}}}");
}

TEST_CASE("an item that is not there is a problem") {
  CHECK(overridden("", {"camera.resolution[2]=1"}) ==
        "{camera: {resolution: [1920, 1080]}}\n"
        "-D camera.resolution[2]=1: camera.resolution[2]: there is no item 2 (found 2, counted "
        "from 0)");
  CHECK(overridden("{}", {"camera.intrinsics.k_matrix[0][2]=1"}) ==
        "{}\n-D camera.intrinsics.k_matrix[0][2]=1: camera.intrinsics.k_matrix[0][2]: "
        "camera.intrinsics.k_matrix is no list");
  CHECK(overridden("", {"scene.lighting.directional[0].azimuth=1"})
            .ends_with(
                ": scene.lighting.directional[0].azimuth: there is no item 0, the list is empty"));
  CHECK(overridden("camera: {fov: 3}", {"camera.fov[0]=1"})
            .ends_with(": camera.fov[0]: camera.fov is no list"));
}

TEST_CASE("a problem in an override names it in place of a line") {
  CHECK(complaints("camera:\n  iso: 100\n", {"camera.iso=9000"}) ==
        "-D camera.iso=9000: camera.iso: must be <= 6400 (found 9000)");
  CHECK(complaints("", {"camera.isoo=200"}) ==
        "-D camera.isoo=200: camera.isoo: unknown field, did you mean 'iso'?");
  CHECK(complaints("", {"camra.iso=200"}) ==
        "-D camra.iso=200: camra: unknown field, did you mean 'camera'?");
  CHECK(complaints("", {"camera.iso=[1]"}) ==
        "-D camera.iso=[1]: camera.iso: expected a whole number (found a list of 1)");
  CHECK(complaints("", {"camera.iso.x=1"}) ==
        "-D camera.iso.x=1: camera.iso: expected a whole number (found a map)");
  CHECK(complaints("camera:\n  max_distance: 3\n", {"camera.min_distance=4"}) ==
        "-D camera.min_distance=4: camera.min_distance: must be <= camera.max_distance, 3.0 "
        "(found 4.0)");
  CHECK(complaints("\ncamera:\n  min_distance: 3\n", {"camera.max_distance=2"}) ==
        "f:3: camera.min_distance: must be <= camera.max_distance, 2.0 (found 3.0)");
}

TEST_CASE("the size of a tag has one path") {
  CHECK(complaints("scenario: {subject: {type: TAGS}}", {"scenario.subject.size_mm=50"}).empty());
  CHECK(overridden("", {"scenario.subject.root.size_mm=50"}) ==
        "-D scenario.subject.root.size_mm=50: 'scenario.subject.root.size_mm' is a path of "
        "render-tag's program, write scenario.subject.size_mm");
}

TEST_CASE("published short paths stand for the whole ones, whatever the config says") {
  CHECK(overridden("camera: {sensor_dynamics: {velocity_mean: 1}}",
                   {"camera.velocity_mean=2", "camera.velocity_std=3", "camera.shutter_time_ms=4",
                    "dataset.seed=5"}) ==
        "{camera: {sensor_dynamics: {velocity_mean: 2, velocity_std: 3, shutter_time_ms: 4}}, "
        "dataset: {seeds: {global_seed: 5}}}");
}

TEST_CASE("what is no override is a fault of the command line") {
  const auto fault = [](const std::string& text) {
    const auto overrides = parse_overrides({text});
    REQUIRE_FALSE(overrides.has_value());
    CHECK(overrides.error().kind == FaultKind::kUsage);
    return overrides.error().message;
  };
  CHECK(fault("camera.fov") == "-D camera.fov: expected PATH=VALUE, such as camera.fov=50");
  CHECK(fault("camera..fov=5") ==
        "-D camera..fov=5: 'camera..fov' is no path, expected one such as camera.fov or "
        "camera.intrinsics.k_matrix[0][2]");
  CHECK(fault("=5") ==
        "-D =5: '' is no path, expected one such as camera.fov or "
        "camera.intrinsics.k_matrix[0][2]");
  CHECK(fault("camera.fov=[1").starts_with("-D camera.fov=[1: is not valid YAML: "));
  CHECK(fault("presets=[shadow.harsh]") ==
        "-D presets=[shadow.harsh]: presets cannot be set by a path: list them in the config, or "
        "use --preset");
}

TEST_CASE("a path of bytes that are no text is told as far as it is one") {
  const std::string path(80, '\xB3');
  CHECK(complaints("", {path + "=1"}) == "-D " + path + "=1: ...: unknown field");
}

TEST_CASE("intrinsics in pixels scale with the resolution") {
  CHECK(overridden("camera: {resolution: [1000, 500], intrinsics: {focal_length_x: 100, "
                   "focal_length_y: 200, principal_point_x: 500, principal_point_y: 250, k1: 0.1}}",
                   {"camera.resolution=[500, 1000]"}) ==
        "{camera: {resolution: [500, 1000], intrinsics: {focal_length_x: 50.0, focal_length_y: "
        "400.0, principal_point_x: 250.0, principal_point_y: 500.0, k1: 0.1}}}");
  CHECK(overridden("camera: {resolution: [1000, 500], intrinsics: {k_matrix: [[100, 0, 500], [0, "
                   "200, 250], [0, 0, 1]]}}",
                   {"camera.resolution=[2000, 500]"}) ==
        "{camera: {resolution: [2000, 500], intrinsics: {k_matrix: [[200.0, 0, 1000.0], [0, 200.0, "
        "250.0], [0, 0, 1]]}}}");
  CHECK(overridden("camera: {intrinsics: {focal_length: 1000}}", {"camera.resolution[0]=960"}) ==
        "{camera: {intrinsics: {focal_length: 500.0}, resolution: [960, 1080]}}");
}

TEST_CASE("intrinsics stay where the resolution does, or is none") {
  const std::string config = "{camera: {resolution: [1000, 500], intrinsics: {focal_length: 100}}}";
  CHECK(overridden(config, {"camera.resolution=[1000, 500]"}) == config);
  CHECK(overridden(config, {"camera.resolution=[0, 500]"}) ==
        "{camera: {resolution: [0, 500], intrinsics: {focal_length: 100}}}");
}

TEST_CASE("a value of the subject begins from TAGS where the config names none") {
  CHECK(overridden("{}", {"scenario.subject.size_mm=50"}) ==
        "{scenario: {subject: {type: TAGS, size_mm: 50}}}");
  CHECK(complaints("{}", {"scenario.subject.size_mm=50"}).empty());
  CHECK(complaints("{}", {"scenario.subject.rows=5"}) ==
        "-D scenario.subject.rows=5: scenario.subject.rows: unknown field");
  CHECK(overridden("scenario: {subject: {type: BOARD}}", {"scenario.subject.rows=5"}) ==
        "{scenario: {subject: {type: BOARD, rows: 5}}}");
}

}  // namespace rtag::schema
