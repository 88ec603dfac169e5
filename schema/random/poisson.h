// SPDX-License-Identifier: MIT
// Poisson draws: the counts that NumPy's Generator.poisson(mean) gives, draw for draw. Pure
// functions of their arguments; a stream belongs to one thread at a time.
//
// From a mean of 10 on: W. Hörmann, "The Transformed Rejection Method for Generating Poisson Random
// Variables", Insurance: Mathematics and Economics 12, 1993, algorithm PTRS. Below: products of
// uniform draws (D. E. Knuth, The Art of Computer Programming, vol. 2, 3.4.1). The draws taken from
// the stream differ in number from count to count.
#pragma once

#include <cstdint>

#include "schema/random/random_stream.h"

namespace rtag::random {

// Nothing is drawn when mean = 0. REQUIRES: 0 <= mean <= 1e15.
std::int64_t poisson(double mean, RandomStream& stream);

}  // namespace rtag::random
