// SPDX-License-Identifier: MIT
#include "dataset/moving_camera.h"

#include <algorithm>
#include <cmath>

#include "schema/check.h"
#include "schema/geometry/recipe_geometry.h"

namespace rtag::dataset {
namespace {

using Eigen::Vector2d;
using Eigen::Vector3d;
using geometry::Camera;
using geometry::Point;

constexpr double kRowTolerance_px = 1e-10;
constexpr double kMs = 1000;  // a second

Vector3d vector(const schema::Vector3& v) { return {v[0], v[1], v[2]}; }

// Newton's method on v - y(t(v)). Outside the image t(v) is constant, and so is y.
std::optional<Vector2d> rolled(const MovingCamera& camera, const Point<Camera>& point) {
  const double height_px = camera.model.height;
  double row_px = height_px / 2;
  for (int i = 0; i < 50; ++i) {
    const double t_s = (std::clamp(row_px / height_px, 0.0, 1.0) - 0.5) * camera.readout_s;
    const auto seen = camera.model.project_with_jacobian(camera.at_time(point, t_s));
    if (!seen) return std::nullopt;
    const double excess_px = seen->pixel.y() - row_px;
    const bool in_image = row_px >= 0 && row_px <= height_px;
    const double slope =
        in_image ? seen->by_point.row(1).dot(camera.drift_m_per_s) * (camera.readout_s / height_px)
                 : 0;
    if (!(slope < 1)) return std::nullopt;
    const double step_px = excess_px / (1 - slope);
    if (std::abs(step_px) <= kRowTolerance_px * std::max(1.0, std::abs(row_px) / height_px)) {
      return seen->pixel;
    }
    row_px += step_px;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Vector2d> MovingCamera::project(const Point<Camera>& point) const {
  return is_rolling() ? rolled(*this, point) : model.project(point);
}

double MovingCamera::smear_px(const Point<Camera>& point) const {
  const auto middle = model.project(point);
  double smear_px = 0;
  for (const double t_s : {-shutter_s / 2, shutter_s / 2}) {
    const auto end = model.project(at_time(point, t_s));
    if (middle && end) smear_px = std::max(smear_px, (*end - *middle).lpNorm<Eigen::Infinity>());
  }
  return smear_px;
}

MovingCamera moving_camera(const schema::CameraRecipe& camera) {
  MovingCamera moving{geometry::camera_model(camera)};
  if (!camera.sensor_dynamics) return moving;
  const schema::SensorDynamicsRecipe& dynamics = *camera.sensor_dynamics;
  moving.shutter_s = dynamics.shutter_time_ms / kMs;
  moving.readout_s = dynamics.rolling_shutter_duration_ms / kMs;
  if (dynamics.velocity) {
    const auto camera_from_world = inverse(geometry::world_from_camera(camera));
    moving.drift_m_per_s = -(camera_from_world.rotation * vector(*dynamics.velocity));
  }
  return moving;
}

MovingCamera moving_camera(const schema::DetectionRecord& record) {
  RTAG_CHECK(record.k_matrix && record.resolution, "a camera has a matrix and a resolution");
  MovingCamera moving{
      geometry::camera_model(*record.k_matrix, *record.resolution,
                             geometry::lens_of(record.distortion_model, record.distortion_coeffs))};
  moving.shutter_s = record.shutter_time_ms / kMs;
  moving.readout_s = record.rolling_shutter_ms / kMs;
  if (record.position_at_start && record.position_at_end && moving.exposure_s() > 0) {
    const Vector3d way_m = vector(*record.position_at_end) - vector(*record.position_at_start);
    moving.drift_m_per_s = way_m / moving.exposure_s();
  }
  return moving;
}

}  // namespace rtag::dataset
