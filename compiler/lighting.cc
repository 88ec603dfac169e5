// SPDX-License-Identifier: MIT
#include "compiler/lighting.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "schema/digest.h"
#include "schema/random/random_stream.h"

namespace rtag::compiler {
namespace {

constexpr int kSeparateLights = 3;
constexpr double kSunDistance_m = 10;
constexpr double kSmallestPower_W = 1e-3;  // a logarithm needs a lower end above 0

bool powers_are_separate(const schema::LightingConfig& lighting) {
  return lighting.num_lights_min == kSeparateLights && lighting.num_lights_max == kSeparateLights &&
         lighting.intensity_sampling == schema::IntensitySampling::kLinear;
}

double draw_total_power_W(const schema::LightingConfig& lighting, random::RandomStream& stream) {
  if (lighting.intensity_sampling == schema::IntensitySampling::kLinear) {
    return stream.uniform(lighting.intensity_min, lighting.intensity_max);
  }
  const double min_W = std::max(kSmallestPower_W, lighting.intensity_min);
  const double max_W = std::max(min_W + kSmallestPower_W, lighting.intensity_max);
  return std::pow(10.0, stream.uniform(std::log10(min_W), std::log10(max_W)));
}

std::vector<double> draw_shared_powers_W(const schema::LightingConfig& lighting,
                                         std::uint32_t world_seed) {
  random::RandomStream stream(schema::derive_seed(world_seed, "lighting_root", 0));
  const auto count = static_cast<std::size_t>(
      stream.integer(lighting.num_lights_min, std::int64_t{lighting.num_lights_max} + 1));
  const double total_W = draw_total_power_W(lighting, stream);
  if (count == 1) return {total_W};

  std::vector<double> powers_W(count);
  for (double& weight : powers_W) weight = stream.exponential();
  const double sum = std::accumulate(powers_W.begin(), powers_W.end(), 0.0);
  for (double& power_W : powers_W) power_W = total_W * power_W / sum;
  return powers_W;
}

schema::Vector3 draw_location(random::RandomStream& stream) {
  const double azimuth_rad = stream.uniform(0, 2 * std::numbers::pi);
  const double polar_rad = stream.uniform(0.2, 0.8) * std::numbers::pi / 2;
  const double distance_m = stream.uniform(2, 5);
  return {distance_m * std::sin(polar_rad) * std::cos(azimuth_rad),
          distance_m * std::sin(polar_rad) * std::sin(azimuth_rad),
          distance_m * std::cos(polar_rad)};
}

schema::LightRecipe sun_recipe(const schema::SunConfig& sun) {
  schema::LightRecipe light;
  light.type = schema::LightType::kSun;
  light.location = {kSunDistance_m * std::cos(sun.elevation) * std::cos(sun.azimuth),
                    kSunDistance_m * std::cos(sun.elevation) * std::sin(sun.azimuth),
                    kSunDistance_m * std::sin(sun.elevation)};
  light.intensity = sun.intensity;
  light.color = sun.color;
  light.rotation_euler =
      schema::Vector3{std::numbers::pi / 2 - sun.elevation, 0, std::numbers::pi / 2 + sun.azimuth};
  return light;
}

}  // namespace

std::vector<schema::LightRecipe> draw_lights(const schema::LightingConfig& lighting,
                                             std::uint32_t world_seed) {
  const bool separate = powers_are_separate(lighting);
  const std::vector<double> powers_W =
      separate ? std::vector<double>(kSeparateLights) : draw_shared_powers_W(lighting, world_seed);
  std::vector<schema::LightRecipe> lights(powers_W.size());
  for (std::size_t i = 0; i < lights.size(); ++i) {
    random::RandomStream stream(schema::derive_seed(world_seed, "light", i));
    lights[i].location = draw_location(stream);
    lights[i].intensity =
        separate ? stream.uniform(lighting.intensity_min, lighting.intensity_max) / kSeparateLights
                 : powers_W[i];
    lights[i].radius = stream.uniform(lighting.radius_min, lighting.radius_max);
  }
  for (const schema::SunConfig& sun : lighting.directional) lights.push_back(sun_recipe(sun));
  return lights;
}

}  // namespace rtag::compiler
