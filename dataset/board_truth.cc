// SPDX-License-Identifier: MIT
#include "dataset/board_truth.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "schema/check.h"
#include "schema/geometry/board_model.h"
#include "schema/geometry/recipe_geometry.h"
#include "schema/marker_families.h"

namespace rtag::dataset {
namespace {

using geometry::BoardModel;
using geometry::Object;
using geometry::Transform;
using schema::BoardRecipe;
using schema::DetectionRecord;
using schema::ImagePoint;

constexpr int kBoardId = -1;
constexpr schema::Point2 kOutside{-1, -1};

// Millimetres with four decimals.
double definition_mm(double length_m) { return std::round(length_m * 1000 * 1e4) / 1e4; }

nlohmann::ordered_json definition(const BoardRecipe& board, const BoardModel& model) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  json["type"] = schema::word_of(board.type);
  json["rows"] = model.rows();
  json["cols"] = model.cols();
  json["square_size_mm"] = definition_mm(model.cell_m());
  json["marker_size_mm"] = definition_mm(model.marker_m());
  json["dictionary"] = board.dictionary;
  json["total_keypoints"] = (model.rows() - 1) * (model.cols() - 1);
  json["spacing_ratio"] = nullptr;
  if (board.type == schema::BoardType::kAprilGrid) json["spacing_ratio"] = *board.spacing_ratio;
  json["first_square"] = schema::word_of(board.first_square);
  json["id_order"] = schema::word_of(board.id_order);
  json["ids"] = nlohmann::ordered_json::array();
  for (const geometry::BoardMarker& marker : model.markers()) json["ids"].push_back(marker.id);
  return json;
}

// Points of the board in the image; null without projection.
std::vector<ImagePoint> image_points(const std::vector<schema::Vector3>& points_m, const Face& face,
                                     const MovingCamera& camera) {
  std::vector<ImagePoint> points;
  for (const auto& [x, y, z] : points_m) {
    const auto pixel = camera.project(face.camera_from_face * geometry::Point<Object>{{x, y, z}});
    points.push_back(pixel ? ImagePoint({pixel->x(), pixel->y()}) : std::nullopt);
  }
  return points;
}

bool is_in_image(const ImagePoint& point, const geometry::CameraModel& camera) {
  if (!point) return false;
  const auto [x, y] = *point;
  return x >= 0 && x < camera.width && y >= 0 && y < camera.height;
}

void set_keypoints(const BoardModel& model, const Face& face, const MovingCamera& camera,
                   DetectionRecord& record) {
  std::vector<ImagePoint> points = image_points(model.saddle_points(), face, camera);
  if (points.empty()) {
    record.eval_complete = record.corners_visibility->front() == 2;
    return;
  }
  record.keypoints_visibility.emplace();
  for (ImagePoint& point : points) {
    const bool inside = is_in_image(point, camera.model);
    if (!inside) point = kOutside;
    record.keypoints_visibility->push_back(
        inside ? visibility(point, camera.model, record.eval_margin_px) : 0);
  }
  record.keypoints = std::move(points);
}

int modules_of(const BoardRecipe& board) {
  const schema::MarkerFamily* family = schema::find_marker_family(board.dictionary);
  RTAG_CHECK(family != nullptr, "a recipe's marker families are known");
  return family->grid_modules;
}

DetectionRecord board_record(const BoardRecipe& board, const BoardModel& model, const Face& face,
                             const Plane& plane, const ImageView& image) {
  DetectionRecord record = face_record(face, plane, image);
  record.record_type = "BOARD";
  record.tag_id = kBoardId;
  record.tag_family = "board_" + std::string(schema::word_of(board.type));
  record.ppm = pixels_per_module(face, model.marker_m(), modules_of(board), image.camera);
  record.corners = image_points({{0, 0, 0}}, face, image.camera);
  record.corners_visibility = {
      visibility(record.corners.front(), image.camera.model, record.eval_margin_px)};
  set_keypoints(model, face, image.camera, record);
  record.board_definition = definition(board, model);
  if (board.type == schema::BoardType::kAprilGrid) {
    record.marker_corners = image_points(model.marker_corners(), face, image.camera);
  }
  return record;
}

}  // namespace

std::vector<DetectionRecord> board_records(const schema::ObjectRecipe& object,
                                           std::int32_t object_number, const ImageView& image) {
  RTAG_CHECK(object.board.has_value(), "a calibration board says what is printed on it");
  const BoardRecipe& board = *object.board;
  const BoardModel model(board);
  const Face cells{image.camera_from_world * geometry::world_from_object(object),
                   model.cols() * model.cell_m(), model.rows() * model.cell_m()};
  const double rim_m = 2 * model.quiet_zone_m();
  const Plane plane = plane_of(corners_of(cells, rim_m, rim_m), object_number, image);
  std::vector<DetectionRecord> records;
  for (const geometry::BoardMarker& marker : model.markers()) {
    const Transform<Object, Object> board_from_marker{Eigen::Matrix3d::Identity(),
                                                      {marker.centre.x(), marker.centre.y(), 0}};
    const Face face{cells.camera_from_face * board_from_marker, model.marker_m(), model.marker_m()};
    DetectionRecord record = marker_record(face, plane, image, modules_of(board));
    record.tag_id = marker.id;
    record.tag_family = board.dictionary;
    records.push_back(std::move(record));
  }
  records.push_back(board_record(board, model, cells, plane, image));
  return records;
}

}  // namespace rtag::dataset
