// SPDX-License-Identifier: MIT
// Merging: from the journals of all shards to the products (docs/dataset.md).
//
// A merge is a pure function of job and journals: scenes in the order of their ids, one pass, the
// same bytes whoever runs it and however the scenes were spread over shards, attempts and segments.
// It is complete or it is refused: a scene is settled when it is committed with its images in
// place, or quarantined.
//
// Products are written under private names and appear together at the end, checksums.json last. A
// merge that is killed leaves the old products; the next one sweeps what it left behind. Two merges
// at once are harmless.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "dataset/journal_format.h"
#include "dataset/manifest.h"
#include "dataset/storage.h"
#include "schema/result.h"

namespace rtag::dataset {

struct MergeOptions {
  std::string tool_version;
  bool same_renderer = false;  // refuse scenes of two renderer identities
};

struct MergeSummary {
  DatasetCounts counts;
  std::vector<SceneQuarantine> quarantined;
  std::vector<RendererIdentity> renderers;
  std::vector<std::string> notes;  // what was found and not trusted, one sentence each
};

// Faults: kIncomplete names the scenes that are missing; kInput where journals contradict each
// other or the job; kOutput where the products cannot be written.
schema::Result<MergeSummary> merge(const Storage& storage, const std::filesystem::path& output,
                                   const MergeOptions& options);

// "3, 7-12": ascending ids as ranges, at most 20 of them, then " and N more".
std::string scene_ranges(const std::vector<int>& scenes);

}  // namespace rtag::dataset
