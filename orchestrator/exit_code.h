// SPDX-License-Identifier: MIT
// What a program tells its user on standard error, and how a fault ends it (README, "Exit codes").
#pragma once

#include <string>
#include <vector>

#include "schema/result.h"

namespace rtag::orchestrator {

int exit_code_of(schema::FaultKind kind);

// Prints the message to standard error; the exit code that belongs to it.
int report(const schema::Fault& fault);

// Prints what a user should know that is no fault, a line each.
void tell(const std::vector<std::string>& notes);

}  // namespace rtag::orchestrator
