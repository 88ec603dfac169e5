// SPDX-License-Identifier: MIT
#include "compiler/scene_seeds.h"

#include <optional>

#include "schema/digest.h"

namespace rtag::compiler {

AttemptSeeds attempt_seeds(const schema::SeedsConfig& seeds, int scene_id, int attempt) {
  const auto from = [&](std::uint32_t seed) {
    const std::uint32_t scene_seed =
        schema::derive_seed(seed, "scene", static_cast<std::uint64_t>(scene_id));
    return schema::derive_seed(scene_seed, "attempt", static_cast<std::uint64_t>(attempt));
  };
  AttemptSeeds drawn;
  drawn.attempt = from(seeds.global_seed);
  const auto own = [&](const std::optional<std::uint32_t>& seed) {
    return seed ? from(*seed) : drawn.attempt;
  };
  drawn.layout = own(seeds.layout);
  drawn.lighting = own(seeds.lighting);
  drawn.camera = own(seeds.camera);
  drawn.noise = own(seeds.noise);
  return drawn;
}

}  // namespace rtag::compiler
