// SPDX-License-Identifier: MIT
#include "schema/job_identity.h"

#include <fmt/format.h>

#include "schema/digest.h"
#include "schema/typed_io.h"

namespace rtag::schema {
namespace {

JobSpec job_from(const GenConfig& config) {
  JobSpec job;
  job.paths.output_dir = config.dataset.output_dir;
  job.global_seed = config.dataset.seeds.global_seed;
  job.scene_config = config;
  return job;
}

JobSpec read_locked_job(const SourceNode& root, Problems& problems) {
  JobSpec job;
  Reader(Completeness::kDefaultsAllowed, problems).read(root, job, "");
  if (!problems.empty()) return job;
  check_job(job, problems);
  const std::string expected = config_hash(job.scene_config);
  if (job.config_hash && *job.config_hash != expected) {
    problems.push_back({"config_hash", 0,
                        fmt::format("does not match scene_config, which was edited after it was "
                                    "locked: edit the config instead and lock that (expected {})",
                                    expected)});
  }
  return job;
}

JobSpec read_config(const SourceNode& root, Problems& problems) {
  GenConfig config;
  // An empty file asks for all defaults.
  if (root.kind != SourceNode::Kind::kNull) {
    Reader(Completeness::kDefaultsAllowed, problems).read(root, config, "");
  }
  if (problems.empty()) check_config(config, problems);
  return job_from(config);
}

}  // namespace

std::string config_hash(const GenConfig& config) {
  GenConfig content = config;
  content.dataset.output_dir = DatasetConfig{}.output_dir;
  if (content.scene.texture_dir) content.scene.texture_dir = "assets";
  return sha256_hex(to_json(content));
}

std::string job_identity(const JobSpec& job, std::string_view assets_hash) {
  return sha256_hex(fmt::format("rtag-job/1\n{}\n{}\n{}\n{}\n", job.version,
                                config_hash(job.scene_config), job.global_seed, assets_hash));
}

JobSpec lock_config(const GenConfig& config, std::string_view assets_hash) {
  JobSpec job = job_from(config);
  job.assets_hash = assets_hash;
  job.config_hash = config_hash(config);
  job.job_id = job_identity(job, assets_hash);
  return job;
}

Result<JobSpec> read_job_file(const std::filesystem::path& file) {
  const Result<std::string> text = read_source_file(file);
  if (!text) return text.error();
  Problems problems;
  JobSpec job;
  if (const auto root = parse_source(*text, format_of(file), problems)) {
    const bool is_job = root->find("scene_config") != nullptr;
    job = is_job ? read_locked_job(*root, problems) : read_config(*root, problems);
    locate(*root, problems);
  }
  if (problems.empty()) return job;
  std::string message = to_string(file.string(), problems);
  message.pop_back();
  return Fault{FaultKind::kInput, std::move(message)};
}

}  // namespace rtag::schema
