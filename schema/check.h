// SPDX-License-Identifier: MIT
// RTAG_CHECK: our own mistakes. A state that must be impossible ends the program at once with the
// place, the condition and the reason, in release builds too: a wrong label is worse than a crash.
// What a user can cause is a Problem (problem.h); what the world can cause is a Result (result.h).
#pragma once

namespace rtag::schema {

// Prints "<file>:<line>: <condition>: <why> [this is a bug in rtag]" and ends with exit code 70.
[[noreturn]] void check_failed(const char* file, int line, const char* condition, const char* why);

}  // namespace rtag::schema

#define RTAG_CHECK(condition, why) \
  ((condition) ? void(0) : ::rtag::schema::check_failed(__FILE__, __LINE__, #condition, why))
