// SPDX-License-Identifier: MIT
// What a config can say and a recipe can hold, but this version or the chosen engine does not
// render. A run of such a config is refused before any Blender starts. Pure functions.
#pragma once

#include "schema/config.h"
#include "schema/result.h"

namespace rtag::orchestrator {

// kInput, naming every such field of the config. Lenses that see a half space and more, motion and
// depth of field take Cycles.
schema::Outcome check_render_abilities(const schema::GenConfig& config);

}  // namespace rtag::orchestrator
