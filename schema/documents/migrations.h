// SPDX-License-Identifier: MIT
// Migrations: from configs of render-tag 0.1 to 0.9 (config versions 0.0, 0.1 and 0.2, and fields
// that were renamed within them) to the current version. docs/migration.md lists the steps.
//
// What cannot be carried over is a problem, never
// dropped in silence; every step that is taken is told as a note: "dataset.seed ->
// dataset.seeds.global_seed".
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/problem.h"
#include "schema/source_document.h"

namespace rtag::schema {

struct MigrationStep {
  std::string_view since;  // the version of render-tag that wrote the new form
  std::string_view before;
  std::string_view after;  // or what becomes of it
};

// Every step that migrate_config() may take, in that order.
std::span<const MigrationStep> migration_steps();

// Brings a config to the current version. False, with a problem, where it is of a version that is
// not read; it then stays as it is. REQUIRES: a map.
bool migrate_config(SourceNode& config, std::vector<std::string>& notes, Problems& problems);

}  // namespace rtag::schema
