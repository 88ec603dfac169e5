// SPDX-License-Identifier: MIT
// Lenses: where a ray leaves the ideal pinhole, and back again. Coordinates are normalised: an
// undistorted point is (X/Z, Y/Z), a distorted one is (pixel - principal point) / focal length.
// Frames and pixels are camera_model.h's. Pure functions, any thread.
//
// A lens is used only where it is one-to-one. Beyond that a formula folds back over itself: two
// rays would share a pixel, and a label would be wrong.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include <Eigen/Core>

#include "schema/vocabulary.h"

namespace rtag::geometry {

struct Rectilinear {};

// D. C. Brown, "Close-range camera calibration", 1971, in the form of OpenCV's calib3d:
//   x' = x (1 + k1 r^2 + k2 r^4 + k3 r^6) + 2 p1 x y + p2 (r^2 + 2 x^2), and likewise for y'.
struct BrownConrady {
  double k1 = 0, k2 = 0, p1 = 0, p2 = 0, k3 = 0;
};

// J. Kannala and S. Brandt, "A generic camera model and calibration method", PAMI 28(8), 2006,
// eq. 6 with the coefficient of theta set to 1, as in OpenCV's fisheye:
//   r' = theta (1 + k1 theta^2 + k2 theta^4 + k3 theta^6 + k4 theta^8), theta from +Z.
struct KannalaBrandt {
  double k1 = 0, k2 = 0, k3 = 0, k4 = 0;
};

using Lens = std::variant<Rectilinear, BrownConrady, KannalaBrandt>;

// REQUIRES: the model's own coefficients: none; k1, k2, p1, p2, k3; or kb1, kb2, kb3, kb4.
Lens lens_of(schema::DistortionModel model, const std::vector<double>& coefficients);

// How far a lens is used: the normalised radius of a Brown-Conrady lens, the angle in radians from
// the optical axis of a Kannala-Brandt lens. The limit itself is outside. Rectilinear: no limit.
//
// Brown-Conrady: its Jacobian is symmetric (the map is the gradient of a potential), with
// eigenvalues of at least min(R', R/r) - 6 |p| r, where R = r + k1 r^3 + k2 r^5 + k3 r^7 and
// p = (p1, p2). The limit is the first root of that bound, and at most kLargestRadius. In this disc
// the potential is strictly convex, so no two points share an image. With p = 0 it is the first
// root of R', where the lens folds back.
// Kannala-Brandt: the first root of dr'/dtheta, and at most pi.
double limit_of(const Lens& lens);
inline constexpr double kLargestRadius = 1e6;  // a microradian from the camera's plane

Eigen::Vector2d distorted(const BrownConrady& lens, const Eigen::Vector2d& point);
Eigen::Matrix2d distortion_jacobian(const BrownConrady& lens, const Eigen::Vector2d& point);

// The point nearest to having `image` as its distorted point, within `limit`; exact to rounding
// where there is one that has.
Eigen::Vector2d undistorted(const BrownConrady& lens, const Eigen::Vector2d& image, double limit);

double distorted_angle(const KannalaBrandt& lens, double angle_rad);
double distorted_angle_slope(const KannalaBrandt& lens, double angle_rad);

// The angle in [0, limit) whose distorted angle is `radius` >= 0; nullopt when none has.
std::optional<double> undistorted_angle(const KannalaBrandt& lens, double radius, double limit);

}  // namespace rtag::geometry
