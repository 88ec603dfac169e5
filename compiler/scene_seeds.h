// SPDX-License-Identifier: MIT
// The seeds of one attempt at a scene. Pure values and functions.
#pragma once

#include <cstdint>

#include "schema/config.h"

namespace rtag::compiler {

// Each is derive_seed(derive_seed(s, "scene", scene), "attempt", attempt) with s the config's own
// seed for that part, or global_seed. Parts that keep their seed keep their draws, whatever the
// others do, as long as the same attempt is accepted.
struct AttemptSeeds {
  std::uint32_t attempt = 0;   // from global_seed: what the recipe names
  std::uint32_t layout = 0;    // tags or board
  std::uint32_t lighting = 0;  // lamps, floor, environment, plates
  std::uint32_t camera = 0;
  std::uint32_t noise = 0;
};

AttemptSeeds attempt_seeds(const schema::SeedsConfig& seeds, int scene_id, int attempt);

}  // namespace rtag::compiler
