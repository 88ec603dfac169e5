// SPDX-License-Identifier: MIT
// Settings that a config's other settings leave without work. Published configs hold some, so they
// are no mistake, but their author should know. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "schema/config.h"

namespace rtag::schema {

// One sentence each: "camera.iso: has no effect without camera.iso_coupling".
std::vector<std::string> idle_settings(const GenConfig& config);

}  // namespace rtag::schema
