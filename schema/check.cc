// SPDX-License-Identifier: MIT
#include "schema/check.h"

#include <cstdio>
#include <cstdlib>

namespace rtag::schema {

void check_failed(const char* file, int line, const char* condition, const char* why) {
  std::fprintf(stderr, "%s:%d: %s: %s [this is a bug in rtag]\n", file, line, condition, why);
  std::_Exit(70);
}

}  // namespace rtag::schema
