// SPDX-License-Identifier: MIT
// Overrides: single values that the command line (-D PATH=VALUE) or an experiment puts in place of
// what a config says. Lists are replaced like everything else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/documents/document.h"
#include "schema/problem.h"
#include "schema/result.h"

namespace rtag::schema {

struct Override {
  Path path;
  SourceNode value;  // stamped with where it is from: "-D camera.fov=50"
};

// "camera.fov=50"; the value is YAML in its flow form: 480, true, null, [640, 480], {min: 5}, text.
// Published short paths (camera.velocity_mean) stand for the whole ones. Faults: kUsage.
Result<std::vector<Override>> parse_overrides(const std::vector<std::string>& texts);

// The path of an override or a sweep, with published short paths resolved; a problem is returned as
// a sentence in the Fault's message (kUsage).
Result<Path> parse_override_path(std::string_view text);

// Sets the values in their order. Where camera.resolution changes, intrinsics in pixels that the
// config gives are scaled with it. A mistyped path is found when the config is read.
void apply_overrides(SourceNode& config, const std::vector<Override>& overrides,
                     Problems& problems);

}  // namespace rtag::schema
