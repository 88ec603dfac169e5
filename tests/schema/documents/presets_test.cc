// SPDX-License-Identifier: MIT
#include "schema/documents/presets.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "schema/documents/document.h"
#include "schema/documents/document_text.h"
#include "schema/documents/read_config.h"
#include "schema/typed_io.h"
#include "tests/schema/parsed.h"

namespace rtag::schema {
namespace {

struct Reading {
  GenConfig config;
  std::string complaints;
};

Reading read(std::string_view yaml, const std::vector<std::string>& added_presets = {}) {
  Reading reading;
  Problems problems;
  std::vector<std::string> notes;
  reading.config = read_config(parsed(yaml), added_presets, {}, notes, problems);
  reading.complaints = to_string("f", problems);
  if (!reading.complaints.empty()) reading.complaints.pop_back();
  return reading;
}

GenConfig config_of(std::string_view yaml, const std::vector<std::string>& added_presets = {}) {
  const Reading reading = read(yaml, added_presets);
  CHECK(reading.complaints.empty());
  return reading.config;
}

std::string with_presets(std::string_view names) {
  std::string yaml = fmt::format("presets: [{}]\n", names);
  const bool is_incomplete = names.find("aprilgrid_6x6") != std::string_view::npos;
  if (is_incomplete) yaml += "scenario: {subject: {marker_size_mm: 100.0}}\n";
  return yaml;
}

}  // namespace

TEST_CASE("there are the 17 presets of version 0.2, in the order of their names") {
  std::vector<std::string_view> names;
  for (const Preset& preset : presets()) names.push_back(preset.name);
  CHECK(names == std::vector<std::string_view>{
                     "calibration.aprilgrid_6x6", "calibration.reference_grade_rendering",
                     "evaluation.calibration_full", "lighting.factory", "lighting.low_key",
                     "lighting.mixed_temperature", "lighting.outdoor_industrial",
                     "lighting.outdoor_sun", "lighting.warehouse", "locus.v1_baseline",
                     "sensor.hdr_sweep", "sensor.industrial_dr", "sensor.raw_pipeline",
                     "shadow.harsh", "shadow.occluder_overlay", "subject.tag16h5_standard",
                     "subject.tag36h11_standard"});
  CHECK(find_preset("lighting.factory")->name == "lighting.factory");
  CHECK(find_preset("lighting") == nullptr);
}

TEST_CASE("every preset alone is a valid config that differs from the default one") {
  for (const Preset& preset : presets()) {
    INFO(preset.name);
    GenConfig config = config_of(with_presets(preset.name));
    CHECK(config.presets == std::vector<std::string>{std::string(preset.name)});
    config.presets.clear();
    CHECK(config != GenConfig{});
    CHECK_FALSE(preset.description.empty());
  }
}

TEST_CASE("the combinations of the published benchmarks are valid") {
  for (const char* names :
       {"locus.v1_baseline, subject.tag36h11_standard",
        "locus.v1_baseline, subject.tag16h5_standard",
        "locus.v1_baseline, subject.tag36h11_standard, sensor.hdr_sweep",
        "locus.v1_baseline, subject.tag36h11_standard, sensor.industrial_dr, lighting.outdoor_sun",
        "locus.v1_baseline, subject.tag36h11_standard, sensor.hdr_sweep, sensor.raw_pipeline",
        "locus.v1_baseline, subject.tag36h11_standard, sensor.industrial_dr, lighting.low_key",
        "locus.v1_baseline, subject.tag36h11_standard, sensor.hdr_sweep, lighting.outdoor_sun, "
        "shadow.occluder_overlay",
        "calibration.aprilgrid_6x6, calibration.reference_grade_rendering, lighting.factory",
        "calibration.aprilgrid_6x6, lighting.factory",
        "calibration.reference_grade_rendering, lighting.factory"}) {
    INFO(names);
    config_of(with_presets(names));
  }
}

TEST_CASE("presets bring the published values") {
  const GenConfig locus =
      config_of("presets: [locus.v1_baseline, subject.tag16h5_standard, sensor.raw_pipeline]\n");
  CHECK(locus.camera.ppm_constraint == PpmConstraint{5, 40, PpmDistribution::kUniform});
  CHECK(locus.camera.max_distance == 8);
  CHECK(locus.camera.min_tag_pixels == 16);
  CHECK(locus.camera.iso == 1600);
  REQUIRE(locus.camera.sensor_noise->models.has_value());
  CHECK(locus.camera.sensor_noise->models->at(1).stddev == 0.004);
  CHECK(locus.scene.texture_dir == "assets/textures/background");
  const auto& subject = std::get<TagsSubject>(*locus.scenario.subject);
  CHECK(subject.tag_families == std::vector<std::string>{"tag16h5"});
  CHECK(subject.size_mm == 160);
  CHECK(subject.tags_per_scene == CountRange{1, 1});
  const auto low_key = config_of("presets: [lighting.low_key]").scene.lighting.directional;
  CHECK(low_key == std::vector<SunConfig>{{1.570796, 0.2, 2.0, {1, 1, 1}}});
  CHECK(config_of("presets: [evaluation.calibration_full]").dataset.evaluation_scopes ==
        std::vector<EvaluationScope>{EvaluationScope::kCalibration});
}

TEST_CASE("a later preset wins over an earlier one, and the config over both") {
  const auto intensities = [](std::string_view yaml) {
    const LightingConfig lighting = config_of(yaml).scene.lighting;
    return std::pair(lighting.intensity_min, lighting.intensity_max);
  };
  CHECK(intensities("presets: [lighting.factory, lighting.warehouse]") == std::pair(50.0, 200.0));
  CHECK(intensities("presets: [lighting.warehouse, lighting.factory]") == std::pair(200.0, 400.0));
  CHECK(intensities("presets: [lighting.factory]\nscene: {lighting: {intensity_max: 900}}") ==
        std::pair(200.0, 900.0));
}

TEST_CASE("a config clears what a preset brings with null or an empty list") {
  CHECK_FALSE(config_of("presets: [locus.v1_baseline]\ncamera: {ppm_constraint: null}")
                  .camera.ppm_constraint.has_value());
  CHECK(config_of("presets: [lighting.outdoor_sun]\nscene: {lighting: {directional: []}}")
            .scene.lighting.directional.empty());
}

TEST_CASE("families of a preset and of the config are joined, as published") {
  const GenConfig config = config_of(
      "presets: [subject.tag36h11_standard]\nscenario: {subject: {tag_families: [tag16h5]}}");
  CHECK(std::get<TagsSubject>(*config.scenario.subject).tag_families ==
        std::vector<std::string>{"tag36h11", "tag16h5"});
}

TEST_CASE("presets of the command line stand behind those of the config") {
  const GenConfig listed = config_of("presets: [lighting.warehouse, lighting.factory]\n");
  CHECK(config_of("presets: [lighting.warehouse]\n", {"lighting.factory"}) == listed);
  CHECK(config_of("", {"lighting.warehouse", "lighting.factory"}) == listed);
}

TEST_CASE("an unknown preset is named, with the one that was meant") {
  CHECK(read("version: '0.2'\npresets:\n- lighting.factry\n- no.such\n").complaints ==
        "f:3: presets[0]: unknown preset (found 'lighting.factry'), did you mean "
        "'lighting.factory'?\nf:4: presets[1]: unknown preset (found 'no.such')");
  CHECK(read("presets: [shadow.harsh]", {"shadow.hash"}).complaints ==
        "--preset shadow.hash: presets[1]: unknown preset (found 'shadow.hash'), did you mean "
        "'shadow.harsh'?");
  CHECK(read("presets: lighting.factory\n").complaints ==
        "f:1: presets: expected a list (found lighting.factory)");
  CHECK(read("presets: [1]\n").complaints ==
        "f:1: presets[0]: expected text (found 1), write \"1\"");
}

TEST_CASE("a problem in a value of a preset names the preset") {
  CHECK(read("camera:\n  resolution: [640, 480]\npresets: [calibration.aprilgrid_6x6]\n")
            .complaints ==
        "preset calibration.aprilgrid_6x6: scenario.subject.marker_size_mm: required, but missing");
  CHECK(read("presets: [subject.tag36h11_standard]\nscenario:\n  subject:\n    type: BOARD\n"
             "    rows: 5\n    cols: 5\n    marker_size_mm: 40\n    square_size_mm: 50\n")
            .complaints ==
        "preset subject.tag36h11_standard: scenario.subject.tag_families: unknown field\n"
        "preset subject.tag36h11_standard: scenario.subject.size_mm: unknown field\n"
        "preset subject.tag36h11_standard: scenario.subject.tags_per_scene: unknown field");
  CHECK(read("presets: [lighting.factory]\nscene:\n  lighting:\n    intensity_max: 100\n")
            .complaints ==
        "preset lighting.factory: scene.lighting.intensity_min: must be <= "
        "scene.lighting.intensity_max, 100.0 (found 200.0)");
}

TEST_CASE("a config without presets stays as it is") {
  SourceNode config = parsed("camera: {fov: 50}");
  Problems problems;
  expand_presets(config, {}, problems);
  CHECK(to_flow_text(config) == "{camera: {fov: 50}}");
}

}  // namespace rtag::schema
