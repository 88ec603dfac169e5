// SPDX-License-Identifier: MIT
// SceneRecipe: one scene with every random decision already taken; what a worker renders and what
// ground truth is computed from. Plain values, copied freely, no thread ties.
//
// Units: metres, radians, pixels, watts, unless a name says otherwise. World frame: right-handed,
// +Z up. Camera poses are camera-to-world in Blender axes (+X right, +Y up, looking along -Z).
// Pixels are continuous: the image spans [0,W]x[0,H] and the first pixel's centre is (0.5, 0.5).
// Recipes are read strictly: every key is required, unknown keys are errors.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/fields.h"
#include "schema/object_recipe.h"
#include "schema/vocabulary.h"

namespace rtag::schema {

struct LightRecipe {
  LightType type = LightType::kPoint;
  Vector3 location{};
  double intensity = 0;
  double radius = 0;
  Vector3 color{1, 1, 1};
  std::optional<Vector3> rotation_euler;
  bool operator==(const LightRecipe&) const = default;
};
constexpr auto fields_of(std::type_identity<LightRecipe>) {
  using S = LightRecipe;
  return table<S>(
      field("type", &S::type, "", "Kind of lamp."),
      field("location", &S::location, "m", "Position in the world."),
      field("intensity", &S::intensity, "W (POINT), W/m^2 (SUN)", "Radiant power.", at_least(0)),
      field("radius", &S::radius, "m", "Radius of the emitter; 0 casts hard shadows.", at_least(0)),
      field("color", &S::color, "", "Linear RGB.", at_least(0)),
      field("rotation_euler", &S::rotation_euler, "rad", "XYZ Euler angles (SUN only)."));
}

struct WorldRecipe {
  std::optional<std::string> background_hdri;
  double hdri_rotation = 0;
  std::vector<LightRecipe> lights;
  std::optional<std::string> texture_path;
  double texture_scale = 1;
  double texture_rotation = 0;
  double hdri_strength = 1;
  bool operator==(const WorldRecipe&) const = default;
};
constexpr auto fields_of(std::type_identity<WorldRecipe>) {
  using S = WorldRecipe;
  return table<S>(
      field("background_hdri", &S::background_hdri, "", "Environment map; null for grey 0.05."),
      field("hdri_rotation", &S::hdri_rotation, "rad", "Rotation of the environment about +Z."),
      field("lights", &S::lights, "", "The lamps."),
      field("texture_path", &S::texture_path, "", "Floor image; null for no floor."),
      field("texture_scale", &S::texture_scale, "1/m", "Repetitions of the image a metre.",
            above(0)),
      field("texture_rotation", &S::texture_rotation, "rad", "Rotation of the floor image."),
      field("hdri_strength", &S::hdri_strength, "", "Factor on the environment's radiance.",
            at_least(0) | extension()));
}

struct RendererRecipe {
  RendererMode mode = RendererMode::kCycles;
  int samples = 128;
  bool denoising = true;
  double noise_threshold = 0.05;
  int max_samples = 128;
  bool enable_denoising = true;
  DenoiserType denoiser_type = DenoiserType::kIntel;
  int total_bounces = 4;
  int diffuse_bounces = 2;
  int glossy_bounces = 4;
  int transmission_bounces = 0;
  int transparent_bounces = 4;
  bool enable_caustics = false;
  bool operator==(const RendererRecipe&) const = default;
};
constexpr auto fields_of(std::type_identity<RendererRecipe>) {
  using S = RendererRecipe;
  return table<S>(
      field("mode", &S::mode, "", "Render engine."),
      field("samples", &S::samples, "", "Legacy, superseded by max_samples.", at_least(1)),
      field("denoising", &S::denoising, "", "Legacy, superseded by enable_denoising."),
      field("noise_threshold", &S::noise_threshold, "",
            "Cycles stops sampling a pixel below this noise; 0 takes all samples.", at_least(0)),
      field("max_samples", &S::max_samples, "", "Samples a pixel.", at_least(1)),
      field("enable_denoising", &S::enable_denoising, "", "Denoise the picture."),
      field("denoiser_type", &S::denoiser_type, "", "INTEL (OpenImageDenoise) or OPTIX."),
      field("total_bounces", &S::total_bounces, "", "Light-path limit.", at_least(0)),
      field("diffuse_bounces", &S::diffuse_bounces, "", "Light-path limit.", at_least(0)),
      field("glossy_bounces", &S::glossy_bounces, "", "Light-path limit.", at_least(0)),
      field("transmission_bounces", &S::transmission_bounces, "", "Light-path limit.", at_least(0)),
      field("transparent_bounces", &S::transparent_bounces, "", "Light-path limit.", at_least(0)),
      field("enable_caustics", &S::enable_caustics, "", "Trace reflective caustics."));
}

struct IntrinsicsRecipe {
  std::array<int, 2> resolution{};
  Matrix3 k_matrix{};
  std::optional<double> fov;
  DistortionModel distortion_model = DistortionModel::kNone;
  std::vector<double> distortion_coeffs;
  std::optional<Matrix3> k_matrix_overscan;
  std::optional<std::array<int, 2>> resolution_overscan;
  std::optional<double> fov_spherical;
  std::optional<std::array<int, 2>> resolution_spherical;
  int eval_margin_px = 0;
  bool operator==(const IntrinsicsRecipe&) const = default;
};
constexpr auto fields_of(std::type_identity<IntrinsicsRecipe>) {
  using S = IntrinsicsRecipe;
  return table<S>(
      field("resolution", &S::resolution, "px", "[width, height] of the image.", at_least(1)),
      field("k_matrix", &S::k_matrix, "px", "Camera matrix of the image."),
      field("fov", &S::fov, "deg", "Horizontal field of view, for information."),
      field("distortion_model", &S::distortion_model, "", "Lens model."),
      field("distortion_coeffs", &S::distortion_coeffs, "", "Coefficients of the lens model."),
      field("k_matrix_overscan", &S::k_matrix_overscan, "px", "Larger pinhole render."),
      field("resolution_overscan", &S::resolution_overscan, "px", "Larger pinhole render."),
      field("fov_spherical", &S::fov_spherical, "rad", "Full angle of an equidistant render."),
      field("resolution_spherical", &S::resolution_spherical, "px", "Equidistant render."),
      field("eval_margin_px", &S::eval_margin_px, "px", "Band whose points are not evaluated.",
            at_least(0)));
}

struct SensorDynamicsRecipe {
  std::optional<Vector3> velocity;
  double shutter_time_ms = 0;
  double rolling_shutter_duration_ms = 0;
  bool operator==(const SensorDynamicsRecipe&) const = default;
};
constexpr auto fields_of(std::type_identity<SensorDynamicsRecipe>) {
  using S = SensorDynamicsRecipe;
  return table<S>(field("velocity", &S::velocity, "m/s", "Of the camera, in the world."),
                  field("shutter_time_ms", &S::shutter_time_ms, "ms", "Exposure.", at_least(0)),
                  field("rolling_shutter_duration_ms", &S::rolling_shutter_duration_ms, "ms",
                        "Read-out.", at_least(0)));
}

struct CameraRecipe {
  Matrix4 transform_matrix{};
  IntrinsicsRecipe intrinsics;
  std::optional<SensorDynamicsRecipe> sensor_dynamics;
  std::optional<double> fstop;
  std::optional<double> focus_distance;
  std::optional<int> min_tag_pixels;
  std::optional<int> max_tag_pixels;
  std::optional<double> iso_noise;
  std::optional<SensorNoise> sensor_noise;
  ToneMapping tone_mapping = ToneMapping::kFilmic;
  std::optional<double> dynamic_range_db;
  bool operator==(const CameraRecipe&) const = default;
};
constexpr auto fields_of(std::type_identity<CameraRecipe>) {
  using S = CameraRecipe;
  return table<S>(
      field("transform_matrix", &S::transform_matrix, "m", "Camera to world, Blender axes."),
      field("intrinsics", &S::intrinsics, "", "The camera model."),
      field("sensor_dynamics", &S::sensor_dynamics, "", "Motion and shutter."),
      field("fstop", &S::fstop, "", "Aperture; null for a pinhole.", above(0)),
      field("focus_distance", &S::focus_distance, "m", "Plane of focus.", above(0)),
      field("min_tag_pixels", &S::min_tag_pixels, "px^2", "Area gate of the sampler."),
      field("max_tag_pixels", &S::max_tag_pixels, "px^2", "Area gate of the sampler."),
      field("iso_noise", &S::iso_noise, "", "Relative ISO noise.", at_least(0)),
      field("sensor_noise", &S::sensor_noise, "", "Noise model of the sensor."),
      field("tone_mapping", &S::tone_mapping, "", "Curve from scene-linear light to the image."),
      field("dynamic_range_db", &S::dynamic_range_db, "dB", "Of the sensor; null for no limit."));
}

struct SceneRecipe {
  int scene_id = 0;
  std::uint64_t random_seed = 0;
  WorldRecipe world;
  RendererRecipe renderer;
  std::vector<ObjectRecipe> objects;
  std::vector<CameraRecipe> cameras;
  bool operator==(const SceneRecipe&) const = default;
};
constexpr auto fields_of(std::type_identity<SceneRecipe>) {
  using S = SceneRecipe;
  return table<S>(
      field("scene_id", &S::scene_id, "", "Number of the scene, from 0.", at_least(0)),
      field("random_seed", &S::random_seed, "", "Seed of the attempt that was accepted."),
      field("world", &S::world, "", "Lamps, floor, environment."),
      field("renderer", &S::renderer, "", "Engine and its limits."),
      field("objects", &S::objects, "", "What stands in the scene."),
      field("cameras", &S::cameras, "", "One image a camera."));
}

}  // namespace rtag::schema
