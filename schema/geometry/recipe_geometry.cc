// SPDX-License-Identifier: MIT
#include "schema/geometry/recipe_geometry.h"

#include <Eigen/Geometry>

#include "schema/check.h"

namespace rtag::geometry {
namespace {

Eigen::Vector3d vector(const schema::Vector3& v) { return {v[0], v[1], v[2]}; }

}  // namespace

Eigen::Matrix3d rotation_from_euler_xyz(const schema::Vector3& angles_rad) {
  using Eigen::AngleAxisd;
  using Eigen::Vector3d;
  return (AngleAxisd(angles_rad[2], Vector3d::UnitZ()) *
          AngleAxisd(angles_rad[1], Vector3d::UnitY()) *
          AngleAxisd(angles_rad[0], Vector3d::UnitX()))
      .toRotationMatrix();
}

Transform<World, Object> world_from_object(const schema::ObjectRecipe& object) {
  const schema::Vector3 angles = object.rotation_euler.value_or(schema::Vector3{});
  return {rotation_from_euler_xyz(angles), vector(object.location)};
}

Transform<World, BlenderCamera> world_from_blender_camera(const schema::CameraRecipe& camera) {
  Transform<World, BlenderCamera> pose;
  for (int row = 0; row < 3; ++row) {
    const auto& numbers = camera.transform_matrix[static_cast<std::size_t>(row)];
    for (int column = 0; column < 3; ++column) {
      pose.rotation(row, column) = numbers[static_cast<std::size_t>(column)];
    }
    pose.translation(row) = numbers[3];
  }
  return pose;
}

Transform<World, Camera> world_from_camera(const schema::CameraRecipe& camera) {
  return world_from_blender_camera(camera) * blender_from_camera();
}

CameraModel camera_model(const schema::CameraRecipe& camera) {
  const schema::IntrinsicsRecipe& intrinsics = camera.intrinsics;
  return camera_model(intrinsics.k_matrix, intrinsics.resolution,
                      lens_of(intrinsics.distortion_model, intrinsics.distortion_coeffs));
}

CameraModel rendered_camera(const schema::CameraRecipe& camera) {
  const schema::IntrinsicsRecipe& intrinsics = camera.intrinsics;
  if (intrinsics.k_matrix_overscan && intrinsics.resolution_overscan) {
    return camera_model(*intrinsics.k_matrix_overscan, *intrinsics.resolution_overscan);
  }
  if (intrinsics.fov_spherical && intrinsics.resolution_spherical) {
    const auto& resolution = *intrinsics.resolution_spherical;
    const double f_px = resolution[0] / *intrinsics.fov_spherical;
    const schema::Matrix3 matrix{
        {{f_px, 0, resolution[0] / 2.0}, {0, f_px, resolution[1] / 2.0}, {0, 0, 1}}};
    return camera_model(matrix, resolution, KannalaBrandt{});
  }
  return camera_model(intrinsics.k_matrix, intrinsics.resolution);
}

std::array<Point<Object>, 4> tag_corners(const schema::ObjectRecipe& object) {
  const auto* properties = std::get_if<schema::TagProperties>(&object.properties);
  RTAG_CHECK(properties != nullptr, "only a TAG has border corners");
  const double half_edge_m = properties->tag_size * object.scale[0] / 2;
  return {{{{-half_edge_m, half_edge_m, 0}},
           {{half_edge_m, half_edge_m, 0}},
           {{half_edge_m, -half_edge_m, 0}},
           {{-half_edge_m, -half_edge_m, 0}}}};
}

double plane_edge_over_border_edge(int grid_modules, int margin_bits) {
  return static_cast<double>(grid_modules + 2 * margin_bits) / grid_modules;
}

}  // namespace rtag::geometry
