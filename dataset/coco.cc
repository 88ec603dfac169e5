// SPDX-License-Identifier: MIT
#include "dataset/coco.h"

#include <algorithm>
#include <filesystem>

#include <Eigen/Geometry>
#include <fmt/format.h>

#include "dataset/outline.h"
#include "dataset/products.h"
#include "schema/geometry/config_geometry.h"
#include "schema/write.h"

namespace rtag::dataset {
namespace {

using geometry::Polygon;
using schema::DetectionRecord;
using schema::Nothing;
using schema::Outcome;

bool is_board(const DetectionRecord& record) { return record.record_type == "BOARD"; }

// Width over height of what the record outlines; nullopt where a board does not say.
std::optional<double> aspect_of(const DetectionRecord& record) {
  if (!is_board(record)) return 1;
  if (!record.board_definition) return std::nullopt;
  const auto cols = record.board_definition->find("cols");
  const auto rows = record.board_definition->find("rows");
  const auto end = record.board_definition->end();
  if (cols == end || rows == end || !cols->is_number() || !rows->is_number()) return std::nullopt;
  return cols->get<double>() / rows->get<double>();
}

// TL, TR, BR, BL in the camera.
Quad corners_in_camera(const DetectionRecord& record, double aspect) {
  const auto& q = *record.rotation_quaternion;
  const Eigen::Quaterniond rotation(q[0], q[1], q[2], q[3]);
  const Eigen::Vector3d position((*record.position)[0], (*record.position)[1],
                                 (*record.position)[2]);
  const double x_m = record.tag_size_mm / 2000;
  const double y_m = x_m / aspect;
  const auto at = [&](double x, double y) {
    return geometry::Point<geometry::Camera>{position + rotation * Eigen::Vector3d(x, y, 0)};
  };
  return {at(-x_m, -y_m), at(x_m, -y_m), at(x_m, y_m), at(-x_m, y_m)};
}

// By the pose, where the corners alone do not tell: of a board, of what reaches behind the camera,
// and where a lens or a rolling shutter bends the edges.
Polygon outline_of(const DetectionRecord& record) {
  const std::optional<double> aspect = aspect_of(record);
  if (aspect && record.position && record.rotation_quaternion && record.k_matrix) {
    const MovingCamera camera = moving_camera(record);
    const auto is_known = [](const schema::ImagePoint& corner) { return corner.has_value(); };
    const bool straight = !is_board(record) && !is_bent(camera) &&
                          std::all_of(record.corners.begin(), record.corners.end(), is_known);
    if (!straight) return outline(corners_in_camera(record, *aspect), camera);
  }
  Polygon polygon;
  for (const schema::ImagePoint& corner : record.corners) {
    if (!corner) return {};
    polygon.emplace_back((*corner)[0], (*corner)[1]);
  }
  return polygon;
}

// Corners of a tag, saddle points of a board.
std::vector<schema::ImagePoint> points_of(const DetectionRecord& record) {
  if (!is_board(record)) return record.corners;
  return record.keypoints.value_or(std::vector<schema::ImagePoint>{});
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
  const std::vector<schema::ImagePoint> points = points_of(record);
  std::string list;
  for (std::size_t i = 0; i < visibility.size(); ++i) {
    const schema::Point2 point = visibility[i] == 0 ? schema::Point2{0, 0} : *points[i];
    list += fmt::format("{}{},{},{}", i == 0 ? "" : ",", schema::to_json(point[0]),
                        schema::to_json(point[1]), visibility[i]);
  }
  const auto labelled =
      std::count_if(visibility.begin(), visibility.end(), [](int v) { return v > 0; });
  return fmt::format(R"("keypoints":[{}],"num_keypoints":{})", list, labelled);
}

// The record, without what the annotation says in COCO's own words.
std::string attributes_json(const DetectionRecord& record) {
  constexpr std::array<std::string_view, 5> kSaidElsewhere{"image_id", "corners", "keypoints",
                                                           "metadata", "marker_corners"};
  std::string json = "{";
  schema::for_each_field<DetectionRecord>([&](const auto& field) {
    const auto said =
        std::find(kSaidElsewhere.begin(), kSaidElsewhere.end(), field.name) != kSaidElsewhere.end();
    if (said || schema::detail::is_left_out(record, field)) return;
    json += fmt::format("{}\"{}\":", json.size() > 1 ? "," : "", field.name);
    schema::append_json(json, record.*field.member);
  });
  return json + "}";
}

std::string category_json(std::size_t id, const std::string& name,
                          const std::vector<std::string>& keypoints, std::string_view skeleton) {
  return fmt::format(R"({{"id":{},"name":{},"supercategory":"fiducial_marker",)"
                     R"("keypoints":{},"skeleton":{}}})",
                     id, schema::to_json(name), schema::to_json(keypoints), skeleton);
}

std::string marker_category_json(std::size_t id, const std::string& name) {
  return category_json(id, name, {"tl", "tr", "br", "bl"}, "[[1,2],[2,3],[3,4],[4,1]]");
}

const schema::BoardSubject* board_of(const schema::JobSpec& job) {
  const auto& subject = job.scene_config.scenario.subject;
  return subject ? std::get_if<schema::BoardSubject>(&*subject) : nullptr;
}

// Key-points are named by the cell to their upper left.
std::string board_category_json(std::size_t id, const std::string& name,
                                const schema::BoardSubject& board) {
  std::vector<std::string> keypoints;
  for (int row = 0; row + 1 < board.rows; ++row) {
    for (int column = 0; column + 1 < board.cols; ++column) {
      keypoints.push_back(fmt::format("r{}c{}", row, column));
    }
  }
  return category_json(id, name, keypoints, "[]");
}

}  // namespace

std::optional<CocoShape> coco_shape(const DetectionRecord& record) {
  const bool has_outline = is_board(record) || record.corners.size() == 4;
  if (!record.facing || !record.resolution || !has_outline) return std::nullopt;
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
  const auto& known = is_board(record) ? record.keypoints_visibility : record.corners_visibility;
  const std::vector<schema::ImagePoint> points = points_of(record);
  std::vector<int> visibility;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const bool is_known = known && i < known->size();
    visibility.push_back(!points[i] ? 0 : is_known ? (*known)[i] : 2);
  }
  return visibility;
}

std::vector<std::string> coco_categories(const schema::JobSpec& job) {
  std::vector<std::string> names;
  const auto& subject = job.scene_config.scenario.subject;
  if (!subject) return names;
  if (const auto* board = board_of(job)) return {board->dictionary};
  for (const std::string& family : std::get<schema::TagsSubject>(*subject).tag_families) {
    if (std::find(names.begin(), names.end(), family) == names.end()) names.push_back(family);
  }
  return names;
}

std::optional<std::string> coco_board_category(const schema::JobSpec& job) {
  const auto* board = board_of(job);
  if (board == nullptr) return std::nullopt;
  return "board_" + std::string(schema::word_of(geometry::board_recipe(*board).type));
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
    categories.add(marker_category_json(i + 1, categories_[i]));
  }
  if (const auto board = coco_board_category(job)) {
    categories_.push_back(*board);
    categories.add(board_category_json(categories_.size(), *board, *board_of(job)));
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
