// SPDX-License-Identifier: MIT
// The one clock of a run: milliseconds that never run back, whatever happens to the date.
#pragma once

#include <chrono>

#include "orchestrator/events.h"

namespace rtag::orchestrator {

inline Millis steady_now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace rtag::orchestrator
