// SPDX-License-Identifier: MIT
// The commands that render nothing. Each prints its result to standard output, its fault to
// standard error, and returns the exit code.
#pragma once

#include "orchestrator/options.h"
#include "schema/result.h"

namespace rtag::orchestrator {

int exit_code_of(schema::FaultKind kind);

// Prints "<program>: <message>", or the message as it is if it names a file and line.
int report(const schema::Fault& fault);

int validate(const ValidateOptions& options);
int lock(const LockOptions& options);
int compile(const CompileOptions& options);
int merge_dataset(const MergeCommandOptions& options, const std::string& attempt);
int contact_sheet(const ContactSheetOptions& options);

}  // namespace rtag::orchestrator
