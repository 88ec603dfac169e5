// SPDX-License-Identifier: MIT
#include "schema/documents/read_job.h"

#include <algorithm>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "schema/job_identity.h"
#include "schema/typed_io.h"
#include "tests/schema/locked_job.h"
#include "tests/temporary_folder.h"

namespace rtag::schema {
namespace {

using samples::TemporaryFolder;

ReadJob read_in(std::string_view name, std::string_view text,
                const ConfigAdditions& additions = {}) {
  const TemporaryFolder folder;
  const auto read = read_job_file(folder.write(name, text), additions);
  if (!read) throw read.error().message;
  return *read;
}

JobSpec job_in(std::string_view name, std::string_view text) { return read_in(name, text).job; }

Fault fault_of(std::string_view name, std::string_view text,
               const ConfigAdditions& additions = {}) {
  const TemporaryFolder folder;
  const auto read = read_job_file(folder.write(name, text), additions);
  if (read) return {FaultKind::kRejected, "read without a fault"};
  return {read.error().kind, folder.relative(read.error().message)};
}

std::string fault_in(std::string_view name, std::string_view text) {
  const Fault fault = fault_of(name, text);
  CHECK(fault.kind == FaultKind::kInput);
  return fault.message;
}

// As the resolver of render-tag 0.9 writes a spec.
std::string render_tag_job(std::string_view config, std::string_view config_hash) {
  return fmt::format(
      R"({{"version": "0.1", "job_id": "job-bc3bbadf", "created_at": "2026-01-01T00:00:00Z",
 "paths": {{"output_dir": "/data/output", "logs_dir": "/data/output/logs",
  "assets_dir": "/assets"}},
 "infrastructure": {{"max_workers": 1, "timeout_seconds": 3600.0, "worker_memory_limit_gb": null,
  "max_memory_mb": null}},
 "global_seed": 42, "scene_config": {}, "env_hash": "unknown", "blender_version": "4.2.0",
 "assets_hash": "0123", "config_hash": "{}", "shard_index": 0, "applied_presets": []}})",
      config, config_hash);
}

}  // namespace

TEST_CASE("a config becomes a job with the config's seed and folder") {
  const JobSpec job =
      job_in("config.yaml", "dataset: {output_dir: out, num_scenes: 3, seeds: {global_seed: 7}}\n");
  CHECK(job.job_id.empty());
  CHECK(job.global_seed == 7);
  CHECK(job.paths.output_dir == "out");
  CHECK(job.scene_config.dataset.num_scenes == 3);
}

TEST_CASE("rules are checked in every section that could be read") {
  CHECK(fault_in("config.yaml",
                 "camera:\n  fov: '70'\n  min_distance: 9\n"
                 "scenario:\n  subject: {type: BOARD, rows: 5, cols: 7, marker_size_mm: 4}\n"
                 "scene: {lighting: {radius_min: 2}}\n") ==
        "config.yaml:2: camera.fov: expected a number (found the text '70')\n"
        "config.yaml:5: scenario.subject: needs spacing_ratio (an AprilGrid) or square_size_mm (a "
        "ChArUco board)\n"
        "config.yaml:6: scene.lighting.radius_min: must be <= scene.lighting.radius_max, 0.0 "
        "(found 2.0)");
  // What an unknown preset would have brought, nobody knows.
  CHECK(fault_in("config.yaml", "presets: [dark]\nscene: {lighting: {radius_min: 2}}\n") ==
        "config.yaml:1: presets[0]: unknown preset (found 'dark')");
}

TEST_CASE("an empty config asks for all defaults") {
  CHECK(job_in("config.yaml", "").scene_config == GenConfig{});
  CHECK(job_in("config.yaml", "# nothing yet\n").scene_config == GenConfig{});
  CHECK(fault_in("config.json", "") == "config.json: is empty, expected JSON");
}

TEST_CASE("a locked job is read back as it was written") {
  const JobSpec job = lock_config(GenConfig{}, "unknown");
  CHECK(job_in("job.json", to_pretty_json(job)) == job);
}

TEST_CASE("a locked job whose config was edited is refused") {
  JobSpec job = lock_config(GenConfig{}, "unknown");
  job.scene_config.camera.fov = 71;
  CHECK(fault_in("job.json", to_json(job)) ==
        "job.json:1: config_hash: does not match scene_config, which was edited after it was "
        "locked: edit the config instead and lock that (expected " +
            config_hash(job.scene_config) + ")");
}

TEST_CASE("every problem of a file is one line, with file, line and path") {
  CHECK(fault_in("config.yaml", "camera:\n  iso: 9000\ncolour: red\n") ==
        "config.yaml:2: camera.iso: must be <= 6400 (found 9000)\n"
        "config.yaml:3: colour: unknown field");
  CHECK(fault_in("config.yaml", "camera:\n  min_distance: 3\n\n  min_roll: 4\n") ==
        "config.yaml:2: camera.min_distance: must be <= camera.max_distance, 2.0 (found 3.0)\n"
        "config.yaml:4: camera.min_roll: must be <= camera.max_roll, 0.0 (found 4.0)");
  CHECK(fault_in("job.yaml",
                 "job_id: a\npaths: {output_dir: o}\nglobal_seed: 42\nscene_config:\n"
                 "  camera:\n    min_distance: 3\n") ==
        "job.yaml:6: scene_config.camera.min_distance: must be <= camera.max_distance, 2.0 "
        "(found 3.0)");
  CHECK(fault_in("config.yaml", "- 1\n") == "config.yaml:1: expected a map (found a list of 1)");
}

TEST_CASE("a job file that is not there is a fault of the input") {
  const auto job = read_job_file("/nonexistent/job.json");
  REQUIRE_FALSE(job.has_value());
  CHECK(job.error().kind == FaultKind::kInput);
  CHECK(job.error().message == "/nonexistent/job.json: no such file");
}

TEST_CASE("a config takes presets and overrides from the command line") {
  const JobSpec job =
      read_in("c.yaml", "presets: [lighting.warehouse]\n",
              {{"lighting.factory"}, {"dataset.seeds.global_seed=7", "dataset.output_dir=there"}})
          .job;
  CHECK(job.applied_presets == std::vector<std::string>{"lighting.warehouse", "lighting.factory"});
  CHECK(job.scene_config.presets == job.applied_presets);
  CHECK(job.scene_config.scene.lighting.intensity_max == 400);
  CHECK(job.global_seed == 7);
  CHECK(job.paths.output_dir == "there");
}

TEST_CASE("an override wins over config and presets") {
  const ReadJob read = read_in("c.yaml", "scene: {lighting: {intensity_max: 300}}\n",
                               {{"lighting.factory"}, {"scene.lighting.intensity_max=500"}});
  CHECK(read.job.scene_config.scene.lighting.intensity_max == 500);
  CHECK(read.notes.empty());
}

TEST_CASE("additions that cannot be understood are a fault of the command line") {
  const Fault fault = fault_of("c.yaml", "", {{}, {"camera.fov"}});
  CHECK(fault.kind == FaultKind::kUsage);
  CHECK(fault.message == "-D camera.fov: expected PATH=VALUE, such as camera.fov=50");
  const Fault of_value = fault_of("c.yaml", "", {{}, {"camera.fov=x"}});
  CHECK(of_value.kind == FaultKind::kInput);
  CHECK(of_value.message == "-D camera.fov=x: camera.fov: expected a number (found x)");
}

TEST_CASE("an old config is read as what it means, and says how") {
  const ReadJob read = read_in("c.yaml", "version: 0.1\ndataset: {seed: 7}\n");
  CHECK(read.job.global_seed == 7);
  CHECK(read.job.scene_config.version == "0.2");
  CHECK(read.notes == std::vector<std::string>{"version 0.1 -> 0.2",
                                               "dataset.seed -> dataset.seeds.global_seed"});
}

TEST_CASE("a problem in a migrated value stands on its own line") {
  CHECK(fault_in("c.yaml", "num_scenes: 2\n\nseed: -1\n") ==
        "c.yaml:3: dataset.seeds.global_seed: must be between 0 and 4294967295 (found -1)");
}

TEST_CASE("a locked job takes no additions") {
  const std::string text = to_json(lock_config(GenConfig{}, "unknown"));
  for (const ConfigAdditions& additions :
       {ConfigAdditions{{"lighting.factory"}, {}}, ConfigAdditions{{}, {"camera.fov=50"}}}) {
    const Fault fault = fault_of("job.json", text, additions);
    CHECK(fault.kind == FaultKind::kUsage);
    CHECK(fault.message ==
          "job.json: is a locked job, which -D and --preset cannot change: change its config and "
          "lock that");
  }
}

TEST_CASE("the presets of a locked job are names, and are not applied again") {
  GenConfig config;
  config.presets = {"lighting.factory", "lighting.of_a_later_version"};
  const JobSpec job = lock_config(config, "unknown");
  CHECK(job.applied_presets == config.presets);
  CHECK(job_in("job.json", to_json(job)) == job);
}

TEST_CASE("old fields in a locked config of the current version are refused") {
  CHECK(fault_in("job.yaml",
                 "job_id: a\npaths: {output_dir: o}\nglobal_seed: 42\nscene_config:\n"
                 "  version: '0.2'\n  dataset: {seed: 42}\n") ==
        "job.yaml:6: scene_config.dataset.seed: unknown field, did you mean 'seeds'?");
}

TEST_CASE("the locked config of an old version is migrated") {
  const ReadJob read = read_in("job.yaml",
                               "job_id: a\npaths: {output_dir: o}\nglobal_seed: 7\nscene_config:\n"
                               "  version: '0.1'\n  dataset: {seed: 7}\n");
  CHECK(read.job.scene_config.dataset.seeds.global_seed == 7);
  CHECK(fault_in("job.yaml", "scene_config:\n  version: '0.7'\n") ==
        "job.yaml:2: scene_config.version: is of a later rtag, this one reads up to \"0.2\" (found "
        "0.7)");
}

TEST_CASE("a job of render-tag 0.9 is identified anew by its content") {
  const ReadJob read =
      read_in("job.json",
              render_tag_job(R"({"version": "0.2", "dataset": {"output_dir": "/data/output"}})",
                             "6e3751df597c6313622adccfdc03c07a4994314167719da8f93f4edf04ed8512"));
  CHECK(read.job.job_id.empty());
  CHECK_FALSE(read.job.config_hash.has_value());
  CHECK(read.job.env_hash == "unknown");
  CHECK(read.job.blender_version == "unknown");
  CHECK(read.job.assets_hash == "unknown");
  CHECK(read.job.version == "0.2");
  CHECK(read.job.global_seed == 42);
  CHECK(read.job.paths.output_dir == "/data/output");
  CHECK(read.notes.front() == "version 0.1 -> 0.2");
  for (const std::string& note : read.notes) CHECK(note.find("verified") == std::string::npos);
}

TEST_CASE("a job of render-tag 0.9 with a hash of another form is read, and says so") {
  const ReadJob read = read_in("job.json", render_tag_job(R"({"version": "0.2"})", "0123"));
  CHECK(std::count(read.notes.begin(), read.notes.end(),
                   "config_hash cannot be verified: it is not the hash of scene_config as "
                   "render-tag computes it (its lock command hashed the YAML file)") == 1);
}

TEST_CASE("the effective config has every value, and is a config that means the same") {
  const TemporaryFolder folder;
  const auto file = folder.write("c.yaml", "presets: [locus.v1_baseline]\n");
  const ConfigAdditions additions{{}, {"camera.iso=200", "dataset.evaluation_scopes=[detection]"}};
  const auto text = effective_config_text(file, additions);
  REQUIRE(text.has_value());
  CHECK(
      text->starts_with("version: \"0.2\"\npresets: []\ndataset:\n"
                        "  output_dir: output\n  seeds:\n    global_seed: 42\n"));
  CHECK(text->find("  iso: 200\n") != std::string::npos);
  const auto again = read_job_file(folder.write("e.yaml", *text));
  REQUIRE(again.has_value());
  GenConfig expected = read_job_file(file, additions)->job.scene_config;
  CHECK(expected.presets.size() == 1);
  expected.presets.clear();
  CHECK(again->job.scene_config == expected);
}

}  // namespace rtag::schema
