// SPDX-License-Identifier: MIT
#include "schema/documents/read_job.h"

#include <fmt/format.h>

#include "schema/check.h"
#include "schema/documents/config_version.h"
#include "schema/documents/document.h"
#include "schema/documents/document_text.h"
#include "schema/documents/migrations.h"
#include "schema/documents/overrides.h"
#include "schema/documents/read_config.h"
#include "schema/documents/render_tag_job.h"
#include "schema/job_identity.h"
#include "schema/typed_io.h"

namespace rtag::schema {
namespace {

using Kind = SourceNode::Kind;

// False where the job, or its config, is of a version that is not read.
bool migrate_job(SourceNode& job, std::vector<std::string>& notes, Problems& problems) {
  if (!migrate_version(job, notes, problems)) return false;
  SourceNode& config = *find_at(job, "scene_config");
  if (config.kind != Kind::kMap || is_of_current_version(config)) return true;
  Problems of_config;
  const bool is_read = migrate_config(config, notes, of_config);
  for (Problem& problem : of_config) {
    problem.path = "scene_config." + problem.path;
    problems.push_back(std::move(problem));
  }
  return is_read;
}

void check_config_hash(const JobSpec& job, Problems& problems) {
  const std::string expected = config_hash(job.scene_config);
  if (!job.config_hash || *job.config_hash == expected) return;
  problems.push_back({"config_hash", 0,
                      fmt::format("does not match scene_config, which was edited after it was "
                                  "locked: edit the config instead and lock that (expected {})",
                                  expected)});
}

JobSpec read_locked_job(SourceNode& root, std::vector<std::string>& notes, Problems& problems) {
  JobSpec job;
  if (!migrate_job(root, notes, problems)) return job;
  if (is_render_tag_job(root)) adopt_render_tag_job(root, notes);
  Reader(Completeness::kDefaultsAllowed, problems).read(root, job, "");
  if (problems.empty()) {
    check_job(job, problems);
    check_config_hash(job, problems);
  }
  locate(root, problems);
  return job;
}

}  // namespace

Result<ReadJob> read_job_file(const std::filesystem::path& file, const ConfigAdditions& additions) {
  const auto overrides = parse_overrides(additions.overrides);
  if (!overrides) return overrides.error();
  auto root = parse_file(file);
  if (!root) return root.error();
  ReadJob read{{}, {}, *std::move(root)};
  Problems problems;
  if (read.document.find("scene_config") == nullptr) {
    read.job = job_from(
        read_config_in_place(read.document, additions.presets, *overrides, read.notes, problems));
  } else if (!additions.presets.empty() || !additions.overrides.empty()) {
    return Fault{FaultKind::kUsage,
                 fmt::format("{}: is a locked job, which -D and --preset cannot change: change its "
                             "config and lock that",
                             file.string())};
  } else {
    read.job = read_locked_job(read.document, read.notes, problems);
  }
  if (!problems.empty()) return input_fault(file, problems);
  return read;
}

Result<std::string> effective_config_text(const std::filesystem::path& file,
                                          const ConfigAdditions& additions) {
  auto read = read_job_file(file, additions);
  if (!read) return read.error();
  GenConfig& effective = read->job.scene_config;
  effective.presets.clear();
  Problems problems;
  const auto config = parse_source(to_json(effective), SourceFormat::kJson, problems);
  RTAG_CHECK(config.has_value(), "a config is not written as valid JSON");
  return to_yaml(*config);
}

}  // namespace rtag::schema
