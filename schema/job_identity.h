// SPDX-License-Identifier: MIT
// What makes two jobs the same: their content. Paths, time stamps, worker counts and the like do
// not count; assets count by their bytes, not by their place.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "schema/job_spec.h"
#include "schema/result.h"

namespace rtag::schema {

// The digest of a config's effective values: SHA-256 of its canonical JSON, with dataset.output_dir
// at its default and scene.texture_dir replaced by a mark that there is one.
std::string config_hash(const GenConfig& config);

// 64 hexadecimal digits over version, config hash, seed and assets hash.
std::string job_identity(const JobSpec& job, std::string_view assets_hash);

// A config made final.
JobSpec lock_config(const GenConfig& config, std::string_view assets_hash);

// Reads a config (.yaml) or a locked job (a document with `scene_config`), YAML or JSON, and checks
// it. A config becomes a job whose job_id is empty until it is locked. The Fault (kInput) holds one
// line for every problem: "file:line: path: expected (found)".
Result<JobSpec> read_job_file(const std::filesystem::path& file);

}  // namespace rtag::schema
