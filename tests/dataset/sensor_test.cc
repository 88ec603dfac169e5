// SPDX-License-Identifier: MIT
#include "dataset/sensor.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <catch2/catch.hpp>

#include "schema/digest.h"

using namespace rtag;
using namespace rtag::dataset;
using rtag::random::RandomStream;
using schema::NoiseModel;

namespace {

constexpr std::size_t kValues = 300000;  // a variance is known to 0.3 %

struct Moments {
  double mean;
  double variance;
};

Moments moments(const std::vector<float>& light) {
  double sum = 0, squares = 0;
  for (const float value : light) sum += static_cast<double>(value);
  const double mean = sum / static_cast<double>(light.size());
  for (const float value : light) squares += std::pow(static_cast<double>(value) - mean, 2);
  return {mean, squares / static_cast<double>(light.size() - 1)};
}

std::vector<float> flat_field(float level) { return std::vector<float>(kValues, level); }

schema::NoiseComponent gaussian(double mean, double stddev) {
  schema::NoiseComponent noise;
  noise.mean = mean;
  noise.stddev = stddev;
  return noise;
}

SensorSettings with_components(std::vector<schema::NoiseComponent> components) {
  SensorSettings settings;
  settings.noise.emplace().models = std::move(components);
  settings.noise->seed = 40;
  return settings;
}

SensorSettings with_range(double dynamic_range_db) {
  SensorSettings settings;
  settings.dynamic_range_db = dynamic_range_db;
  return settings;
}

std::vector<float> read_out(const SensorSettings& settings, std::vector<float> light) {
  Sensor sensor(settings);
  sensor.read_out(light);
  return light;
}

}  // namespace

TEST_CASE("photon transfer: the variance of shot noise over the mean is one photon") {
  for (const double photons : {200.0, 5000.0}) {
    RandomStream stream(3);
    double products = 0, squares = 0;
    for (const float level : {0.01F, 0.1F, 0.2F, 0.4F, 0.6F, 0.8F}) {
      std::vector<float> light = flat_field(level);
      add_shot_noise(light, photons, stream);
      const Moments found = moments(light);
      CHECK(found.mean == Approx(level).epsilon(0.01));
      products += found.mean * found.variance;
      squares += found.mean * found.mean;
    }
    CHECK(products / squares == Approx(1 / photons).epsilon(0.02));
  }
}

TEST_CASE("Gaussian noise has its mean and deviation, in light and dark alike") {
  for (const float level : {0.1F, 0.7F}) {
    std::vector<float> light = flat_field(level);
    RandomStream stream(4);
    add_gaussian_noise(light, 0.02, 0.03, stream);
    const Moments found = moments(light);
    CHECK(found.mean == Approx(level + 0.02F).margin(0.0003));
    CHECK(std::sqrt(found.variance) == Approx(0.03).epsilon(0.02));
  }
}

TEST_CASE("Gaussian noise without a deviation moves the light and draws nothing") {
  std::vector<float> light{0.25F, 0.5F};
  RandomStream stream(4);
  add_gaussian_noise(light, 0.125, 0, stream);
  CHECK(light == std::vector<float>{0.375F, 0.625F});
  CHECK(stream.next_64() == RandomStream(4).next_64());
}

TEST_CASE("specks are white and black in their shares, and leave the rest alone") {
  std::vector<float> light = flat_field(0.5F);
  RandomStream stream(5);
  add_specks(light, 0.1, 0.25, stream);
  const auto white = static_cast<double>(std::count(light.begin(), light.end(), 1.0F));
  const auto black = static_cast<double>(std::count(light.begin(), light.end(), 0.0F));
  const auto untouched = static_cast<double>(std::count(light.begin(), light.end(), 0.5F));
  CHECK(white / kValues == Approx(0.025).epsilon(0.05));
  CHECK(black / kValues == Approx(0.075).epsilon(0.05));
  CHECK(white + black + untouched == kValues);
}

TEST_CASE("a dynamic range of 60 dB shows noise of a thousandth of full scale") {
  CHECK(read_noise_stddev(60) == Approx(0.001).epsilon(1e-12));
  const Moments found = moments(read_out(with_range(60), flat_field(0.5F)));
  CHECK(found.mean == Approx(0.5).margin(1e-5));
  CHECK(std::sqrt(found.variance) == Approx(0.001).epsilon(0.02));
  CHECK(std::sqrt(moments(read_out(with_range(40), flat_field(0.5F))).variance) ==
        Approx(0.01).epsilon(0.02));
}

TEST_CASE("the converter has 4096 levels from 0 to 1") {
  std::vector<float> light;
  for (int i = 0; i <= 100000; ++i) light.push_back(static_cast<float>(i) / 100000);
  quantise(light);
  const std::set<float> levels(light.begin(), light.end());
  CHECK(levels.size() == 4096);
  std::vector<float> chosen{-0.5F, 0.49F / 4095, 0.51F / 4095, 0.5F, 2047.0F / 4095, 1, 7};
  quantise(chosen);
  CHECK(chosen == std::vector<float>{0, 0, 1.0F / 4095, 2048.0F / 4095, 2047.0F / 4095, 1, 1});
}

TEST_CASE("a full well holds no more") {
  std::vector<float> light{-0.25F, 0, 0.25F, 1, 12};
  saturate(light);
  CHECK(light == std::vector<float>{0, 0, 0.25F, 1, 1});
  // Saturated before the noise: 12 is no brighter than 1.
  const SensorSettings noisy = with_components({gaussian(-0.5, 0)});
  CHECK(read_out(noisy, {1, 12}) == std::vector<float>(2, 2048.0F / 4095));
}

TEST_CASE("a sensor without noise and limits leaves light as it is") {
  const std::vector<float> light{-1, 0.123456F, 40};
  schema::NoiseComponent no_specks;
  no_specks.model = NoiseModel::kSaltAndPepper;
  schema::NoiseComponent endless_photons;
  endless_photons.model = NoiseModel::kPoisson;
  endless_photons.scale = 1e16;
  const std::array ideal{SensorSettings{}, with_range(120), with_range(144), with_components({}),
                         with_components({gaussian(0, 0), no_specks, endless_photons})};
  for (const SensorSettings& settings : ideal) {
    CHECK(Sensor(settings).is_ideal());
    CHECK(read_out(settings, light) == light);
  }
}

TEST_CASE("components without a seed take the parent's plus their number") {
  schema::NoiseComponent own_seed = gaussian(0, 0.02);
  own_seed.seed = 7;
  const std::vector<float> flat = flat_field(0.5F);
  std::vector<float> expected = flat;
  RandomStream first(40), second(7), third(42);
  add_gaussian_noise(expected, 0, 0.01, first);
  add_gaussian_noise(expected, 0, 0.02, second);
  add_gaussian_noise(expected, 0, 0.03, third);
  quantise(expected);
  CHECK(read_out(with_components({gaussian(0, 0.01), own_seed, gaussian(0, 0.03)}), flat) ==
        expected);
}

TEST_CASE("components take the place of the flat fields, and an empty list does not") {
  const std::vector<float> flat = flat_field(0.5F);
  SensorSettings one = with_components({gaussian(0, 0.01)});
  SensorSettings flat_fields = one;
  flat_fields.noise->models.reset();
  flat_fields.noise->stddev = 0.01;
  CHECK(read_out(flat_fields, flat) == read_out(one, flat));
  one.noise->stddev = 0.3;
  CHECK(read_out(flat_fields, flat) == read_out(one, flat));
  flat_fields.noise->models.emplace();
  CHECK(read_out(flat_fields, flat) == read_out(with_components({gaussian(0, 0.01)}), flat));
}

TEST_CASE("noise without a seed takes it from the image's") {
  SensorSettings settings = with_components({gaussian(0, 0.01)});
  const std::vector<float> flat = flat_field(0.5F);
  settings.seed = 11;
  const std::vector<float> seeded = read_out(settings, flat);
  settings.seed = 12;
  CHECK(read_out(settings, flat) == seeded);
  settings.noise->seed.reset();
  const std::vector<float> twelve = read_out(settings, flat);
  CHECK(twelve != seeded);
  settings.noise->seed = schema::derive_seed(12, "sensor_noise", 0);
  CHECK(read_out(settings, flat) == twelve);
}

TEST_CASE("read noise is new in every image") {
  const std::vector<float> flat = flat_field(0.5F);
  SensorSettings settings = with_range(60);
  settings.seed = 1;
  const std::vector<float> first = read_out(settings, flat);
  CHECK(read_out(settings, flat) == first);
  settings.seed = 2;
  CHECK(read_out(settings, flat) != first);
}

TEST_CASE("an image read out in pieces is the image read out at once") {
  schema::NoiseComponent shot;
  shot.model = NoiseModel::kPoisson;
  SensorSettings settings = with_components({shot, gaussian(0, 0.01)});
  settings.dynamic_range_db = 60;
  std::vector<float> pieces = flat_field(0.3F);
  Sensor sensor(settings);
  sensor.read_out(std::span(pieces).first(1001));
  sensor.read_out(std::span(pieces).subspan(1001));
  CHECK(pieces == read_out(settings, flat_field(0.3F)));
}

TEST_CASE("shot noise of light that other noise made negative is none") {
  schema::NoiseComponent shot;
  shot.model = NoiseModel::kPoisson;
  CHECK(read_out(with_components({gaussian(-0.5, 0), shot}), {0.25F, 0.5F}) ==
        std::vector<float>{0, 0});
}
