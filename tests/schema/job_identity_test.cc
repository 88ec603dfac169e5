// SPDX-License-Identifier: MIT
#include "schema/job_identity.h"

#include <set>

#include <catch2/catch.hpp>

#include "schema/digest.h"
#include "schema/typed_io.h"
#include "tests/schema/arbitrary.h"
#include "tests/schema/leaves.h"
#include "tests/schema/locked_job.h"

namespace rtag::schema {

TEST_CASE("a config's hash is the SHA-256 of its canonical JSON") {
  CHECK(config_hash(GenConfig{}) == sha256_hex(to_json(GenConfig{})));
}

TEST_CASE(
    "every field of a config changes its hash, except the output folder and names of presets") {
  const GenConfig defaults;
  std::set<std::string> hashes{config_hash(defaults)};
  int fields = 0;
  for_each_leaf<GenConfig>([&](const std::string& path, const auto& field, const auto& leaf_in) {
    INFO(path);
    GenConfig config;
    auto& leaf = leaf_in(config);
    const auto original = leaf;
    for (Arbitrary arbitrary(3); leaf == original;) arbitrary.fill(leaf, field.rules);
    if (path == "dataset.output_dir" || path == "presets") {
      CHECK(config_hash(config) == config_hash(defaults));
      return;
    }
    ++fields;
    CHECK(hashes.insert(config_hash(config)).second);
  });
  CHECK(fields == 108);
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

TEST_CASE(
    "of an environment map too it matters that there is one; Blender's own have their names") {
  GenConfig here;
  GenConfig there;
  here.scene.background_hdri = "/here/noon.exr";
  there.scene.background_hdri = "../there/noon.exr";
  CHECK(config_hash(here) == config_hash(there));
  here.scene.background_hdri = "blender:city.exr";
  there.scene.background_hdri = "blender:night.exr";
  CHECK(config_hash(here) != config_hash(there));
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

}  // namespace rtag::schema
