// SPDX-License-Identifier: MIT
// The simulation's random numbers: SplitMix64 (Steele, Lea, Flood 2014), so that a seed that failed
// fails again on every machine, which the distributions of <random> do not promise.
#pragma once

#include <cstdint>

namespace rtag::simulation {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  // REQUIRES: n >= 1. The bias of the remainder does not matter here.
  int below(int n) { return static_cast<int>(next() % static_cast<std::uint64_t>(n)); }
  int between(int low, int high) { return low + below(high - low + 1); }
  bool chance(int percent) { return below(100) < percent; }

 private:
  std::uint64_t state_;
};

}  // namespace rtag::simulation
