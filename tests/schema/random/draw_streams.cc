// SPDX-License-Identifier: MIT
// draw_streams DRAWS SEED: writes so many draws of every kind, as 8-byte words in the order that
// numpy_oracle.py reads them. DRAWS is a multiple of 100.
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "schema/random/poisson.h"
#include "schema/random/random_stream.h"

namespace {

using rtag::random::poisson;
using rtag::random::RandomStream;

constexpr std::size_t kShuffled = 100;
constexpr std::int64_t kTrillion = 1000000000000;

std::uint64_t word(double value) { return std::bit_cast<std::uint64_t>(value); }
std::uint64_t word(std::uint64_t value) { return value; }
std::uint64_t word(std::int64_t value) { return static_cast<std::uint64_t>(value); }

void write(const std::vector<std::uint64_t>& words) {
  std::fwrite(words.data(), sizeof(std::uint64_t), words.size(), stdout);
}

template <class Draw>
void write_kind(std::size_t draws, std::uint64_t seed, Draw draw) {
  RandomStream stream(seed);
  std::vector<std::uint64_t> words(draws);
  for (std::uint64_t& value : words) value = word(draw(stream));
  write(words);
}

// Means as a sensor has them: another for every draw.
void write_poisson_ramp(std::size_t draws, std::uint64_t seed) {
  double light = 0;
  write_kind(draws, seed, [&light](RandomStream& stream) {
    light += 0.013;
    return poisson(light, stream);
  });
}

void write_shuffles(std::size_t draws, std::uint64_t seed) {
  RandomStream stream(seed);
  std::vector<std::uint64_t> words(kShuffled);
  for (std::size_t i = 0; i < draws / kShuffled; ++i) {
    std::iota(words.begin(), words.end(), 0u);
    stream.shuffle(words);
    write(words);
  }
}

void write_mixture(std::size_t draws, std::uint64_t seed) {
  RandomStream stream(seed);
  std::vector<std::uint64_t> words;
  while (words.size() < draws) {
    words.push_back(word(stream.integer(0, 587)));
    words.push_back(word(stream.uniform(2, 5)));
    words.push_back(word(stream.integer(0, kTrillion)));
    words.push_back(word(stream.exponential()));
    words.push_back(word(stream.integer(0, 3)));
  }
  write(words);
}

void write_all(std::size_t draws, std::uint64_t seed) {
  constexpr std::int64_t kTwoTo62 = std::int64_t{1} << 62;
  write_kind(draws, seed, [](RandomStream& stream) { return stream.next_64(); });
  write_kind(draws, seed, [](RandomStream& stream) { return stream.unit(); });
  write_kind(draws, seed, [](RandomStream& stream) { return stream.uniform(-3, 5); });
  write_kind(draws, seed, [](RandomStream& stream) { return stream.integer(0, 587); });
  write_kind(draws, seed,
             [](RandomStream& stream) { return stream.integer(-2000000000, 2000000001); });
  write_kind(draws, seed, [](RandomStream& stream) { return stream.up_to(0xFFFFFFFFu); });
  write_kind(draws, seed, [](RandomStream& stream) { return stream.integer(0, kTrillion); });
  write_kind(draws, seed,
             [](RandomStream& stream) { return stream.integer(-kTwoTo62, kTwoTo62 + 9); });
  write_kind(draws, seed, [](RandomStream& stream) { return stream.up_to(~std::uint64_t{0}); });
  write_kind(draws, seed, [](RandomStream& stream) { return stream.exponential(); });
  write_kind(draws, seed, [](RandomStream& stream) { return stream.normal(); });
  for (const double mean : {0.3, 8.0, 10.0, 73.5, 40000.0, 1e12}) {
    write_kind(draws, seed, [mean](RandomStream& stream) { return poisson(mean, stream); });
  }
  write_poisson_ramp(draws, seed);
  write_shuffles(draws, seed);
  write_mixture(draws, seed);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return EXIT_FAILURE;
  write_all(std::strtoull(argv[1], nullptr, 10), std::strtoull(argv[2], nullptr, 10));
  return EXIT_SUCCESS;
}
