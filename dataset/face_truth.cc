// SPDX-License-Identifier: MIT
#include "dataset/face_truth.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Geometry>

#include "dataset/ground_truth.h"
#include "dataset/occlusion.h"

namespace rtag::dataset {
namespace {

using geometry::Camera;
using geometry::Object;
using geometry::Point;
using geometry::Tag;
using geometry::Transform;
using schema::DetectionRecord;
using schema::ImagePoint;

schema::Vector3 numbers(const Eigen::Vector3d& v) { return {v.x(), v.y(), v.z()}; }

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

void set_pose(const Face& face, DetectionRecord& record) {
  const Transform<Camera, Tag> camera_from_tag =
      face.camera_from_face * geometry::object_from_tag();
  const Eigen::Vector3d& centre = camera_from_tag.translation;
  const double along_normal = -face.normal().dot(centre);
  const double across_normal = face.normal().cross(centre).norm();
  record.distance = centre.norm();
  record.angle_of_incidence = std::atan2(across_normal, along_normal) * 180 / std::numbers::pi;
  record.position = numbers(centre);
  record.rotation_quaternion = quaternion_wxyz(camera_from_tag.rotation);
  record.axes.emplace();
  for (int axis = 0; axis < 3; ++axis) {
    (*record.axes)[static_cast<std::size_t>(axis)] = numbers(camera_from_tag.rotation.col(axis));
  }
  record.facing = face.facing();
}

void set_motion(const Face& face, const MovingCamera& camera, DetectionRecord& record) {
  if (!record.velocity) return;
  const double half_s = camera.exposure_s() / 2;
  record.position_at_start = numbers(camera.at_time({face.centre()}, -half_s).xyz);
  record.position_at_end = numbers(camera.at_time({face.centre()}, half_s).xyz);
}

void set_sight(const Face& face, const Plane& plane, const ImageView& image,
               DetectionRecord& record) {
  const Quad corners = corners_of(face);
  const geometry::Polygon rim = outline(corners, image.camera);
  const geometry::CameraModel& camera = image.camera.model;
  // Seen from behind, an outline runs the other way round and its signed area is negative.
  const double area_px2 =
      geometry::signed_area(geometry::clip_to_image(rim, camera.width, camera.height));
  record.pixel_area = std::max(area_px2, 0.0);
  record.occlusion_ratio = 1;
  if (record.facing) {
    record.occlusion_ratio =
        hidden_share(rim, plane.outline, plane.reach_px, image.index, plane.object_number);
  }
  const auto points = image_points(corners, image.camera);
  const auto inside = [&](const ImagePoint& point) {
    return point && camera.contains({(*point)[0], (*point)[1]});
  };
  record.visible = record.facing && record.occlusion_ratio < kVisibleOcclusion &&
                   std::all_of(points.begin(), points.end(), inside);
}

}  // namespace

Quad corners_of(const Face& face, double wider_m, double higher_m) {
  const double x = (face.width_m + wider_m) / 2;
  const double y = (face.height_m + higher_m) / 2;
  const auto at = [&](double right, double up) {
    return face.camera_from_face * Point<Object>{{right, up, 0}};
  };
  return {at(-x, y), at(x, y), at(x, -y), at(-x, -y)};
}

Plane plane_of(const Quad& quad, std::int32_t object_number, const ImageView& image) {
  Plane plane{outline(quad, image.camera), 0, object_number};
  for (const Point<Camera>& corner : quad) {
    plane.reach_px = std::max(plane.reach_px, image.camera.smear_px(corner));
  }
  plane.reach_px += is_bent(image.camera) ? kBentIndexReach_px : kIndexReach_px;
  return plane;
}

std::vector<ImagePoint> image_points(const Quad& quad, const MovingCamera& camera) {
  std::vector<ImagePoint> points;
  for (const Point<Camera>& corner : quad) {
    const auto pixel = camera.project(corner);
    points.push_back(pixel ? ImagePoint({pixel->x(), pixel->y()}) : std::nullopt);
  }
  return points;
}

int visibility(const ImagePoint& point, const geometry::CameraModel& camera, int margin_px) {
  if (!point) return 0;
  const auto [x, y] = *point;
  const bool evaluated = margin_px <= x && x < camera.width - margin_px && margin_px <= y &&
                         y < camera.height - margin_px;
  return evaluated ? 2 : 1;
}

DetectionRecord face_record(const Face& face, const Plane& plane, const ImageView& image) {
  DetectionRecord record;
  record.tag_size_mm = face.width_m * 1000;
  set_camera(image.recipe, record);
  set_pose(face, record);
  set_motion(face, image.camera, record);
  set_sight(face, plane, image, record);
  return record;
}

double pixels_per_module(const Face& face, double edge_m, int grid_modules,
                         const MovingCamera& camera) {
  const double depth_m = face.centre().z();
  if (depth_m <= geometry::kNearestDepth_m) return 0;
  return camera.model.fx * edge_m / (depth_m * grid_modules);
}

DetectionRecord marker_record(const Face& face, const Plane& plane, const ImageView& image,
                              int grid_modules) {
  DetectionRecord record = face_record(face, plane, image);
  record.ppm = pixels_per_module(face, face.width_m, grid_modules, image.camera);
  record.corners = image_points(corners_of(face), image.camera);
  record.corners_visibility.emplace();
  for (const ImagePoint& corner : record.corners) {
    const int seen = visibility(corner, image.camera.model, record.eval_margin_px);
    record.corners_visibility->push_back(seen);
    record.eval_complete = record.eval_complete && seen == 2;
  }
  return record;
}

}  // namespace rtag::dataset
