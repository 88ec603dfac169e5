// SPDX-License-Identifier: MIT
// What a run tells while it goes on: a line that is redrawn on a terminal, plain lines elsewhere,
// JSON Lines for programs, or nothing. Belongs to the loop's thread; writes to standard error.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/schedule.h"

namespace rtag::orchestrator {

struct Snapshot {
  int scenes_total = 0;   // of this shard
  int scenes_before = 0;  // committed by earlier runs
  int images_committed = 0;
  Progress progress;  // of this run's scenes
  std::vector<LiveWorker> workers;
  Millis elapsed_ms = 0;
  bool stopping = false;
};

class ProgressDisplay {
 public:
  virtual ~ProgressDisplay() = default;
  virtual void update(const Snapshot& snapshot) = 0;  // as often as it likes to be called
  virtual void note(std::string_view line) = 0;       // something a person should know
  virtual void end(const Snapshot& snapshot) = 0;
  virtual Millis interval_ms() const = 0;  // between updates
};

enum class ProgressStyle { kBar, kPlain, kJson, kNone };

// `stream` must outlive the display.
std::unique_ptr<ProgressDisplay> make_progress(ProgressStyle style, std::FILE* stream);

// "12/40 scenes, 3.1 images/s, 9 s left, workers RRSI" - the words that bar and plain lines share.
std::string describe(const Snapshot& snapshot);

// Seconds until the last scene at the pace of this run; negative while it is not known.
double seconds_left(const Snapshot& snapshot);

// "45 s", "12 min", "3 h 05 min".
std::string spoken_duration(double seconds);

}  // namespace rtag::orchestrator
