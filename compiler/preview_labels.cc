// SPDX-License-Identifier: MIT
#include "compiler/preview_labels.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "schema/check.h"
#include "schema/geometry/board_model.h"
#include "schema/geometry/recipe_geometry.h"

namespace rtag::compiler {
namespace {

using geometry::Camera;
using geometry::Object;
using geometry::Point;
using geometry::Transform;
using Quad = std::array<Point<Object>, 4>;

constexpr int kPartsOfEdge = 16;  // of an outline; a lens bends it
constexpr int kFractionBits = 4;  // of the coordinates that OpenCV draws at

// Red, green, blue.
const cv::Scalar kOutline(0, 160, 255);
const cv::Scalar kBoard(0, 190, 0);
const cv::Scalar kFirstCorner(255, 0, 0);
const cv::Scalar kFacingAway(150, 150, 150);

// ---- Where things are

// One object before the camera.
struct View {
  const geometry::CameraModel& camera;
  Transform<Camera, Object> camera_from_object;

  ImagePoint image_of(const Point<Object>& point) const {
    return camera.project(camera_from_object * point);
  }
  bool facing() const {
    return camera_from_object.rotation.col(2).dot(camera_from_object.translation) < 0;
  }
  std::vector<ImagePoint> outline(const Quad& corners) const {
    std::vector<ImagePoint> points;
    for (std::size_t i = 0; i < corners.size(); ++i) {
      const Eigen::Vector3d& a = corners[i].xyz;
      const Eigen::Vector3d edge = corners[(i + 1) % corners.size()].xyz - a;
      for (int part = 0; part < kPartsOfEdge; ++part) {
        points.push_back(image_of({a + edge * part / kPartsOfEdge}));
      }
    }
    return points;
  }
};

MarkerLabel label_of(const View& view, int id, const std::string& family, const Quad& corners) {
  MarkerLabel label{id, family, view.facing(), {}, view.outline(corners)};
  for (std::size_t i = 0; i < corners.size(); ++i) label.corners[i] = view.image_of(corners[i]);
  return label;
}

void add_board(const View& view, const schema::BoardRecipe& board, PictureLabels& labels) {
  const geometry::BoardModel model(board);
  const std::vector<schema::Vector3> points = model.marker_corners();
  for (std::size_t i = 0; i < model.markers().size(); ++i) {
    Quad corners;
    for (std::size_t k = 0; k < corners.size(); ++k) {
      const schema::Vector3& point = points[4 * i + k];
      corners[k].xyz = {point[0], point[1], point[2]};
    }
    labels.markers.push_back(label_of(view, model.markers()[i].id, board.dictionary, corners));
  }
  const double x = model.width_m() / 2;
  const double y = model.height_m() / 2;
  labels.boards.push_back(view.outline({{{{-x, y, 0}}, {{x, y, 0}}, {{x, -y, 0}}, {{-x, -y, 0}}}}));
}

// ---- Drawing

// OpenCV counts from the centre of the first pixel, and in fractions of a pixel.
cv::Point2l to_drawing(const Eigen::Vector2d& pixel) {
  constexpr double kFarAway = 1e12;  // still far from overflow in clipLine
  const auto units = [&](double at) {
    return std::llround(std::clamp(std::ldexp(at - 0.5, kFractionBits), -kFarAway, kFarAway));
  };
  return {units(pixel.x()), units(pixel.y())};
}

cv::Point narrow(const cv::Point2l& point) {
  return {static_cast<int>(point.x), static_cast<int>(point.y)};
}

void draw_outline(cv::Mat& picture, const std::vector<ImagePoint>& outline,
                  const cv::Scalar& colour) {
  const cv::Size2l size(std::int64_t{picture.cols} << kFractionBits,
                        std::int64_t{picture.rows} << kFractionBits);
  for (std::size_t i = 0; i < outline.size(); ++i) {
    const ImagePoint& from = outline[i];
    const ImagePoint& to = outline[(i + 1) % outline.size()];
    if (!from || !to) continue;
    cv::Point2l a = to_drawing(*from);
    cv::Point2l b = to_drawing(*to);
    if (!cv::clipLine(size, a, b)) continue;
    cv::line(picture, narrow(a), narrow(b), colour, 1, cv::LINE_AA, kFractionBits);
  }
}

bool is_inside(const cv::Mat& picture, const Eigen::Vector2d& pixel) {
  return pixel.x() >= 0 && pixel.x() <= picture.cols && pixel.y() >= 0 && pixel.y() <= picture.rows;
}

void draw_text(cv::Mat& picture, const std::string& text, const Eigen::Vector2d& centre,
               const cv::Scalar& colour) {
  constexpr double kScale = 0.4;
  int below = 0;
  const cv::Size size = cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, kScale, 1, &below);
  const cv::Point origin(cvRound(centre.x() - size.width / 2.0),
                         cvRound(centre.y() + size.height / 2.0));
  cv::putText(picture, text, origin, cv::FONT_HERSHEY_SIMPLEX, kScale, colour, 1, cv::LINE_AA);
}

void draw_marker(cv::Mat& picture, const MarkerLabel& label) {
  draw_outline(picture, label.outline, label.facing ? kOutline : kFacingAway);
  const auto& corners = label.corners;
  if (const ImagePoint& first = corners[0]; first && is_inside(picture, *first)) {
    cv::circle(picture, narrow(to_drawing(*first)), 2 << kFractionBits,
               label.facing ? kFirstCorner : kFacingAway, -1, cv::LINE_AA, kFractionBits);
  }
  if (!corners[0] || !corners[1] || !corners[2] || !corners[3]) return;
  const Eigen::Vector2d centre = (*corners[0] + *corners[1] + *corners[2] + *corners[3]) / 4;
  if (!is_inside(picture, centre)) return;
  draw_text(picture, std::to_string(label.id), centre, label.facing ? kOutline : kFacingAway);
}

}  // namespace

PictureLabels picture_labels(const schema::SceneRecipe& recipe, std::size_t camera_index) {
  RTAG_CHECK(camera_index < recipe.cameras.size(), "no camera of this number");
  const schema::CameraRecipe& recipe_camera = recipe.cameras[camera_index];
  const geometry::CameraModel camera = geometry::camera_model(recipe_camera);
  const auto camera_from_world = geometry::inverse(geometry::world_from_camera(recipe_camera));
  PictureLabels labels;
  for (const schema::ObjectRecipe& object : recipe.objects) {
    const View view{camera, camera_from_world * geometry::world_from_object(object)};
    if (const auto* tag = std::get_if<schema::TagProperties>(&object.properties)) {
      labels.markers.push_back(
          label_of(view, tag->tag_id, tag->tag_family, geometry::tag_corners(object)));
    } else if (object.board) {
      add_board(view, *object.board, labels);
    }
  }
  return labels;
}

void draw_labels(const PictureLabels& labels, RgbImage& picture) {
  cv::Mat mat(picture.height_px, picture.width_px, CV_8UC3, picture.pixels.data());
  try {
    for (const auto& board : labels.boards) draw_outline(mat, board, kBoard);
    for (const MarkerLabel& marker : labels.markers) draw_marker(mat, marker);
  } catch (const cv::Exception&) {
    RTAG_CHECK(false, "OpenCV refused to draw a line");
  }
}

}  // namespace rtag::compiler
