// SPDX-License-Identifier: MIT
// RandomStream: the numbers that NumPy's default_rng(seed) gives, draw for draw, so that any Python
// user can replay any decision. A plain value of 40 bytes; a copy goes on by itself; no thread
// ties.
//
// Generator: PCG64 (M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good
// Algorithms for Random Number Generation", HMC-CS-2014-0905), seeded through NumPy's SeedSequence.
// Integers: D. Lemire, "Fast Random Integer Generation in an Interval", ACM TOMACS 29(1), 2019.
// Exponential and normal: G. Marsaglia, W. W. Tsang, "The Ziggurat Method for Generating Random
// Variables", J. Stat. Softw. 5(8), 2000, with NumPy's tables (ziggurat_tables.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <pcg_random.hpp>

namespace rtag::random {

class RandomStream {
 public:
  explicit RandomStream(std::uint64_t seed);

  std::uint64_t next_64() { return generator_(); }
  // Half of a 64-bit draw, the low half first; the high half is kept for the next call, whatever
  // 64-bit draws come between.
  std::uint32_t next_32();

  // [0, 1), multiples of 2^-53.
  double unit() { return static_cast<double>(next_64() >> 11) * 0x1p-53; }
  // [low, high); one draw even when low = high.
  double uniform(double low, double high);

  // [0, last]; nothing is drawn when last = 0.
  std::uint64_t up_to(std::uint64_t last);
  // [low, high). REQUIRES: low < high.
  std::int64_t integer(std::int64_t low, std::int64_t high);

  double exponential();  // mean 1
  double normal();       // mean 0, standard deviation 1

  // Generator.shuffle of a Python list.
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i-- > 1;) std::swap(items[i], items[masked_up_to(i)]);
  }

 private:
  std::uint64_t lemire_32(std::uint32_t last);
  std::uint64_t lemire_64(std::uint64_t last);
  std::uint64_t masked_up_to(std::uint64_t last);
  double normal_tail(bool negative);

  pcg64 generator_;
  std::optional<std::uint32_t> kept_half_;
};

}  // namespace rtag::random
