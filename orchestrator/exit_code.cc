// SPDX-License-Identifier: MIT
#include "orchestrator/exit_code.h"

#include <cstdio>

#include <fmt/format.h>

namespace rtag::orchestrator {

using schema::Fault;
using schema::FaultKind;

int exit_code_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::kUsage:
      return 64;
    case FaultKind::kInput:
      return 65;
    case FaultKind::kUnavailable:
      return 69;
    case FaultKind::kOutput:
      return 74;
    case FaultKind::kIncomplete:
      return 75;
    case FaultKind::kRejected:
      return 70;  // Such faults end at the scene that they belong to.
  }
  return 70;
}

int report(const Fault& fault) {
  fmt::print(stderr, "{}\n", fault.message);
  return exit_code_of(fault.kind);
}

void tell(const std::vector<std::string>& notes) {
  for (const std::string& note : notes) fmt::print(stderr, "note: {}\n", note);
}

}  // namespace rtag::orchestrator
