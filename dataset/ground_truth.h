// SPDX-License-Identifier: MIT
// Ground truth: the records of all tags in one image, computed in double precision from the recipe
// (schema/detection_record.h says what each field means). Nothing is read back from the picture
// except which object each pixel shows. Pure; any thread. Pixels are continuous, the first one's
// centre is (0.5, 0.5); poses are camera_from_tag in OpenCV axes, metres.
//
// Every TAG object has a record, also one that is out of sight: `facing` and `visible` tell.
// Decisions where a tag is not wholly in front of the camera:
//   corners            null where behind the camera's plane; corners_visibility is 0 there, 1 in
//                      the margin or outside the image, 2 for the rest
//   pixel_area         of the part in front of the camera and inside the image; 0 from behind
//   occlusion_ratio    1 where no pixel could show the printed side: seen from behind, outside the
//                      image, or too small
//   ppm                0 where the tag's centre is not in front of the camera
#pragma once

#include <cstdint>
#include <vector>

#include "dataset/raw_frame.h"
#include "schema/detection_record.h"
#include "schema/scene_recipe.h"

namespace rtag::dataset {

// A worker's index pass shows what lies under each pixel's centre (Cycles takes the first sample
// there), in single precision and by the engine's own rule for edges. A pixel whose centre is
// nearer than this to the edge of a tag's plane, along x or y, is therefore not asked whether it
// shows the tag. With a white margin around the border that edge is farther away anyway.
inline constexpr double kIndexReach_px = 0.5;

// A tag with a larger share of its pixels hidden is not called visible.
inline constexpr double kVisibleOcclusion = 0.01;

// "scene_0007_cam_0002".
std::string image_id(int scene_id, int camera_index);

// The records of the recipe's TAG objects in the recipe's order.
// REQUIRES: camera_index names one of the recipe's cameras, a pinhole without lens distortion; the
// index image has that camera's resolution; families are known (marker_families.h).
std::vector<schema::DetectionRecord> ground_truth(const schema::SceneRecipe& recipe,
                                                  int camera_index, const IndexImage& index,
                                                  std::uint64_t global_seed);

}  // namespace rtag::dataset
