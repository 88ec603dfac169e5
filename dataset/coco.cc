// SPDX-License-Identifier: MIT
#include "dataset/coco.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <Eigen/Geometry>
#include <fmt/format.h>

#include "dataset/products.h"
#include "schema/geometry/camera_model.h"
#include "schema/write.h"

namespace rtag::dataset {
namespace {

using geometry::Polygon;
using schema::DetectionRecord;
using schema::Nothing;
using schema::Outcome;

using Corners3 = std::vector<Eigen::Vector3d>;

// Corners TL, TR, BR, BL in the camera.
Corners3 corners_in_camera(const DetectionRecord& record) {
  const auto& q = *record.rotation_quaternion;
  const Eigen::Quaterniond rotation(q[0], q[1], q[2], q[3]);
  const Eigen::Vector3d position((*record.position)[0], (*record.position)[1],
                                 (*record.position)[2]);
  const double half_m = record.tag_size_mm / 2000;
  Corners3 corners;
  for (const auto& [x, y] : {std::pair{-1, -1}, {1, -1}, {1, 1}, {-1, 1}}) {
    corners.push_back(position + rotation * Eigen::Vector3d(x * half_m, y * half_m, 0));
  }
  return corners;
}

// The part of a convex polygon that lies in front of the camera's plane.
Corners3 clip_to_front(const Corners3& corners) {
  Corners3 clipped;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const Eigen::Vector3d& a = corners[i];
    const Eigen::Vector3d& b = corners[(i + 1) % corners.size()];
    const double depth_a = a.z() - geometry::kNearestDepth_m;
    const double depth_b = b.z() - geometry::kNearestDepth_m;
    if (depth_a >= 0) clipped.push_back(a);
    if (depth_a * depth_b < 0) clipped.push_back(a + (b - a) * (depth_a / (depth_a - depth_b)));
  }
  return clipped;
}

// For a tag that reaches behind the camera: the corners alone do not tell what is seen of it.
Polygon outline_from_pose(const DetectionRecord& record) {
  const bool has_pose = record.position && record.rotation_quaternion && record.k_matrix;
  if (!has_pose) return {};
  const auto camera = geometry::camera_model(*record.k_matrix, *record.resolution);
  Polygon outline;
  for (const Eigen::Vector3d& x_in_camera : clip_to_front(corners_in_camera(record))) {
    outline.emplace_back(camera.fx * x_in_camera.x() / x_in_camera.z() + camera.cx,
                         camera.fy * x_in_camera.y() / x_in_camera.z() + camera.cy);
  }
  return outline;
}

Polygon outline_of(const DetectionRecord& record) {
  Polygon outline;
  for (const schema::ImagePoint& corner : record.corners) {
    if (!corner) return outline_from_pose(record);
    outline.emplace_back((*corner)[0], (*corner)[1]);
  }
  return outline;
}

std::string shape_json(const CocoShape& shape) {
  std::vector<double> flat;
  for (const Eigen::Vector2d& point : shape.outline)
    flat.insert(flat.end(), {point.x(), point.y()});
  return fmt::format(R"("segmentation":[{}],"bbox":{},"area":{})", schema::to_json(flat),
                     schema::to_json(shape.bbox), schema::to_json(shape.area_px2));
}

std::string keypoints_json(const DetectionRecord& record) {
  const std::vector<int> visibility = coco_visibility(record);
  std::string list;
  for (std::size_t i = 0; i < visibility.size(); ++i) {
    const schema::Point2 point = record.corners[i].value_or(schema::Point2{0, 0});
    list += fmt::format("{}{},{},{}", i == 0 ? "" : ",", schema::to_json(point[0]),
                        schema::to_json(point[1]), visibility[i]);
  }
  const auto labelled =
      std::count_if(visibility.begin(), visibility.end(), [](int v) { return v > 0; });
  return fmt::format(R"("keypoints":[{}],"num_keypoints":{})", list, labelled);
}

// The record, without what the annotation says in COCO's own words.
std::string attributes_json(const DetectionRecord& record) {
  constexpr std::array<std::string_view, 4> kSaidElsewhere{"image_id", "corners", "keypoints",
                                                           "metadata"};
  std::string json = "{";
  schema::for_each_field<DetectionRecord>([&](const auto& field) {
    if (std::find(kSaidElsewhere.begin(), kSaidElsewhere.end(), field.name) !=
        kSaidElsewhere.end()) {
      return;
    }
    json += fmt::format("{}\"{}\":", json.size() > 1 ? "," : "", field.name);
    schema::append_json(json, record.*field.member);
  });
  return json + "}";
}

std::string category_json(std::size_t id, const std::string& name) {
  return fmt::format(R"({{"id":{},"name":{},"supercategory":"fiducial_marker",)"
                     R"("keypoints":["tl","tr","br","bl"],)"
                     R"("skeleton":[[1,2],[2,3],[3,4],[4,1]]}})",
                     id, schema::to_json(name));
}

}  // namespace

std::optional<CocoShape> coco_shape(const DetectionRecord& record) {
  if (!record.facing || !record.resolution || record.corners.size() != 4) return std::nullopt;
  const auto& [width, height] = *record.resolution;
  CocoShape shape;
  shape.outline = geometry::clip_to_image(outline_of(record), width, height);
  if (shape.outline.empty()) return std::nullopt;
  shape.area_px2 = geometry::signed_area(shape.outline);
  if (shape.area_px2 <= 0) return std::nullopt;
  Eigen::Vector2d low = shape.outline.front();
  Eigen::Vector2d high = low;
  for (const Eigen::Vector2d& point : shape.outline) {
    low = low.cwiseMin(point);
    high = high.cwiseMax(point);
  }
  shape.bbox = {low.x(), low.y(), high.x() - low.x(), high.y() - low.y()};
  return shape;
}

std::vector<int> coco_visibility(const DetectionRecord& record) {
  std::vector<int> visibility;
  for (std::size_t i = 0; i < record.corners.size(); ++i) {
    const bool is_known = record.corners_visibility && i < record.corners_visibility->size();
    visibility.push_back(!record.corners[i] ? 0 : is_known ? (*record.corners_visibility)[i] : 2);
  }
  return visibility;
}

std::vector<std::string> coco_categories(const schema::JobSpec& job) {
  std::vector<std::string> names;
  const auto& subject = job.scene_config.scenario.subject;
  if (!subject) return names;
  if (const auto* board = std::get_if<schema::BoardSubject>(&*subject)) return {board->dictionary};
  for (const std::string& family : std::get<schema::TagsSubject>(*subject).tag_families) {
    if (std::find(names.begin(), names.end(), family) == names.end()) names.push_back(family);
  }
  return names;
}

CocoWriter::CocoWriter(StagedFile& file, StagedFile& annotations, const schema::JobSpec& job,
                       const std::string& tool_version)
    : file_(file),
      annotations_file_(annotations),
      categories_(coco_categories(job)),
      images_(file),
      annotations_(annotations) {
  file_.write(
      fmt::format("{{\n  \"info\": {{\"description\":\"rtag fiducial markers\","
                  "\"version\":{},\"job_id\":{},\"pixel_center\":{}}},\n"
                  "  \"licenses\": [],\n  \"categories\": [",
                  schema::to_json(tool_version), schema::to_json(job.job_id), kPixelCenter));
  JsonRows categories(file_);
  for (std::size_t i = 0; i < categories_.size(); ++i) {
    categories.add(category_json(i + 1, categories_[i]));
  }
  categories.end("]");
  file_.write(",\n  \"images\": [");
}

Outcome CocoWriter::add(const SceneCommit& commit) {
  const std::int64_t first_image_id = image_count_ + 1;
  for (const ImageCommit& image : commit.images) {
    images_.add(fmt::format(R"({{"id":{},"file_name":{},"width":{},"height":{}}})", ++image_count_,
                            schema::to_json(image.file), image.width, image.height));
  }
  for (const DetectionRecord& record : commit.records) {
    const auto category = category_of(record.tag_family);
    if (!category) {
      return schema::Fault{schema::FaultKind::kInput,
                           fmt::format("scene {} holds a tag of family {}, which is not in the job",
                                       commit.scene_id, record.tag_family)};
    }
    const std::optional<CocoShape> shape = coco_shape(record);
    if (!shape) continue;
    const auto image =
        std::find_if(commit.images.begin(), commit.images.end(), [&](const ImageCommit& candidate) {
          return std::filesystem::path(candidate.file).stem() == record.image_id;
        });
    annotations_.add(fmt::format(
        R"({{"id":{},"image_id":{},"category_id":{},{},{},"iscrowd":0,"attributes":{}}})",
        ++annotation_count_, first_image_id + (image - commit.images.begin()), *category,
        shape_json(*shape), keypoints_json(record), attributes_json(record)));
  }
  return Nothing{};
}

void CocoWriter::finish() {
  images_.end("]");
  annotations_.end("]");
  file_.write(",\n  \"annotations\": [");
  file_.append(annotations_file_);
  file_.write("\n}\n");
}

std::optional<std::size_t> CocoWriter::category_of(const std::string& family) const {
  const auto found = std::find(categories_.begin(), categories_.end(), family);
  if (found == categories_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - categories_.begin()) + 1;
}

}  // namespace rtag::dataset
