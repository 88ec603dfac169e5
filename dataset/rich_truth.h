// SPDX-License-Identifier: MIT
// rich_truth.json, version 2.0: {version, evaluation_context, records}, one record a line, its
// fields in the order of schema/detection_record.h. Tags, markers of boards and boards alike.
#pragma once

#include "dataset/journal_format.h"
#include "dataset/json_rows.h"
#include "dataset/staged_file.h"
#include "schema/job_spec.h"

namespace rtag::dataset {

class RichTruthWriter {
 public:
  RichTruthWriter(StagedFile& file, const schema::JobSpec& job);
  void add(const SceneCommit& commit);
  void finish();

 private:
  StagedFile& file_;
  JsonRows records_;
};

}  // namespace rtag::dataset
