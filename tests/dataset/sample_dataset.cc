// SPDX-License-Identifier: MIT
#include "tests/dataset/sample_dataset.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdlib.h>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "schema/digest.h"

namespace rtag::samples {
namespace {

namespace fs = std::filesystem;
using dataset::ImageCommit;
using dataset::SceneCommit;
using schema::DetectionRecord;

DetectionRecord record(const std::string& image_id, int tag_id, const std::string& family,
                       double left) {
  DetectionRecord record;
  record.image_id = image_id;
  record.tag_id = tag_id;
  record.tag_family = family;
  record.corners = {schema::Point2{left, 20}, schema::Point2{left + 40, 20},
                    schema::Point2{left + 40, 60}, schema::Point2{left, 60}};
  record.tag_size_mm = 160;
  record.ppm = 5;
  record.resolution = {100, 80};
  record.corners_visibility = std::vector<int>{left < 0 ? 1 : 2, 2, 2, left < 0 ? 1 : 2};
  record.eval_complete = left >= 0;
  return record;
}

schema::CameraRecipe camera() {
  schema::CameraRecipe camera;
  camera.intrinsics.resolution = {100, 80};
  camera.intrinsics.k_matrix = {{{110, 0, 50}, {0, 110, 40}, {0, 0, 1}}};
  return camera;
}

}  // namespace

schema::JobSpec job(int scenes) {
  schema::JobSpec job;
  job.job_id = "5eed";
  job.global_seed = 7;
  job.scene_config.dataset.num_scenes = scenes;
  job.scene_config.scenario.subject =
      schema::TagsSubject{.tag_families = {"tag36h11", "tag16h5"}, .size_mm = 160};
  return job;
}

SceneCommit commit(int scene_id) {
  SceneCommit commit;
  commit.scene_id = scene_id;
  commit.recipe.scene_id = scene_id;
  commit.recipe.random_seed = 1000u + static_cast<unsigned>(scene_id);
  commit.renderer = {"3.4.1", "abc", "CPU", "", "avx2"};
  for (int i = 0; i < 2; ++i) {
    const std::string id = fmt::format("scene_{:04d}_cam_{:04d}", scene_id, i);
    ImageCommit image;
    image.file = "images/" + id + ".png";
    image.width = 100;
    image.height = 80;
    image.camera_index = i;
    image.render_seed = 50u + static_cast<unsigned>(i);
    image.sha256 = schema::sha256_hex(image_bytes(image));
    image.bytes = image_bytes(image).size();
    commit.images.push_back(image);
    commit.records.push_back(record(id, 3 + i, "tag36h11", 30.5));
    commit.records.push_back(record(id, 8, "tag16h5", -20));
    commit.recipe.cameras.push_back(camera());
  }
  return commit;
}

std::string image_bytes(const ImageCommit& image) { return "pixels of " + image.file; }

void write_images(const dataset::Storage& storage, const fs::path& output,
                  const SceneCommit& commit) {
  REQUIRE(storage.ensure_directory(output / "images"));
  for (const ImageCommit& image : commit.images) {
    REQUIRE(storage.write_durably(output / image.file, image_bytes(image)));
  }
}

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  return std::move(bytes).str();
}

void write(const fs::path& file, const std::string& bytes) {
  fs::create_directories(file.parent_path());
  fs::remove(file);  // ext4 flushes a file that is truncated and written again, which takes long
  std::ofstream(file, std::ios::binary) << bytes;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace rtag::samples
