// SPDX-License-Identifier: MIT
#include "compiler/camera_placement.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include <Eigen/Geometry>

#include "compiler/camera_pose.h"
#include "compiler/sensor.h"
#include "schema/check.h"
#include "schema/digest.h"
#include "schema/random/random_stream.h"

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

// One generator serves all cameras of a scene; the order of its draws is part of the format.
class Placement {
 public:
  Placement(const schema::CameraConfig& config, const CameraTemplate& shared,
            const std::vector<Target>& targets, const Sweep& sweep, const CameraSeeds& seeds)
      : config_(config),
        shared_(shared),
        targets_(targets),
        mode_(sweep.mode),
        noise_seed_(seeds.noise),
        stream_(seeds.placement) {
    if (!sweep.is_swept) return;
    if (mode_ == schema::SamplingMode::kDistance) {
      swept_ = config.min_distance + sweep.progress * (config.max_distance - config.min_distance);
    } else if (mode_ == schema::SamplingMode::kAngle) {
      swept_ =
          config.min_elevation + sweep.progress * (config.max_elevation - config.min_elevation);
    }
  }

  std::variant<schema::CameraRecipe, Constraint> place(std::uint64_t camera) {
    const auto count = static_cast<std::int64_t>(targets_.size());
    const Target& target = targets_[static_cast<std::size_t>(stream_.integer(0, count))];
    const std::optional<double> distance_m = fixed_distance_m(target);
    ConstraintTally rejected;
    for (int i = 0; i < kTries; ++i) {
      const CameraPose pose = draw_pose(target, distance_m);
      const std::optional<Constraint> violated = violation(target, pose);
      if (!violated) return finished(target, pose, camera);
      rejected.count(*violated);
    }
    return rejected.most_frequent();
  }

 private:
  bool is_random() const { return mode_ == schema::SamplingMode::kRandom; }

  // By the sweep, or at which a drawn number of pixels covers one module; nullopt: it is drawn.
  std::optional<double> fixed_distance_m(const Target& target) {
    if (mode_ == schema::SamplingMode::kDistance) return swept_;
    if (!is_random() || !config_.ppm_constraint) return std::nullopt;
    const double density =
        stream_.uniform(config_.ppm_constraint->min, config_.ppm_constraint->max);
    return std::clamp(shared_.placing_focal_px * target.module_m / density, config_.min_distance,
                      config_.max_distance);
  }

  double draw_elevation_cos() {
    if (mode_ == schema::SamplingMode::kAngle && swept_) return *swept_;
    if (config_.elevation) return *config_.elevation;
    return stream_.uniform(config_.min_elevation, config_.max_elevation);
  }

  CameraPose draw_pose(const Target& target, std::optional<double> distance_m) {
    Viewpoint viewpoint;
    viewpoint.distance_m =
        distance_m ? *distance_m : stream_.uniform(config_.min_distance, config_.max_distance);
    viewpoint.elevation_cos = draw_elevation_cos();
    viewpoint.azimuth_rad =
        config_.azimuth ? *config_.azimuth : stream_.uniform(0, 2 * std::numbers::pi);
    const auto ray = draw_ray(shared_.placing_focal_px * target.margin_m / viewpoint.distance_m);
    const double roll_rad = draw_roll_rad();

    // Sweeps look at the origin, so that distance and angle are those of the config.
    const geometry::Point<geometry::World> origin;
    const CameraPose centred = looking_at(is_random() ? target.centre : origin, viewpoint);
    return rolled(ray ? with_axis_point_along(centred, *ray) : centred, roll_rad);
  }

  // Where in the image the target's centre shall appear: anywhere but nearer to the border than the
  // target is wide; none when it is too wide for that, and in sweeps.
  std::optional<Eigen::Vector3d> draw_ray(double margin_px) {
    const auto& [width, height] = config_.resolution;
    if (!is_random() || 2 * margin_px >= std::min(width, height)) return std::nullopt;
    const double u = stream_.uniform(margin_px, width - margin_px);
    const double v = stream_.uniform(margin_px, height - margin_px);
    return geometry::half_turn_about_x() * ray_through({u, v});
  }

  Eigen::Vector3d ray_through(const Eigen::Vector2d& pixel) const {
    const geometry::CameraModel& camera = shared_.model;
    if (shared_.rays_follow_lens) {
      const auto ray = camera.unproject(pixel);
      RTAG_CHECK(ray.has_value(), "a lens that leaves pixels without a ray is refused");
      return *ray;
    }
    return Eigen::Vector3d((pixel.x() - camera.cx) / camera.fx, (pixel.y() - camera.cy) / camera.fy,
                           1)
        .normalized();
  }

  // A fixed roll takes no draw.
  double draw_roll_rad() {
    const bool is_fixed = config_.max_roll - config_.min_roll <= kNoRollRange_deg;
    if (is_fixed) return radians(config_.min_roll);
    return stream_.uniform(radians(config_.min_roll), radians(config_.max_roll));
  }

  std::optional<Constraint> violation(const Target& target, const CameraPose& pose) const {
    const TargetView view = view_of(target, pose * geometry::blender_from_camera(), shared_.model);
    if (view.facing_cosine <= kSmallestFacingCosine) return Constraint::kTargetFacesAway;
    if (!view.inside_image) return Constraint::kTargetOutsideImage;
    if (!config_.min_tag_pixels && !config_.max_tag_pixels) return std::nullopt;
    const AreaGate gate =
        area_gate(config_.min_tag_pixels, config_.max_tag_pixels, target, shared_.model);
    if (view.area_px < gate.min_px) return Constraint::kTargetTooSmall;
    if (view.area_px > gate.max_px) return Constraint::kTargetTooLarge;
    return std::nullopt;
  }

  schema::CameraRecipe finished(const Target& target, const CameraPose& pose,
                                std::uint64_t camera) {
    schema::CameraRecipe recipe = shared_.recipe;
    recipe.transform_matrix = matrix_of(pose);
    recipe.sensor_dynamics->velocity = draw_velocity(config_.sensor_dynamics, stream_);
    if (recipe.sensor_noise) {
      recipe.sensor_noise->seed = schema::derive_seed(noise_seed_, "noise", camera);
    }
    if (recipe.fstop && !recipe.focus_distance) {
      const Eigen::Vector3d forward = -pose.rotation.col(2);
      recipe.focus_distance = forward.dot(target.centre.xyz - pose.translation);
    }
    return recipe;
  }

  const schema::CameraConfig& config_;
  const CameraTemplate& shared_;
  const std::vector<Target>& targets_;
  schema::SamplingMode mode_;
  std::optional<double> swept_;  // metres or a cosine, by the mode
  std::uint32_t noise_seed_;
  random::RandomStream stream_;
};

}  // namespace

std::variant<std::vector<schema::CameraRecipe>, Constraint> place_cameras(
    const schema::CameraConfig& config, const CameraTemplate& shared,
    const std::vector<Target>& targets, const Sweep& sweep, const CameraSeeds& seeds) {
  RTAG_CHECK(!targets.empty(), "a scene without a target has nothing to look at");
  Placement placement(config, shared, targets, sweep, seeds);
  std::vector<schema::CameraRecipe> cameras;
  cameras.reserve(static_cast<std::size_t>(config.samples_per_scene));
  for (int i = 0; i < config.samples_per_scene; ++i) {
    auto placed = placement.place(static_cast<std::uint64_t>(i));
    if (const auto* violated = std::get_if<Constraint>(&placed)) return *violated;
    cameras.push_back(std::get<schema::CameraRecipe>(std::move(placed)));
  }
  return cameras;
}

}  // namespace rtag::compiler
