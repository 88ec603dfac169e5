// SPDX-License-Identifier: MIT
#include "schema/documents/migrations.h"

#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "schema/documents/document_text.h"
#include "schema/documents/read_config.h"
#include "tests/schema/parsed.h"

namespace rtag::schema {
namespace {

// The migrated document on one line, and then notes and problems a line each.
std::string migrated(std::string_view yaml) {
  SourceNode config = parsed(yaml);
  std::vector<std::string> notes;
  Problems problems;
  migrate_config(config, notes, problems);
  std::string text = to_flow_text(config);
  for (const std::string& note : notes) text += "\n" + note;
  const std::string complaints = to_string("f", problems);
  return complaints.empty() ? text : text + "\n" + complaints.substr(0, complaints.size() - 1);
}

GenConfig read(std::string_view yaml) {
  Problems problems;
  std::vector<std::string> notes;
  const GenConfig config = read_config(parsed(yaml), {}, {}, notes, problems);
  CHECK(to_string("f", problems) == "");
  return config;
}

}  // namespace

TEST_CASE("a config of the current form is not touched") {
  for (const char* yaml :
       {"{version: \"0.2\", camera: {fov: 50}, physics: {scatter_radius: 1}}",
        "{camera: {fov: 50}, scenario: {subject: {type: TAGS, tags_per_scene: [2, 6]}}}", "{}"}) {
    INFO(yaml);
    CHECK(migrated(yaml) == yaml);
  }
}

TEST_CASE("a flat config gets its sections") {
  CHECK(migrated("resolution: [640, 480]\nsamples: 3\nlighting: {intensity_min: 9}\n"
                 "output_dir: out\nintent: calibration\nnum_scenes: 5\nseed: 7\n"
                 "physics: {scatter_radius: 1}\n"
                 "backgrounds: {hdri_path: a.exr, texture_dir: floors}\n") ==
        "{physics: {scatter_radius: 1}, camera: {resolution: [640, 480], samples_per_scene: 3}, "
        "scene: {lighting: {intensity_min: 9}, background_hdri: a.exr, texture_dir: floors}, "
        "dataset: {output_dir: out, num_scenes: 5, evaluation_scopes: [calibration], "
        "seeds: {global_seed: 7}}}\n"
        "resolution -> camera.resolution\n"
        "samples -> camera.samples_per_scene\n"
        "lighting -> scene.lighting\n"
        "output_dir -> dataset.output_dir\n"
        "intent -> dataset.intent\n"
        "num_scenes -> dataset.num_scenes\n"
        "seed -> dataset.seed\n"
        "backgrounds.hdri_path -> scene.background_hdri\n"
        "backgrounds.texture_dir -> scene.texture_dir\n"
        "dataset.intent -> dataset.evaluation_scopes [calibration]\n"
        "dataset.seed -> dataset.seeds.global_seed");
}

TEST_CASE("the family of a flat config becomes a subject of ten tags of 100 mm, as published") {
  const GenConfig config = read("version: '0.1'\ntag_family: tag16h5\n");
  const auto& subject = std::get<TagsSubject>(*config.scenario.subject);
  CHECK(subject.tag_families == std::vector<std::string>{"tag16h5"});
  CHECK(subject.tags_per_scene == CountRange{10, 10});
  CHECK(subject.size_mm == 100);
}

TEST_CASE("flat keys beside sections are refused, not dropped") {
  CHECK(migrated("camera: {fov: 33}\nseed: 5\ntag_family: tag16h5\n") ==
        "{camera: {fov: 33}}\n"
        "f:2: seed: is a key of flat configs, which have no section 'camera': write "
        "dataset.seeds.global_seed instead\n"
        "f:3: tag_family: is a key of flat configs, which have no section 'camera': write "
        "scenario.subject.tag_families instead");
  CHECK(migrated("version: '0.2'\nnum_scenes: 5\n") ==
        "{version: \"0.2\"}\n"
        "f:2: num_scenes: is a key of configs before version 0.1, not of \"0.2\": write "
        "dataset.num_scenes instead");
}

TEST_CASE("tags of version 0.1 become a subject") {
  CHECK(migrated("version: '0.1'\nscenario: {tag_families: [tag16h5, tag36h11], "
                 "tags_per_scene: 4, tag_size: 0.16, flying: true}\n") ==
        "{version: \"0.2\", scenario: {flying: true, subject: {type: TAGS, tag_families: [tag16h5, "
        "tag36h11], tags_per_scene: 4, size_mm: 160.0}}}\n"
        "version 0.1 -> 0.2\n"
        "scenario.tag_families -> scenario.subject.tag_families\n"
        "scenario.tags_per_scene -> scenario.subject.tags_per_scene\n"
        "scenario.tag_size -> scenario.subject.size_mm (m to mm)");
  CHECK(migrated("tag: {family: tag16h5, size_meters: 0.05, margin_bits: 2}\n") ==
        "{tag: {margin_bits: 2}, scenario: {subject: {type: TAGS, tag_families: [tag16h5], "
        "size_mm: 50.0}}}\n"
        "tag.family -> scenario.subject.tag_families\n"
        "tag.size_meters -> scenario.subject.size_mm (m to mm)");
  CHECK(migrated("scenario: {tag_families: [tag16h5]}\ntag: {family: tag36h11}\n") ==
        "{scenario: {subject: {type: TAGS, tag_families: [tag16h5]}}, tag: {}}\n"
        "scenario.tag_families -> scenario.subject.tag_families\n"
        "tag.family -> removed: scenario.subject says the families");
}

TEST_CASE("a list of tags per scene means its last item in version 0.1 and a range in a subject") {
  CHECK(migrated("version: '0.1'\nscenario: {tags_per_scene: [2, 6]}\n") ==
        "{version: \"0.2\", scenario: {subject: {type: TAGS, tags_per_scene: 6}}}\n"
        "version 0.1 -> 0.2\n"
        "scenario.tags_per_scene -> scenario.subject.tags_per_scene (its last item)");
  CHECK(migrated("version: '0.1'\nscenario: {subject: {type: TAGS, tags_per_scene: [2, 6]}}\n") ==
        "{version: \"0.2\", scenario: {subject: {type: TAGS, tags_per_scene: [2, 6]}}}\n"
        "version 0.1 -> 0.2");
}

TEST_CASE("a subject that is there is not made again") {
  CHECK(migrated("scenario: {subject: {type: TAGS}}\ntag: {family: x, size_mm: 5}\n") ==
        "{scenario: {subject: {type: TAGS}}, tag: {}}\n"
        "tag.family -> removed: scenario.subject says the families\n"
        "tag.size_mm -> removed: scenario.subject says the size");
  CHECK(migrated("version: '0.2'\ntag: {family: x, size_meters: 1}\n") ==
        "{version: \"0.2\", tag: {}}\n"
        "tag.family -> removed: scenario.subject says the families\n"
        "tag.size_meters -> removed: scenario.subject says the size");
}

TEST_CASE("an intent becomes scopes that are valid") {
  using Scopes = std::vector<EvaluationScope>;
  CHECK(read("dataset: {intent: calibration}").dataset.evaluation_scopes ==
        Scopes{EvaluationScope::kCalibration});
  CHECK(read("dataset: {intent: pose_baseline}").dataset.evaluation_scopes ==
        Scopes{EvaluationScope::kDetection, EvaluationScope::kPoseEstimation,
               EvaluationScope::kCornerAccuracy});
  CHECK(migrated("dataset: {intent: other}") ==
        "{dataset: {}}\ndataset.intent -> removed: it meant nothing else than the default");
  CHECK(migrated("dataset: {intent: pose, evaluation_scopes: [detection]}") ==
        "{dataset: {evaluation_scopes: [detection]}}\n"
        "dataset.intent -> removed: dataset.evaluation_scopes is given");
}

TEST_CASE("a seed moves to its section, and two seeds are refused") {
  CHECK(migrated("dataset: {seed: 5, seeds: {layout: 1}}") ==
        "{dataset: {seeds: {layout: 1, global_seed: 5}}}\n"
        "dataset.seed -> dataset.seeds.global_seed");
  CHECK(migrated("dataset: {seed: 5, seeds: {global_seed: 6}}") ==
        "{dataset: {seeds: {global_seed: 6}}}\n"
        "f:1: dataset.seed: stands beside dataset.seeds.global_seed: remove one");
}

TEST_CASE("motion and shutter move to the sensor's dynamics") {
  CHECK(migrated("camera: {velocity_mean: 2, velocity_std: 0.5, shutter_time_ms: 5, "
                 "rolling_shutter_readout: 3}") ==
        "{camera: {sensor_dynamics: {velocity_mean: 2, velocity_std: 0.5, shutter_time_ms: 5, "
        "rolling_shutter_duration_ms: 3}}}\n"
        "camera.velocity_mean -> camera.sensor_dynamics.velocity_mean\n"
        "camera.velocity_std -> camera.sensor_dynamics.velocity_std\n"
        "camera.shutter_time_ms -> camera.sensor_dynamics.shutter_time_ms\n"
        "camera.rolling_shutter_readout -> camera.sensor_dynamics.rolling_shutter_duration_ms");
  CHECK(migrated("camera: {velocity_mean: 2, sensor_dynamics: {velocity_mean: 1}}") ==
        "{camera: {sensor_dynamics: {velocity_mean: 1}}}\n"
        "camera.velocity_mean -> removed: camera.sensor_dynamics.velocity_mean is given");
  CHECK(migrated("camera: {shutter_speed: 0.02, sensor_dynamics: {shutter_time_ms: 1}}") ==
        "{camera: {sensor_dynamics: {shutter_time_ms: 20.0}}}\n"
        "camera.shutter_speed -> camera.sensor_dynamics.shutter_time_ms (s to ms)");
}

TEST_CASE("a board of the scenario becomes a subject") {
  CHECK(migrated("scenario: {layout: board, grid_size: [7, 5], marker_size: 0.04, "
                 "square_size: 0.05, tag_family: tag16h5}") ==
        "{scenario: {subject: {type: BOARD, cols: 7, rows: 5, marker_size_mm: 40.0, dictionary: "
        "tag16h5, square_size_mm: 50.0}}}\n"
        "scenario.grid_size -> scenario.subject.cols and scenario.subject.rows\n"
        "scenario.marker_size -> scenario.subject.marker_size_mm (m to mm)\n"
        "scenario.tag_family -> scenario.subject.dictionary\n"
        "scenario.square_size -> scenario.subject.square_size_mm (m to mm)\n"
        "scenario.layout -> scenario.subject of type BOARD");
  CHECK(migrated("scenario: {board: {marker_size: 0.05, square_size: 0.1}}") ==
        "{scenario: {subject: {type: BOARD, cols: 3, rows: 3, marker_size_mm: 50.0, "
        "square_size_mm: 100.0}}}\n"
        "scenario.board.marker_size -> scenario.marker_size\n"
        "scenario.board.square_size -> scenario.square_size\n"
        "scenario.board -> scenario.subject of type BOARD\n"
        "scenario.marker_size -> scenario.subject.marker_size_mm (m to mm)\n"
        "scenario.square_size -> scenario.subject.square_size_mm (m to mm)");
  CHECK(migrated("scenario: {layout: board}") ==
        "{scenario: {subject: {type: BOARD, cols: 3, rows: 3, marker_size_mm: 80.0}}}\n"
        "scenario.layout -> scenario.subject of type BOARD");
  CHECK(migrated("scenario:\n  layout: board\n  grid_size: 3\n") ==
        "{scenario: {subject: {type: BOARD, cols: 3, rows: 3, marker_size_mm: 80.0}}}\n"
        "scenario.layout -> scenario.subject of type BOARD\n"
        "f:3: scenario.grid_size: expected [columns, rows]");
}

TEST_CASE("what a moved section has left over is named, not the section") {
  CHECK(migrated("scenario:\n  board:\n    square_size: 0.1\n    colour: white\n") ==
        "{scenario: {subject: {type: BOARD, cols: 3, rows: 3, marker_size_mm: 80.0, "
        "square_size_mm: 100.0}}}\n"
        "scenario.board.square_size -> scenario.square_size\n"
        "scenario.board -> scenario.subject of type BOARD\n"
        "scenario.square_size -> scenario.subject.square_size_mm (m to mm)\n"
        "f:4: scenario.board.colour: unknown field");
  CHECK(migrated("backgrounds:\n  hdri_pth: a.exr\n") ==
        "{}\nf:2: backgrounds.hdri_pth: unknown field, did you mean 'hdri_path'?");
}

TEST_CASE("no step loses a setting that stands twice") {
  CHECK(migrated("tag:\n  family: tag36h11\n  family: tag16h5\n") ==
        "{tag: {}, scenario: {subject: {type: TAGS, tag_families: [tag36h11]}}}\n"
        "tag.family -> scenario.subject.tag_families\n"
        "f:3: tag.family: given twice (first on line 2)");
}

TEST_CASE("another layout had no effect") {
  CHECK(migrated("scenario: {layout: cb}") ==
        "{scenario: {}}\n"
        "scenario.layout -> removed: it had no effect, see scenario.subject.layout");
}

TEST_CASE("sizes of a subject in metres become millimetres, in every version") {
  CHECK(
      migrated("version: '0.2'\nscenario: {subject: {type: TAGS, size_mm: 1, size_meters: 0.1}}") ==
      "{version: \"0.2\", scenario: {subject: {type: TAGS, size_mm: 100.0}}}\n"
      "scenario.subject.size_meters -> scenario.subject.size_mm (m to mm)");
  CHECK(migrated("scenario: {subject: {type: BOARD, marker_size: 0.08, square_size: 0.1}}") ==
        "{scenario: {subject: {type: BOARD, marker_size_mm: 80.0, square_size_mm: 100.0}}}\n"
        "scenario.subject.marker_size -> scenario.subject.marker_size_mm (m to mm)\n"
        "scenario.subject.square_size -> scenario.subject.square_size_mm (m to mm)");
}

TEST_CASE("a value that cannot be converted is found under its new name, on its own line") {
  Problems problems;
  std::vector<std::string> notes;
  read_config(parsed("camera:\n  fov: 50\n  shutter_speed: fast\nscenario:\n  layout: board\n"), {},
              {}, notes, problems);
  CHECK(to_string("f", problems) ==
        "f:3: camera.sensor_dynamics.shutter_time_ms: expected a number (found fast)\n"
        "f:4: scenario.subject: needs spacing_ratio (an AprilGrid) or square_size_mm (a ChArUco "
        "board)\n");
}

TEST_CASE("a config of a version that is not read gets no further") {
  CHECK(migrated("version: '0.7'\nseed: 5\n") ==
        "{version: \"0.7\", seed: 5}\n"
        "f:1: version: is of a later rtag, this one reads up to \"0.2\" (found 0.7)");
  Problems problems;
  std::vector<std::string> notes;
  read_config(parsed("version: 0.2\n"), {}, {}, notes, problems);
  CHECK(to_string("f", problems) == "f:1: version: expected text (found 0.2), write \"0.2\"\n");
}

TEST_CASE("docs/migration.md lists every step") {
  std::ifstream file(RTAG_MIGRATION_PAGE);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  for (const MigrationStep& step : migration_steps()) {
    const std::string row = fmt::format("| {} | {} | {} |", step.since, step.before, step.after);
    INFO(row);
    CHECK(page.find(row) != std::string::npos);
  }
  CHECK(migration_steps().size() == 9);
}

}  // namespace rtag::schema
