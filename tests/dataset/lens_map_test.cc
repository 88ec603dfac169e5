// SPDX-License-Identifier: MIT
#include "dataset/lens_map.h"

#include <catch2/catch.hpp>

#include "tests/dataset/lens_cameras.h"

using namespace rtag;
using namespace rtag::dataset;

namespace {

Eigen::Vector2d exact(const LensPair& pair, double x_px, double y_px) {
  return *pair.rendered.project({*pair.image.unproject({x_px, y_px})});
}

// The lengths of the rows of the Jacobian, from differences over a thousandth of a pixel.
Eigen::Vector2d footprint(const LensPair& pair, double x_px, double y_px) {
  constexpr double kStep = 1e-3;
  const Eigen::Vector2d by_x = exact(pair, x_px + kStep, y_px) - exact(pair, x_px - kStep, y_px);
  const Eigen::Vector2d by_y = exact(pair, x_px, y_px + kStep) - exact(pair, x_px, y_px - kStep);
  return Eigen::Vector2d(std::hypot(by_x.x(), by_y.x()), std::hypot(by_x.y(), by_y.y())) /
         (2 * kStep);
}

}  // namespace

TEST_CASE("between its nodes the map is right to a thousandth of a pixel, to the last corner") {
  for (const LensPair& pair : lens_pairs()) {
    INFO(pair.name);
    const LensMap map(pair.rendered, pair.image);
    double largest_px = 0;
    for (int row = 0; row < pair.image.height; row = row < 262 ? row + 7 : row + 1) {
      const std::vector<MappedPlace> places = map.row(row);
      REQUIRE(places.size() == 480);
      for (int column = 0; column < 480; column = column < 470 ? column + 3 : column + 1) {
        const Eigen::Vector2d place = places[static_cast<std::size_t>(column)].head<2>();
        largest_px = std::max(largest_px, (place - exact(pair, column + 0.5, row + 0.5)).norm());
      }
    }
    CHECK(largest_px < 1e-3);
  }
}

TEST_CASE("the footprint is the length of the Jacobian's rows") {
  for (const LensPair& pair : lens_pairs()) {
    INFO(pair.name);
    const LensMap map(pair.rendered, pair.image);
    for (const int row : {0, 60, 135, 269}) {
      const std::vector<MappedPlace> places = map.row(row);
      for (const int column : {0, 33, 240, 479}) {
        const Eigen::Vector2d found = places[static_cast<std::size_t>(column)].tail<2>();
        CHECK((found - footprint(pair, column + 0.5, row + 0.5)).norm() < 0.01);
      }
    }
  }
}

TEST_CASE("an image of a few pixels is mapped like any other") {
  const LensPair tiny{"tiny", centred_camera(4, 8, 6), centred_camera(4, 2, 1)};
  const auto places = LensMap(tiny.rendered, tiny.image).row(0);
  REQUIRE(places.size() == 2);
  CHECK((places[0] - MappedPlace(3.5, 3, 1, 1)).matrix().norm() < 1e-9);
  CHECK((places[1] - MappedPlace(4.5, 3, 1, 1)).matrix().norm() < 1e-9);
}
