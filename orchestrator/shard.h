// SPDX-License-Identifier: MIT
// Which shard of a job this process is, and which scenes are its own. Pure functions.
//
// Scene s belongs to shard s mod N. Index and count come from flags, from RTAG_SHARD_INDEX and
// RTAG_SHARD_COUNT, or from the environment of the engine that started the process: a Kubernetes
// Indexed Job, a Slurm array, an AWS Batch array, Cloud Run. An index without a count is refused:
// guessing N would leave silent holes in the dataset.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/journal_format.h"
#include "orchestrator/environment.h"
#include "schema/result.h"

namespace rtag::orchestrator {

struct ShardFlags {
  std::optional<int> index;
  std::optional<int> total;
};

struct ShardChoice {
  dataset::Shard shard;
  std::string source;  // "--shard-index", "JOB_COMPLETION_INDEX", ...; empty for the whole job
};

// kUsage when index or count cannot be known or do not fit each other.
schema::Result<ShardChoice> choose_shard(const ShardFlags& flags, const Environment& environment);

// "A:B" is A, A+1, ..., B-1; "C" is C alone; joined by commas. kUsage for anything else, or for a
// scene that the job does not have.
schema::Result<std::vector<int>> parse_scene_list(std::string_view text, int num_scenes);

// The scenes of `shard`, ascending; of `chosen` scenes only, if given.
std::vector<int> scenes_of(const dataset::Shard& shard, int num_scenes,
                           const std::optional<std::vector<int>>& chosen);

}  // namespace rtag::orchestrator
