// SPDX-License-Identifier: MIT
#include "compiler/occluders.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <string_view>

#include <Eigen/Core>
#include <fmt/format.h>

#include "compiler/target_cluster.h"
#include "schema/geometry/recipe_geometry.h"
#include "schema/random/random_stream.h"

namespace rtag::compiler {
namespace {

using Eigen::Vector2d;
using Eigen::Vector3d;
using schema::OccluderPattern;

constexpr int kRounds = 50;
constexpr double kRise_m = 0.05;   // of the plates, from round to round
constexpr double kPlateGap = 1.1;  // between a slit's two plates, in thicknesses
constexpr double kNoLength_m = 1e-9;
constexpr double kArcSlack_rad = 1e-12;
constexpr double kTurn_rad = 2 * std::numbers::pi;

// As Python's %: never negative.
double modulo_turn(double angle_rad) {
  const double rest = std::fmod(angle_rad, kTurn_rad);
  return rest < 0 ? rest + kTurn_rad : rest;
}

struct Plate {
  Vector3d centre;
  double along_m = 0;
  double across_m = 0;
  double angle_rad = 0;  // of its long edge, about +Z
};

enum class Anchor { kCentre, kEdge, kCorner };

// Where a plate lies relative to the point whose shadow it casts, in its own directions.
struct PlateShape {
  Vector3d shaded;  // the shadow of the anchor falls here
  Anchor anchor = Anchor::kCentre;
  double sign = 1;      // on which side of the anchor the plate lies
  double offset_m = 0;  // across
  double shift_m = 0;   // along
  double across_m = 0;
  double height_m = 0;  // of the plate, in the world
};

class Occlusion {
 public:
  Occlusion(const schema::OccluderConfig& config, const schema::SunConfig& sun,
            const TargetCluster& cluster, const std::vector<schema::CameraRecipe>& cameras,
            const FieldOfView& field_of_view, std::uint32_t seed)
      : config_(config), cluster_(cluster), field_of_view_(field_of_view), stream_(seed) {
    to_sun_ = {std::cos(sun.elevation) * std::cos(sun.azimuth),
               std::cos(sun.elevation) * std::sin(sun.azimuth), std::sin(sun.elevation)};
    for (const schema::CameraRecipe& recipe : cameras) {
      world_from_cameras_.push_back(geometry::world_from_camera(recipe));
    }
  }

  std::vector<schema::ObjectRecipe> place() {
    const auto count = static_cast<std::int64_t>(config_.patterns.size());
    const auto drawn = config_.patterns[static_cast<std::size_t>(stream_.integer(0, count))];
    for (const OccluderPattern pattern : {drawn, OccluderPattern::kHalf}) {
      const std::vector<Plate> plates = hidden_plates(pattern);
      if (!plates.empty()) return recipes(pattern, plates);
      if (drawn == OccluderPattern::kHalf) break;
    }
    return {};
  }

 private:
  std::vector<Plate> hidden_plates(OccluderPattern pattern) {
    const double base_m = stream_.uniform(config_.height_min_m, config_.height_max_m);
    double rise_m = 0;
    for (int round = 0; round < kRounds; ++round) {
      height_m_ = cluster_.centre.z() + base_m + rise_m;
      collect_lines_of_sight();
      const std::vector<Plate> plates = draw_plates(pattern);
      if (!plates.empty() && std::none_of(plates.begin(), plates.end(),
                                          [&](const Plate& plate) { return is_seen(plate); })) {
        return plates;
      }
      rise_m += kRise_m;
    }
    return {};
  }

  // Where the lines from the cameras to the protected points cross the plates' height, as
  // directions from the point whose shadow is the cluster's centre.
  void collect_lines_of_sight() {
    sight_angles_rad_.clear();
    const Vector2d anchor = shadow_caster(cluster_.centre, height_m_);
    for (const auto& world_from_camera : world_from_cameras_) {
      const Vector3d& eye = world_from_camera.translation;
      for (const Vector3d& point : cluster_.protected_points) {
        if (std::abs(eye.z() - point.z()) < kNoLength_m) continue;
        const double part = (eye.z() - height_m_) / (eye.z() - point.z());
        if (!(part > 0 && part < 1)) continue;
        const Vector2d crossing = eye.head<2>() + part * (point - eye).head<2>() - anchor;
        if (crossing.norm() < kNoLength_m) continue;
        sight_angles_rad_.push_back(modulo_turn(std::atan2(crossing.y(), crossing.x())));
      }
    }
    std::sort(sight_angles_rad_.begin(), sight_angles_rad_.end());
  }

  // The point at a height whose shadow falls on `shaded`.
  Vector2d shadow_caster(const Vector3d& shaded, double height_m) const {
    return shaded.head<2>() + (height_m - shaded.z()) / to_sun_.z() * to_sun_.head<2>();
  }

  // A direction such that all lines of sight lie in the arc that begins there; nullopt, and nothing
  // drawn, where they spread wider.
  std::optional<double> draw_arc_start_rad(double arc_rad) {
    const std::vector<double>& angles = sight_angles_rad_;
    if (angles.empty()) return stream_.uniform(0, kTurn_rad);
    double widest_gap_rad = angles.front() + kTurn_rad - angles.back();
    double end_rad = angles.back();
    for (std::size_t i = 1; i < angles.size(); ++i) {
      if (angles[i] - angles[i - 1] <= widest_gap_rad) continue;
      widest_gap_rad = angles[i] - angles[i - 1];
      end_rad = angles[i - 1];
    }
    const double span_rad = kTurn_rad - widest_gap_rad;
    if (span_rad > arc_rad + kArcSlack_rad) return std::nullopt;
    return modulo_turn(end_rad - arc_rad + stream_.uniform(0, arc_rad - span_rad));
  }

  // In radii of the cluster.
  double draw_length_m(double min, double max) {
    return stream_.uniform(min, max) * cluster_.radius_m;
  }
  double draw_offset_m() {
    return draw_length_m(-config_.edge_offset_max_r, config_.edge_offset_max_r);
  }

  std::vector<Plate> draw_plates(OccluderPattern pattern) {
    switch (pattern) {
      case OccluderPattern::kHalf:
        return draw_half();
      case OccluderPattern::kCorner:
        return draw_corner();
      case OccluderPattern::kBar:
        return draw_bar();
      case OccluderPattern::kSlit:
        return draw_slit();
    }
    return {};
  }

  std::vector<Plate> draw_half() {
    const double offset_m = draw_offset_m();
    const auto back_rad = draw_arc_start_rad(std::numbers::pi);
    if (!back_rad) return {};
    const auto front_rad = draw_arc_start_rad(std::numbers::pi);
    if (!front_rad) return {};
    PlateShape shape = whole_plate(Anchor::kEdge, offset_m);
    if (offset_m <= 0) return {plate(shape, modulo_turn(*back_rad + std::numbers::pi))};
    shape.sign = -1;
    return {plate(shape, *front_rad)};
  }

  std::vector<Plate> draw_corner() {
    const double across_m = draw_offset_m();
    const double along_m = draw_offset_m();
    const auto start_rad = draw_arc_start_rad(1.5 * std::numbers::pi);
    if (!start_rad) return {};
    PlateShape shape = whole_plate(Anchor::kCorner, across_m);
    shape.shift_m = along_m;
    return {plate(shape, modulo_turn(*start_rad - std::numbers::pi / 2))};
  }

  std::vector<Plate> draw_bar() {
    const double width_m = draw_length_m(config_.bar_width_min_r, config_.bar_width_max_r);
    const double offset_m = draw_offset_m();
    const auto start_rad = draw_arc_start_rad(std::numbers::pi);
    if (!start_rad) return {};
    PlateShape shape = whole_plate(Anchor::kCentre, offset_m);
    shape.across_m = width_m;
    return {plate(shape, modulo_turn(*start_rad + std::numbers::pi))};
  }

  std::vector<Plate> draw_slit() {
    const double width_m = draw_length_m(config_.slit_width_min_r, config_.slit_width_max_r);
    const double offset_m = draw_offset_m();
    const auto start_rad = draw_arc_start_rad(std::numbers::pi);
    if (!start_rad) return {};
    const double angle_rad = modulo_turn(*start_rad + std::numbers::pi);
    std::vector<Plate> plates;
    for (const double side : {1.0, -1.0}) {
      PlateShape shape = whole_plate(Anchor::kEdge, offset_m);
      shape.shaded.head<2>() += side * width_m / 2 * across(angle_rad);
      shape.sign = side;
      // One above the other, so that they do not meet where the slit is narrow.
      if (side < 0) shape.height_m += kPlateGap * config_.plate_thickness_m;
      plates.push_back(plate(shape, angle_rad));
    }
    return plates;
  }

  static Vector2d along(double angle_rad) { return {std::cos(angle_rad), std::sin(angle_rad)}; }
  static Vector2d across(double angle_rad) { return {-std::sin(angle_rad), std::cos(angle_rad)}; }

  PlateShape whole_plate(Anchor anchor, double offset_m) const {
    PlateShape shape;
    shape.shaded = cluster_.centre;
    shape.anchor = anchor;
    shape.offset_m = offset_m;
    shape.across_m = config_.plate_size_m;
    shape.height_m = height_m_;
    return shape;
  }

  Plate plate(const PlateShape& shape, double angle_rad) const {
    Vector2d centre = shadow_caster(shape.shaded, shape.height_m) +
                      shape.offset_m * across(angle_rad) + shape.shift_m * along(angle_rad);
    if (shape.anchor == Anchor::kCorner) {
      centre += shape.sign * config_.plate_size_m / 2 * along(angle_rad);
    }
    if (shape.anchor != Anchor::kCentre) {
      centre += shape.sign * shape.across_m / 2 * across(angle_rad);
    }
    return {
        {centre.x(), centre.y(), shape.height_m}, config_.plate_size_m, shape.across_m, angle_rad};
  }

  bool is_seen(const Plate& plate) const {
    const Vector2d half_along = plate.along_m / 2 * along(plate.angle_rad);
    const Vector2d half_across = plate.across_m / 2 * across(plate.angle_rad);
    const auto corner = [&](double x, double y) {
      const Vector2d xy = plate.centre.head<2>() + x * half_along + y * half_across;
      return geometry::Point<geometry::World>{{xy.x(), xy.y(), plate.centre.z()}};
    };
    const PlateCorners corners{corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)};
    return std::any_of(world_from_cameras_.begin(), world_from_cameras_.end(),
                       [&](const auto& pose) { return field_of_view_.sees(pose, corners); });
  }

  std::vector<schema::ObjectRecipe> recipes(OccluderPattern pattern,
                                            const std::vector<Plate>& plates) const {
    std::vector<schema::ObjectRecipe> objects;
    for (const Plate& plate : plates) {
      schema::ObjectRecipe object;
      object.type = schema::ObjectType::kOccluder;
      object.name = fmt::format("Occluder_{}", schema::word_of(pattern));
      if (plates.size() > 1) object.name += fmt::format("_{}", objects.size());
      object.location = {plate.centre.x(), plate.centre.y(), plate.centre.z()};
      object.rotation_euler = schema::Vector3{0, 0, plate.angle_rad};
      object.properties = schema::OccluderProperties{.size_along_edge_m = plate.along_m,
                                                     .size_across_edge_m = plate.across_m,
                                                     .thickness_m = config_.plate_thickness_m,
                                                     .albedo = config_.albedo,
                                                     .roughness = config_.roughness};
      objects.push_back(std::move(object));
    }
    return objects;
  }

  const schema::OccluderConfig& config_;
  const TargetCluster& cluster_;
  const FieldOfView& field_of_view_;
  random::RandomStream stream_;
  Vector3d to_sun_;
  std::vector<geometry::Transform<geometry::World, geometry::Camera>> world_from_cameras_;
  double height_m_ = 0;                   // of the plates in this round
  std::vector<double> sight_angles_rad_;  // ascending, in [0, 2 pi)
};

}  // namespace

std::vector<schema::ObjectRecipe> place_occluders(const schema::OccluderConfig& config,
                                                  const std::vector<schema::SunConfig>& suns,
                                                  const std::vector<schema::ObjectRecipe>& targets,
                                                  const std::vector<schema::CameraRecipe>& cameras,
                                                  const FieldOfView& field_of_view,
                                                  std::uint32_t occluder_seed) {
  if (!config.enabled || suns.empty() || suns.front().elevation <= 0) return {};
  const auto cluster = cluster_of(targets);
  if (!cluster) return {};
  return Occlusion(config, suns.front(), *cluster, cameras, field_of_view, occluder_seed).place();
}

}  // namespace rtag::compiler
