// SPDX-License-Identifier: MIT
// Records of calibration boards: what readers of rich truth v2 expect, against numbers by hand and
// OpenCV's projections.
#include "dataset/board_truth.h"

#include <Eigen/Geometry>
#include <opencv2/calib3d.hpp>

#include "schema/geometry/board_model.h"
#include "schema/typed_io.h"
#include "tests/dataset/lens_scene.h"

namespace rtag::dataset {
namespace {

using samples::check_near;
using samples::records_of;
using samples::scene_before_camera;
using schema::BoardRecipe;
using schema::BoardType;
using schema::DetectionRecord;
using schema::ImagePoint;
using schema::ObjectRecipe;
using schema::SceneRecipe;

// 3 rows, 4 columns, cells of 0.06 m.
BoardRecipe april_grid() {
  BoardRecipe board;
  board.rows = 3;
  board.cols = 4;
  board.marker_size = 0.048;
  board.spacing_ratio = 0.25;
  return board;
}

BoardRecipe charuco() {
  BoardRecipe board;
  board.type = BoardType::kCharuco;
  board.rows = 3;
  board.cols = 4;
  board.marker_size = 0.045;
  board.square_size = 0.06;
  board.dictionary = "DICT_4X4_50";
  return board;
}

ObjectRecipe board_at(const BoardRecipe& board, const schema::Vector3& location,
                      const schema::Vector3& rotation_euler = {}) {
  ObjectRecipe object;
  object.type = schema::ObjectType::kBoard;
  object.name = "CalibrationBoard";
  object.location = location;
  object.rotation_euler = rotation_euler;
  object.properties = schema::CalibrationBoardProperties{};
  object.board = board;
  return object;
}

// 1 m ahead, 500 px a metre: cells of 30 px about (320, 240).
std::vector<DetectionRecord> records_ahead(const BoardRecipe& board,
                                           const schema::Vector3& location = {0, 0, -1}) {
  return records_of(scene_before_camera({board_at(board, location)}, {640, 480}, 500));
}

TEST_CASE("a board has a record for each marker and, last, one of type BOARD") {
  const auto records = records_ahead(april_grid());
  REQUIRE(records.size() == 13);
  const DetectionRecord& board = records.back();
  CHECK(board.record_type == "BOARD");
  CHECK(board.tag_id == -1);
  CHECK(board.tag_family == "board_aprilgrid");
  CHECK(board.image_id == "scene_0000_cam_0000");
  REQUIRE(board.corners.size() == 1);
  check_near(board.corners[0], 320, 240, 1e-9);
  CHECK(board.corners_visibility == std::vector<int>{2});
  CHECK(board.tag_size_mm == Approx(240).epsilon(1e-12));
  CHECK(board.distance == 1);
  CHECK(board.angle_of_incidence == 0);
  CHECK(*board.position == schema::Vector3{0, 0, 1});
  CHECK(*board.rotation_quaternion == std::array<double, 4>{1, 0, 0, 0});
  CHECK(board.pixel_area == Approx(120 * 90).epsilon(1e-12));
  CHECK(board.ppm == Approx(500 * 0.048 / 8).epsilon(1e-12));
  CHECK(board.occlusion_ratio == 0);
  CHECK(board.facing);
  CHECK(board.visible);
  CHECK(board.eval_complete);
}

TEST_CASE("a board's markers are TAG records with the ids that are printed") {
  const auto records = records_ahead(april_grid());
  for (int i = 0; i < 12; ++i) {
    CHECK(records[static_cast<std::size_t>(i)].tag_id == i);
    CHECK(records[static_cast<std::size_t>(i)].record_type == "TAG");
  }
  const DetectionRecord& marker = records[5];  // row 1, column 1: centre at (305, 240)
  CHECK(marker.tag_family == "tag36h11");
  check_near(marker.corners[0], 293, 228, 1e-9);
  check_near(marker.corners[1], 317, 228, 1e-9);
  check_near(marker.corners[2], 317, 252, 1e-9);
  check_near(marker.corners[3], 293, 252, 1e-9);
  CHECK(marker.tag_size_mm == Approx(48).epsilon(1e-12));
  CHECK(marker.ppm == Approx(3).epsilon(1e-12));
  CHECK(marker.pixel_area == Approx(576).epsilon(1e-12));
  CHECK((*marker.position)[0] == Approx(-0.03));
  CHECK(marker.visible);
  CHECK_FALSE(marker.board_definition.has_value());
  BoardRecipe own_ids = april_grid();
  own_ids.id_order = schema::IdOrder::kBottomLeft;
  own_ids.ids = {30, 31, 32, 33, 20, 21, 22, 23, 10, 11, 12, 13};
  const auto renumbered = records_ahead(own_ids);
  CHECK(renumbered[0].tag_id == 10);
  CHECK(renumbered[11].tag_id == 33);
}

TEST_CASE("an AprilGrid has its interior points, row by row, and its markers' corners") {
  const DetectionRecord board = records_ahead(april_grid()).back();
  REQUIRE(board.keypoints.has_value());
  REQUIRE(board.keypoints->size() == 6);
  for (int row = 0; row < 2; ++row) {
    for (int column = 0; column < 3; ++column) {
      const auto i = static_cast<std::size_t>(3 * row + column);
      check_near((*board.keypoints)[i], 290 + 30 * column, 225 + 30 * row, 1e-9);
    }
  }
  CHECK(board.keypoints_visibility == std::vector<int>(6, 2));
  REQUIRE(board.marker_corners->size() == 48);
  check_near((*board.marker_corners)[20], 293, 228, 1e-9);
  CHECK_FALSE(records_ahead(charuco()).back().marker_corners.has_value());
}

TEST_CASE("a board's definition has the published fields in their order, then ours") {
  CHECK(records_ahead(april_grid()).back().board_definition->dump() ==
        R"({"type":"aprilgrid","rows":3,"cols":4,"square_size_mm":60.0,"marker_size_mm":48.0,)"
        R"("dictionary":"tag36h11","total_keypoints":6,"spacing_ratio":0.25,)"
        R"("first_square":"white","id_order":"top_left","ids":[0,1,2,3,4,5,6,7,8,9,10,11]})");
  BoardRecipe board = charuco();
  board.first_square = schema::FirstSquare::kBlack;
  board.marker_size = 0.0123456789;
  CHECK(records_ahead(board).back().board_definition->dump() ==
        R"({"type":"charuco","rows":3,"cols":4,"square_size_mm":60.0,"marker_size_mm":12.3457,)"
        R"("dictionary":"DICT_4X4_50","total_keypoints":6,"spacing_ratio":null,)"
        R"("first_square":"black","id_order":"top_left","ids":[0,1,2,3,4,5]})");
}

TEST_CASE("the key-points of a ChArUco board outside the image are -1, -1 with visibility 0") {
  // The centre at 620 px: saddle points at 590, 620 and 650 px, of which the last column is out.
  const auto records = records_ahead(charuco(), {0.6, 0, -1});
  const DetectionRecord& board = records.back();
  CHECK(board.tag_family == "board_charuco");
  REQUIRE(board.keypoints->size() == 6);
  CHECK((*board.keypoints)[2] == ImagePoint(schema::Point2{-1, -1}));
  CHECK((*board.keypoints)[5] == ImagePoint(schema::Point2{-1, -1}));
  check_near((*board.keypoints)[3], 590, 255, 1e-9);
  CHECK(board.keypoints_visibility == std::vector<int>{2, 2, 0, 2, 2, 0});
  CHECK(board.eval_complete);
  CHECK_FALSE(board.visible);
  CHECK(board.pixel_area == Approx(80 * 90).epsilon(1e-12));
  CHECK_FALSE(records[1].visible);  // (0, 2): 635 to 665 px
  CHECK(records[1].corners_visibility == std::vector<int>{2, 1, 1, 2});
}

TEST_CASE("a board's key-points in the evaluation margin have visibility 1") {
  SceneRecipe recipe = scene_before_camera({board_at(charuco(), {0, 0, -1})}, {640, 480}, 500);
  recipe.cameras[0].intrinsics.eval_margin_px = 230;  // evaluated: [230, 410) x [230, 250)
  const DetectionRecord board = records_of(recipe).back();
  CHECK(board.keypoints_visibility == std::vector<int>(6, 1));  // rows at 225 and 255
  CHECK(board.eval_complete);
  recipe.cameras[0].intrinsics.eval_margin_px = 224;
  CHECK(records_of(recipe).back().keypoints_visibility == std::vector<int>(6, 2));
}

TEST_CASE("a board of one row has no key-points, and its centre says whether it is evaluated") {
  BoardRecipe row = april_grid();
  row.rows = 1;
  CHECK(records_ahead(row).back().eval_complete);
  const DetectionRecord outside = records_ahead(row, {2, 0, -1}).back();
  CHECK_FALSE(outside.keypoints.has_value());
  CHECK_FALSE(outside.keypoints_visibility.has_value());
  CHECK_FALSE(outside.eval_complete);
  CHECK((*outside.board_definition)["total_keypoints"] == 0);
}

TEST_CASE("a board behind the camera has null corners and keeps the places of its key-points") {
  const DetectionRecord board = records_ahead(april_grid(), {0, 0, 1}).back();
  CHECK(board.corners == std::vector<ImagePoint>{std::nullopt});
  CHECK(board.corners_visibility == std::vector<int>{0});
  CHECK(*board.keypoints == std::vector<ImagePoint>(6, schema::Point2{-1, -1}));
  CHECK(*board.marker_corners == std::vector<ImagePoint>(48, std::nullopt));
  CHECK(board.ppm == 0);
  CHECK(board.occlusion_ratio == 1);
}

TEST_CASE("the quiet zone belongs to the plane, not to the outline, and hides nothing") {
  BoardRecipe board = charuco();
  const double without = records_ahead(board).back().pixel_area;
  board.quiet_zone_m = 0.02;
  CHECK(records_ahead(board).back().pixel_area == without);
  CHECK(records_ahead(board).back().tag_size_mm == Approx(240));
}

TEST_CASE("pixels at the rim of the cells are asked where a quiet zone surrounds them") {
  // The cells span 260.25 to 380.25 px; column 260, whose centre they hold, shows something else.
  BoardRecipe board = charuco();
  SceneRecipe recipe = scene_before_camera({board_at(board, {0.0005, 0, -1})}, {640, 480}, 500);
  IndexImage index = samples::all_of(recipe, 1);
  for (int row = 0; row < 480; ++row) index.objects[static_cast<std::size_t>(row * 640 + 260)] = 0;
  CHECK(ground_truth(recipe, 0, index, 42).back().occlusion_ratio == 0);
  recipe.objects[0].board->quiet_zone_m = 0.01;
  CHECK(ground_truth(recipe, 0, index, 42).back().occlusion_ratio == Approx(1 / 120.0));
}

TEST_CASE("an object before a board hides its share of the board and of each marker") {
  const SceneRecipe recipe =
      scene_before_camera({board_at(april_grid(), {0, 0, -1})}, {640, 480}, 500);
  IndexImage index = samples::all_of(recipe, 0);
  const auto paint = [&](int left, int right, std::int32_t object) {
    for (int row = 195; row < 285; ++row) {
      for (int column = left; column < right; ++column) {
        index.objects[static_cast<std::size_t>(row * 640 + column)] = object;
      }
    }
  };
  paint(260, 380, 1);
  paint(260, 305, 2);  // up to the middle of the second column
  const auto records = ground_truth(recipe, 0, index, 42);
  CHECK(records[0].occlusion_ratio == 1);
  CHECK(records[5].occlusion_ratio == 0.5);
  CHECK(records[6].occlusion_ratio == 0);
  CHECK(records[6].visible);
  CHECK_FALSE(records[5].visible);
  // Of 120 columns and 90 rows the outermost, which touch the plane's edge, are asked as well:
  // their centres are half a pixel away.
  CHECK(records.back().occlusion_ratio == Approx(45.0 / 120).margin(0.01));
}

TEST_CASE("the points of a tilted board are OpenCV's, through a lens") {
  const std::vector<double> lens{-0.28, 0.08, 2e-4, 1e-4, 0};
  SceneRecipe recipe = scene_before_camera(
      {board_at(april_grid(), {0.05, -0.02, -0.6}, {0.4, -0.3, 0.7})}, {960, 540}, 800);
  samples::set_lens(recipe, schema::DistortionModel::kBrownConrady, lens);
  const DetectionRecord board = records_of(recipe).back();
  // In the exported frame +Y is down, so row by row means y upwards from -0.03.
  std::vector<cv::Point3d> points;
  for (int row = 0; row < 2; ++row) {
    for (int column = 0; column < 3; ++column) {
      points.emplace_back(-0.06 + 0.06 * column, -0.03 + 0.06 * row, 0);
    }
  }
  const auto& [w, x, y, z] = *board.rotation_quaternion;
  const Eigen::AngleAxisd turn(Eigen::Quaterniond(w, x, y, z));
  const Eigen::Vector3d turn_rad = turn.angle() * turn.axis();
  std::vector<cv::Point2d> expected;
  cv::projectPoints(points, cv::Vec3d(turn_rad.x(), turn_rad.y(), turn_rad.z()),
                    cv::Vec3d((*board.position)[0], (*board.position)[1], (*board.position)[2]),
                    cv::Matx33d(800, 0, 480, 0, 800, 270, 0, 0, 1), lens, expected);
  for (std::size_t i = 0; i < 6; ++i) {
    check_near((*board.keypoints)[i], expected[i].x, expected[i].y, 1e-9);
  }
}

TEST_CASE("the plate behind a grid of tags has no record") {
  ObjectRecipe plate;
  plate.type = schema::ObjectType::kBoard;
  plate.name = "Board_Background";
  plate.location = {0, 0, -1};
  plate.properties = schema::BackgroundBoardProperties{schema::TagLayout::kPlain, 3, 3, 0.1, 0.12};
  CHECK(records_of(scene_before_camera({plate}, {640, 480}, 500)).empty());
}

}  // namespace
}  // namespace rtag::dataset
