// SPDX-License-Identifier: MIT
#include "schema/geometry/polygon.h"

#include <array>

namespace rtag::geometry {
namespace {

// Points with normal.dot(p) >= offset are inside.
struct HalfPlane {
  Eigen::Vector2d normal;
  double offset;
  double distance(const Eigen::Vector2d& point) const { return normal.dot(point) - offset; }
};

Polygon clip_to_half_plane(const Polygon& polygon, const HalfPlane& plane) {
  Polygon clipped;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Eigen::Vector2d& a = polygon[i];
    const Eigen::Vector2d& b = polygon[(i + 1) % polygon.size()];
    const double distance_a = plane.distance(a);
    const double distance_b = plane.distance(b);
    if (distance_a >= 0) clipped.push_back(a);
    if ((distance_a > 0 && distance_b < 0) || (distance_a < 0 && distance_b > 0)) {
      clipped.push_back(a + (b - a) * (distance_a / (distance_a - distance_b)));
    }
  }
  return clipped;
}

double cross(const Eigen::Vector2d& a, const Eigen::Vector2d& b) {
  return a.x() * b.y() - a.y() * b.x();
}

}  // namespace

double signed_area(const Polygon& polygon) {
  double doubled = 0;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    doubled += cross(polygon[i], polygon[(i + 1) % polygon.size()]);
  }
  return doubled / 2;
}

Polygon clip_to_image(const Polygon& polygon, double width, double height) {
  const std::array<HalfPlane, 4> planes{
      {{{1, 0}, 0}, {{-1, 0}, -width}, {{0, 1}, 0}, {{0, -1}, -height}}};
  Polygon clipped = polygon;
  for (const HalfPlane& plane : planes) clipped = clip_to_half_plane(clipped, plane);
  return clipped.size() >= 3 ? clipped : Polygon{};
}

bool contains(const Polygon& polygon, const Eigen::Vector2d& point) {
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Eigen::Vector2d& a = polygon[i];
    const Eigen::Vector2d& b = polygon[(i + 1) % polygon.size()];
    if (cross(b - a, point - a) < 0) return false;
  }
  return !polygon.empty();
}

}  // namespace rtag::geometry
