// SPDX-License-Identifier: MIT
#include "schema/random/random_stream.h"

#include <array>
#include <bit>
#include <cmath>

#include "schema/check.h"
#include "schema/random/ziggurat_tables.h"

namespace rtag::random {
namespace {

using Uint128 = pcg_extras::pcg128_t;

// NumPy's SeedSequence (after M. E. O'Neill's seed_seq_fe) for an entropy of at most 64 bits: a
// pool of four words, of which the generator takes eight.
class SeedPool {
 public:
  explicit SeedPool(std::uint64_t seed) {
    pool_ = {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32), 0, 0};
    for (std::uint32_t& word : pool_) word = hashed(word);
    for (std::size_t source = 0; source < pool_.size(); ++source) {
      for (std::size_t target = 0; target < pool_.size(); ++target) {
        if (source != target) pool_[target] = mixed(pool_[target], hashed(pool_[source]));
      }
    }
  }

  // The `index`-th 64-bit word of generate_state; to be asked for in order, once.
  std::uint64_t word_64(std::size_t index) {
    const std::uint64_t low = output(2 * index);
    return low | static_cast<std::uint64_t>(output(2 * index + 1)) << 32;
  }

 private:
  std::uint32_t hashed(std::uint32_t value) {
    value ^= hash_;
    hash_ *= 0x931e8875u;
    value *= hash_;
    return value ^ value >> 16;
  }

  static std::uint32_t mixed(std::uint32_t x, std::uint32_t y) {
    const std::uint32_t value = 0xca01f9ddu * x - 0x4973f715u * y;
    return value ^ value >> 16;
  }

  std::uint32_t output(std::size_t index) {
    std::uint32_t value = pool_[index % pool_.size()] ^ output_hash_;
    output_hash_ *= 0x58f38dedu;
    value *= output_hash_;
    return value ^ value >> 16;
  }

  std::array<std::uint32_t, 4> pool_{};
  std::uint32_t hash_ = 0x43b0d7e5u;
  std::uint32_t output_hash_ = 0x8b51f9ddu;
};

pcg64 seeded_generator(std::uint64_t seed) {
  SeedPool pool(seed);
  std::array<Uint128, 4> words;
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = pool.word_64(i);
  return pcg64(words[0] << 64 | words[1], words[2] << 64 | words[3]);
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed) : generator_(seeded_generator(seed)) {}

std::uint32_t RandomStream::next_32() {
  if (kept_half_) return *std::exchange(kept_half_, std::nullopt);
  const std::uint64_t draw = next_64();
  kept_half_ = static_cast<std::uint32_t>(draw >> 32);
  return static_cast<std::uint32_t>(draw);
}

double RandomStream::uniform(double low, double high) { return low + (high - low) * unit(); }

std::uint64_t RandomStream::up_to(std::uint64_t last) {
  if (last == 0) return 0;
  if (last < 0xFFFFFFFFu) return lemire_32(static_cast<std::uint32_t>(last));
  if (last == 0xFFFFFFFFu) return next_32();
  if (last < ~std::uint64_t{0}) return lemire_64(last);
  return next_64();
}

std::int64_t RandomStream::integer(std::int64_t low, std::int64_t high) {
  RTAG_CHECK(low < high, "a draw from an empty range");
  const auto first = static_cast<std::uint64_t>(low);
  const std::uint64_t span = static_cast<std::uint64_t>(high) - first;
  return static_cast<std::int64_t>(first + up_to(span - 1));
}

std::uint64_t RandomStream::lemire_32(std::uint32_t last) {
  const std::uint32_t count = last + 1;
  std::uint64_t product = std::uint64_t{next_32()} * count;
  if (static_cast<std::uint32_t>(product) < count) {
    const std::uint32_t threshold = (0u - count) % count;
    while (static_cast<std::uint32_t>(product) < threshold) {
      product = std::uint64_t{next_32()} * count;
    }
  }
  return product >> 32;
}

std::uint64_t RandomStream::lemire_64(std::uint64_t last) {
  const std::uint64_t count = last + 1;
  Uint128 product = Uint128{next_64()} * count;
  if (static_cast<std::uint64_t>(product) < count) {
    const std::uint64_t threshold = (std::uint64_t{0} - count) % count;
    while (static_cast<std::uint64_t>(product) < threshold) {
      product = Uint128{next_64()} * count;
    }
  }
  return static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t RandomStream::masked_up_to(std::uint64_t last) {
  const std::uint64_t mask = ~std::uint64_t{0} >> std::countl_zero(last);
  for (;;) {
    const std::uint64_t draw = (last <= 0xFFFFFFFFu ? next_32() : next_64()) & mask;
    if (draw <= last) return draw;
  }
}

double RandomStream::exponential() {
  const ZigguratTables& tables = kExponentialTables;
  for (;;) {
    const std::uint64_t draw = next_64() >> 3;
    const std::size_t layer = draw & 0xFF;
    const std::uint64_t across = draw >> 8;
    const double x = static_cast<double>(across) * tables.width[layer];
    if (across < tables.inside[layer]) return x;
    if (layer == 0) return kExponentialTail - std::log1p(-unit());
    const double step = tables.height[layer - 1] - tables.height[layer];
    if (step * unit() + tables.height[layer] < std::exp(-x)) return x;
  }
}

double RandomStream::normal() {
  constexpr std::uint64_t kAcross = (std::uint64_t{1} << 52) - 1;
  const ZigguratTables& tables = kNormalTables;
  for (;;) {
    const std::uint64_t draw = next_64();
    const std::size_t layer = draw & 0xFF;
    const std::uint64_t sign_bit = draw >> 8 << 63;  // not a branch: nobody can predict it
    const std::uint64_t across = draw >> 9 & kAcross;
    const double distance = static_cast<double>(across) * tables.width[layer];
    const double x = std::bit_cast<double>(std::bit_cast<std::uint64_t>(distance) | sign_bit);
    if (across < tables.inside[layer]) return x;
    // In the tail NumPy takes the sign from another bit of the same draw.
    if (layer == 0) return normal_tail((across >> 8 & 1) != 0);
    const double step = tables.height[layer - 1] - tables.height[layer];
    if (step * unit() + tables.height[layer] < std::exp(-0.5 * x * x)) return x;
  }
}

double RandomStream::normal_tail(bool negative) {
  for (;;) {
    const double x = -kInverseNormalTail * std::log1p(-unit());
    const double y = -std::log1p(-unit());
    if (y + y > x * x) return negative ? -(kNormalTail + x) : kNormalTail + x;
  }
}

}  // namespace rtag::random
