// SPDX-License-Identifier: MIT
#include <cmath>
#include <filesystem>
#include <functional>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "dataset/coco.h"
#include "dataset/csv.h"
#include "dataset/manifest.h"
#include "dataset/provenance.h"
#include "dataset/rich_truth.h"
#include "tests/dataset/sample_dataset.h"
#include "tests/dataset/staged.h"

namespace rtag::dataset {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using samples::Staged;
using schema::DetectionRecord;
using schema::ImagePoint;
using schema::Point2;

DetectionRecord square(double left, double top, double edge) {
  DetectionRecord record = samples::commit(0).records[0];
  record.corners = {Point2{left, top}, Point2{left + edge, top}, Point2{left + edge, top + edge},
                    Point2{left, top + edge}};
  return record;
}

TEST_CASE("coco: a tag that is half outside is clipped once, for outline, box and area") {
  // 40 px wide, of which 20 are left of a 100 x 80 image.
  const auto shape = coco_shape(square(-20, 30, 40));
  REQUIRE(shape);
  CHECK(shape->bbox == std::array<double, 4>{0, 30, 20, 40});
  CHECK(shape->area_px2 == 800);
  for (const auto& point : shape->outline) {
    CHECK((point.x() == 0 || point.x() == 20));
    CHECK((point.y() == 30 || point.y() == 70));
  }
}

TEST_CASE("coco: clipping a turned tag cuts its edges, it does not move its corners") {
  // A diamond about (0, 40): the right half is the triangle (0, 10), (30, 40), (0, 70).
  DetectionRecord record = square(0, 0, 1);
  record.corners = {Point2{0, 10}, Point2{30, 40}, Point2{0, 70}, Point2{-30, 40}};
  const auto shape = coco_shape(record);
  REQUIRE(shape);
  CHECK(shape->bbox == std::array<double, 4>{0, 10, 30, 60});
  CHECK(shape->area_px2 == 900);
}

TEST_CASE("coco: what shows its back or lies outside the image has no annotation") {
  CHECK(!coco_shape(square(200, 30, 40)));
  CHECK(!coco_shape(square(-40, 30, 40)));  // touches the border from outside
  DetectionRecord back = square(30, 20, 40);
  back.facing = false;
  CHECK(!coco_shape(back));
  DetectionRecord edge_on = square(30, 20, 40);
  edge_on.corners = {Point2{30, 20}, Point2{70, 20}, Point2{70, 20}, Point2{30, 20}};
  CHECK(!coco_shape(edge_on));
}

TEST_CASE("coco: a tag that reaches behind the camera is outlined by its pose") {
  // A 2 m tag on the floor, 0.25 m below a level camera at its centre; f = 100, image 100 x 100.
  // Its far edge, 1 m ahead, is at y = 50 + 100 * 0.25 = 75 and wider than the image; what is
  // nearer than 0.5 m is below the image.
  DetectionRecord record = square(0, 0, 1);
  record.corners = {Point2{-50, 75}, Point2{150, 75}, ImagePoint{}, ImagePoint{}};
  record.corners_visibility = std::vector<int>{1, 1, 0, 0};
  record.position = schema::Vector3{0, 0.25, 0};
  record.rotation_quaternion = std::array<double, 4>{std::sqrt(0.5), -std::sqrt(0.5), 0, 0};
  record.tag_size_mm = 2000;
  record.k_matrix = schema::Matrix3{{{100, 0, 50}, {0, 100, 50}, {0, 0, 1}}};
  record.resolution = {100, 100};
  const auto shape = coco_shape(record);
  REQUIRE(shape);
  CHECK(shape->area_px2 == Approx(2500).epsilon(1e-9));
  CHECK(shape->bbox[1] == Approx(75));
  CHECK(shape->bbox[2] == Approx(100));
  CHECK(shape->bbox[3] == Approx(25));
}

TEST_CASE("coco: ids count from 1, key-points are true corners, categories are the job's") {
  Staged staged;
  CocoWriter writer(staged.file, staged.scratch, samples::job(2), "0.1.0");
  SceneCommit commit = samples::commit(0);
  commit.records[3].corners[0].reset();  // scene 0, second image, tag16h5
  commit.records[3].position.reset();
  REQUIRE(writer.add(commit));
  REQUIRE(writer.add(samples::commit(1)));
  writer.finish();
  const Json coco = Json::parse(staged.bytes());

  CHECK(coco["info"]["pixel_center"] == 0.5);
  CHECK(coco["info"]["job_id"] == "5eed");
  CHECK(coco["licenses"].empty());
  REQUIRE(coco["categories"].size() == 2);
  CHECK(coco["categories"][0].dump() ==
        R"({"id":1,"name":"tag36h11","supercategory":"fiducial_marker",)"
        R"("keypoints":["tl","tr","br","bl"],"skeleton":[[1,2],[2,3],[3,4],[4,1]]})");
  CHECK(coco["categories"][1]["name"] == "tag16h5");
  CHECK(coco["images"][0].dump() ==
        R"({"id":1,"file_name":"images/scene_0000_cam_0000.png","width":100,"height":80})");
  CHECK(coco["images"][3]["id"] == 4);

  REQUIRE(coco["annotations"].size() == 7);
  const Json& half = coco["annotations"][1];
  CHECK(half["id"] == 2);
  CHECK(half["image_id"] == 1);
  CHECK(half["category_id"] == 2);
  CHECK(half["bbox"].dump() == "[0.0,20.0,20.0,40.0]");
  CHECK(half["area"] == 800);
  CHECK(half["keypoints"].dump() == "[-20.0,20.0,1,20.0,20.0,2,20.0,60.0,2,-20.0,60.0,1]");
  CHECK(half["num_keypoints"] == 4);
  CHECK(half["iscrowd"] == 0);
  CHECK(half["attributes"]["tag_id"] == 8);
  CHECK(half["attributes"]["corners_visibility"].dump() == "[1,2,2,1]");
  CHECK(!half["attributes"].contains("corners"));
  CHECK(coco["annotations"][6]["image_id"] == 4);
}

TEST_CASE("coco: a corner without projection is 0, 0, 0 and is not counted") {
  DetectionRecord record = square(30, 20, 40);
  record.corners[2].reset();
  CHECK(coco_visibility(record) == std::vector<int>{2, 2, 0, 2});
}

TEST_CASE("coco: a family that the job lacks is refused") {
  Staged staged;
  CocoWriter writer(staged.file, staged.scratch, samples::job(1), "0.1.0");
  SceneCommit commit = samples::commit(0);
  commit.records[0].tag_family = "tag25h9";
  const auto added = writer.add(commit);
  REQUIRE(!added);
  CHECK(added.error().message == "scene 0 holds a tag of family tag25h9, which is not in the job");
}

TEST_CASE("csv: numbers have at most four decimals and always a point") {
  // As Python prints round(x, 4).
  CHECK(csv_number(160) == "160.0");
  CHECK(csv_number(329.07100566) == "329.071");
  CHECK(csv_number(0.00004) == "0.0");
  CHECK(csv_number(-0.00004) == "0.0");
  CHECK(csv_number(-12.34567) == "-12.3457");
  CHECK(csv_number(0.5) == "0.5");
  CHECK(csv_number(100) == "100.0");
}

TEST_CASE(
    "csv: the header, true coordinates outside the image, and -1000000.0 without projection") {
  Staged staged;
  CsvWriter writer(staged.file);
  SceneCommit commit = samples::commit(0);
  commit.records.resize(2);
  commit.records[1].corners[3].reset();
  writer.add(commit);
  CHECK(staged.bytes() ==
        "image_id,tag_id,tag_family,record_type,tag_size_mm,ppm,is_mirrored,"
        "x1,y1,x2,y2,x3,y3,x4,y4\r\n"
        "scene_0000_cam_0000,3,tag36h11,TAG,160.0,5.0,0,"
        "30.5,20.0,70.5,20.0,70.5,60.0,30.5,60.0\r\n"
        "scene_0000_cam_0000,8,tag16h5,TAG,160.0,5.0,0,"
        "-20.0,20.0,20.0,20.0,20.0,60.0,-1000000.0,-1000000.0\r\n");
}

TEST_CASE("csv: a word with a comma or a quote is quoted") {
  DetectionRecord record = square(30, 20, 40);
  record.tag_family = R"(a "b", c)";
  CHECK(csv_row(record).find(R"(,"a ""b"", c",)") != std::string::npos);
}

TEST_CASE("rich truth: the envelope of version 2.0, and the 32 fields of a record in order") {
  Staged staged;
  schema::JobSpec job = samples::job(1);
  job.scene_config.camera.eval_margin_px = 4;
  RichTruthWriter writer(staged.file, job);
  writer.add(samples::commit(0));
  writer.finish();
  const Json truth = Json::parse(staged.bytes());
  CHECK(truth["version"] == "2.0");
  CHECK(
      truth["evaluation_context"].dump() ==
      R"({"photometric_margin_px":4,"truncation_policy":"ternary_visibility","pixel_center":0.5})");
  REQUIRE(truth["records"].size() == 4);
  std::vector<std::string> names;
  for (const auto& [name, value] : truth["records"][0].items()) names.push_back(name);
  const std::vector<std::string> expected{"image_id",
                                          "tag_id",
                                          "tag_family",
                                          "corners",
                                          "record_type",
                                          "keypoints",
                                          "distance",
                                          "angle_of_incidence",
                                          "pixel_area",
                                          "occlusion_ratio",
                                          "ppm",
                                          "is_mirrored",
                                          "position",
                                          "rotation_quaternion",
                                          "axes",
                                          "tag_size_mm",
                                          "k_matrix",
                                          "resolution",
                                          "distortion_model",
                                          "distortion_coeffs",
                                          "velocity",
                                          "shutter_time_ms",
                                          "rolling_shutter_ms",
                                          "fstop",
                                          "eval_margin_px",
                                          "global_seed",
                                          "scene_seed",
                                          "metadata",
                                          "corners_visibility",
                                          "keypoints_visibility",
                                          "eval_complete",
                                          "board_definition"};
  REQUIRE(names.size() >= expected.size());
  CHECK(std::vector<std::string>(names.begin(), names.begin() + 32) == expected);
}

TEST_CASE("rich truth: no records are an empty list") {
  Staged staged;
  RichTruthWriter writer(staged.file, samples::job(1));
  writer.finish();
  CHECK(Json::parse(staged.bytes())["records"].empty());
}

TEST_CASE("provenance: the recipe once a scene, and every image leads to it") {
  Staged staged;
  RendererTable renderers;
  ProvenanceWriter writer(staged.file, staged.scratch, samples::job(2), renderers);
  writer.add(samples::commit(0));
  SceneCommit second = samples::commit(1);
  second.renderer.device = "GPU";
  second.attempts = 2;
  writer.add(second);
  writer.finish();
  const std::string text = staged.bytes();
  const Json provenance = Json::parse(text);
  CHECK(provenance["global_seed"] == 7);
  CHECK(provenance["scenes"].size() == 2);
  CHECK(provenance["scenes"]["1"]["recipe"]["cameras"].size() == 2);
  CHECK(provenance["scenes"]["1"]["renderer"] == 1);
  CHECK(provenance["renderers"][1]["device"] == "GPU");
  CHECK(provenance["images"]["scene_0001_cam_0001"].dump() ==
        R"({"scene_id":1,"camera_index":1,"global_seed":7,"scene_seed":1001,"render_seed":51,)"
        R"("sha256":")" +
            samples::commit(1).images[1].sha256 + R"("})");
  CHECK(text.find("attempts") == std::string::npos);
}

TEST_CASE("manifest: what the dataset holds, on one page") {
  ManifestInput input;
  input.counts = {6, 12, 24, 20};
  input.quarantined = {3};
  input.renderers = {{"3.4.1", "abc", "CPU", "", "avx2"}};
  input.intrinsics = samples::commit(0).recipe.cameras[0].intrinsics;
  input.tool_version = "0.1.0";
  schema::JobSpec job = samples::job(7);
  job.scene_config.dataset.metadata = {{"campaign", "winter"}};
  CHECK(manifest_json(job, input) == R"({
  "provenance": {
    "rtag_version": "0.1.0",
    "job_id": "5eed",
    "global_seed": 7,
    "renderers": [
      {
        "blender_version": "3.4.1",
        "blender_build_hash": "abc",
        "device": "CPU",
        "driver": "",
        "cpu_features": "avx2"
      }
    ]
  },
  "camera_intrinsics": {
    "fx": 110.0,
    "fy": 110.0,
    "cx": 50.0,
    "cy": 40.0,
    "width": 100,
    "height": 80
  },
  "tag_specification": {
    "tag_family": "tag36h11",
    "tag_families": ["tag36h11", "tag16h5"],
    "tag_size_m": 0.16
  },
  "pose_convention": "wxyz",
  "pixel_center": 0.5,
  "evaluation_scopes": ["detection"],
  "experiment": null,
  "metadata": {
    "campaign": "winter"
  },
  "counts": {
    "scenes": 6,
    "images": 12,
    "records": 24,
    "coco_annotations": 20,
    "quarantined": 1
  },
  "quarantined": [3]
}
)");
}

TEST_CASE("coco: a family that is named twice is one category; a board's is its dictionary") {
  schema::JobSpec job = samples::job(1);
  job.scene_config.scenario.subject =
      schema::TagsSubject{.tag_families = {"tag25h9", "tag36h11", "tag25h9"}};
  CHECK(coco_categories(job) == std::vector<std::string>{"tag25h9", "tag36h11"});
  schema::BoardSubject board;
  board.dictionary = "DICT_4X4_50";
  job.scene_config.scenario.subject = board;
  CHECK(coco_categories(job) == std::vector<std::string>{"DICT_4X4_50"});
}

}  // namespace
}  // namespace rtag::dataset
