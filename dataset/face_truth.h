// SPDX-License-Identifier: MIT
// FaceTruth: what the records of tags, of a board's markers and of boards have in common - a flat
// rectangle before a camera. Pure; any thread. Metres; pixels are continuous.
#pragma once

#include <cstdint>
#include <vector>

#include "dataset/moving_camera.h"
#include "dataset/outline.h"
#include "dataset/raw_frame.h"
#include "schema/detection_record.h"

namespace rtag::dataset {

// One camera's image. Refers to a recipe and an index image that must outlive it.
struct ImageView {
  const schema::CameraRecipe& recipe;
  MovingCamera camera;
  geometry::Transform<geometry::Camera, geometry::World> camera_from_world;
  const IndexImage& index;
};

// The plane that a renderer draws an object on, its white rim included.
struct Plane {
  geometry::Polygon outline;
  double reach_px = 0;             // pixels nearer to its edges are not asked what they show
  std::int32_t object_number = 0;  // in the index image
};

// What is printed in a rectangle of a plane: a black border, the cells of a board. The frame's
// origin is its centre, +Z leaves the printed side.
struct Face {
  geometry::Transform<geometry::Camera, geometry::Object> camera_from_face;
  double width_m = 0;
  double height_m = 0;

  const Eigen::Vector3d& centre() const { return camera_from_face.translation; }
  Eigen::Vector3d normal() const { return camera_from_face.rotation.col(2); }
  bool facing() const { return normal().dot(centre()) < 0; }
};

// TL, TR, BR, BL of the face grown by the given lengths.
Quad corners_of(const Face& face, double wider_m = 0, double higher_m = 0);

Plane plane_of(const Quad& quad, std::int32_t object_number, const ImageView& image);

// Null without projection.
std::vector<schema::ImagePoint> image_points(const Quad& quad, const MovingCamera& camera);

// 0 without projection, 1 in the margin or outside the image, 2 for the rest.
int visibility(const schema::ImagePoint& point, const geometry::CameraModel& camera, int margin_px);

// A record with the camera, the pose and what is in sight of the face; it has no id and no points.
schema::DetectionRecord face_record(const Face& face, const Plane& plane, const ImageView& image);

// Pixels per module of a marker with so many modules along its edge that is parallel to the image
// at the depth of the face's centre; 0 where that is not in front of the camera.
double pixels_per_module(const Face& face, double edge_m, int grid_modules,
                         const MovingCamera& camera);

// A TAG record: `face` is the black border of a marker with so many modules along its edge.
schema::DetectionRecord marker_record(const Face& face, const Plane& plane, const ImageView& image,
                                      int grid_modules);

}  // namespace rtag::dataset
