// SPDX-License-Identifier: MIT
// Presets: named partial configs that a config builds on, as published with version 0.2. A config
// lists them under `presets`; they are merged from left to right, and the config on top of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/problem.h"
#include "schema/source_document.h"

namespace rtag::schema {

struct Preset {
  std::string_view name;  // category.name
  std::string_view description;
  std::string_view document;  // YAML
};

// All presets, sorted by name. They live as long as the program.
const std::vector<Preset>& presets();

std::vector<std::string_view> preset_names();
const Preset* find_preset(std::string_view name);  // nullptr: there is none

// Ends a sentence about a name that is not known: ", did you mean 'lighting.factory'?" or empty.
std::string preset_hint(std::string_view name);

// Puts the presets that a config lists, and then `additions`, beneath it. Its list of presets ends
// with the additions. Values from a preset have the origin "preset NAME"; problems with an addition
// begin with "--preset NAME".
void expand_presets(SourceNode& config, const std::vector<std::string>& additions,
                    Problems& problems);

}  // namespace rtag::schema
