// SPDX-License-Identifier: MIT
// The 256 layers of the ziggurats under exp(-x) and exp(-x*x/2), as NumPy has them, bit for bit.
// ziggurat_tables.cc is written by ziggurat_tables.py, which says how the numbers come about.
#pragma once

#include <array>
#include <cstdint>

namespace rtag::random {

struct ZigguratTables {
  std::array<double, 256> width;          // a layer's right edge over 2^53 (exp) or 2^52 (normal)
  std::array<double, 256> height;         // the density at that edge
  std::array<std::uint64_t, 256> inside;  // draws below this lie under the curve for sure
};

extern const ZigguratTables kExponentialTables;
extern const ZigguratTables kNormalTables;

// Where the tail begins.
inline constexpr double kExponentialTail = 7.69711747013104972;
inline constexpr double kNormalTail = 3.6541528853610088;
inline constexpr double kInverseNormalTail = 0.27366123732975828;

}  // namespace rtag::random
