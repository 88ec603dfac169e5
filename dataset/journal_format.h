// SPDX-License-Identifier: MIT
// What the lines of a journal say (docs/journal.md), one field table a line. Plain values.
//
// A line is {"sha256":"<of the body's bytes>","body":{...}} and a line feed. Bodies are canonical
// JSON; their first two fields tell kind and scene without parsing the rest.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "schema/detection_record.h"
#include "schema/fields.h"
#include "schema/scene_recipe.h"

namespace rtag::dataset {

inline constexpr std::string_view kJournalFormat = "rtag-journal/1";

// A job is split over `count` shards; this is number `index`, from 0.
struct Shard {
  int index = 0;
  int count = 1;
  bool operator==(const Shard&) const = default;
};

// What decides a picture's last bits besides recipe and assets. Fields that do not apply are empty.
struct RendererIdentity {
  std::string blender_version;
  std::string blender_build_hash;
  std::string device;
  std::string driver;
  std::string cpu_features;
  auto operator<=>(const RendererIdentity&) const = default;
};
constexpr auto fields_of(std::type_identity<RendererIdentity>) {
  using S = RendererIdentity;
  using schema::field;
  return schema::table<S>(
      field("blender_version", &S::blender_version, "", "As Blender prints it."),
      field("blender_build_hash", &S::blender_build_hash, "",
            "Commit that Blender was built from."),
      field("device", &S::device, "", "CPU, or the name of the GPU."),
      field("driver", &S::driver, "", "Version of the GPU's driver."),
      field("cpu_features", &S::cpu_features, "", "Level of the instruction set."));
}

// The first line of a segment.
struct SegmentHeader {
  std::string kind = "header";
  std::string format{kJournalFormat};
  std::string job_id;
  int shard = 0;
  int total_shards = 1;
  std::string attempt;
  int segment = 0;
  bool operator==(const SegmentHeader&) const = default;
};
constexpr auto fields_of(std::type_identity<SegmentHeader>) {
  using S = SegmentHeader;
  using schema::field;
  return schema::table<S>(field("kind", &S::kind, "", "header."),
                          field("format", &S::format, "", "rtag-journal/1."),
                          field("job_id", &S::job_id, "", "Job that the scenes belong to."),
                          field("shard", &S::shard, "", "From 0.", schema::at_least(0)),
                          field("total_shards", &S::total_shards, "", "", schema::at_least(1)),
                          field("attempt", &S::attempt, "", "Start of the program."),
                          field("segment", &S::segment, "", "Count in this attempt, from 0."));
}

struct ImageCommit {
  std::string file;  // relative to the dataset: images/scene_0000_cam_0000.png
  std::string sha256;
  std::uint64_t bytes = 0;
  int width = 0;
  int height = 0;
  int camera_index = 0;
  std::uint64_t render_seed = 0;
  bool operator==(const ImageCommit&) const = default;
};
constexpr auto fields_of(std::type_identity<ImageCommit>) {
  using S = ImageCommit;
  using schema::field;
  return schema::table<S>(
      field("file", &S::file, "", "Relative to the dataset."),
      field("sha256", &S::sha256, "", "Of the file's bytes."),
      field("bytes", &S::bytes, "B", "Size of the file."),
      field("width", &S::width, "px", "Of the image.", schema::at_least(1)),
      field("height", &S::height, "px", "Of the image.", schema::at_least(1)),
      field("camera_index", &S::camera_index, "", "In the recipe.", schema::at_least(0)),
      field("render_seed", &S::render_seed, "", "Seed of the renderer's sampling."));
}

// A scene whose images are durable. Images are in the order of the cameras, records in the order
// of the images.
struct SceneCommit {
  std::string kind = "scene";
  int scene_id = 0;
  std::vector<ImageCommit> images;
  std::vector<schema::DetectionRecord> records;
  schema::SceneRecipe recipe;
  RendererIdentity renderer;
  std::string denoiser;  // empty: none was applied
  int attempts = 1;
  bool operator==(const SceneCommit&) const = default;
};
constexpr auto fields_of(std::type_identity<SceneCommit>) {
  using S = SceneCommit;
  using schema::field;
  return schema::table<S>(
      field("kind", &S::kind, "", "scene."),
      field("scene_id", &S::scene_id, "", "From 0.", schema::at_least(0)),
      field("images", &S::images, "", "One a camera."),
      field("records", &S::records, "", "Truth about every tag in every image."),
      field("recipe", &S::recipe, "", "What was rendered."),
      field("renderer", &S::renderer, "", "What rendered it."),
      field("denoiser", &S::denoiser, "", "Applied denoiser; empty for none."),
      field("attempts", &S::attempts, "", "Renders until it succeeded.", schema::at_least(1)));
}

// A scene that was given up. A commit of the same scene, earlier or later, wins.
struct SceneQuarantine {
  std::string kind = "quarantine";
  int scene_id = 0;
  std::string reason;
  int attempts = 1;
  bool operator==(const SceneQuarantine&) const = default;
};
constexpr auto fields_of(std::type_identity<SceneQuarantine>) {
  using S = SceneQuarantine;
  using schema::field;
  return schema::table<S>(
      field("kind", &S::kind, "", "quarantine."),
      field("scene_id", &S::scene_id, "", "From 0.", schema::at_least(0)),
      field("reason", &S::reason, "", "The last failure."),
      field("attempts", &S::attempts, "", "Renders that failed.", schema::at_least(1)));
}

// Whether two commits describe the same data. Who rendered it, and in how many attempts, may
// differ.
bool is_same_content(const SceneCommit& a, const SceneCommit& b);

// The folder of a shard's segments: <output>/.rtag/journal/0-of-3.
std::filesystem::path journal_directory(const std::filesystem::path& output, const Shard& shard);

}  // namespace rtag::dataset
