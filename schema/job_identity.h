// SPDX-License-Identifier: MIT
// What makes two jobs the same: their content. Paths, time stamps, worker counts and the like do
// not count; assets count by their bytes, not by their place.
#pragma once

#include <string>
#include <string_view>

#include "schema/job_spec.h"

namespace rtag::schema {

// What env_hash says in a job that is locked here. Programs with one fingerprint make the same
// recipes of a job, and the same marker art; whoever changes either raises the number.
inline constexpr std::string_view kCompilerFingerprint = "rtag/recipes-1";

// The digest of a config's effective values: SHA-256 of its canonical JSON, with dataset.output_dir
// at its default, without the names of the presets that it was made of, and with assets of the
// user's replaced by a mark that there are some.
std::string config_hash(const GenConfig& config);

// 64 hexadecimal digits over version, config hash, seed and assets hash.
std::string job_identity(const JobSpec& job, std::string_view assets_hash);

// "blender:city.exr": a file that comes with Blender, known by its name.
bool is_blender_asset(std::string_view path);

// A config as a job that is not locked: with its seed, its folder and the names of its presets.
JobSpec job_from(const GenConfig& config);

// Settles what a job is called: fills in env_hash, assets_hash, config_hash and job_id.
void identify(JobSpec& job, std::string_view assets_hash);

}  // namespace rtag::schema
