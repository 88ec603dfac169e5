// SPDX-License-Identifier: MIT
#include "compiler/preview_rays.h"

#include <algorithm>
#include <limits>
#include <variant>

#include "schema/check.h"

namespace rtag::compiler {
namespace {

using Eigen::Vector2d;
using Eigen::Vector3d;

constexpr int kWidestStep_px = 8;
constexpr double kTolerance_px = 0.01;

int cell_count(int size_px, int step_px) { return (size_px + step_px - 1) / step_px; }

// Before a perspective lens, rays end on the plane at depth 1: without distortion they are linear
// there. Rays that go sideways and backwards end on a sphere.
Vector3d ray_of(const geometry::CameraModel& camera, const Vector2d& pixel) {
  const auto ray = camera.unproject(pixel);
  RTAG_CHECK(ray.has_value(), "a pixel without a ray cannot be drawn");
  if (std::holds_alternative<geometry::KannalaBrandt>(camera.lens)) return *ray;
  return *ray / ray->z();
}

Float3 narrowed(const Vector3d& v) {
  return {static_cast<float>(v.x()), static_cast<float>(v.y()), static_cast<float>(v.z())};
}

Float3 mix(const Float3& a, const Float3& b, float part) { return a + (b - a) * part; }

}  // namespace

RayGrid::RayGrid(const geometry::CameraModel& camera, const Eigen::Matrix3d& world_from_camera)
    : width_px_(camera.width),
      height_px_(camera.height),
      step_px_(kWidestStep_px),
      world_from_camera_(world_from_camera) {
  compute(camera);
  while (step_px_ > 1 && !(largest_error_px(camera) <= kTolerance_px)) {
    step_px_ /= 2;
    compute(camera);
  }
}

void RayGrid::compute(const geometry::CameraModel& camera) {
  rays_.clear();
  for (int row = 0; row <= cell_count(height_px_, step_px_); ++row) {
    for (int column = 0; column <= cell_count(width_px_, step_px_); ++column) {
      const Vector2d pixel(std::min(column * step_px_, width_px_),
                           std::min(row * step_px_, height_px_));
      rays_.push_back(narrowed(world_from_camera_ * ray_of(camera, pixel)));
    }
  }
}

// In the middle of a cell, where it is largest.
double RayGrid::largest_error_px(const geometry::CameraModel& camera) const {
  double largest = 0;
  for (const PixelCell& cell : cells()) {
    const Vector2d middle((cell.first_x + cell.end_x) / 2.0, (cell.first_y + cell.end_y) / 2.0);
    const Float3 ray = near(cell, static_cast<float>(middle.x()), static_cast<float>(middle.y()));
    const auto pixel =
        camera.project({world_from_camera_.transpose() * Vector3d(ray.x, ray.y, ray.z)});
    if (!pixel) return std::numeric_limits<double>::infinity();
    largest = std::max(largest, (*pixel - middle).norm());
  }
  return largest;
}

std::vector<PixelCell> RayGrid::cells() const {
  std::vector<PixelCell> cells;
  for (int y = 0; y < height_px_; y += step_px_) {
    for (int x = 0; x < width_px_; x += step_px_) {
      cells.push_back(
          {x, std::min(x + step_px_, width_px_), y, std::min(y + step_px_, height_px_)});
    }
  }
  return cells;
}

RayGrid::Corners RayGrid::corners(const PixelCell& cell) const {
  const auto columns = static_cast<std::size_t>(cell_count(width_px_, step_px_)) + 1;
  const auto first = static_cast<std::size_t>(cell.first_y / step_px_) * columns +
                     static_cast<std::size_t>(cell.first_x / step_px_);
  return {rays_[first], rays_[first + 1], rays_[first + columns], rays_[first + columns + 1]};
}

Float3 RayGrid::near(const PixelCell& cell, float x_px, float y_px) const {
  const Corners c = corners(cell);
  const float across =
      (x_px - static_cast<float>(cell.first_x)) / static_cast<float>(cell.end_x - cell.first_x);
  const float down =
      (y_px - static_cast<float>(cell.first_y)) / static_cast<float>(cell.end_y - cell.first_y);
  return mix(mix(c.top_left, c.top_right, across), mix(c.bottom_left, c.bottom_right, across),
             down);
}

PixelRay RayGrid::at(const PixelCell& cell, int column, int row) const {
  const Corners c = corners(cell);
  const float per_width = 1 / static_cast<float>(cell.end_x - cell.first_x);
  const float per_height = 1 / static_cast<float>(cell.end_y - cell.first_y);
  const float across = (static_cast<float>(column - cell.first_x) + 0.5F) * per_width;
  const float down = (static_cast<float>(row - cell.first_y) + 0.5F) * per_height;
  const Float3 top = mix(c.top_left, c.top_right, across);
  const Float3 bottom = mix(c.bottom_left, c.bottom_right, across);
  const Float3 left = mix(c.top_left, c.bottom_left, down);
  const Float3 right = mix(c.top_right, c.bottom_right, down);
  return {mix(top, bottom, down), (right - left) * per_width, (bottom - top) * per_height};
}

}  // namespace rtag::compiler
