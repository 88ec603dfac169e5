// SPDX-License-Identifier: MIT
// StopSignals: SIGTERM, SIGINT, SIGHUP, SIGUSR1 and SIGUSR2 as something that a loop can poll.
// Batch systems ask a process to stop with any of them, often more than once.
//
// Construct it before any thread is started: it blocks the signals for the process. Children must
// unblock them (worker_process.h).
#pragma once

#include <csignal>

namespace rtag::orchestrator {

class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  int fd() const { return fd_; }  // readable when a signal has come

  enum class Wish {
    kNone,
    kStop,     // hand out no more work
    kStopNow,  // a person pressed Ctrl-C a second time
  };
  Wish take();  // the strongest wish of all signals that have come since the last call

 private:
  sigset_t previous_{};
  int fd_;
  int interrupts_ = 0;
};

}  // namespace rtag::orchestrator
