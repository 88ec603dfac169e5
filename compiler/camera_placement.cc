// SPDX-License-Identifier: MIT
#include "compiler/camera_placement.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "compiler/camera_intrinsics.h"
#include "compiler/camera_pose.h"
#include "compiler/random_stream.h"
#include "compiler/target_view.h"
#include "schema/check.h"
#include "schema/geometry/recipe_geometry.h"

namespace rtag::compiler {
namespace {

constexpr int kTries = 50;
constexpr double kSmallestFacingCosine = 0.1;
constexpr double kNoRollRange_deg = 1e-6;

double radians(double degrees) { return degrees * (std::numbers::pi / 180); }

schema::Matrix4 matrix_of(const CameraPose& pose) {
  schema::Matrix4 matrix{};
  for (std::size_t row = 0; row < 3; ++row) {
    const auto r = static_cast<Eigen::Index>(row);
    matrix[row] = {pose.rotation(r, 0), pose.rotation(r, 1), pose.rotation(r, 2),
                   pose.translation(r)};
  }
  matrix[3] = {0, 0, 0, 1};
  return matrix;
}

// All that a camera's recipe says besides its pose.
schema::CameraRecipe recipe_without_pose(const schema::CameraConfig& config) {
  schema::CameraRecipe recipe;
  recipe.intrinsics = intrinsics_recipe(config);
  recipe.sensor_dynamics = schema::SensorDynamicsRecipe{
      .velocity = std::nullopt,
      .shutter_time_ms = config.sensor_dynamics.shutter_time_ms,
      .rolling_shutter_duration_ms = config.sensor_dynamics.rolling_shutter_duration_ms};
  recipe.fstop = config.fstop;
  recipe.focus_distance = config.focus_distance;
  recipe.min_tag_pixels = config.min_tag_pixels;
  recipe.max_tag_pixels = config.max_tag_pixels;
  recipe.iso_noise = config.iso_noise;
  recipe.sensor_noise = config.sensor_noise;
  recipe.tone_mapping = config.tone_mapping;
  recipe.dynamic_range_db = config.dynamic_range_db;
  return recipe;
}

// One generator serves all cameras of a scene; the order of its draws is part of the format.
class Placement {
 public:
  Placement(const schema::CameraConfig& config, std::vector<Target> targets, std::uint32_t seed)
      : config_(config),
        targets_(std::move(targets)),
        stream_(seed),
        recipe_(recipe_without_pose(config)),
        camera_(geometry::camera_model(recipe_)) {}

  std::variant<schema::CameraRecipe, Constraint> place() {
    const auto count = static_cast<std::int64_t>(targets_.size());
    const Target& target = targets_[static_cast<std::size_t>(stream_.integer(0, count))];
    const std::optional<double> distance_m = distance_for_density(target);
    ConstraintTally rejected;
    for (int i = 0; i < kTries; ++i) {
      const CameraPose pose = draw_pose(target, distance_m);
      const std::optional<Constraint> violated = violation(target, pose);
      if (!violated) {
        schema::CameraRecipe recipe = recipe_;
        recipe.transform_matrix = matrix_of(pose);
        return recipe;
      }
      rejected.count(*violated);
    }
    return rejected.most_frequent();
  }

 private:
  // The distance at which a drawn number of pixels covers one module. The module is the tag's size
  // over all modules of its plane, quiet zone included: the density that published benchmarks drew.
  std::optional<double> distance_for_density(const Target& target) {
    if (!config_.ppm_constraint) return std::nullopt;
    const double density =
        stream_.uniform(config_.ppm_constraint->min, config_.ppm_constraint->max);
    const double module_m = target.size_m / (target.grid_modules + 2 * target.margin_bits);
    return std::clamp(camera_.fx * module_m / density, config_.min_distance, config_.max_distance);
  }

  CameraPose draw_pose(const Target& target, std::optional<double> distance_m) {
    Viewpoint viewpoint;
    viewpoint.distance_m =
        distance_m ? *distance_m : stream_.uniform(config_.min_distance, config_.max_distance);
    viewpoint.elevation_cos = config_.elevation
                                  ? *config_.elevation
                                  : stream_.uniform(config_.min_elevation, config_.max_elevation);
    viewpoint.azimuth_rad =
        config_.azimuth ? *config_.azimuth : stream_.uniform(0, 2 * std::numbers::pi);
    const auto ray = draw_ray(camera_.fx * target.size_m / viewpoint.distance_m);
    const double roll_rad = draw_roll_rad();

    const CameraPose centred = looking_at(target.centre, viewpoint);
    return rolled(ray ? with_axis_point_along(centred, *ray) : centred, roll_rad);
  }

  // Where in the image the target's centre shall appear: anywhere but nearer to the border than the
  // target is wide; none when it is too wide for that.
  std::optional<Eigen::Vector3d> draw_ray(double margin_px) {
    const auto& [width, height] = config_.resolution;
    if (2 * margin_px >= std::min(width, height)) return std::nullopt;
    const double u = stream_.uniform(margin_px, width - margin_px);
    const double v = stream_.uniform(margin_px, height - margin_px);
    return (geometry::half_turn_about_x() * camera_.ray({u, v})).normalized();
  }

  // A fixed roll takes no draw.
  double draw_roll_rad() {
    const bool is_fixed = config_.max_roll - config_.min_roll <= kNoRollRange_deg;
    if (is_fixed) return radians(config_.min_roll);
    return stream_.uniform(radians(config_.min_roll), radians(config_.max_roll));
  }

  std::optional<Constraint> violation(const Target& target, const CameraPose& pose) const {
    const TargetView view = view_of(target, pose * geometry::blender_from_camera(), camera_);
    if (view.facing_cosine <= kSmallestFacingCosine) return Constraint::kTargetFacesAway;
    if (!view.inside_image) return Constraint::kTargetOutsideImage;
    if (!config_.min_tag_pixels && !config_.max_tag_pixels) return std::nullopt;
    const AreaGate gate =
        area_gate(config_.min_tag_pixels, config_.max_tag_pixels, target, camera_);
    if (view.area_px < gate.min_px) return Constraint::kTargetTooSmall;
    if (view.area_px > gate.max_px) return Constraint::kTargetTooLarge;
    return std::nullopt;
  }

  const schema::CameraConfig& config_;
  std::vector<Target> targets_;
  RandomStream stream_;
  schema::CameraRecipe recipe_;
  geometry::PinholeCamera camera_;
};

}  // namespace

std::variant<std::vector<schema::CameraRecipe>, Constraint> place_cameras(
    const schema::CameraConfig& config, const std::vector<schema::ObjectRecipe>& objects,
    std::uint32_t camera_seed) {
  std::vector<Target> targets = targets_of(objects);
  RTAG_CHECK(!targets.empty(), "a scene without a tag has no target");
  Placement placement(config, std::move(targets), camera_seed);
  std::vector<schema::CameraRecipe> cameras;
  cameras.reserve(static_cast<std::size_t>(config.samples_per_scene));
  for (int i = 0; i < config.samples_per_scene; ++i) {
    auto placed = placement.place();
    if (const auto* violated = std::get_if<Constraint>(&placed)) return *violated;
    cameras.push_back(std::get<schema::CameraRecipe>(std::move(placed)));
  }
  return cameras;
}

}  // namespace rtag::compiler
