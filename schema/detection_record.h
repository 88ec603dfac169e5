// SPDX-License-Identifier: MIT
// DetectionRecord: the truth about one tag, or one calibration board, in one image. The first 32
// fields are those of rich truth v2, in its order; what follows them is ours. Coordinates are
// continuous pixels (first pixel's centre at (0.5, 0.5)), poses are tag-to-camera in OpenCV axes,
// metres, quaternion [w, x, y, z], at mid-exposure.
//
// A point that the camera has no image of is null, with visibility 0. Only the key-points of a
// board have a number for it, as readers of rich truth v2 expect: [-1, -1], also for those outside
// the image.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "schema/fields.h"
#include "schema/vocabulary.h"

namespace rtag::schema {

using Point2 = std::array<double, 2>;
using ImagePoint = std::optional<Point2>;  // null: no projection

struct DetectionRecord {
  std::string image_id;
  int tag_id = 0;
  std::string tag_family;
  std::vector<ImagePoint> corners;
  std::string record_type = "TAG";
  std::optional<std::vector<ImagePoint>> keypoints;
  double distance = 0;
  double angle_of_incidence = 0;
  double pixel_area = 0;
  double occlusion_ratio = 0;
  double ppm = 0;
  bool is_mirrored = false;
  std::optional<Vector3> position;
  std::optional<std::array<double, 4>> rotation_quaternion;
  std::optional<std::array<std::array<double, 3>, 3>> axes;
  double tag_size_mm = 0;
  std::optional<Matrix3> k_matrix;
  std::optional<std::array<int, 2>> resolution;
  DistortionModel distortion_model = DistortionModel::kNone;
  std::vector<double> distortion_coeffs;
  std::optional<Vector3> velocity;
  double shutter_time_ms = 0;
  double rolling_shutter_ms = 0;
  std::optional<double> fstop;
  int eval_margin_px = 0;
  std::optional<std::uint64_t> global_seed;
  std::optional<std::uint64_t> scene_seed;
  nlohmann::ordered_json metadata = nlohmann::ordered_json::object();
  std::optional<std::vector<int>> corners_visibility;
  std::optional<std::vector<int>> keypoints_visibility;
  bool eval_complete = true;
  std::optional<nlohmann::ordered_json> board_definition;
  // Beyond rich truth v2.
  bool facing = true;
  bool visible = true;
  double lighting_intensity = 0;
  std::optional<Vector3> position_at_start;
  std::optional<Vector3> position_at_end;
  std::optional<std::vector<ImagePoint>> marker_corners;
  bool operator==(const DetectionRecord&) const = default;
};
constexpr auto fields_of(std::type_identity<DetectionRecord>) {
  using S = DetectionRecord;
  return table<S>(
      field("image_id", &S::image_id, "", "scene_0000_cam_0000."),
      field("tag_id", &S::tag_id, "", "Id in the dictionary; -1 for a board."),
      field("tag_family", &S::tag_family, "", "Marker family; board_aprilgrid or board_charuco."),
      field("corners", &S::corners, "px",
            "TL, TR, BR, BL of the black border; never re-sorted. BOARD: its centre."),
      field("record_type", &S::record_type, "", "TAG or BOARD."),
      field("keypoints", &S::keypoints, "px",
            "BOARD: where four cells meet, row by row from the top left; [-1, -1] outside the "
            "image."),
      field("distance", &S::distance, "m", "Camera centre to tag centre."),
      field("angle_of_incidence", &S::angle_of_incidence, "deg",
            "Between the tag's normal and the ray to the camera."),
      field("pixel_area", &S::pixel_area, "px^2",
            "Of the outline of the border, or of the board's cells, inside the image."),
      field("occlusion_ratio", &S::occlusion_ratio, "",
            "Share of the pixels inside the outline that show something else."),
      field("ppm", &S::ppm, "px/module", "Pixels per module at the tag's centre."),
      field("is_mirrored", &S::is_mirrored, "", "The object's matrix reflects."),
      field("position", &S::position, "m", "Tag centre in the camera (OpenCV axes)."),
      field("rotation_quaternion", &S::rotation_quaternion, "", "[w, x, y, z], camera from tag."),
      field("axes", &S::axes, "", "Unit axes of the tag in the camera, one a row."),
      field("tag_size_mm", &S::tag_size_mm, "mm",
            "Edge of the black border. BOARD: width of its cells."),
      field("k_matrix", &S::k_matrix, "px", "Camera matrix."),
      field("resolution", &S::resolution, "px", "[width, height]."),
      field("distortion_model", &S::distortion_model, "", "Lens model."),
      field("distortion_coeffs", &S::distortion_coeffs, "", "Its coefficients."),
      field("velocity", &S::velocity, "m/s", "Of the camera, in the world."),
      field("shutter_time_ms", &S::shutter_time_ms, "ms", "Exposure."),
      field("rolling_shutter_ms", &S::rolling_shutter_ms, "ms", "Read-out."),
      field("fstop", &S::fstop, "", "Aperture; null for a pinhole."),
      field("eval_margin_px", &S::eval_margin_px, "px", "Band whose points are not evaluated."),
      field("global_seed", &S::global_seed, "", "Of the job."),
      field("scene_seed", &S::scene_seed, "", "Of the accepted attempt at the scene."),
      field("metadata", &S::metadata, "", "Free words."),
      field("corners_visibility", &S::corners_visibility, "",
            "0 no projection, 1 in the margin or outside the image, 2 visible."),
      field("keypoints_visibility", &S::keypoints_visibility, "",
            "0 no projection or outside the image, 1 in the margin, 2 visible."),
      field("eval_complete", &S::eval_complete, "",
            "Every corner has visibility 2; true for a board with key-points."),
      field("board_definition", &S::board_definition, "",
            "What is printed on a board; lengths in mm."),
      field("facing", &S::facing, "", "The camera sees the printed side."),
      field("visible", &S::visible, "",
            "Facing, all corners inside the image, and not a pixel in a hundred occluded."),
      field("lighting_intensity", &S::lighting_intensity, "W", "Sum over the point lights."),
      field("position_at_start", &S::position_at_start, "m",
            "Where the exposure of the image begins; null for a camera that stands still.",
            extension()),
      field("position_at_end", &S::position_at_end, "m", "Where it ends.", extension()),
      field("marker_corners", &S::marker_corners, "px",
            "Of an AprilGrid: TL, TR, BR, BL of each marker, row by row from the top left.",
            extension()));
}

}  // namespace rtag::schema
