// SPDX-License-Identifier: MIT
#include "compiler/surroundings.h"

#include <cmath>
#include <numbers>
#include <numeric>

#include "schema/digest.h"
#include "schema/job_identity.h"
#include "schema/random/random_stream.h"

namespace rtag::compiler {
namespace {

constexpr double kWideRange = 10;

double draw_scale(double min, double max, random::RandomStream& stream) {
  if (max / min > kWideRange) return std::exp(stream.uniform(std::log(min), std::log(max)));
  return stream.uniform(min, max);
}

}  // namespace

Floor draw_floor(const schema::SceneSurroundings& surroundings,
                 const std::vector<std::string>& textures, int scene_id, std::uint32_t world_seed) {
  Floor floor;
  if (textures.empty()) return floor;
  random::RandomStream stream(world_seed);
  std::vector<std::size_t> order(textures.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  stream.shuffle(order);
  floor.texture = textures[order[static_cast<std::size_t>(scene_id) % order.size()]];
  floor.repeats_per_m =
      draw_scale(surroundings.texture_scale_min, surroundings.texture_scale_max, stream);
  if (surroundings.random_texture_rotation) {
    floor.rotation_rad = stream.uniform(0, 2 * std::numbers::pi);
  }
  return floor;
}

std::string environment_name(const std::string& background_hdri) {
  if (schema::is_blender_asset(background_hdri)) return background_hdri;
  return "hdri/" + background_hdri.substr(background_hdri.find_last_of('/') + 1);
}

double draw_environment_rotation_rad(const schema::SceneSurroundings& surroundings,
                                     std::uint32_t world_seed) {
  if (!surroundings.background_hdri) return 0;
  if (!surroundings.random_hdri_rotation) return surroundings.hdri_rotation;
  random::RandomStream stream(schema::derive_seed(world_seed, "hdri", 0));
  return stream.uniform(0, 2 * std::numbers::pi);
}

}  // namespace rtag::compiler
