// SPDX-License-Identifier: MIT
// The sensor of a camera: its noise at an ISO setting, and its motion. Pure functions.
#pragma once

#include <cstdint>
#include <optional>

#include "schema/camera_config.h"
#include "schema/random/random_stream.h"

namespace rtag::compiler {

// 0 to 1 over ISO 800 to 6400 when noise is coupled to ISO; otherwise as configured. For
// information: the noise itself is sensor_noise().
double iso_noise(const schema::CameraConfig& camera);

// The configured noise. Where there is none and noise is coupled to ISO: Gaussian, with a standard
// deviation that grows as ISO to the power of 0.8, from 0.002 of full scale at ISO 100.
std::optional<schema::SensorNoise> sensor_noise(const schema::CameraConfig& camera);

// In the world, m/s: a direction uniform on the sphere, a normal speed that is not below 0.
// Nullopt, and nothing drawn, for a camera that does not move.
std::optional<schema::Vector3> draw_velocity(const schema::SensorDynamicsConfig& dynamics,
                                             random::RandomStream& stream);

}  // namespace rtag::compiler
