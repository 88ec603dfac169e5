// SPDX-License-Identifier: MIT
#include "dataset/lens_map.h"

#include <algorithm>
#include <cmath>

#include <Eigen/LU>

#include "schema/check.h"

namespace rtag::dataset {
namespace {

using geometry::CameraModel;

constexpr int kWidestCell_px = 16;
constexpr int kFewestCells = 3;  // a cubic polynomial has four nodes

// By the chain rule through the ray: both projections ignore a point's distance, so the smallest
// step of the point that moves the image by a pixel will do (the right inverse of its Jacobian).
MappedPlace mapped(const CameraModel& rendered, const CameraModel& image,
                   const Eigen::Vector2d& pixel) {
  const auto ray = image.unproject(pixel);
  RTAG_CHECK(ray.has_value(), "every point of the image has a ray");
  const auto here = image.project_with_jacobian({*ray});
  const auto there = rendered.project_with_jacobian({*ray});
  RTAG_CHECK(here.has_value() && there.has_value(), "both cameras see the rays of the image");
  const auto& by_point = here->by_point;
  const Eigen::Matrix2d picture_by_image =
      there->by_point * by_point.transpose() * (by_point * by_point.transpose()).inverse();
  return {there->pixel.x(), there->pixel.y(), picture_by_image.row(0).norm(),
          picture_by_image.row(1).norm()};
}

}  // namespace

LensMap::LensMap(const CameraModel& rendered, const CameraModel& image)
    : rendered_(rendered), image_(image) {
  int cell_px = kWidestCell_px;
  make_nodes(cell_px);
  while (cell_px > 1 && largest_error_px() > kTolerance_px) make_nodes(cell_px /= 2);
}

LensMap::Axis LensMap::axis(int size_px, int cell_px) {
  const int cells = std::max(kFewestCells, (size_px + cell_px - 1) / cell_px);
  return {cells, static_cast<double>(size_px) / cells};
}

// Lagrange's polynomials. In the first and last cell the nodes are on one side.
LensMap::Stencil LensMap::stencil(const Axis& axis, double coordinate_px) {
  const double cells = coordinate_px / axis.cell_px;
  const int first = std::clamp(static_cast<int>(cells) - 1, 0, axis.cells - 3);
  const double t = cells - first;
  return {first,
          {(t - 1) * (t - 2) * (3 - t) / 6, t * (t - 2) * (t - 3) / 2, t * (t - 1) * (3 - t) / 2,
           t * (t - 1) * (t - 2) / 6}};
}

MappedPlace LensMap::node(int column, int row) const {
  return nodes_[static_cast<std::size_t>(row * (across_.cells + 1) + column)];
}

void LensMap::make_nodes(int cell_px) {
  across_ = axis(image_.width, cell_px);
  down_ = axis(image_.height, cell_px);
  nodes_.clear();
  for (int row = 0; row <= down_.cells; ++row) {
    for (int column = 0; column <= across_.cells; ++column) {
      // The last node is the border itself, not a rounding beyond it.
      const Eigen::Vector2d pixel(std::min(column * across_.cell_px, 1.0 * image_.width),
                                  std::min(row * down_.cell_px, 1.0 * image_.height));
      nodes_.push_back(mapped(rendered_, image_, pixel));
    }
  }
}

// The nodes' columns, interpolated down to one row.
std::vector<MappedPlace> LensMap::columns_at(double y_px) const {
  const Stencil down = stencil(down_, y_px);
  std::vector<MappedPlace> columns;
  for (int column = 0; column <= across_.cells; ++column) {
    MappedPlace place = MappedPlace::Zero();
    for (int i = 0; i < 4; ++i) place += down.weights[i] * node(column, down.first + i);
    columns.push_back(place);
  }
  return columns;
}

double LensMap::largest_error_px() const {
  double largest = 0;
  for (int row = 0; row < down_.cells; ++row) {
    const double y_px = (row + 0.5) * down_.cell_px;
    const std::vector<MappedPlace> columns = columns_at(y_px);
    for (int column = 0; column < across_.cells; ++column) {
      const double x_px = (column + 0.5) * across_.cell_px;
      const MappedPlace error =
          interpolated(columns, x_px) - mapped(rendered_, image_, {x_px, y_px});
      largest = std::max({largest, std::abs(error[0]), std::abs(error[1])});
    }
  }
  return largest;
}

MappedPlace LensMap::interpolated(const std::vector<MappedPlace>& columns, double x_px) const {
  const Stencil across = stencil(across_, x_px);
  MappedPlace place = MappedPlace::Zero();
  for (int i = 0; i < 4; ++i) {
    place += across.weights[i] * columns[static_cast<std::size_t>(across.first + i)];
  }
  return place;
}

std::vector<MappedPlace> LensMap::row(int row) const {
  const std::vector<MappedPlace> columns = columns_at(row + 0.5);
  std::vector<MappedPlace> places;
  for (int column = 0; column < image_.width; ++column) {
    places.push_back(interpolated(columns, column + 0.5));
  }
  return places;
}

}  // namespace rtag::dataset
