// SPDX-License-Identifier: MIT
// Stands in for schema/check.cc in a fuzzer: libFuzzer keeps the input of a program that aborts,
// and sees nothing of one that ends by itself.
#include <cstdio>
#include <cstdlib>

#include "schema/check.h"

namespace rtag::schema {

void check_failed(const char* file, int line, const char* condition, const char* why) {
  std::fprintf(stderr, "%s:%d: %s: %s\n", file, line, condition, why);
  std::abort();
}

}  // namespace rtag::schema
