// SPDX-License-Identifier: MIT
#include "compiler/plate_visibility.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Geometry>

#include "compiler/border_rays.h"

namespace rtag::compiler {
namespace {

using Eigen::Vector2d;
using Eigen::Vector3d;

constexpr double kNearPlane_m = 1e-4;
constexpr double kWidestRectangle_rad = 85 * (std::numbers::pi / 180);

// The part of a polygon at least kNearPlane_m in front of the camera, on the plane at depth 1
// (Sutherland & Hodgman, CACM 17(1), 1974, against one plane).
geometry::Polygon in_front(const std::array<Vector3d, 4>& corners) {
  geometry::Polygon polygon;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const Vector3d& a = corners[i];
    const Vector3d& b = corners[(i + 1) % corners.size()];
    const bool a_inside = a.z() >= kNearPlane_m;
    const bool b_inside = b.z() >= kNearPlane_m;
    if (a_inside) polygon.push_back(a.hnormalized());
    if (a_inside == b_inside) continue;
    const double part = (kNearPlane_m - a.z()) / (b.z() - a.z());
    polygon.push_back((a + part * (b - a)).hnormalized());
  }
  return polygon;
}

struct Span {
  double low;
  double high;
};

Span span_along(const Vector2d& axis, const geometry::Polygon& polygon) {
  Span span{axis.dot(polygon.front()), axis.dot(polygon.front())};
  for (const Vector2d& point : polygon) {
    span.low = std::min(span.low, axis.dot(point));
    span.high = std::max(span.high, axis.dot(point));
  }
  return span;
}

bool are_apart(const Vector2d& axis, const geometry::Polygon& a, const geometry::Polygon& b) {
  const Span of_a = span_along(axis, a);
  const Span of_b = span_along(axis, b);
  return of_a.high < of_b.low || of_b.high < of_a.low;
}

bool an_edge_of_separates(const geometry::Polygon& a, const geometry::Polygon& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Vector2d edge = a[(i + 1) % a.size()] - a[i];
    if (are_apart({-edge.y(), edge.x()}, a, b)) return true;
  }
  return false;
}

}  // namespace

FieldOfView::FieldOfView(const geometry::CameraModel& camera) {
  Rectangle view{{0, 0}, {0, 0}};
  for (const Vector3d& ray : border_rays(camera)) {
    if (std::atan2(ray.head<2>().norm(), ray.z()) >= kWidestRectangle_rad) return;
    const Vector2d point = ray.hnormalized();
    view.low = view.low.cwiseMin(point);
    view.high = view.high.cwiseMax(point);
  }
  view_ = view;
}

bool FieldOfView::sees(
    const geometry::Transform<geometry::World, geometry::Camera>& world_from_camera,
    const PlateCorners& plate) const {
  const auto camera_from_world = geometry::inverse(world_from_camera);
  std::array<Vector3d, 4> corners;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    corners[i] = (camera_from_world * plate[i]).xyz;
  }
  const geometry::Polygon polygon = in_front(corners);
  if (polygon.empty()) return false;
  return !view_ || intersects(polygon, *view_);
}

// Separating-axis theorem (Gottschalk, Lin, Manocha, OBBTree, SIGGRAPH 1996, section 5), in 2D.
bool FieldOfView::intersects(const geometry::Polygon& plate, const Rectangle& view) {
  const geometry::Polygon rectangle{
      view.low, {view.high.x(), view.low.y()}, view.high, {view.low.x(), view.high.y()}};
  return !an_edge_of_separates(plate, rectangle) && !an_edge_of_separates(rectangle, plate);
}

}  // namespace rtag::compiler
