// SPDX-License-Identifier: MIT
// LensMap: where the rays of an image arrive in the picture that is rendered for it, and how large
// a pixel of the image is there. Exact at the nodes of a grid over the image (Newton's method, the
// projection that labels use); between them cubic polynomials. Immutable; any thread.
#pragma once

#include <vector>

#include <Eigen/Core>

#include "schema/geometry/camera_model.h"

namespace rtag::dataset {

// Of one place of the image: x and y in the picture (px), and the footprint's width and height
// there (px of the picture a px of the image): the lengths of the rows of d picture / d image.
using MappedPlace = Eigen::Array4d;

class LensMap {
 public:
  // REQUIRES: every point of the image has a ray, and the rendered camera sees it.
  LensMap(const geometry::CameraModel& rendered, const geometry::CameraModel& image);

  // The places of the centres of one row of pixels.
  std::vector<MappedPlace> row(int row) const;

  // How far cubic interpolation is off in the middle between nodes, at most.
  static constexpr double kTolerance_px = 1e-4;

 private:
  struct Axis {
    int cells;
    double cell_px;
  };

  // The four nodes around a coordinate, and their weights.
  struct Stencil {
    int first;
    Eigen::Array4d weights;
  };

  static Axis axis(int size_px, int cell_px);
  static Stencil stencil(const Axis& axis, double coordinate_px);

  MappedPlace node(int column, int row) const;
  std::vector<MappedPlace> columns_at(double y_px) const;
  MappedPlace interpolated(const std::vector<MappedPlace>& columns, double x_px) const;
  void make_nodes(int cell_px);
  double largest_error_px() const;

  geometry::CameraModel rendered_;
  geometry::CameraModel image_;
  Axis across_{}, down_{};
  std::vector<MappedPlace> nodes_;  // row by row
};

}  // namespace rtag::dataset
