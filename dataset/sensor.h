// SPDX-License-Identifier: MIT
// The sensor: from light to the numbers that it reads out, in linear light where 1.0 is full scale
// (the full-well capacity, and the largest number of the converter). The linear model of EMVA
// Standard 1288, release 4.0 Linear, 2021, sections 2.1 to 2.4, one function a stage:
//
//   saturate -> the configured noise, component by component -> read noise -> quantise
//
// Each noise has a stream of its own, numpy.random.default_rng(its seed), and draws for one value
// after the other: row by row from the top, R, G, B of each pixel. So Python replays it in a line,
// given above each function; arithmetic is in double precision and each stage stores floats.
//
// A Sensor reads out one image; it and its streams belong to one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "schema/random/random_stream.h"
#include "schema/vocabulary.h"

namespace rtag::dataset {

// From here on a dynamic range is not a limit: the default of published configs, and with 12 bits
// (72 dB) a million to one is out of sight.
inline constexpr double kUnlimitedRange_db = 120;

// What the converter tells apart.
inline constexpr int kSensorBits = 12;

// With more photons at full scale, shot noise is finer than a float of 1.0 and is left out.
inline constexpr double kNoiselessPhotons = 1e15;

struct SensorSettings {
  std::optional<double> dynamic_range_db;  // null, or at least kUnlimitedRange_db: no read noise
  std::optional<schema::SensorNoise> noise;
  std::uint64_t seed = 0;  // of the image, for what has no seed in `noise`
};

class Sensor {
 public:
  // Seeds: a component's own; else `noise.seed` plus its number from 0; where that is null too,
  // derive_seed(seed, "sensor_noise", 0) stands for it. Read noise: derive_seed(seed,
  // "read_noise", 0). `noise.models`, unless null or empty, replaces the flat fields.
  explicit Sensor(const SensorSettings& settings);

  // No noise and no limit of range: light is left as it is, not even clipped or quantised.
  bool is_ideal() const { return stages_.empty(); }

  // The next values of the image, all stages.
  void read_out(std::span<float> linear_rgb);

 private:
  struct Stage {
    schema::NoiseComponent noise;
    random::RandomStream stream;
  };

  std::vector<Stage> stages_;
};

// The charge that a pixel can hold: v = min(max(v, 0), 1).
void saturate(std::span<float> light);

// Photons arrive one by one; `photons_at_full_scale` of them fill a pixel. The variance equals the
// mean, in photons.   v = rng.poisson(clip(v, 0, 1) * photons) / photons
// REQUIRES: at most kNoiselessPhotons.
void add_shot_noise(std::span<float> light, double photons_at_full_scale,
                    random::RandomStream& stream);

// Noise of the electronics, the same in light and dark.   v = v + rng.normal(mean, stddev)
// Nothing is drawn when stddev = 0.
void add_gaussian_noise(std::span<float> light, double mean, double stddev,
                        random::RandomStream& stream);

// Defects: a share `amount` of the values is stuck, of these a share `salt_share` at full scale and
// the rest at 0.   u = rng.random();  v = where(u < amount, where(u < amount * salt_share, 1, 0),
// v)
void add_specks(std::span<float> light, double amount, double salt_share,
                random::RandomStream& stream);

// The standard deviation of noise at which full scale is `dynamic_range_db` above it:
// 20 log10(1 / stddev).
double read_noise_stddev(double dynamic_range_db);

// The analogue-to-digital converter: clipped to [0, 1] and rounded, half up, to a multiple of
// 1 / (2^kSensorBits - 1).
void quantise(std::span<float> light);

}  // namespace rtag::dataset
