// SPDX-License-Identifier: MIT
#include "schema/random/poisson.h"

#include <vector>

#include <catch2/catch.hpp>

using rtag::random::poisson;
using rtag::random::RandomStream;

// Expected values are NumPy's: numpy.random.default_rng(42).poisson(mean, 8). numpy_oracle.py
// compares millions.

namespace {

std::vector<std::int64_t> counts(double mean) {
  RandomStream stream(42);
  std::vector<std::int64_t> drawn(8);
  for (std::int64_t& count : drawn) count = poisson(mean, stream);
  return drawn;
}

}  // namespace

TEST_CASE("Poisson counts are NumPy's, below a mean of 10 and above") {
  CHECK(counts(0.5) == std::vector<std::int64_t>{1, 1, 0, 2, 0, 0, 0, 1});
  CHECK(counts(9.75) == std::vector<std::int64_t>{14, 12, 9, 12, 8, 10, 10, 6});
  CHECK(counts(10) == std::vector<std::int64_t>{13, 6, 9, 11, 9, 10, 13, 13});
  CHECK(counts(1000) == std::vector<std::int64_t>{1027, 1039, 1025, 959, 988, 1013, 995, 1005});
}

TEST_CASE("a mean of zero counts nothing and draws nothing") {
  RandomStream stream(7);
  CHECK(poisson(0, stream) == 0);
  CHECK(stream.next_64() == RandomStream(7).next_64());
}
