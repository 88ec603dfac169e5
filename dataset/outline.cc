// SPDX-License-Identifier: MIT
#include "dataset/outline.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <Eigen/Geometry>

namespace rtag::dataset {
namespace {

using Eigen::Vector2d;
using Eigen::Vector3d;
using geometry::Camera;
using geometry::CameraModel;
using geometry::Point;
using geometry::Polygon;
using Corners3 = std::vector<Vector3d>;

constexpr double kPi = std::numbers::pi;

// The outlines of a pinhole are cut off at this depth in front of its plane.
constexpr double kCutDepth_m = 10 * geometry::kNearestDepth_m;

// A bent outline is cut off at this angle beyond the image; what moves during the read-out and is
// not nearer than ten times its way does not cross it.
constexpr double kBeyondImage_rad = 6 * kPi / 180;
constexpr int kSidesOfCone = 64;
constexpr double kInsideLens = 1 - 1e-9;
constexpr double kWidestFisheye_rad = 170 * kPi / 180;  // short of where all azimuths meet

constexpr double kBend_px = kOutlineTolerance_px / 2;  // at three points of a piece
constexpr int kMostHalvings = 10;

// The part of a convex flat polygon with normal.dot(x) >= offset.
Corners3 cut(const Corners3& polygon, const Vector3d& normal, double offset) {
  Corners3 rest;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Vector3d& a = polygon[i];
    const Vector3d& b = polygon[(i + 1) % polygon.size()];
    const double distance_a = normal.dot(a) - offset;
    const double distance_b = normal.dot(b) - offset;
    if (distance_a >= 0) rest.push_back(a);
    if (distance_a * distance_b < 0) {
      rest.push_back(a + (b - a) * (distance_a / (distance_a - distance_b)));
    }
  }
  return rest;
}

// ---- What is in sight of a bent image

// The angle from the optical axis at which the lens ends.
double end_of_lens_rad(const CameraModel& camera) {
  if (std::holds_alternative<geometry::Rectilinear>(camera.lens)) return kPi / 2;
  const bool fisheye = std::holds_alternative<geometry::KannalaBrandt>(camera.lens);
  return fisheye ? camera.lens_limit : std::atan(camera.lens_limit);
}

// Of the rays at the image's border, a few an edge; `limit_rad` where the lens does not reach it.
double widest_ray_rad(const CameraModel& camera, double limit_rad) {
  constexpr int kParts = 16;
  double widest_rad = 0;
  for (int i = 0; i <= kParts; ++i) {
    const double x = 1.0 * camera.width * i / kParts;
    const double y = 1.0 * camera.height * i / kParts;
    for (const Vector2d& pixel :
         {Vector2d(x, 0), Vector2d(x, camera.height), Vector2d(0, y), Vector2d(camera.width, y)}) {
      const auto ray = camera.unproject(pixel);
      if (!ray) return limit_rad;
      widest_rad = std::max(widest_rad, std::atan2(ray->head<2>().norm(), ray->z()));
    }
  }
  return widest_rad;
}

Vector3d direction(double from_axis_rad, double azimuth_rad) {
  return {std::sin(from_axis_rad) * std::cos(azimuth_rad),
          std::sin(from_axis_rad) * std::sin(azimuth_rad), std::cos(from_axis_rad)};
}

// A pyramid whose edges lie on the cone.
Corners3 cut_to_cone(Corners3 polygon, double angle_rad) {
  for (int side = 0; side < kSidesOfCone; ++side) {
    const Vector3d a = direction(angle_rad, 2 * kPi * side / kSidesOfCone);
    const Vector3d b = direction(angle_rad, 2 * kPi * (side + 1) / kSidesOfCone);
    polygon = cut(polygon, a.cross(b), 0);
  }
  return polygon;
}

// For an angle of more than 90 degrees: the plane that touches the cone where the polygon is.
Corners3 cut_to_wide_cone(const Corners3& polygon, double angle_rad) {
  Vector3d centre = Vector3d::Zero();
  bool all_inside = true;
  for (const Vector3d& corner : polygon) {
    centre += corner / static_cast<double>(polygon.size());
    all_inside = all_inside && std::atan2(corner.head<2>().norm(), corner.z()) < angle_rad;
  }
  if (all_inside) return polygon;
  const double azimuth_rad = std::atan2(centre.y(), centre.x());
  return cut(polygon, direction(angle_rad - kPi / 2, azimuth_rad), 0);
}

Corners3 in_sight(const Corners3& corners, const CameraModel& camera) {
  const double end_rad = std::min(end_of_lens_rad(camera) * kInsideLens, kWidestFisheye_rad);
  const double widest_rad = widest_ray_rad(camera, end_rad) + kBeyondImage_rad;
  if (widest_rad < kPi / 2 || end_rad < kPi / 2) {
    return cut_to_cone(corners, std::min(widest_rad, end_rad));
  }
  return cut_to_wide_cone(corners, end_rad);
}

// ---- Bent edges

struct Seen {
  Vector3d xyz;
  Vector2d pixel;
};

double distance_to_chord(const Vector2d& point, const Vector2d& a, const Vector2d& b) {
  const Vector2d chord = b - a;
  const double length2 = chord.squaredNorm();
  const double along = length2 > 0 ? std::clamp((point - a).dot(chord) / length2, 0.0, 1.0) : 0.0;
  return (a + chord * along - point).norm();
}

// Adds what lies between two points of the outline.
void add_bend(const MovingCamera& camera, const Seen& a, const Seen& b, int halvings,
              Polygon& polygon) {
  std::optional<Vector2d> middle;
  double bend_px = 0;
  for (const double part : {0.25, 0.5, 0.75}) {
    const auto pixel = camera.project({a.xyz + (b.xyz - a.xyz) * part});
    if (!pixel) return;
    bend_px = std::max(bend_px, distance_to_chord(*pixel, a.pixel, b.pixel));
    if (part == 0.5) middle = pixel;
  }
  if (bend_px <= kBend_px || halvings == kMostHalvings) return;
  const Seen between{(a.xyz + b.xyz) / 2, *middle};
  add_bend(camera, a, between, halvings + 1, polygon);
  polygon.push_back(between.pixel);
  add_bend(camera, between, b, halvings + 1, polygon);
}

Polygon bent_outline(const Corners3& corners, const MovingCamera& camera) {
  std::vector<Seen> seen;
  for (const Vector3d& xyz : in_sight(corners, camera.model)) {
    if (const auto pixel = camera.project({xyz})) seen.push_back({xyz, *pixel});
  }
  Polygon polygon;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    polygon.push_back(seen[i].pixel);
    add_bend(camera, seen[i], seen[(i + 1) % seen.size()], 0, polygon);
  }
  return polygon;
}

Polygon straight_outline(const Corners3& corners, const CameraModel& camera) {
  Polygon polygon;
  for (const Vector3d& xyz : cut(corners, Vector3d::UnitZ(), kCutDepth_m)) {
    if (const auto pixel = camera.project({xyz})) polygon.push_back(*pixel);
  }
  return polygon;
}

}  // namespace

bool is_bent(const MovingCamera& camera) {
  return !std::holds_alternative<geometry::Rectilinear>(camera.model.lens) || camera.is_rolling();
}

Polygon outline(const Quad& quad, const MovingCamera& camera) {
  Corners3 corners;
  for (const Point<Camera>& corner : quad) corners.push_back(corner.xyz);
  return is_bent(camera) ? bent_outline(corners, camera) : straight_outline(corners, camera.model);
}

}  // namespace rtag::dataset
