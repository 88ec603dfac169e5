// SPDX-License-Identifier: MIT
// `rtag run`, alias rtag-orchestrate: renders one shard of a job, from the command line's wishes to
// the exit code. Prints what happened to standard error.
#pragma once

#include "orchestrator/run_options.h"
#include "orchestrator/shard.h"

namespace rtag::orchestrator {

// What the world outside is like; main() looks, tests make it up.
struct Surroundings {
  Environment environment;
  std::filesystem::path executable;  // of this program, absolute
  std::string attempt;               // names this start of the program among all others
  std::string host;
  std::string started_at;  // UTC
  std::string cpu_flags;   // of /proc/cpuinfo
  int cores = 1;           // that this process may use
  bool is_terminal = false;
};

int run_job(const RunOptions& options, const Surroundings& surroundings);

}  // namespace rtag::orchestrator
