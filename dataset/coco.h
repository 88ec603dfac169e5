// SPDX-License-Identifier: MIT
// coco_labels.json: the COCO key-point format (https://cocodataset.org/#format-data).
//
// Coordinates are continuous pixels (pixel_center 0.5). One clip policy: the segmentation is the
// outline of the black border, or of a board's cells, clipped to the image, the box bounds it and
// the area is its area. Through a lens and with a rolling shutter it follows the bent edges
// (outline.h). What has nothing in the image, or shows its back, has no annotation; it is in
// ground_truth.csv and rich_truth.json all the same. Key-points of a tag are the true corners, not
// clipped: v = 2 evaluated, 1 in the margin or outside the image, 0 (and 0, 0) without projection.
// Those of a board, which has a category of its own, are where its cells meet; v = 0 outside the
// image too.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataset/journal_format.h"
#include "dataset/json_rows.h"
#include "dataset/staged_file.h"
#include "schema/geometry/polygon.h"
#include "schema/job_spec.h"

namespace rtag::dataset {

// What of a record is in the image, pixels.
struct CocoShape {
  geometry::Polygon outline;     // at least three points
  std::array<double, 4> bbox{};  // x, y, width, height
  double area_px2 = 0;
};

// nullopt where there is nothing to annotate.
std::optional<CocoShape> coco_shape(const schema::DetectionRecord& record);

// Visibility of each key-point: 0, 1 or 2.
std::vector<int> coco_visibility(const schema::DetectionRecord& record);

// The names of the markers' categories, ids from 1: the job's families in the order of the config.
std::vector<std::string> coco_categories(const schema::JobSpec& job);

// The name of the category after those: board_aprilgrid or board_charuco, if the job has a board.
std::optional<std::string> coco_board_category(const schema::JobSpec& job);

// Writes scenes in the order in which they are added. `annotations` is scratch for the second of
// the two lists, which grow side by side. Both files must outlive the writer.
class CocoWriter {
 public:
  CocoWriter(StagedFile& file, StagedFile& annotations, const schema::JobSpec& job,
             const std::string& tool_version);
  schema::Outcome add(const SceneCommit& commit);  // a Fault for a family that the job lacks
  void finish();
  std::int64_t annotation_count() const { return annotation_count_; }

 private:
  std::optional<std::size_t> category_of(const std::string& family) const;

  StagedFile& file_;
  StagedFile& annotations_file_;
  std::vector<std::string> categories_;
  JsonRows images_;
  JsonRows annotations_;
  std::int64_t image_count_ = 0;
  std::int64_t annotation_count_ = 0;
};

}  // namespace rtag::dataset
