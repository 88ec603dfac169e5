// SPDX-License-Identifier: MIT
#include "schema/geometry/lens.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include <Eigen/LU>

#include "schema/check.h"

namespace rtag::geometry {
namespace {

// c[0] + c[1] x + c[2] x^2 + ...
using Polynomial = std::vector<double>;

double value(const Polynomial& c, double x) {
  double sum = 0;
  for (auto term = c.rbegin(); term != c.rend(); ++term) sum = sum * x + *term;
  return sum;
}

Polynomial derivative(const Polynomial& c) {
  Polynomial slope;
  for (std::size_t i = 1; i < c.size(); ++i) slope.push_back(static_cast<double>(i) * c[i]);
  return slope;
}

// Where c stops or starts to be positive between low and high, to the last bit.
double bisected(const Polynomial& c, double low, double high) {
  const bool positive_at_low = value(c, low) > 0;
  while (true) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return low;
    ((value(c, middle) > 0) == positive_at_low ? low : high) = middle;
  }
}

// Where c changes its sign in (0, limit), ascending. Between neighbouring sign changes of its
// derivative a polynomial is monotone, so there bisection finds the only one.
std::vector<double> sign_changes(const Polynomial& c, double limit) {
  if (c.size() < 2) return {};
  std::vector<double> ends = sign_changes(derivative(c), limit);
  ends.push_back(limit);
  std::vector<double> found;
  double low = 0;
  for (const double high : ends) {
    if ((value(c, low) > 0) != (value(c, high) > 0)) found.push_back(bisected(c, low, high));
    low = high;
  }
  return found;
}

double first_sign_change(const Polynomial& c, double limit) {
  const auto found = sign_changes(c, limit);
  return found.empty() ? limit : found.front();
}

// The x in [0, limit] at which an increasing function reaches `target`, or `limit` when it stays
// below: Newton's method, and bisection where that would leave the bracket.
template <class Function, class Slope>
double reached(const Function& function, const Slope& slope, double target, double limit) {
  double low = 0;
  double high = limit;
  double x = std::min(target, limit / 2);
  for (int i = 0; i < 200; ++i) {
    const double excess = function(x) - target;
    if (excess == 0) return x;
    (excess < 0 ? low : high) = x;
    double next = x - excess / slope(x);
    if (!(next > low && next < high)) next = low + (high - low) / 2;
    if (next == x || next <= low || next >= high) return next;
    x = next;
  }
  return x;
}

double radial_factor(const BrownConrady& lens, double r2) {
  return 1 + r2 * (lens.k1 + r2 * (lens.k2 + r2 * lens.k3));
}

double radial_slope(const BrownConrady& lens, double r2) {
  return 1 + r2 * (3 * lens.k1 + r2 * (5 * lens.k2 + r2 * 7 * lens.k3));
}

double limit_of_lens(const Rectilinear&) { return 0; }

double limit_of_lens(const BrownConrady& lens) {
  const double p6 = -6 * std::hypot(lens.p1, lens.p2);
  const Polynomial along{1, p6, 3 * lens.k1, 0, 5 * lens.k2, 0, 7 * lens.k3};
  const Polynomial across{1, p6, lens.k1, 0, lens.k2, 0, lens.k3};
  return std::min(first_sign_change(along, kLargestRadius),
                  first_sign_change(across, kLargestRadius));
}

double limit_of_lens(const KannalaBrandt& lens) {
  return first_sign_change({1, 0, 3 * lens.k1, 0, 5 * lens.k2, 0, 7 * lens.k3, 0, 9 * lens.k4},
                           std::numbers::pi);
}

// The start of the search: the inverse of the radial part alone.
Eigen::Vector2d without_radial_part(const BrownConrady& lens, const Eigen::Vector2d& image,
                                    double limit) {
  const double radius = image.norm();
  if (radius == 0) return image;
  const double start = reached([&](double r) { return r * radial_factor(lens, r * r); },
                               [&](double r) { return radial_slope(lens, r * r); }, radius, limit);
  return image * (std::min(start, limit * (1 - 1e-9)) / radius);
}

}  // namespace

Lens lens_of(schema::DistortionModel model, const std::vector<double>& coefficients) {
  const std::vector<double>& c = coefficients;
  switch (model) {
    case schema::DistortionModel::kNone:
      RTAG_CHECK(c.empty(), "no lens, no coefficients");
      return Rectilinear{};
    case schema::DistortionModel::kBrownConrady:
      RTAG_CHECK(c.size() == 5, "a Brown-Conrady lens has 5 coefficients");
      return BrownConrady{c[0], c[1], c[2], c[3], c[4]};
    case schema::DistortionModel::kKannalaBrandt:
      RTAG_CHECK(c.size() == 4, "a Kannala-Brandt lens has 4 coefficients");
      return KannalaBrandt{c[0], c[1], c[2], c[3]};
  }
  RTAG_CHECK(false, "an unknown lens");
  return Rectilinear{};
}

double limit_of(const Lens& lens) {
  return std::visit([](const auto& known) { return limit_of_lens(known); }, lens);
}

Eigen::Vector2d distorted(const BrownConrady& lens, const Eigen::Vector2d& point) {
  const double x = point.x();
  const double y = point.y();
  const double r2 = x * x + y * y;
  const double factor = radial_factor(lens, r2);
  return {x * factor + 2 * lens.p1 * x * y + lens.p2 * (r2 + 2 * x * x),
          y * factor + lens.p1 * (r2 + 2 * y * y) + 2 * lens.p2 * x * y};
}

Eigen::Matrix2d distortion_jacobian(const BrownConrady& lens, const Eigen::Vector2d& point) {
  const double x = point.x();
  const double y = point.y();
  const double r2 = x * x + y * y;
  const double factor = radial_factor(lens, r2);
  const double growth = 2 * (lens.k1 + r2 * (2 * lens.k2 + r2 * 3 * lens.k3));
  const double mixed = growth * x * y + 2 * lens.p1 * x + 2 * lens.p2 * y;
  Eigen::Matrix2d jacobian;
  jacobian << factor + growth * x * x + 2 * lens.p1 * y + 6 * lens.p2 * x, mixed,  //
      mixed, factor + growth * y * y + 6 * lens.p1 * y + 2 * lens.p2 * x;
  return jacobian;
}

Eigen::Vector2d undistorted(const BrownConrady& lens, const Eigen::Vector2d& image, double limit) {
  Eigen::Vector2d point = without_radial_part(lens, image, limit);
  Eigen::Vector2d excess = distorted(lens, point) - image;
  for (int i = 0; i < 100 && excess.squaredNorm() > 0; ++i) {
    Eigen::Vector2d step = distortion_jacobian(lens, point).inverse() * excess;
    // Inside the limit a short enough step always comes nearer.
    int halvings = 0;
    for (; halvings < 50; ++halvings, step /= 2) {
      const Eigen::Vector2d next = point - step;
      if (!(next.norm() < limit)) continue;
      const Eigen::Vector2d next_excess = distorted(lens, next) - image;
      if (!(next_excess.squaredNorm() < excess.squaredNorm())) continue;
      point = next;
      excess = next_excess;
      break;
    }
    if (halvings == 50) break;
  }
  return point;
}

double distorted_angle(const KannalaBrandt& lens, double angle_rad) {
  const double a2 = angle_rad * angle_rad;
  return angle_rad * (1 + a2 * (lens.k1 + a2 * (lens.k2 + a2 * (lens.k3 + a2 * lens.k4))));
}

double distorted_angle_slope(const KannalaBrandt& lens, double angle_rad) {
  const double a2 = angle_rad * angle_rad;
  return 1 + a2 * (3 * lens.k1 + a2 * (5 * lens.k2 + a2 * (7 * lens.k3 + a2 * 9 * lens.k4)));
}

std::optional<double> undistorted_angle(const KannalaBrandt& lens, double radius, double limit) {
  if (!(radius < distorted_angle(lens, limit))) return std::nullopt;
  return reached([&](double angle) { return distorted_angle(lens, angle); },
                 [&](double angle) { return distorted_angle_slope(lens, angle); }, radius, limit);
}

}  // namespace rtag::geometry
