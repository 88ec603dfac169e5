// SPDX-License-Identifier: MIT
// manifest.json: what a dataset holds, on one page; and checksums.json, the SHA-256 of every file
// that belongs to it. Pure functions of the job and of what a merge counted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataset/journal_format.h"
#include "schema/job_spec.h"

namespace rtag::dataset {

struct DatasetCounts {
  std::int64_t scenes = 0;  // committed
  std::int64_t images = 0;
  std::int64_t records = 0;
  std::int64_t annotations = 0;  // in coco_labels.json
  bool operator==(const DatasetCounts&) const = default;
};

struct ManifestInput {
  DatasetCounts counts;
  std::vector<int> quarantined;
  std::vector<RendererIdentity> renderers;
  std::optional<schema::IntrinsicsRecipe> intrinsics;  // of the first image
  std::string tool_version;
};

std::string manifest_json(const schema::JobSpec& job, const ManifestInput& input);

}  // namespace rtag::dataset
