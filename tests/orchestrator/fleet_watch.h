// SPDX-License-Identifier: MIT
// FleetWatch: waits on a fleet for what a test expects, remembers every event, and gives up after a
// generous time - so that tests need no sleep.
#pragma once

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>

#include "orchestrator/fleet.h"

namespace rtag::orchestrator {

class FleetWatch {
 public:
  explicit FleetWatch(Fleet& fleet) : fleet_(fleet) {}

  // The next event of that type, of that worker. Earlier events of other types are skipped.
  template <class T>
  T next(WorkerId worker) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    for (;;) {
      while (heard_ < events_.size()) {
        const T* event = std::get_if<T>(&events_[heard_++]);
        if (event != nullptr && event->worker == worker) return *event;
      }
      INFO(fleet_.last_words(worker));
      REQUIRE(std::chrono::steady_clock::now() < deadline);
      listen(1000);
    }
  }

  void listen(Millis timeout_ms) {
    for (Event& event : fleet_.wait(timeout_ms, {})) events_.push_back(std::move(event));
  }

  template <class T>
  std::size_t count() const {
    std::size_t found = 0;
    for (const Event& event : events_) found += std::holds_alternative<T>(event) ? 1 : 0;
    return found;
  }

 private:
  Fleet& fleet_;
  std::vector<Event> events_;
  std::size_t heard_ = 0;  // events that next() has passed
};

}  // namespace rtag::orchestrator
