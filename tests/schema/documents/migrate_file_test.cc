// SPDX-License-Identifier: MIT
#include "schema/documents/migrate_file.h"

#include <catch2/catch.hpp>

#include "schema/documents/read_job.h"
#include "tests/temporary_folder.h"

namespace rtag::schema {
namespace {

using samples::TemporaryFolder;

std::string fault_in(std::string_view name, std::string_view text) {
  const TemporaryFolder folder;
  const auto migrated = migrate_file(folder.write(name, text));
  return migrated ? "migrated" : folder.relative(migrated.error().message);
}

}  // namespace

TEST_CASE("a migrated YAML file keeps its order, and its presets are not expanded") {
  const TemporaryFolder folder;
  const auto file = folder.write("old.yaml",
                                 "# mine\nversion: 0.1\npresets: [lighting.factory]\n"
                                 "dataset:\n  seed: 7\n  num_scenes: 3\n");
  const auto migrated = migrate_file(file);
  REQUIRE(migrated.has_value());
  CHECK(migrated->text ==
        "version: \"0.2\"\npresets: [lighting.factory]\n"
        "dataset:\n  num_scenes: 3\n  seeds:\n    global_seed: 7\n");
  CHECK(folder.relative(migrated->diff) ==
        "--- old.yaml\n+++ old.yaml (migrated)\n@@ -1,5 +1,6 @@\n-version: 0.1\n"
        "+version: \"0.2\"\n presets: [lighting.factory]\n dataset:\n-  seed: 7\n"
        "   num_scenes: 3\n+  seeds:\n+    global_seed: 7\n");
  CHECK(migrated->notes == std::vector<std::string>{"version 0.1 -> 0.2",
                                                    "dataset.seed -> dataset.seeds.global_seed"});
}

TEST_CASE("a migrated file means what the old one meant, and needs no migration") {
  const TemporaryFolder folder;
  const auto file = folder.write(
      "old.yaml", "resolution: [640, 480]\nseed: 9\ntag_family: tag16h5\nintent: calibration\n");
  const auto migrated = migrate_file(file);
  REQUIRE(migrated.has_value());
  const auto again = folder.write("new.yaml", migrated->text);
  CHECK(migrate_file(again)->diff.empty());
  CHECK(migrate_file(again)->notes.empty());
  CHECK(read_job_file(again)->job == read_job_file(file)->job);
}

TEST_CASE("a file without a version says the current one after the migration") {
  const TemporaryFolder folder;
  const auto migrated = migrate_file(folder.write("c.yaml", "camera: {fov: 50}\n"));
  CHECK(migrated->text == "version: \"0.2\"\ncamera:\n  fov: 50\n");
  CHECK(migrated->notes == std::vector<std::string>{"no version -> 0.2"});
}

TEST_CASE("a file of the current version has nothing to migrate") {
  const TemporaryFolder folder;
  const auto migrated = migrate_file(folder.write("c.yaml", "version: '0.2'\ncamera: {fov: 50}\n"));
  CHECK(migrated->diff.empty());
  CHECK(migrated->notes.empty());
}

TEST_CASE("a JSON file stays JSON") {
  const TemporaryFolder folder;
  const auto migrated = migrate_file(
      folder.write("c.json", R"({"version": "0.1", "scenario": {"layout": "board"}})"));
  CHECK(migrated->text ==
        "{\n  \"version\": \"0.2\",\n  \"scenario\": {\n    \"subject\": {\n"
        "      \"type\": \"BOARD\",\n      \"cols\": 3,\n      \"rows\": 3,\n"
        "      \"marker_size_mm\": 80.0\n    }\n  }\n}\n");
}

TEST_CASE("what cannot be migrated is refused with its line") {
  CHECK(fault_in("c.yaml", "camera: {fov: 1}\nseed: 5\n") ==
        "c.yaml:2: seed: is a key of flat configs, which have no section 'camera': write "
        "dataset.seeds.global_seed instead");
  CHECK(
      fault_in("job.json", "{\"job_id\": \"a\",\n \"scene_config\": {}}") ==
      "job.json:2: scene_config: belongs to a locked job, which runs as it is: migrate its config "
      "and lock that");
  CHECK(fault_in("c.yaml", "- 1\n") == "c.yaml:1: expected a config");
  CHECK(fault_in("c.yaml", "") == "c.yaml: expected a config");
}

}  // namespace rtag::schema
