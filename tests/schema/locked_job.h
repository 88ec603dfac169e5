// SPDX-License-Identifier: MIT
// A config made final, as `rtag lock` does.
#pragma once

#include <string_view>

#include "schema/documents/read_job.h"
#include "schema/job_identity.h"

namespace rtag::schema {

inline JobSpec lock_config(const GenConfig& config, std::string_view assets_hash) {
  JobSpec job = job_from(config);
  identify(job, assets_hash);
  return job;
}

}  // namespace rtag::schema
