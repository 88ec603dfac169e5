// SPDX-License-Identifier: MIT
// The `camera` section of a config: resolution and camera matrix, where cameras are placed, and the
// sensor.
#pragma once

#include <array>
#include <optional>

#include "schema/fields.h"
#include "schema/vocabulary.h"

namespace rtag::schema {

struct IntrinsicsConfig {
  std::optional<Matrix3> k_matrix;
  std::optional<double> focal_length_x;
  std::optional<double> focal_length_y;
  std::optional<double> focal_length;
  std::optional<double> principal_point_x;
  std::optional<double> principal_point_y;
  std::optional<double> sensor_width_mm;
  std::optional<double> focal_length_mm;
  DistortionModel distortion_model = DistortionModel::kNone;
  double k1 = 0, k2 = 0, k3 = 0, p1 = 0, p2 = 0;
  double kb1 = 0, kb2 = 0, kb3 = 0, kb4 = 0;
  bool operator==(const IntrinsicsConfig&) const = default;
};
constexpr auto fields_of(std::type_identity<IntrinsicsConfig>) {
  using S = IntrinsicsConfig;
  constexpr std::string_view kRadial = "Brown-Conrady radial coefficient.";
  constexpr std::string_view kTangential = "Brown-Conrady tangential coefficient.";
  constexpr std::string_view kFisheye = "Kannala-Brandt coefficient.";
  return table<S>(
      field("k_matrix", &S::k_matrix, "px", "Camera matrix; wins over everything below."),
      field("focal_length_x", &S::focal_length_x, "px", "Needs focal_length_y too.", above(0)),
      field("focal_length_y", &S::focal_length_y, "px", "Needs focal_length_x too.", above(0)),
      field("focal_length", &S::focal_length, "px", "Same in x and y.", above(0)),
      field("principal_point_x", &S::principal_point_x, "px", "Default: half the width."),
      field("principal_point_y", &S::principal_point_y, "px", "Default: half the height."),
      field("sensor_width_mm", &S::sensor_width_mm, "mm", "With focal_length_mm.", above(0)),
      field("focal_length_mm", &S::focal_length_mm, "mm", "With sensor_width_mm.", above(0)),
      field("distortion_model", &S::distortion_model, "", "Lens model."),
      field("k1", &S::k1, "", kRadial), field("k2", &S::k2, "", kRadial),
      field("k3", &S::k3, "", kRadial), field("p1", &S::p1, "", kTangential),
      field("p2", &S::p2, "", kTangential), field("kb1", &S::kb1, "", kFisheye),
      field("kb2", &S::kb2, "", kFisheye), field("kb3", &S::kb3, "", kFisheye),
      field("kb4", &S::kb4, "", kFisheye));
}

struct PpmConstraint {
  double min = 5;
  double max = 100;
  PpmDistribution distribution = PpmDistribution::kUniform;
  bool operator==(const PpmConstraint&) const = default;
};
constexpr auto fields_of(std::type_identity<PpmConstraint>) {
  using S = PpmConstraint;
  return table<S>(field("min", &S::min, "px/module", "Smallest density drawn.", above(0)),
                  field("max", &S::max, "px/module", "Largest density drawn.", above(0)),
                  field("distribution", &S::distribution, "", "Of the densities."));
}

struct SensorDynamicsConfig {
  double velocity_mean = 0;
  double velocity_std = 0;
  double shutter_time_ms = 10;
  double rolling_shutter_duration_ms = 0;
  bool operator==(const SensorDynamicsConfig&) const = default;
};
constexpr auto fields_of(std::type_identity<SensorDynamicsConfig>) {
  using S = SensorDynamicsConfig;
  return table<S>(
      field("velocity_mean", &S::velocity_mean, "m/s", "Mean speed of the camera.", at_least(0)),
      field("velocity_std", &S::velocity_std, "m/s", "Its standard deviation.", at_least(0)),
      field("shutter_time_ms", &S::shutter_time_ms, "ms", "Exposure.", at_least(0)),
      field("rolling_shutter_duration_ms", &S::rolling_shutter_duration_ms, "ms",
            "Read-out, from the first row to the last.", at_least(0)));
}

struct CameraConfig {
  std::array<int, 2> resolution{1920, 1080};
  double fov = 70;
  int samples_per_scene = 10;
  IntrinsicsConfig intrinsics;
  double min_distance = 0.5;
  double max_distance = 2.0;
  double min_elevation = 0.3;
  double max_elevation = 0.9;
  std::optional<double> elevation;
  std::optional<double> azimuth;
  double min_roll = 0;
  double max_roll = 0;
  std::optional<PpmConstraint> ppm_constraint;
  SensorDynamicsConfig sensor_dynamics;
  std::optional<double> fstop;
  std::optional<double> focus_distance;
  double iso_noise = 0;
  double sensor_noise_sigma = 0.002;
  std::optional<SensorNoise> sensor_noise;
  double dynamic_range_db = 120;
  std::optional<int> min_tag_pixels;
  std::optional<int> max_tag_pixels;
  int eval_margin_px = 0;
  ToneMapping tone_mapping = ToneMapping::kFilmic;
  int iso = 100;
  bool iso_coupling = false;
  bool operator==(const CameraConfig&) const = default;
};
constexpr auto fields_of(std::type_identity<CameraConfig>) {
  using S = CameraConfig;
  return table<S>(
      field("resolution", &S::resolution, "px", "[width, height].", between(1, 16384)),
      field(
          "fov", &S::fov, "deg",
          "Horizontal field of view; of a Kannala-Brandt lens, diagonal. From 180 on only for that "
          "lens.",
          inside(0, 360)),
      field("samples_per_scene", &S::samples_per_scene, "", "Images a scene.", at_least(1)),
      field("intrinsics", &S::intrinsics, "", "Camera matrix and lens."),
      field("min_distance", &S::min_distance, "m", "Camera to target.", above(0)),
      field("max_distance", &S::max_distance, "m", "Camera to target.", above(0)),
      field("min_elevation", &S::min_elevation, "cos", "Cosine of the polar angle: 1 is overhead.",
            between(0, 1)),
      field("max_elevation", &S::max_elevation, "cos", "Cosine of the polar angle: 0 is level.",
            between(0, 1)),
      field("elevation", &S::elevation, "cos", "Fixed, in place of the range.", between(-1, 1)),
      field("azimuth", &S::azimuth, "rad", "Fixed; null draws it from the full circle."),
      field("min_roll", &S::min_roll, "deg", "About the optical axis."),
      field("max_roll", &S::max_roll, "deg", "About the optical axis."),
      field("ppm_constraint", &S::ppm_constraint, "", "Draw pixels per module, not distance."),
      field("sensor_dynamics", &S::sensor_dynamics, "", "Motion and shutter."),
      field("fstop", &S::fstop, "", "Aperture; null for a sharp image at every depth.", above(0)),
      field("focus_distance", &S::focus_distance, "m", "Depth in focus; null for the target's.",
            above(0)),
      field("iso_noise", &S::iso_noise, "", "Relative.",
            at_least(0) | without_effect("camera.sensor_noise or camera.iso_coupling")),
      field("sensor_noise_sigma", &S::sensor_noise_sigma, "", "Legacy.",
            without_effect("camera.sensor_noise")),
      field("sensor_noise", &S::sensor_noise, "", "Noise of the sensor."),
      field("dynamic_range_db", &S::dynamic_range_db, "dB", "Of the sensor.", above(0)),
      field("min_tag_pixels", &S::min_tag_pixels, "px^2", "Smallest target in the image."),
      field("max_tag_pixels", &S::max_tag_pixels, "px^2", "Largest target in the image."),
      field("eval_margin_px", &S::eval_margin_px, "px", "Band whose points are not evaluated.",
            at_least(0)),
      field("tone_mapping", &S::tone_mapping, "", "Curve from scene-linear light to the image."),
      field("iso", &S::iso, "", "Sensitivity.", between(100, 6400)),
      field("iso_coupling", &S::iso_coupling, "",
            "Derive the noise from iso where none is given."));
}

}  // namespace rtag::schema
