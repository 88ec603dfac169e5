// SPDX-License-Identifier: MIT
// The commands that render nothing. Each prints its result to standard output, its fault and its
// notes to standard error, and returns the exit code.
#pragma once

#include "orchestrator/command_line/options.h"
#include "orchestrator/environment.h"

namespace rtag::orchestrator {

int init(const InitOptions& options);
int validate(const ValidateOptions& options);
int lock(const LockOptions& options);
int compile(const CompileOptions& options);
int preview(const PreviewOptions& options, const Environment& environment);
int preset_list(const PresetListOptions& options);
int preset_show(const PresetShowOptions& options);
int preset_resolve(const PresetResolveOptions& options);
int experiment_list(const ExperimentListOptions& options);
int experiment_lock(const ExperimentLockOptions& options);
int migrate(const MigrateOptions& options);
int print_schema(const SchemaOptions& options);
int merge_dataset(const MergeCommandOptions& options, const std::string& attempt);
int contact_sheet(const ContactSheetOptions& options);

}  // namespace rtag::orchestrator
