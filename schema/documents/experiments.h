// SPDX-License-Identifier: MIT
// Experiments (one config, some of its values swept) and campaigns (many configs, some along axes)
// as published with render-tag 0.9: a file that stands for a list of jobs. docs/migration.md says
// where they differ.
//
// Paths to configs begin at the folder of the file that names them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "schema/documents/read_job.h"
#include "schema/job_spec.h"
#include "schema/result.h"

namespace rtag::schema {

struct Variant {
  std::string name;  // v000, base; locus_v1__camera_iso-800
  std::string
      description;  // "camera.iso=800, renderer.mode=cycles"; of a campaign's experiment: ""
  std::vector<std::string> overrides;  // as -D would take them, seeds included
  std::filesystem::path config_file;   // where relative asset paths begin
  JobSpec job;                         // not locked; output_dir ends with the variant's name
};

struct WorkList {
  std::string name;  // of the experiment; of a campaign, its file's stem
  std::string description;
  nlohmann::ordered_json metadata = nlohmann::ordered_json::object();  // of a campaign
  std::vector<Variant> variants;
  std::vector<std::string> notes;  // what was migrated, once for each file
};

// Reads an experiment (a document with `base_config`) or a campaign (`experiments` or `matrices`).
// The additions hold for every variant. Output folders: <dataset.output_dir>/<experiment>/<variant>
// and <output_dir of the campaign>/<variant>. Faults as read_job_file()'s; a problem that not all
// variants have names the first that has it.
Result<WorkList> read_work_list(const std::filesystem::path& file,
                                const ConfigAdditions& additions = {});

}  // namespace rtag::schema
