// SPDX-License-Identifier: MIT
#include "compiler/sensor.h"

#include <cmath>

#include <catch2/catch.hpp>

using namespace rtag;
using namespace rtag::compiler;

namespace {

schema::CameraConfig coupled(int iso) {
  schema::CameraConfig camera;
  camera.iso = iso;
  camera.iso_coupling = true;
  return camera;
}

}  // namespace

TEST_CASE("coupled to ISO 3200 the relative noise is the published one") {
  CHECK(iso_noise(coupled(3200)) == Approx(0.42857142857142855).epsilon(1e-15));
  CHECK(iso_noise(coupled(100)) == 0);
  CHECK(iso_noise(coupled(6400)) == 1);
}

TEST_CASE("coupled noise grows with ISO to the power of 0.8") {
  CHECK(sensor_noise(coupled(100))->stddev == Approx(0.002));
  CHECK(sensor_noise(coupled(3200))->stddev == Approx(0.032));  // 32^0.8 = 16
  CHECK(sensor_noise(coupled(100))->model == schema::NoiseModel::kGaussian);
}

TEST_CASE("noise that is given stays, whatever the ISO") {
  schema::CameraConfig camera = coupled(3200);
  camera.sensor_noise.emplace().stddev = 0.008;
  CHECK(sensor_noise(camera)->stddev == 0.008);
}

TEST_CASE("without coupling the ISO adds no noise") {
  schema::CameraConfig camera = coupled(3200);
  camera.iso_coupling = false;
  CHECK_FALSE(sensor_noise(camera));
  CHECK(iso_noise(camera) == 0);
}

TEST_CASE("a camera that does not move draws nothing") {
  random::RandomStream stream(42);
  CHECK_FALSE(draw_velocity({}, stream));
  CHECK(stream.next_64() == random::RandomStream(42).next_64());
}

TEST_CASE("a velocity is a normal direction times a normal speed") {
  // rng = numpy.random.default_rng(42); d = rng.standard_normal(3); d /= numpy.linalg.norm(d)
  // d * (2 + 0.5 * rng.standard_normal())
  random::RandomStream stream(42);
  const auto velocity = draw_velocity({.velocity_mean = 2, .velocity_std = 0.5}, stream);
  REQUIRE(velocity);
  CHECK((*velocity)[0] == Approx(0.5710431624281921).epsilon(1e-14));
  CHECK((*velocity)[1] == Approx(-1.9489416654334848).epsilon(1e-14));
  CHECK((*velocity)[2] == Approx(1.406353803491075).epsilon(1e-14));
}

TEST_CASE("a speed is never below zero") {
  random::RandomStream stream(1);
  int standing = 0;
  for (int i = 0; i < 200; ++i) {
    const auto velocity = draw_velocity({.velocity_mean = 0, .velocity_std = 1}, stream);
    REQUIRE(velocity);
    standing += *velocity == schema::Vector3{0, 0, 0} ? 1 : 0;
  }
  CHECK((standing > 60 && standing < 140));
}
