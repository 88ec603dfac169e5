// SPDX-License-Identifier: MIT
// What varies between the variants of an experiment or a campaign: the values that single settings
// take, and all their combinations.
#pragma once

#include <string>
#include <vector>

#include "schema/documents/overrides.h"
#include "schema/problem.h"
#include "schema/source_document.h"

namespace rtag::schema {

inline constexpr std::size_t kMostVariants = 10000;

struct Axis {
  std::string parameter;  // as it is written
  Path path;
  std::vector<SourceNode> values;  // stamped with "file:line"
};

// A sweep: {parameter, type: categorical, values} or {parameter, type: linear, min, max, and step
// or steps}. With a step: min, min + step, ... (accumulated additions, as published: 0 to 1 by 0.1
// ends at 0.9999999999999999) up to max + 1e-9. With steps: that many, both ends included.
Axis read_sweep(SourceNode sweep, const std::string& path, const std::string& file,
                Problems& problems);

// An axis of a matrix: {parameter, values}.
Axis read_axis(SourceNode axis, const std::string& path, const std::string& file,
               Problems& problems);

struct Combination {
  std::vector<Override> overrides;
  std::vector<std::string> texts;  // "camera.iso=800"
  std::string slug;                // "__camera_iso-800"
};

// One value of each axis, the last axis fastest; a single empty one without axes.
// REQUIRES: no axis without values, and at most kMostVariants combinations.
std::vector<Combination> combinations_of(const std::vector<Axis>& axes);

// How many combinations there are; stops counting beyond kMostVariants.
std::size_t count_combinations(const std::vector<Axis>& axes);

}  // namespace rtag::schema
