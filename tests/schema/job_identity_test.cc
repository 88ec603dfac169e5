// SPDX-License-Identifier: MIT
#include "schema/job_identity.h"

#include <filesystem>
#include <fstream>
#include <set>

#include <catch2/catch.hpp>

#include "schema/digest.h"
#include "schema/typed_io.h"
#include "tests/schema/arbitrary.h"
#include "tests/schema/leaves.h"

namespace rtag::schema {
namespace {

class JobFile {
 public:
  JobFile(std::string_view name, std::string_view text) {
    std::string folder = (std::filesystem::temp_directory_path() / "rtag_job_XXXXXX").string();
    folder_ = ::mkdtemp(folder.data());
    path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
  }
  ~JobFile() { std::filesystem::remove_all(folder_); }
  JobFile(const JobFile&) = delete;
  JobFile& operator=(const JobFile&) = delete;

  std::filesystem::path path;

 private:
  std::filesystem::path folder_;
};

JobSpec job_in(std::string_view name, std::string_view text) {
  const JobFile file(name, text);
  const auto job = read_job_file(file.path);
  if (!job) throw job.error().message;
  return *job;
}

// What is wrong with the file, with its folder cut off.
std::string fault_in(std::string_view name, std::string_view text) {
  const JobFile file(name, text);
  const auto job = read_job_file(file.path);
  if (job) return "read without a fault";
  CHECK(job.error().kind == FaultKind::kInput);
  std::string message = job.error().message;
  const std::string folder = file.path.parent_path().string() + "/";
  for (std::size_t at; (at = message.find(folder)) != std::string::npos;) {
    message.erase(at, folder.size());
  }
  return message;
}

}  // namespace

TEST_CASE("a config's hash is the SHA-256 of its canonical JSON") {
  CHECK(config_hash(GenConfig{}) == sha256_hex(to_json(GenConfig{})));
}

TEST_CASE("every field of a config changes its hash, except where the output goes") {
  const GenConfig defaults;
  std::set<std::string> hashes{config_hash(defaults)};
  int fields = 0;
  for_each_leaf<GenConfig>([&](const std::string& path, const auto& field, const auto& leaf_in) {
    INFO(path);
    GenConfig config;
    auto& leaf = leaf_in(config);
    const auto original = leaf;
    for (Arbitrary arbitrary(3); leaf == original;) arbitrary.fill(leaf, field.rules);
    if (path == "dataset.output_dir") {
      CHECK(config_hash(config) == config_hash(defaults));
      return;
    }
    ++fields;
    CHECK(hashes.insert(config_hash(config)).second);
  });
  CHECK(fields == 104);
}

TEST_CASE("it matters that there is a folder of floor images, not where it stands") {
  GenConfig without;
  GenConfig here;
  GenConfig there;
  here.scene.texture_dir = "/here/floors";
  there.scene.texture_dir = "../there";
  CHECK(config_hash(here) == config_hash(there));
  CHECK(config_hash(here) != config_hash(without));
}

TEST_CASE("a job's identity is its content: version, config, seed and assets") {
  const JobSpec job = lock_config(GenConfig{}, "assets");
  CHECK(job.job_id == job_identity(job, "assets"));
  CHECK(job.job_id.size() == 64);
  CHECK(job.config_hash == config_hash(GenConfig{}));
  CHECK(job.assets_hash == "assets");
  JobSpec other = job;
  other.version = "0.3";
  CHECK(job_identity(other, "assets") != job.job_id);
  other = job;
  other.global_seed = 43;
  CHECK(job_identity(other, "assets") != job.job_id);
  other = job;
  other.scene_config.camera.fov = 71;
  CHECK(job_identity(other, "assets") != job.job_id);
  CHECK(job_identity(job, "other assets") != job.job_id);
}

TEST_CASE("a job's identity does not depend on paths, times, workers or where it was locked") {
  const JobSpec job = lock_config(GenConfig{}, "assets");
  JobSpec other = job;
  other.job_id = "x";
  other.created_at = "2026-01-01T00:00:00Z";
  other.paths = {"/elsewhere", "/logs", "/assets"};
  other.infrastructure = {8, 60, 4.0, 4096};
  other.scene_config.dataset.output_dir = "/elsewhere";
  other.env_hash = "x";
  other.blender_version = "3.4.1";
  other.config_hash = "x";
  other.shard_index = 3;
  other.applied_presets = {"x"};
  CHECK(job_identity(other, "assets") == job.job_id);
}

TEST_CASE("a config becomes a job with the config's seed and folder") {
  const JobSpec job =
      job_in("config.yaml", "dataset: {output_dir: out, num_scenes: 3, seeds: {global_seed: 7}}\n");
  CHECK(job.job_id.empty());
  CHECK(job.global_seed == 7);
  CHECK(job.paths.output_dir == "out");
  CHECK(job.scene_config.dataset.num_scenes == 3);
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
  CHECK(fault_in("config.yaml", "camera:\n  fov: 200\ncolour: red\n") ==
        "config.yaml:2: camera.fov: must be < 180 (found 200)\n"
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

}  // namespace rtag::schema
