// SPDX-License-Identifier: MIT
#include "schema/documents/render_tag_job.h"

#include <catch2/catch.hpp>

#include "schema/documents/document_text.h"
#include "schema/typed_io.h"
#include "tests/schema/parsed.h"

namespace rtag::schema {
namespace {

std::string adopted(std::string_view yaml) {
  SourceNode job = parsed(yaml);
  std::vector<std::string> notes;
  adopt_render_tag_job(job, notes);
  std::string text = to_flow_text(job);
  for (const std::string& note : notes) text += "\n" + note;
  return text;
}

GenConfig with_output(std::uint32_t seed) {
  GenConfig config;
  config.dataset.output_dir = "/data/output";
  config.dataset.seeds.global_seed = seed;
  return config;
}

}  // namespace

// Hashes that render-tag 0.9 printed for these configs.
TEST_CASE("a config's hash in render-tag's form is the one that render-tag computes") {
  CHECK(render_tag_config_hash(GenConfig{}) ==
        "f6b97b28ab43955ce79ce81259e69b0c39ac728440a297e7244b7ea2cf41982f");
  CHECK(render_tag_config_hash(with_output(42)) ==
        "6e3751df597c6313622adccfdc03c07a4994314167719da8f93f4edf04ed8512");
  CHECK(render_tag_config_hash(with_output(2026)) ==
        "cf37948967d7de788566fe7589e2f969c7702143246cb12e903af830dc26b58b");
}

TEST_CASE("denoising that is left open counts as on, as it did there") {
  GenConfig config;
  config.renderer.enable_denoising = true;
  CHECK(render_tag_config_hash(config) == render_tag_config_hash(GenConfig{}));
  config.renderer.enable_denoising = false;
  CHECK(render_tag_config_hash(config) != render_tag_config_hash(GenConfig{}));
}

// SHA-256, by sha256sum, of the default config's text with one float replaced as render-tag spells
// it.
TEST_CASE("floats are spelt as render-tag's serialiser spells them") {
  const auto hash_with = [](double noise_threshold) {
    GenConfig config;
    config.renderer.noise_threshold = noise_threshold;
    return render_tag_config_hash(config);
  };
  CHECK(hash_with(1e-5) == "148c1b9e8dcbfec5ba5ab472a62c7c49b947db6f0daf9fdbfea8b176ea625030");
  CHECK(hash_with(1.25e-5) == "6704740c71b0001f26f9b57c1bc51fcee96504c3f34d363ecc52242bac8b37ef");
  CHECK(hash_with(1e-7) == "4625b3ebcf37a5c25bd82a4e849d4954aeb88c25ae19da7915dd852a191a0c77");
  CHECK(hash_with(1e16) == "e885828178dd56214b4e34030a8171080890e5b295718d259ff2709a4ee45472");
}

TEST_CASE("a job is render-tag's by its fingerprint or its short id") {
  CHECK(is_render_tag_job(parsed("{job_id: x, env_hash: 0123abcd}")));
  CHECK(is_render_tag_job(parsed("{job_id: job-bc3bbadf, env_hash: unknown}")));
  CHECK(is_render_tag_job(parsed("{job_id: job-bc3bbadf}")));
  CHECK_FALSE(is_render_tag_job(parsed("{job_id: 0123abcd, env_hash: unknown}")));
  CHECK_FALSE(is_render_tag_job(parsed("{job_id: 0123abcd, env_hash: rtag/0.2}")));
  CHECK_FALSE(is_render_tag_job(parsed("{job_id: 0123abcd}")));
}

TEST_CASE("a job of render-tag loses what identified it there") {
  CHECK(adopted(
            "{version: \"0.2\", job_id: job-bc3bbadf, paths: {output_dir: /o, logs_dir: /o/logs},"
            " global_seed: 42, scene_config: {}, env_hash: E, blender_version: 4.2.0,"
            " assets_hash: A, config_hash: "
            "f6b97b28ab43955ce79ce81259e69b0c39ac728440a297e7244b7ea2cf41982f, shard_index: 2}") ==
        "{version: \"0.2\", job_id: \"\", paths: {output_dir: /o}, global_seed: 42, scene_config: "
        "{dataset: {seeds: {global_seed: 42}}}}\n"
        "env_hash of render-tag -> removed\n"
        "blender_version of render-tag -> removed\n"
        "assets_hash of render-tag -> removed\n"
        "config_hash of render-tag -> removed\n"
        "paths.logs_dir of render-tag -> removed\n"
        "shard_index of render-tag -> removed\n"
        "job_id job-bc3bbadf of render-tag -> by content\n"
        "global_seed 42 -> scene_config.dataset.seeds.global_seed");
}

TEST_CASE("a hash that is not the config's cannot be verified, which is said") {
  CHECK(adopted("{job_id: a, global_seed: 42, scene_config: {dataset: {seeds: {global_seed: 42}}}, "
                "config_hash: 0123}") ==
        "{job_id: \"\", global_seed: 42, scene_config: {dataset: {seeds: {global_seed: 42}}}}\n"
        "config_hash cannot be verified: it is not the hash of scene_config as render-tag computes "
        "it (its lock command hashed the YAML file)\n"
        "config_hash of render-tag -> removed\n"
        "job_id a of render-tag -> by content");
}

TEST_CASE("the job's seed was the one in use") {
  CHECK(
      adopted("{job_id: a, global_seed: 7, scene_config: {dataset: {seeds: {global_seed: 9}}}}") ==
      "{job_id: \"\", global_seed: 7, scene_config: {dataset: {seeds: {global_seed: 7}}}}\n"
      "job_id a of render-tag -> by content\n"
      "global_seed 7 -> scene_config.dataset.seeds.global_seed");
}

}  // namespace rtag::schema
