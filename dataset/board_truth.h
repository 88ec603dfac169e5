// SPDX-License-Identifier: MIT
// BoardTruth: the records of a calibration board in one image - one of type TAG a marker, row by
// row from the top left, and one of type BOARD. What is printed where is said by
// geometry::BoardModel. Pure; any thread.
//
// The BOARD record (rich truth v2, whose readers know these rules):
//   tag_id, tag_family  -1, and board_aprilgrid or board_charuco
//   corners             the centre of the board alone; tag_size_mm is the width of its cells
//   keypoints           where four cells meet, row by row; [-1, -1] with visibility 0 outside
//                       [0, width) x [0, height), else 1 in the margin and 2 inside it
//   eval_complete       true: every key-point has a visibility of its own
//   pixel_area, occlusion_ratio, visible, facing: of the board's cells, without the quiet zone
//   ppm                 of the markers' modules at the board's centre
//   marker_corners      of an AprilGrid: TL, TR, BR, BL of each marker, null without projection
#pragma once

#include <cstdint>
#include <vector>

#include "dataset/face_truth.h"
#include "schema/object_recipe.h"

namespace rtag::dataset {

// REQUIRES: object.board; its dictionary is known (marker_families.h).
std::vector<schema::DetectionRecord> board_records(const schema::ObjectRecipe& object,
                                                   std::int32_t object_number,
                                                   const ImageView& image);

}  // namespace rtag::dataset
