// SPDX-License-Identifier: MIT
// How a fault ends a program (README, "Exit codes").
#pragma once

#include "schema/result.h"

namespace rtag::orchestrator {

int exit_code_of(schema::FaultKind kind);

// Prints the message to standard error; the exit code that belongs to it.
int report(const schema::Fault& fault);

}  // namespace rtag::orchestrator
