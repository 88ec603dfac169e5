// SPDX-License-Identifier: MIT
// Ground truth: the records of all tags and calibration boards in one image, computed in double
// precision from the recipe (schema/detection_record.h says what each field means). Nothing is read
// back from the picture except which object each pixel shows. Pure; any thread. Pixels are
// continuous, the first one's centre is (0.5, 0.5); poses are camera_from_tag in OpenCV axes,
// metres, at mid-exposure.
//
// Every TAG object and every marker of a board has a record, also one that is out of sight:
// `facing` and `visible` tell. A board has one more (board_truth.h). Plates and occluders have
// none. Decisions where a tag is not wholly in sight of the camera:
//   corners            the true image points through the lens, outside the image too; null where
//                      the camera has none (behind a pinhole's plane, beyond the end of the lens);
//                      corners_visibility is 0 there, 1 in the margin or outside the image, 2 for
//                      the rest
//   pixel_area         of the part that the camera sees inside the image; 0 from behind
//   occlusion_ratio    1 where no pixel could show the printed side: seen from behind, outside the
//                      image, or too small
//   ppm                0 where the tag's centre is not in front of the camera
// With a velocity, position_at_start and position_at_end tell where the tag's centre is when the
// first row's exposure begins and when the last row's ends; the rotation stays. With a rolling
// shutter each image point has the time of its own row (moving_camera.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataset/raw_frame.h"
#include "schema/detection_record.h"
#include "schema/scene_recipe.h"

namespace rtag::dataset {

// A tag with a larger share of its pixels hidden is not called visible.
inline constexpr double kVisibleOcclusion = 0.01;

// "scene_0007_cam_0002".
std::string image_id(int scene_id, int camera_index);

// In the order of the recipe's objects; the markers of a board before the board.
// REQUIRES: camera_index names one of the recipe's cameras; the index image has that camera's
// resolution and its lens; families are known (marker_families.h).
std::vector<schema::DetectionRecord> ground_truth(const schema::SceneRecipe& recipe,
                                                  int camera_index, const IndexImage& index,
                                                  std::uint64_t global_seed);

}  // namespace rtag::dataset
