// SPDX-License-Identifier: MIT
#include "schema/random/random_stream.h"

#include <catch2/catch.hpp>

using rtag::random::RandomStream;

// Expected values are NumPy's: numpy.random.default_rng(seed). numpy_oracle.py compares millions.

TEST_CASE("a stream begins with the words of NumPy's PCG64") {
  RandomStream stream(42);
  CHECK(stream.next_64() == 0xc621fbcd16d92688u);
  CHECK(stream.next_64() == 0x705a5661a791ffc1u);
  CHECK(stream.next_64() == 0xdbcd12c26eda1624u);
  CHECK(stream.next_64() == 0xb286b60e1600888du);
}

TEST_CASE("uniform draws are NumPy's") {
  RandomStream zero(0);
  CHECK(zero.unit() == 0.6369616873214543);
  CHECK(zero.unit() == 0.2697867137638703);
  CHECK(zero.unit() == 0.04097352393619469);
  RandomStream large(428192135);
  CHECK(large.uniform(0, 1) == 0.598985561964464);
}

TEST_CASE("integer draws are NumPy's and take halves of 64-bit draws") {
  RandomStream stream(42);
  for (const int expected : {52, 454, 384, 257, 254}) CHECK(stream.integer(0, 587) == expected);
}

TEST_CASE("a kept half survives the 64-bit draws between two integers") {
  RandomStream stream(0);
  CHECK(stream.integer(0, 587) == 499);
  CHECK(stream.uniform(2, 5) == 2.809360141291611);
  CHECK(stream.integer(0, 587) == 373);
  CHECK(stream.uniform(2, 5) == 2.122920571808584);
}

TEST_CASE("a range of one number draws nothing") {
  RandomStream stream(7);
  RandomStream untouched(7);
  CHECK(stream.integer(-3, -2) == -3);
  CHECK(stream.next_64() == untouched.next_64());
}

TEST_CASE("a shuffle is NumPy's shuffle of a list") {
  const auto shuffled = [](std::uint64_t seed) {
    std::vector<int> items{0, 1, 2, 3, 4, 5, 6, 7};
    RandomStream(seed).shuffle(items);
    return items;
  };
  CHECK(shuffled(0) == std::vector<int>{2, 4, 3, 6, 5, 0, 1, 7});
  CHECK(shuffled(42) == std::vector<int>{3, 4, 2, 7, 6, 1, 5, 0});
  CHECK(shuffled(428192135) == std::vector<int>{4, 5, 1, 2, 7, 6, 0, 3});
}

TEST_CASE("exponential draws are NumPy's") {
  RandomStream stream(42);
  CHECK(stream.exponential() == 2.4042086039659947);
  CHECK(stream.exponential() == 2.3361896558244535);
  CHECK(stream.exponential() == 2.384760999874255);
}

TEST_CASE("normal draws are NumPy's") {
  RandomStream stream(428192135);
  CHECK(stream.normal() == -1.62661622360082);
  CHECK(stream.normal() == 1.0660242650714036);
  CHECK(stream.normal() == 2.4189600722848437);
}
