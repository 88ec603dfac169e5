// SPDX-License-Identifier: MIT
// Plane polygons in pixels: signed area, clipping to the image, point inside. y points down, so a
// polygon that runs clockwise as seen on the image has a positive area.
#pragma once

#include <vector>

#include <Eigen/Core>

namespace rtag::geometry {

using Polygon = std::vector<Eigen::Vector2d>;

// Shoelace formula. 0 for fewer than three points.
double signed_area(const Polygon& polygon);

// The part of a convex polygon inside [0,width]x[0,height] (Sutherland & Hodgman, CACM 17(1),
// 1974). Empty when nothing is inside.
Polygon clip_to_image(const Polygon& polygon, double width, double height);

// Whether `point` lies inside a convex polygon of positive area; its border counts as inside.
bool contains(const Polygon& polygon, const Eigen::Vector2d& point);

}  // namespace rtag::geometry
