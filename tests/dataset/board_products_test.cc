// SPDX-License-Identifier: MIT
// What products say of calibration boards, and of edges that a lens bends.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "dataset/coco.h"
#include "dataset/csv.h"
#include "tests/dataset/staged.h"

namespace rtag::dataset {
namespace {

using Json = nlohmann::ordered_json;
using samples::Staged;
using schema::DetectionRecord;
using schema::Point2;

// A board of 2 rows and 3 columns, cells of 20 px about (50, 40), and its first marker.
SceneCommit board_commit() {
  SceneCommit commit = samples::commit(0);
  commit.images.resize(1);
  commit.records.resize(1);
  DetectionRecord board = commit.records[0];
  board.record_type = "BOARD";
  board.tag_id = -1;
  board.tag_family = "board_aprilgrid";
  board.corners = {Point2{50, 40}};
  board.corners_visibility = std::vector<int>{2};
  board.keypoints = {Point2{40, 40}, Point2{-1, -1}};
  board.keypoints_visibility = std::vector<int>{1, 0};
  board.tag_size_mm = 300;
  board.position = schema::Vector3{0, 0, 1};
  board.rotation_quaternion = std::array<double, 4>{1, 0, 0, 0};
  board.k_matrix = schema::Matrix3{{{200, 0, 50}, {0, 200, 40}, {0, 0, 1}}};
  board.board_definition = Json{{"type", "aprilgrid"}, {"rows", 2}, {"cols", 3}};
  board.marker_corners = {Point2{1, 2}};
  commit.records.push_back(board);
  return commit;
}

schema::JobSpec board_job() {
  schema::JobSpec job = samples::job(1);
  schema::BoardSubject subject;
  subject.rows = 2;
  subject.cols = 3;
  subject.marker_size_mm = 80;
  subject.spacing_ratio = 0.25;
  job.scene_config.scenario.subject = subject;
  return job;
}

TEST_CASE("coco: a board has a category of its own, outlined by its cells") {
  Staged staged;
  CocoWriter writer(staged.file, staged.scratch, board_job(), "0.1.0");
  REQUIRE(writer.add(board_commit()));
  writer.finish();
  const Json coco = Json::parse(staged.bytes());
  REQUIRE(coco["categories"].size() == 2);
  CHECK(coco["categories"][0]["name"] == "tag36h11");
  CHECK(coco["categories"][1].dump() ==
        R"({"id":2,"name":"board_aprilgrid","supercategory":"fiducial_marker",)"
        R"("keypoints":["r0c0","r0c1"],"skeleton":[]})");
  REQUIRE(coco["annotations"].size() == 2);
  const Json& board = coco["annotations"][1];
  CHECK(board["category_id"] == 2);
  CHECK(board["segmentation"].dump() == "[[20.0,20.0,80.0,20.0,80.0,60.0,20.0,60.0]]");
  CHECK(board["bbox"].dump() == "[20.0,20.0,60.0,40.0]");
  CHECK(board["area"] == 2400);
  CHECK(board["keypoints"].dump() == "[40.0,40.0,1,0.0,0.0,0]");
  CHECK(board["num_keypoints"] == 1);
  CHECK(board["attributes"]["record_type"] == "BOARD");
  CHECK(board["attributes"]["board_definition"]["cols"] == 3);
  CHECK(!board["attributes"].contains("marker_corners"));
  CHECK(!coco["annotations"][0]["attributes"].contains("position_at_start"));
}

TEST_CASE("coco: a board that does not say how many cells it has is not outlined") {
  DetectionRecord board = board_commit().records[1];
  board.board_definition = Json{{"type", "aprilgrid"}};
  CHECK(!coco_shape(board));
  board.board_definition.reset();
  CHECK(!coco_shape(board));
}

TEST_CASE("coco: through a lens the outline is that of the pose, bent") {
  // 40 px about the centre; r (1 - 0.4 r^2) at the corners: r^2 = 0.02, so 20 px become 19.84.
  DetectionRecord record = samples::commit(0).records[0];
  record.position = schema::Vector3{0, 0, 1};
  record.rotation_quaternion = std::array<double, 4>{1, 0, 0, 0};
  record.tag_size_mm = 200;
  record.k_matrix = schema::Matrix3{{{200, 0, 50}, {0, 200, 40}, {0, 0, 1}}};
  record.distortion_model = schema::DistortionModel::kBrownConrady;
  record.distortion_coeffs = {-0.4, 0, 0, 0, 0};
  const auto shape = coco_shape(record);
  REQUIRE(shape);
  CHECK(shape->outline.front().x() == Approx(50 - 20 * (1 - 0.4 * 0.02)).epsilon(1e-12));
  // In the middle of an edge r^2 = 0.01: the outline bulges to 19.92.
  CHECK(shape->bbox[0] == Approx(50 - 20 * (1 - 0.4 * 0.01)).margin(0.1));
}

TEST_CASE("csv: a board's row has its centre and as many columns as every other") {
  const std::string row = csv_row(board_commit().records[1]);
  CHECK(row == "scene_0000_cam_0000,-1,board_aprilgrid,BOARD,300.0,5.0,0,50.0,40.0,,,,,,\r\n");
  Staged staged;
  CsvWriter writer(staged.file);
  writer.add(board_commit());
  const std::string bytes = staged.bytes();
  CHECK(bytes.find(row) == bytes.size() - row.size());
}

}  // namespace
}  // namespace rtag::dataset
