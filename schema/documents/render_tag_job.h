// SPDX-License-Identifier: MIT
// Locked jobs of render-tag 0.9. They run here as what they describe; their identity, which held
// absolute paths and time stamps, is replaced by ours.
#pragma once

#include <string>
#include <vector>

#include "schema/config.h"
#include "schema/source_document.h"

namespace rtag::schema {

// A job is render-tag's when its env_hash is neither ours ("rtag/...") nor absent nor "unknown", or
// when its job_id is a short one ("job-xxxxxxxx").
bool is_render_tag_job(const SourceNode& job);

// Makes a job of ours of it: verifies config_hash (a note says if it is not the hash of
// scene_config) and drops what identified it there.
// REQUIRES: its scene_config is of the current version.
void adopt_render_tag_job(SourceNode& job, std::vector<std::string>& notes);

// SHA-256 of a config as render-tag 0.9 wrote it: compact JSON in the order of the field tables,
// floats as its serialiser spells them (1e-5 as 0.00001, 1e-7, 1e+16).
std::string render_tag_config_hash(const GenConfig& config);

}  // namespace rtag::schema
