// SPDX-License-Identifier: MIT
// The parts of check_config (config.h): rules that tie several fields of a config together. Inside
// schema/ only.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "schema/config.h"
#include "schema/problem.h"
#include "schema/write.h"

namespace rtag::schema {

void check_camera(const CameraConfig& camera, Problems& problems);  // camera_rules.cc
void check_subject(const GenConfig& config, Problems& problems);    // subject_rules.cc

inline void complain(Problems& problems, std::string path, std::string message) {
  problems.push_back({std::move(path), 0, std::move(message)});
}

// `low` must not be above `high`.
template <class Number>
void check_order(Problems& problems, const std::string& section, std::string_view low_name,
                 Number low, std::string_view high_name, Number high) {
  if (low <= high) return;
  complain(problems, fmt::format("{}.{}", section, low_name),
           fmt::format("must be <= {}.{}, {} (found {})", section, high_name, to_json(high),
                       to_json(low)));
}

}  // namespace rtag::schema
