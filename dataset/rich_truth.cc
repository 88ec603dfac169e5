// SPDX-License-Identifier: MIT
#include "dataset/rich_truth.h"

#include <fmt/format.h>

#include "dataset/products.h"
#include "schema/typed_io.h"

namespace rtag::dataset {

RichTruthWriter::RichTruthWriter(StagedFile& file, const schema::JobSpec& job)
    : file_(file), records_(file) {
  file_.write(fmt::format(R"({{
  "version": "2.0",
  "evaluation_context": {{
    "photometric_margin_px": {},
    "truncation_policy": "ternary_visibility",
    "pixel_center": {}
  }},
  "records": [)",
                          job.scene_config.camera.eval_margin_px, kPixelCenter));
}

void RichTruthWriter::add(const SceneCommit& commit) {
  for (const schema::DetectionRecord& record : commit.records) {
    records_.add(schema::to_json(record));
  }
}

void RichTruthWriter::finish() {
  records_.end("]");
  file_.write("\n}\n");
}

}  // namespace rtag::dataset
