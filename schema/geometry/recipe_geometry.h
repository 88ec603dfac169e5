// SPDX-License-Identifier: MIT
// What a recipe says in numbers, as typed geometry: poses of cameras and objects, the corners of a
// tag. The one place where the size rules of recipes are written in C++.
#pragma once

#include <array>

#include "schema/geometry/camera_model.h"
#include "schema/geometry/frames.h"
#include "schema/scene_recipe.h"

namespace rtag::geometry {

// R = Rz(z) Ry(y) Rx(x).
Eigen::Matrix3d rotation_from_euler_xyz(const schema::Vector3& angles_rad);

Transform<World, Object> world_from_object(const schema::ObjectRecipe& object);
Transform<World, BlenderCamera> world_from_blender_camera(const schema::CameraRecipe& camera);
Transform<World, Camera> world_from_camera(const schema::CameraRecipe& camera);
CameraModel camera_model(const schema::CameraRecipe& camera);

// The camera of the picture that is rendered and then warped into the image: the overscan pinhole
// of a Brown-Conrady lens, the equidistant fisheye of a Kannala-Brandt lens (f = edge / fov), and
// for no lens the image's own. It has the pose of the image's camera.
CameraModel rendered_camera(const schema::CameraRecipe& camera);

// Corners of a TAG's black border: TL, TR, BR, BL as seen from its printed side. Metres; scale
// applied. REQUIRES: object.properties holds TagProperties, scale x = y > 0.
std::array<Point<Object>, 4> tag_corners(const schema::ObjectRecipe& object);

// Modules along the edge of a tag's plane, quiet zone included, over modules of its border: the
// plane's edge is tag_size times this.
double plane_edge_over_border_edge(int grid_modules, int margin_bits);

}  // namespace rtag::geometry
