// SPDX-License-Identifier: MIT
#include "dataset/contact_sheet.h"

#include <cstdlib>
#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>

namespace fs = std::filesystem;
using nlohmann::json;
using rtag::dataset::write_contact_sheet;
using rtag::schema::FaultKind;

namespace {

// Thumbnails are 480 px wide; the first one starts here.
constexpr int kLeft_px = 4;
constexpr int kTop_px = 4;
const cv::Vec3b kBlack(0, 0, 0);

// A dataset of black images of 480 x 360 pixels, which goes away with its test.
struct Dataset {
  fs::path path;
  json records = json::array();

  Dataset() {
    std::string pattern = (fs::temp_directory_path() / "contact_sheet_XXXXXX").string();
    path = ::mkdtemp(pattern.data());
    fs::create_directory(path / "images");
  }
  ~Dataset() { fs::remove_all(path); }

  void add_image(const std::string& id, const cv::Size& size = {480, 360}) {
    cv::imwrite((path / "images" / (id + ".png")).string(), cv::Mat::zeros(size, CV_8UC3));
  }
  void add_tag(const std::string& id, const json& corners, bool visible = true) {
    records.push_back(
        {{"image_id", id}, {"tag_id", 7}, {"corners", corners}, {"visible", visible}});
  }
  fs::path sheet_path() const { return path / "sheet.png"; }

  auto write(int max_images = 100) const {
    std::ofstream(path / "rich_truth.json") << json{{"version", "2.0"}, {"records", records}};
    return write_contact_sheet(path, sheet_path(), max_images);
  }
  cv::Mat sheet(int max_images = 100) const {
    REQUIRE(write(max_images).has_value());
    return cv::imread(sheet_path().string());
  }
};

cv::Vec3b at(const cv::Mat& sheet, int x_px, int y_px) {
  return sheet.at<cv::Vec3b>(kTop_px + y_px, kLeft_px + x_px);
}

const json kSquare = {{100.5, 80.5}, {200.5, 80.5}, {200.5, 160.5}, {100.5, 160.5}};

}  // namespace

TEST_CASE("corners have their own colours, the first one is red") {
  Dataset dataset;
  dataset.add_image("scene_0000_cam_0000");
  dataset.add_tag("scene_0000_cam_0000", kSquare);
  const cv::Mat sheet = dataset.sheet();
  CHECK(at(sheet, 100, 80) == cv::Vec3b(0, 0, 255));
  CHECK(at(sheet, 200, 80) == cv::Vec3b(0, 190, 0));
  CHECK(at(sheet, 200, 160) == cv::Vec3b(255, 60, 0));
  CHECK(at(sheet, 100, 160) == cv::Vec3b(0, 220, 255));
}

TEST_CASE("a label at a pixel's centre is drawn on that pixel, not half a pixel off") {
  Dataset dataset;
  dataset.add_image("scene_0000_cam_0000");
  dataset.add_tag("scene_0000_cam_0000", kSquare);
  const cv::Mat sheet = dataset.sheet();
  const cv::Vec3b on_line = at(sheet, 100, 120);
  CHECK(on_line[0] > 200);  // OpenCV's line takes nine tenths of its colour in the middle
  CHECK(std::abs(at(sheet, 99, 120)[0] - at(sheet, 101, 120)[0]) < 10);
  CHECK(at(sheet, 99, 120)[0] < 80);
}

TEST_CASE("a label between two pixels is drawn on both") {
  Dataset dataset;
  dataset.add_image("scene_0000_cam_0000");
  dataset.add_tag("scene_0000_cam_0000", {{100, 80}, {200, 80}, {200, 160}, {100, 160}});
  const cv::Mat sheet = dataset.sheet();
  const int left = at(sheet, 99, 120)[0];
  const int right = at(sheet, 100, 120)[0];
  CHECK(left > 80);
  CHECK(std::abs(left - right) < 40);
}

TEST_CASE("a tag that is not visible is grey") {
  Dataset dataset;
  dataset.add_image("scene_0000_cam_0000");
  dataset.add_tag("scene_0000_cam_0000", kSquare, false);
  const cv::Mat sheet = dataset.sheet();
  CHECK(at(sheet, 100, 80) == cv::Vec3b(150, 150, 150));
  CHECK(at(sheet, 100, 120)[0] > 120);
  CHECK(at(sheet, 100, 120)[0] == at(sheet, 100, 120)[2]);
}

TEST_CASE("labels are drawn on their own image, shrunk with it") {
  Dataset dataset;
  dataset.add_image("scene_0000_cam_0000", {960, 720});
  dataset.add_image("scene_0001_cam_0000", {960, 720});
  dataset.add_tag("scene_0001_cam_0000", {{201, 161}, {401, 161}, {401, 321}, {201, 321}});
  const cv::Mat sheet = dataset.sheet();
  CHECK(at(sheet, 100, 80) == kBlack);
  CHECK(at(sheet, 484 + 100, 80) == cv::Vec3b(0, 0, 255));
}

TEST_CASE("corners without projection and far outside the image do no harm") {
  Dataset dataset;
  dataset.add_image("scene_0000_cam_0000");
  dataset.add_tag("scene_0000_cam_0000", {nullptr, nullptr, nullptr, nullptr}, false);
  dataset.add_tag("scene_0000_cam_0000", {{100.5, 80.5}, {1e15, 80.5}, nullptr, {100.5, 1e30}});
  const cv::Mat sheet = dataset.sheet();
  CHECK(at(sheet, 100, 80) == cv::Vec3b(0, 0, 255));
  CHECK(at(sheet, 300, 80)[0] > 200);
  CHECK(at(sheet, 100, 200)[0] > 200);
}

TEST_CASE("a board's single point is drawn as a point") {
  Dataset dataset;
  dataset.add_image("scene_0000_cam_0000");
  dataset.add_tag("scene_0000_cam_0000", json::array({{100.5, 80.5}}));
  CHECK(at(dataset.sheet(), 102, 80) != kBlack);
}

TEST_CASE("the sheet is roughly 4:3 and shows as many images as asked for, evenly spread") {
  Dataset dataset;
  for (int i = 0; i < 24; ++i) {
    const std::string id = "scene_00" + std::to_string(10 + i) + "_cam_0000";
    dataset.add_image(id);
    if (i == 12) dataset.add_tag(id, kSquare);
  }
  const cv::Mat all = dataset.sheet();
  CHECK(all.cols == 5 * 484 + 4);
  CHECK(all.rows == 5 * 382 + 4);
  const cv::Mat two = dataset.sheet(2);
  CHECK(two.cols == 2 * 484 + 4);
  CHECK(two.rows == 382 + 4);
  CHECK(at(two, 484 + 100, 80) == cv::Vec3b(0, 0, 255));  // the thirteenth of 24
}

TEST_CASE("a folder that is no finished dataset is refused with what is missing") {
  Dataset dataset;
  const std::string root = dataset.path.string();
  const auto fault = [](const auto& outcome) {
    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error().kind == FaultKind::kInput);
    return outcome.error().message;
  };
  CHECK(fault(write_contact_sheet(dataset.path, dataset.sheet_path(), 9)) ==
        root + "/rich_truth.json: cannot be opened, name the folder of a finished dataset");
  CHECK(fault(dataset.write()) == root + "/images: holds no PNG image");
  std::ofstream(dataset.path / "images" / "a.png") << "not a picture";
  CHECK(fault(dataset.write()) == root + "/images/a.png: cannot be read as an image");
  fs::remove_all(dataset.path / "images");
  CHECK(fault(dataset.write()) == root + "/images: cannot be listed (No such file or directory)");
  std::ofstream(dataset.path / "rich_truth.json") << "{\"records\": [{}]}";
  CHECK(fault(write_contact_sheet(dataset.path, dataset.sheet_path(), 9))
            .rfind(root + "/rich_truth.json: is not a dataset's truth (", 0) == 0);
}

TEST_CASE("a sheet that cannot be written is a fault of the output") {
  Dataset dataset;
  dataset.add_image("scene_0000_cam_0000");
  REQUIRE(dataset.write().has_value());
  const fs::path nowhere = dataset.path / "nowhere" / "sheet.png";
  const auto outcome = write_contact_sheet(dataset.path, nowhere, 9);
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().kind == FaultKind::kOutput);
  CHECK(outcome.error().message == nowhere.string() + ": cannot be written");
}
