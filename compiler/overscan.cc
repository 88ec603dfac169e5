// SPDX-License-Identifier: MIT
#include "compiler/overscan.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <vector>

#include <Eigen/Geometry>

#include "compiler/border_rays.h"
#include "schema/geometry/recipe_geometry.h"

namespace rtag::compiler {
namespace {

using Eigen::Vector2d;

constexpr int kSamplesAnEdge = 32;
constexpr int kFixedPointSteps = 5;
constexpr double kSphericalMargin_rad = 2 * (std::numbers::pi / 180);

// Points along the image's border, as published recipes sample it: 0 to W-1, 0 to H-1.
std::vector<Vector2d> border_samples(const geometry::CameraModel& camera) {
  std::vector<Vector2d> samples;
  for (int i = 0; i < kSamplesAnEdge; ++i) {
    const double part = static_cast<double>(i) / (kSamplesAnEdge - 1);
    const double u = part * (camera.width - 1);
    const double v = part * (camera.height - 1);
    samples.insert(samples.end(),
                   {{u, 0}, {u, camera.height - 1.0}, {0, v}, {camera.width - 1.0, v}});
  }
  return samples;
}

// A few steps of the fixed-point iteration x <- (x_d - tangential(x)) / radial(x). It has not
// converged after five, but the size of published renders comes from where it stands then.
Vector2d five_fixed_point_steps(const Vector2d& distorted, const geometry::BrownConrady& lens) {
  Vector2d x = distorted;
  for (int i = 0; i < kFixedPointSteps; ++i) {
    const double r2 = x.squaredNorm();
    const double shrink = 1 / (1 + r2 * (lens.k1 + r2 * (lens.k2 + r2 * lens.k3)));
    if (shrink < 0) return distorted;
    const double xy = x.x() * x.y();
    const Vector2d tangential(2 * lens.p1 * xy + lens.p2 * (r2 + 2 * x.x() * x.x()),
                              lens.p1 * (r2 + 2 * x.y() * x.y()) + 2 * lens.p2 * xy);
    x = (distorted - tangential) * shrink;
  }
  return x;
}

// Half the size of the pinhole picture, in units of depth: the published one, or what the rays need
// where that is more.
struct HalfSize_px {
  double width = 0;
  double height = 0;
  void hold(const Vector2d& x, const geometry::CameraModel& camera, double margin_px) {
    width = std::max(width, std::ceil(std::abs(x.x()) * camera.fx + margin_px));
    height = std::max(height, std::ceil(std::abs(x.y()) * camera.fy + margin_px));
  }
};

void add_pinhole_overscan(schema::IntrinsicsRecipe& intrinsics, const geometry::CameraModel& camera,
                          const geometry::BrownConrady& lens) {
  HalfSize_px half;
  for (const Vector2d& pixel : border_samples(camera)) {
    const Vector2d distorted((pixel.x() - camera.cx) / camera.fx,
                             (pixel.y() - camera.cy) / camera.fy);
    half.hold(five_fixed_point_steps(distorted, lens), camera, 1);
  }
  for (const Eigen::Vector3d& ray : border_rays(camera)) half.hold(ray.hnormalized(), camera, 0);
  const int width = std::max(camera.width, 2 * static_cast<int>(half.width));
  const int height = std::max(camera.height, 2 * static_cast<int>(half.height));
  intrinsics.resolution_overscan = {{width, height}};
  intrinsics.k_matrix_overscan = {
      {{camera.fx, 0, width / 2.0}, {0, camera.fy, height / 2.0}, {0, 0, 1}}};
}

void add_spherical_overscan(schema::IntrinsicsRecipe& intrinsics,
                            const geometry::CameraModel& camera) {
  double widest_rad = 0;
  for (const Vector2d& pixel : border_samples(camera)) {
    const Eigen::Vector3d ray = ray_of(camera, pixel);
    widest_rad = std::max(widest_rad, std::atan2(ray.head<2>().norm(), ray.z()));
  }
  const double half_rad = std::min(widest_rad + kSphericalMargin_rad, std::numbers::pi);
  const int edge_px = 2 * static_cast<int>(std::ceil(camera.fx * half_rad));
  intrinsics.fov_spherical = 2 * half_rad;
  intrinsics.resolution_spherical = {{edge_px, edge_px}};
}

}  // namespace

void add_overscan(schema::IntrinsicsRecipe& intrinsics) {
  const geometry::Lens lens =
      geometry::lens_of(intrinsics.distortion_model, intrinsics.distortion_coeffs);
  const geometry::CameraModel camera =
      geometry::camera_model(intrinsics.k_matrix, intrinsics.resolution, lens);
  if (const auto* brown_conrady = std::get_if<geometry::BrownConrady>(&lens)) {
    add_pinhole_overscan(intrinsics, camera, *brown_conrady);
  } else if (std::holds_alternative<geometry::KannalaBrandt>(lens)) {
    add_spherical_overscan(intrinsics, camera);
  }
}

}  // namespace rtag::compiler
