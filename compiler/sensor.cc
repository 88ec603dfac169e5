// SPDX-License-Identifier: MIT
#include "compiler/sensor.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Core>

namespace rtag::compiler {
namespace {

constexpr double kQuietIso = 800;
constexpr double kLoudestIso = 6400;
constexpr double kBaseIso = 100;
constexpr double kBaseDeviation = 0.002;
constexpr double kGrowth = 0.8;
constexpr double kNoDirection = 1e-6;  // shorter than this, a vector has none

}  // namespace

double iso_noise(const schema::CameraConfig& camera) {
  if (!camera.iso_coupling || camera.iso_noise != 0) return camera.iso_noise;
  return std::clamp((camera.iso - kQuietIso) / (kLoudestIso - kQuietIso), 0.0, 1.0);
}

std::optional<schema::SensorNoise> sensor_noise(const schema::CameraConfig& camera) {
  if (camera.sensor_noise || !camera.iso_coupling) return camera.sensor_noise;
  schema::SensorNoise noise;
  noise.model = schema::NoiseModel::kGaussian;
  noise.stddev = kBaseDeviation * std::pow(camera.iso / kBaseIso, kGrowth);
  return noise;
}

std::optional<schema::Vector3> draw_velocity(const schema::SensorDynamicsConfig& dynamics,
                                             random::RandomStream& stream) {
  if (dynamics.velocity_mean <= 0 && dynamics.velocity_std <= 0) return std::nullopt;
  Eigen::Vector3d direction;
  for (double& component : direction) component = stream.normal();
  const double length = direction.norm();
  direction =
      length > kNoDirection ? Eigen::Vector3d(direction / length) : Eigen::Vector3d::UnitZ();
  const double speed =
      std::max(0.0, dynamics.velocity_mean + dynamics.velocity_std * stream.normal());
  return schema::Vector3{direction.x() * speed, direction.y() * speed, direction.z() * speed};
}

}  // namespace rtag::compiler
