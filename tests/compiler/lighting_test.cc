// SPDX-License-Identifier: MIT
#include "compiler/lighting.h"

#include <cmath>

#include <catch2/catch.hpp>

#include "schema/digest.h"

using namespace rtag;
using compiler::draw_lights;

namespace {

// Seeds of attempts whose lights are published (numbers of the reference's recipes).
std::uint32_t world_seed(std::uint32_t attempt_seed) {
  return schema::derive_seed(attempt_seed, "world", 0);
}

schema::LightingConfig one_to_four_lights() {
  schema::LightingConfig lighting;
  lighting.num_lights_min = 1;
  lighting.num_lights_max = 4;
  lighting.intensity_min = 50;
  lighting.intensity_max = 5000;
  lighting.intensity_sampling = schema::IntensitySampling::kLog;
  return lighting;
}

double distance_m(const schema::Vector3& v) { return std::hypot(v[0], v[1], v[2]); }

}  // namespace

TEST_CASE("three lights with linear sampling draw their powers one by one") {
  const auto lights = draw_lights({}, world_seed(2115084936));
  REQUIRE(lights.size() == 3);
  CHECK(lights[0].intensity == Approx(116.13704469449964).epsilon(1e-12));
  CHECK(lights[1].intensity == Approx(97.19302126704235).epsilon(1e-12));
  CHECK(lights[2].intensity == Approx(22.570743958421605).epsilon(1e-12));
  CHECK(lights[2].location[0] == Approx(3.1716694905765483).epsilon(1e-12));
  CHECK(lights[2].location[1] == Approx(2.949898383219555).epsilon(1e-12));
  CHECK(lights[2].location[2] == Approx(1.6125940152648266).epsilon(1e-12));
}

TEST_CASE("a drawn number of lights shares one total drawn in its logarithm") {
  const auto lights = draw_lights(one_to_four_lights(), world_seed(814046046));
  REQUIRE(lights.size() == 3);
  CHECK(lights[0].intensity == Approx(1.3863020716781496).epsilon(1e-12));
  CHECK(lights[1].intensity == Approx(10.7566047159732).epsilon(1e-12));
  CHECK(lights[2].intensity == Approx(84.98892161975562).epsilon(1e-12));
}

TEST_CASE("a single light takes the whole power") {
  const auto weak = draw_lights(one_to_four_lights(), world_seed(2115084936));
  REQUIRE(weak.size() == 1);
  CHECK(weak[0].intensity == Approx(122.51297157863124).epsilon(1e-12));
  const auto strong = draw_lights(one_to_four_lights(), world_seed(634589771));
  REQUIRE(strong.size() == 1);
  CHECK(strong[0].intensity == Approx(1831.7835734628916).epsilon(1e-12));
}

TEST_CASE("five lights with linear sampling add up to a power in the range") {
  schema::LightingConfig lighting;
  lighting.num_lights_min = lighting.num_lights_max = 5;
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    double total_W = 0;
    const auto lights = draw_lights(lighting, seed);
    for (const auto& light : lights) total_W += light.intensity;
    CHECK(lights.size() == 5);
    CHECK((total_W > lighting.intensity_min && total_W < lighting.intensity_max));
  }
}

TEST_CASE("logarithmic sampling bears a range that begins at zero") {
  auto lighting = one_to_four_lights();
  lighting.intensity_min = lighting.intensity_max = 0;
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    for (const auto& light : draw_lights(lighting, seed)) {
      CHECK((light.intensity >= 0 && light.intensity <= 0.002));
    }
  }
}

TEST_CASE("lights stand above the floor on a shell of 2 to 5 m, with a radius in the range") {
  schema::LightingConfig lighting;
  lighting.radius_min = 0.1;
  lighting.radius_max = 0.3;
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    for (const auto& light : draw_lights(lighting, seed)) {
      CHECK((distance_m(light.location) >= 2 && distance_m(light.location) < 5));
      CHECK(light.location[2] > 0);
      CHECK((light.radius >= 0.1 && light.radius < 0.3));
      CHECK(light.type == schema::LightType::kPoint);
      CHECK(light.color == schema::Vector3{1, 1, 1});
      CHECK_FALSE(light.rotation_euler);
    }
  }
}
