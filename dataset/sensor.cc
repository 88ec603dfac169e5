// SPDX-License-Identifier: MIT
#include "dataset/sensor.h"

#include <algorithm>
#include <cmath>

#include "schema/digest.h"
#include "schema/random/poisson.h"

namespace rtag::dataset {
namespace {

using random::RandomStream;
using schema::NoiseComponent;
using schema::NoiseModel;

std::vector<NoiseComponent> components_of(const schema::SensorNoise& noise) {
  if (noise.models && !noise.models->empty()) return *noise.models;
  return {{noise.model, noise.mean, noise.stddev, noise.salt_vs_pepper, noise.amount, noise.scale,
           noise.seed}};
}

bool has_effect(const NoiseComponent& noise) {
  switch (noise.model) {
    case NoiseModel::kGaussian:
      return noise.mean != 0 || noise.stddev > 0;
    case NoiseModel::kPoisson:
      return noise.scale <= kNoiselessPhotons;
    case NoiseModel::kSaltAndPepper:
      return noise.amount > 0;
  }
  return false;
}

void add_noise(std::span<float> light, const NoiseComponent& noise, RandomStream& stream) {
  switch (noise.model) {
    case NoiseModel::kGaussian:
      return add_gaussian_noise(light, noise.mean, noise.stddev, stream);
    case NoiseModel::kPoisson:
      return add_shot_noise(light, noise.scale, stream);
    case NoiseModel::kSaltAndPepper:
      return add_specks(light, noise.amount, noise.salt_vs_pepper, stream);
  }
}

}  // namespace

Sensor::Sensor(const SensorSettings& settings) {
  if (settings.noise) {
    const auto derived = schema::derive_seed(settings.seed, "sensor_noise", 0);
    std::uint64_t seed = settings.noise->seed.value_or(derived);
    for (const NoiseComponent& noise : components_of(*settings.noise)) {
      if (has_effect(noise)) stages_.push_back({noise, RandomStream(noise.seed.value_or(seed))});
      ++seed;
    }
  }
  const double range_db = settings.dynamic_range_db.value_or(kUnlimitedRange_db);
  if (range_db < kUnlimitedRange_db) {
    NoiseComponent read_noise;
    read_noise.stddev = read_noise_stddev(range_db);
    const auto seed = schema::derive_seed(settings.seed, "read_noise", 0);
    stages_.push_back({read_noise, RandomStream(seed)});
  }
}

void Sensor::read_out(std::span<float> linear_rgb) {
  if (is_ideal()) return;
  saturate(linear_rgb);
  for (Stage& stage : stages_) add_noise(linear_rgb, stage.noise, stage.stream);
  quantise(linear_rgb);
}

void saturate(std::span<float> light) {
  for (float& value : light) value = std::clamp(value, 0.0F, 1.0F);
}

void add_shot_noise(std::span<float> light, double photons_at_full_scale, RandomStream& stream) {
  for (float& value : light) {
    const double mean = static_cast<double>(std::clamp(value, 0.0F, 1.0F)) * photons_at_full_scale;
    const auto photons = static_cast<double>(random::poisson(mean, stream));
    value = static_cast<float>(photons / photons_at_full_scale);
  }
}

void add_gaussian_noise(std::span<float> light, double mean, double stddev, RandomStream& stream) {
  for (float& value : light) {
    const double noise = mean + (stddev > 0 ? stddev * stream.normal() : 0);
    value = static_cast<float>(static_cast<double>(value) + noise);
  }
}

void add_specks(std::span<float> light, double amount, double salt_share, RandomStream& stream) {
  for (float& value : light) {
    const double draw = stream.unit();
    if (draw < amount) value = draw < amount * salt_share ? 1.0F : 0.0F;
  }
}

double read_noise_stddev(double dynamic_range_db) { return std::pow(10, -dynamic_range_db / 20); }

void quantise(std::span<float> light) {
  constexpr float kLargest = (1 << kSensorBits) - 1;
  for (float& value : light) {
    const float scaled = std::clamp(value, 0.0F, 1.0F) * kLargest + 0.5F;
    value = static_cast<float>(static_cast<int>(scaled)) / kLargest;
  }
}

}  // namespace rtag::dataset
