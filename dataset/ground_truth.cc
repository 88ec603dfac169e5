// SPDX-License-Identifier: MIT
#include "dataset/ground_truth.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Geometry>
#include <fmt/format.h>

#include "schema/check.h"
#include "schema/geometry/polygon.h"
#include "schema/geometry/recipe_geometry.h"
#include "schema/marker_families.h"

namespace rtag::dataset {
namespace {

using geometry::Camera;
using geometry::CameraModel;
using geometry::Object;
using geometry::Point;
using geometry::Polygon;
using geometry::Tag;
using geometry::Transform;
using schema::DetectionRecord;
using schema::ImagePoint;

using Quad = std::array<Point<Camera>, 4>;

// Outlines are cut off at this depth in front of the camera's plane.
constexpr double kCutDepth_m = 10 * geometry::kNearestDepth_m;

// One tag before one camera. The object's +Z leaves the printed face.
struct TagView {
  const schema::TagProperties& tag;
  CameraModel camera;
  Transform<Camera, Object> camera_from_object;
  Quad border;       // TL, TR, BR, BL of the black border
  Quad plane;        // the same of the whole plane, white margin included
  int grid_modules;  // along the border's edge
  double border_edge_m;
  std::int32_t object_number;  // in the index image

  const Eigen::Vector3d& centre() const { return camera_from_object.translation; }
  Eigen::Vector3d normal() const { return camera_from_object.rotation.col(2); }
  bool facing() const { return normal().dot(centre()) < 0; }
};

TagView view_of(const schema::CameraRecipe& camera, const schema::ObjectRecipe& object,
                std::int32_t object_number) {
  const auto* tag = std::get_if<schema::TagProperties>(&object.properties);
  RTAG_CHECK(tag != nullptr, "a TAG object has tag properties");
  const schema::MarkerFamily* family = schema::find_marker_family(tag->tag_family);
  RTAG_CHECK(family != nullptr, "a recipe's marker families are known");
  TagView view{*tag,
               geometry::camera_model(camera),
               inverse(geometry::world_from_camera(camera)) * geometry::world_from_object(object),
               {},
               {},
               family->grid_modules,
               tag->tag_size * object.scale[0],
               object_number};
  const auto corners = geometry::tag_corners(object);
  const double growth =
      geometry::plane_edge_over_border_edge(family->grid_modules, tag->margin_bits);
  for (std::size_t i = 0; i < corners.size(); ++i) {
    view.border[i] = view.camera_from_object * corners[i];
    view.plane[i] = view.camera_from_object * Point<Object>{corners[i].xyz * growth};
  }
  return view;
}

// ---- The outline in the image

// The image of a quadrilateral; what is behind the camera is cut off.
Polygon projected(const Quad& quad, const CameraModel& camera) {
  Polygon outline;
  const auto add = [&](const Eigen::Vector3d& xyz) {
    if (const auto pixel = camera.project({xyz})) outline.push_back(*pixel);
  };
  for (std::size_t i = 0; i < quad.size(); ++i) {
    const Eigen::Vector3d& a = quad[i].xyz;
    const Eigen::Vector3d& b = quad[(i + 1) % quad.size()].xyz;
    const double depth_a = a.z() - kCutDepth_m;
    const double depth_b = b.z() - kCutDepth_m;
    if (depth_a >= 0) add(a);
    if (depth_a * depth_b < 0) add(a + (b - a) * (depth_a / (depth_a - depth_b)));
  }
  return outline;
}

// Seen from behind, an outline runs the other way round and its signed area is negative.
double area_in_image(const TagView& view) {
  const Polygon outline = projected(view.border, view.camera);
  const Polygon inside = geometry::clip_to_image(outline, view.camera.width, view.camera.height);
  return std::max(geometry::signed_area(inside), 0.0);
}

// ---- Occlusion

// Points with normal.dot(p) >= offset are inside.
struct HalfPlane {
  Eigen::Vector2d normal;
  double offset;
};

// Adds the sides of a convex polygon of positive area. A point is inside when the square of
// half-edge `reach_px` around it is.
void add_sides(const Polygon& polygon, double reach_px, std::vector<HalfPlane>& sides) {
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Eigen::Vector2d& a = polygon[i];
    const Eigen::Vector2d edge = polygon[(i + 1) % polygon.size()] - a;
    const Eigen::Vector2d normal(-edge.y(), edge.x());
    sides.push_back({normal, normal.dot(a) + reach_px * normal.lpNorm<1>()});
  }
}

struct Columns {
  int first, last;  // none when last < first
};

// The columns whose pixels' centres on the row lie inside all of the half-planes.
Columns columns_inside(const std::vector<HalfPlane>& sides, int row, int width_px) {
  const double y = row + 0.5;
  double low = 0.5;
  double high = width_px - 0.5;
  for (const HalfPlane& side : sides) {
    const double rest = side.offset - side.normal.y() * y;  // normal.x * x >= rest
    if (side.normal.x() > 0) low = std::max(low, rest / side.normal.x());
    if (side.normal.x() < 0) high = std::min(high, rest / side.normal.x());
    if (side.normal.x() == 0 && rest > 0) return {0, -1};
  }
  if (low > high) return {0, -1};
  return {static_cast<int>(std::ceil(low - 0.5)), static_cast<int>(std::floor(high - 0.5))};
}

double occlusion_ratio(const TagView& view, const IndexImage& index) {
  const Polygon border = projected(view.border, view.camera);
  if (!view.facing() || border.size() < 3) return 1;
  std::vector<HalfPlane> sides;
  add_sides(border, 0, sides);
  add_sides(projected(view.plane, view.camera), kIndexReach_px, sides);
  long pixels = 0;
  long hidden = 0;
  for (int row = 0; row < index.height_px; ++row) {
    const Columns columns = columns_inside(sides, row, index.width_px);
    for (int column = columns.first; column <= columns.last; ++column) {
      ++pixels;
      hidden += index.at(column, row) != view.object_number ? 1 : 0;
    }
  }
  return pixels == 0 ? 1 : static_cast<double>(hidden) / static_cast<double>(pixels);
}

// ---- The record

// One of the two quaternions of a rotation: the one whose first number that is not 0 is positive.
std::array<double, 4> quaternion_wxyz(const Eigen::Matrix3d& rotation) {
  const Eigen::Quaterniond q = Eigen::Quaterniond(rotation).normalized();
  std::array<double, 4> wxyz{q.w(), q.x(), q.y(), q.z()};
  const auto* leading = std::find_if(wxyz.begin(), wxyz.end(), [](double n) { return n != 0; });
  if (leading != wxyz.end() && *leading < 0) {
    for (double& number : wxyz) number = -number;
  }
  return wxyz;
}

int visibility(const ImagePoint& point, const CameraModel& camera, int margin_px) {
  if (!point) return 0;
  const auto [x, y] = *point;
  const bool evaluated = margin_px <= x && x < camera.width - margin_px && margin_px <= y &&
                         y < camera.height - margin_px;
  return evaluated ? 2 : 1;
}

void set_corners(const TagView& view, DetectionRecord& record) {
  record.corners_visibility.emplace();
  for (const Point<Camera>& corner : view.border) {
    ImagePoint point;
    if (const auto pixel = view.camera.project(corner)) point = {pixel->x(), pixel->y()};
    record.corners.push_back(point);
    const int seen = visibility(point, view.camera, record.eval_margin_px);
    record.corners_visibility->push_back(seen);
    record.eval_complete = record.eval_complete && seen == 2;
  }
}

void set_pose(const TagView& view, DetectionRecord& record) {
  const Transform<Camera, Tag> camera_from_tag =
      view.camera_from_object * geometry::object_from_tag();
  const Eigen::Vector3d& centre = camera_from_tag.translation;
  const double along_normal = -view.normal().dot(centre);
  const double across_normal = view.normal().cross(centre).norm();
  record.distance = centre.norm();
  record.angle_of_incidence = std::atan2(across_normal, along_normal) * 180 / std::numbers::pi;
  record.position = {centre.x(), centre.y(), centre.z()};
  record.rotation_quaternion = quaternion_wxyz(camera_from_tag.rotation);
  record.axes.emplace();
  for (int axis = 0; axis < 3; ++axis) {
    const Eigen::Vector3d direction = camera_from_tag.rotation.col(axis);
    (*record.axes)[static_cast<std::size_t>(axis)] = {direction.x(), direction.y(), direction.z()};
  }
  record.facing = view.facing();
}

// Pixels per module of a tag that is parallel to the image at the depth of its centre.
double pixels_per_module(const TagView& view) {
  const double depth_m = view.centre().z();
  if (depth_m <= geometry::kNearestDepth_m) return 0;
  return view.camera.fx * view.border_edge_m / (depth_m * view.grid_modules);
}

void set_visibility(const TagView& view, const IndexImage& index, DetectionRecord& record) {
  record.ppm = pixels_per_module(view);
  record.pixel_area = area_in_image(view);
  record.occlusion_ratio = occlusion_ratio(view, index);
  const auto inside = [&](const ImagePoint& corner) {
    return corner && view.camera.contains({(*corner)[0], (*corner)[1]});
  };
  record.visible = record.facing && record.occlusion_ratio < kVisibleOcclusion &&
                   std::all_of(record.corners.begin(), record.corners.end(), inside);
}

void set_camera(const schema::CameraRecipe& camera, DetectionRecord& record) {
  record.k_matrix = camera.intrinsics.k_matrix;
  record.resolution = camera.intrinsics.resolution;
  record.distortion_model = camera.intrinsics.distortion_model;
  record.distortion_coeffs = camera.intrinsics.distortion_coeffs;
  record.eval_margin_px = camera.intrinsics.eval_margin_px;
  record.fstop = camera.fstop;
  if (camera.sensor_dynamics) {
    record.velocity = camera.sensor_dynamics->velocity;
    record.shutter_time_ms = camera.sensor_dynamics->shutter_time_ms;
    record.rolling_shutter_ms = camera.sensor_dynamics->rolling_shutter_duration_ms;
  }
}

double point_light_w(const schema::WorldRecipe& world) {
  double sum_w = 0;
  for (const schema::LightRecipe& light : world.lights) {
    if (light.type == schema::LightType::kPoint) sum_w += light.intensity;
  }
  return sum_w;
}

DetectionRecord record_of(const TagView& view, const schema::CameraRecipe& camera,
                          const IndexImage& index) {
  DetectionRecord record;
  record.tag_id = view.tag.tag_id;
  record.tag_family = view.tag.tag_family;
  record.tag_size_mm = view.border_edge_m * 1000;
  set_camera(camera, record);
  set_corners(view, record);
  set_pose(view, record);
  set_visibility(view, index, record);
  return record;
}

}  // namespace

std::string image_id(int scene_id, int camera_index) {
  return fmt::format("scene_{:04}_cam_{:04}", scene_id, camera_index);
}

std::vector<DetectionRecord> ground_truth(const schema::SceneRecipe& recipe, int camera_index,
                                          const IndexImage& index, std::uint64_t global_seed) {
  const std::size_t camera_at = static_cast<std::size_t>(camera_index);
  RTAG_CHECK(camera_index >= 0 && camera_at < recipe.cameras.size(), "no camera of this number");
  const schema::CameraRecipe& camera = recipe.cameras[camera_at];
  RTAG_CHECK(camera.intrinsics.distortion_model == schema::DistortionModel::kNone,
             "labels would ignore the lens");
  const std::array<int, 2> index_size_px{index.width_px, index.height_px};
  RTAG_CHECK(index_size_px == camera.intrinsics.resolution, "an index image of another size");
  std::vector<DetectionRecord> records;
  for (std::size_t i = 0; i < recipe.objects.size(); ++i) {
    if (recipe.objects[i].type != schema::ObjectType::kTag) continue;
    const TagView view = view_of(camera, recipe.objects[i], static_cast<std::int32_t>(i) + 1);
    DetectionRecord& record = records.emplace_back(record_of(view, camera, index));
    record.image_id = image_id(recipe.scene_id, camera_index);
    record.global_seed = global_seed;
    record.scene_seed = recipe.random_seed;
    record.lighting_intensity = point_light_w(recipe.world);
  }
  return records;
}

}  // namespace rtag::dataset
