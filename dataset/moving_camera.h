// SPDX-License-Identifier: MIT
// MovingCamera: a camera that may move while it exposes, and whose rows may be read one after the
// other. Labels hold at mid-exposure; a recipe's pose is that of the middle row's mid-exposure.
//
// Row v of an image of H rows is exposed about t(v) = (v/H - 1/2) * readout, so a point is seen at
// the v that satisfies v = y(t(v)), y(t) being its image at that time (Meingast, Geyer & Sastry,
// "Geometric models of rolling-shutter cameras", OMNIVIS 2005, eq. 2). Rows above and below the
// image have the time of its first and last row. The camera moves in a straight line and does not
// turn. Points are given in the camera at t = 0, metres; pixels are continuous.
// Plain value, any thread.
#pragma once

#include <optional>

#include "schema/detection_record.h"
#include "schema/geometry/camera_model.h"
#include "schema/scene_recipe.h"

namespace rtag::dataset {

struct MovingCamera {
  geometry::CameraModel model;
  Eigen::Vector3d drift_m_per_s = Eigen::Vector3d::Zero();  // of what stands still in the world
  double shutter_s = 0;                                     // exposure of a row
  double readout_s = 0;                                     // from the first row to the last

  bool is_rolling() const { return readout_s > 0 && !drift_m_per_s.isZero(0); }

  // From the first row's opening to the last row's closing; its middle is t = 0.
  double exposure_s() const { return shutter_s + readout_s; }

  geometry::Point<geometry::Camera> at_time(const geometry::Point<geometry::Camera>& point,
                                            double t_s) const {
    return {point.xyz + drift_m_per_s * t_s};
  }

  // The image point, to 1e-9 px, inside the image or not. nullopt where the lens has none; where
  // the point's image moves as fast as rows are read, so that it is seen never or more than once.
  std::optional<Eigen::Vector2d> project(const geometry::Point<geometry::Camera>& point) const;

  // How far the image point moves while its row is exposed, from the middle to either end: the
  // larger of both directions. 0 without image.
  double smear_px(const geometry::Point<geometry::Camera>& point) const;
};

MovingCamera moving_camera(const schema::CameraRecipe& camera);

// The same from a record. REQUIRES: k_matrix and resolution.
MovingCamera moving_camera(const schema::DetectionRecord& record);

}  // namespace rtag::dataset
