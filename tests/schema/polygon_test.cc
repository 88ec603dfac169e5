// SPDX-License-Identifier: MIT
#include "schema/geometry/polygon.h"

#include <random>

#include <catch2/catch.hpp>

namespace rtag::geometry {
namespace {

const Polygon kSquare{{2, 2}, {6, 2}, {6, 6}, {2, 6}};  // TL, TR, BR, BL on an image

double clipped_area(const Polygon& polygon, double width, double height) {
  return signed_area(clip_to_image(polygon, width, height));
}

}  // namespace

TEST_CASE("area is positive clockwise on the image, negative the other way round") {
  CHECK(signed_area(kSquare) == 16);
  CHECK(signed_area({kSquare.rbegin(), kSquare.rend()}) == -16);
  CHECK(signed_area({{0, 0}, {4, 0}, {0, 3}}) == 6);
  CHECK(signed_area({}) == 0);
  CHECK(signed_area({{1, 2}}) == 0);
  CHECK(signed_area({{1, 2}, {3, 4}}) == 0);
}

TEST_CASE("what lies inside stays as it is") {
  CHECK(clip_to_image(kSquare, 10, 10) == kSquare);
  CHECK(clip_to_image(kSquare, 6, 6) == kSquare);  // Touching the border is inside.
}

TEST_CASE("each border cuts off what lies beyond it") {
  CHECK(clip_to_image(kSquare, 4, 10) == Polygon{{2, 2}, {4, 2}, {4, 6}, {2, 6}});
  CHECK(clip_to_image(kSquare, 10, 3) == Polygon{{2, 2}, {6, 2}, {6, 3}, {2, 3}});
  const Polygon at_origin{{-2, -1}, {2, -1}, {2, 3}, {-2, 3}};
  CHECK(clipped_area(at_origin, 10, 10) == 6);
  CHECK(clipped_area({{-5, -5}, {15, -5}, {15, 15}, {-5, 15}}, 10, 8) == 80);
}

TEST_CASE("a diamond over a corner keeps its triangle") {
  // |x| + |y| <= 4 inside the first quadrant.
  CHECK(clipped_area({{0, -4}, {4, 0}, {0, 4}, {-4, 0}}, 10, 10) == 8);
  // A quadrilateral that loses one corner becomes a pentagon.
  CHECK(clip_to_image({{1, 1}, {9, 5}, {5, 9}, {1, 5}}, 8, 10).size() == 5);
}

TEST_CASE("nothing is left of what lies outside or has no area inside") {
  CHECK(clip_to_image({{-3, 1}, {-1, 1}, {-1, 3}, {-3, 3}}, 10, 10).empty());
  CHECK(clip_to_image({{11, 1}, {13, 1}, {13, 3}, {11, 3}}, 10, 10).empty());
  CHECK(clip_to_image({}, 10, 10).empty());
  CHECK(clipped_area({{-2, 1}, {0, 1}, {0, 3}, {-2, 3}}, 10, 10) == 0);
}

TEST_CASE("the parts of a polygon left and right of a line add up to the whole") {
  std::mt19937_64 engine(8);
  std::uniform_real_distribution<double> angle(0, 6.283185307179586);
  std::uniform_real_distribution<double> cut(1, 99);
  for (int i = 0; i < 100; ++i) {
    std::vector<double> angles(5);
    for (double& a : angles) a = angle(engine);
    std::sort(angles.begin(), angles.end());
    Polygon polygon;
    for (const double a : angles)
      polygon.emplace_back(50 + 49 * std::cos(a), 50 + 49 * std::sin(a));
    const double x = cut(engine);
    Polygon shifted = polygon;
    for (Eigen::Vector2d& point : shifted) point.x() -= x;
    CHECK(clipped_area(polygon, x, 100) + clipped_area(shifted, 100 - x, 100) ==
          Approx(signed_area(polygon)).margin(1e-9));
  }
}

TEST_CASE("a point is inside, on the border or outside") {
  CHECK(contains(kSquare, {4, 4}));
  CHECK(contains(kSquare, {2, 4}));
  CHECK(contains(kSquare, {6, 6}));
  CHECK_FALSE(contains(kSquare, {1.999, 4}));
  CHECK_FALSE(contains(kSquare, {4, 6.001}));
  CHECK_FALSE(contains(kSquare, {7, 7}));
  CHECK_FALSE(contains({}, {0, 0}));
}

}  // namespace rtag::geometry
