// SPDX-License-Identifier: MIT
#include "dataset/stretched_kernels.h"

#include <algorithm>
#include <cmath>

#include "schema/check.h"

namespace rtag::dataset {
namespace {

// 0 from 2 on.
double cubic_b_spline(double x) {
  const double d = std::abs(x);
  if (d < 1) return (3 * d - 6) * d * d / 6 + 2.0 / 3;
  if (d < 2) return (2 - d) * (2 - d) * (2 - d) / 6;
  return 0;
}

// Level 0 is 1 px wide, each further one wider by 2^(1/32).
double width_of(int level) {
  return std::exp2(static_cast<double>(level) / StretchedKernels::kLevelsPerOctave);
}

int level_of(double footprint_px) {
  const double width_px = std::clamp(footprint_px, 1.0, StretchedKernels::kWidest_px);
  return static_cast<int>(std::ceil(StretchedKernels::kLevelsPerOctave * std::log2(width_px)));
}

// The weights of pixels whose centres lie `distances` from the position. Scaled to add up to 1;
// then, with a hat function, weight is moved until the centroid is 0.
std::vector<double> balanced_weights(const std::vector<double>& distances, double width_px) {
  std::vector<double> weights;
  std::vector<double> hat;
  double sum = 0, hat_sum = 0, hat_moment = 0;
  for (const double distance : distances) {
    weights.push_back(cubic_b_spline(distance / width_px));
    hat.push_back(1 - std::abs(distance) / (2 * width_px));
    sum += weights.back();
    hat_sum += hat.back();
    hat_moment += hat.back() * distance;
  }
  const double hat_centroid = hat_moment / hat_sum;
  double moment = 0, lever = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] /= sum;
    moment += weights[i] * distances[i];
    lever += hat[i] * (distances[i] - hat_centroid) * distances[i];
  }
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] -= moment / lever * hat[i] * (distances[i] - hat_centroid);
  }
  return weights;
}

}  // namespace

StretchedKernels::StretchedKernels(double widest_px) {
  for (int level = 0; level <= level_of(widest_px); ++level) {
    levels_.push_back(make_level(width_of(level)));
  }
}

// Kernel `phase` begins `phase` / kPhases to the right of the kernel's left end.
StretchedKernels::Level StretchedKernels::make_level(double width_px) {
  Level level;
  level.taps = static_cast<int>(std::ceil(4 * width_px));
  for (int phase = 0; phase < kPhases; ++phase) {
    const double start = static_cast<double>(phase) / kPhases - 2 * width_px;
    std::vector<double> distances;
    for (int tap = 0; tap < level.taps; ++tap) {
      // The last tap may lie beyond the right end, by less than a pixel.
      distances.push_back(std::min(start + tap, 2 * width_px));
    }
    for (const double weight : balanced_weights(distances, width_px)) {
      level.weights.push_back(static_cast<float>(weight));
    }
  }
  return level;
}

StretchedKernels::Placed StretchedKernels::place(double position_px, double footprint_px) {
  const int level = level_of(footprint_px);
  const double left = position_px - 0.5 - 2 * width_of(level);  // in pixel indices
  const double in_phases = std::floor((std::ceil(left) - left) * kPhases + 0.5);
  int first_px = static_cast<int>(std::ceil(left));
  int phase = static_cast<int>(in_phases);
  if (phase == kPhases) {
    phase = 0;
    --first_px;
  }
  return {first_px, static_cast<std::uint16_t>(level * kPhases + phase)};
}

}  // namespace rtag::dataset
