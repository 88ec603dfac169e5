// SPDX-License-Identifier: MIT
#include "compiler/surroundings.h"

#include <cmath>
#include <numbers>

#include <catch2/catch.hpp>

using namespace rtag;
using compiler::draw_floor;

namespace {

const std::vector<std::string> kNames{"floors/0.png", "floors/1.png", "floors/2.png",
                                      "floors/3.png", "floors/4.png", "floors/5.png",
                                      "floors/6.png", "floors/7.png"};

}  // namespace

TEST_CASE("without floor images there is no floor") {
  const auto floor = draw_floor({}, {}, 3, 42);
  CHECK_FALSE(floor.texture);
  CHECK(floor.repeats_per_m == 1);
  CHECK(floor.rotation_rad == 0);
}

TEST_CASE("the image is the scene's place in a shuffled listing") {
  // numpy.random.default_rng(42).shuffle(list(range(8))) gives 3 4 2 7 6 1 5 0.
  const std::vector<int> shuffled{3, 4, 2, 7, 6, 1, 5, 0};
  for (int scene_id = 0; scene_id < 16; ++scene_id) {
    const auto expected =
        static_cast<std::size_t>(shuffled[static_cast<std::size_t>(scene_id) % 8]);
    CHECK(draw_floor({}, kNames, scene_id, 42).texture == kNames[expected]);
  }
}

TEST_CASE("scale and rotation follow the shuffle in the same stream") {
  // rng = numpy.random.default_rng(42); rng.shuffle(list(range(8)))
  // rng.uniform(1, 5), rng.uniform(0, 2 * numpy.pi)
  schema::SceneSurroundings surroundings;
  surroundings.texture_scale_max = 5;
  const auto floor = draw_floor(surroundings, kNames, 0, 42);
  CHECK(floor.repeats_per_m == Approx(1.3767093915505981).epsilon(1e-14));
  CHECK(floor.rotation_rad == Approx(6.13001602516006).epsilon(1e-14));
}

TEST_CASE("a scale range wider than 1:10 is drawn uniformly in its logarithm") {
  schema::SceneSurroundings surroundings;
  surroundings.texture_scale_min = 0.1;
  surroundings.texture_scale_max = 20;
  // numpy.exp(rng.uniform(numpy.log(0.1), numpy.log(20))) after the shuffle of seed 42
  CHECK(draw_floor(surroundings, kNames, 0, 42).repeats_per_m ==
        Approx(0.16470428664554332).epsilon(1e-14));
}

TEST_CASE("a range of exactly 1:10 is still drawn linearly") {
  schema::SceneSurroundings surroundings;
  surroundings.texture_scale_min = 2;
  surroundings.texture_scale_max = 20;
  CHECK(draw_floor(surroundings, kNames, 0, 42).repeats_per_m ==
        Approx(3.6951922619776916).epsilon(1e-14));
}

TEST_CASE("the rotation is drawn only when asked for") {
  schema::SceneSurroundings surroundings;
  surroundings.random_texture_rotation = false;
  CHECK(draw_floor(surroundings, kNames, 0, 42).rotation_rad == 0);
}
