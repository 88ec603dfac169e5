// SPDX-License-Identifier: MIT
// The rays of an image: computed exactly on a grid, linear in between. The grid is as wide as keeps
// every ray within 0.01 px of its pixel, and at most 8 px. Immutable; any thread may read one.
#pragma once

#include <vector>

#include <Eigen/Core>

#include "compiler/preview_vector.h"
#include "schema/geometry/camera_model.h"

namespace rtag::compiler {

// The ray of a pixel's centre, and how it moves with the pixel. Its length means nothing.
struct PixelRay {
  Float3 ray;
  Float3 by_x;
  Float3 by_y;
};

// Pixels from first to end, end not included; at most one step of the grid wide and high.
struct PixelCell {
  int first_x, end_x;
  int first_y, end_y;
};

class RayGrid {
 public:
  // Rays are in the world's directions. REQUIRES: every pixel has a ray.
  RayGrid(const geometry::CameraModel& camera, const Eigen::Matrix3d& world_from_camera);

  std::vector<PixelCell> cells() const;  // together the image, row by row
  PixelRay at(const PixelCell& cell, int column, int row) const;

  // The ray of any place near a cell.
  Float3 near(const PixelCell& cell, float x_px, float y_px) const;

  int step_px() const { return step_px_; }

 private:
  struct Corners {
    Float3 top_left, top_right, bottom_left, bottom_right;
  };

  void compute(const geometry::CameraModel& camera);
  double largest_error_px(const geometry::CameraModel& camera) const;
  Corners corners(const PixelCell& cell) const;

  int width_px_;
  int height_px_;
  int step_px_;
  Eigen::Matrix3d world_from_camera_;
  std::vector<Float3> rays_;  // of the corners of all cells, row by row
};

}  // namespace rtag::compiler
