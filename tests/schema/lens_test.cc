// SPDX-License-Identifier: MIT
#include "schema/geometry/lens.h"

#include <numbers>
#include <random>

#include <Eigen/Eigenvalues>
#include <catch2/catch.hpp>

namespace rtag::geometry {
namespace {

constexpr double kPi = std::numbers::pi;

double smallest_eigenvalue(const BrownConrady& lens, const Eigen::Vector2d& point) {
  const Eigen::Matrix2d jacobian = distortion_jacobian(lens, point);
  return Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d>(jacobian).eigenvalues()(0);
}

Eigen::Vector2d polar(double radius, double angle_rad) {
  return {radius * std::cos(angle_rad), radius * std::sin(angle_rad)};
}

}  // namespace

TEST_CASE("coefficients have the order of configs and recipes") {
  const auto brown_conrady = std::get<BrownConrady>(
      lens_of(schema::DistortionModel::kBrownConrady, {0.1, 0.2, 0.3, 0.4, 0.5}));
  CHECK(brown_conrady.k1 == 0.1);
  CHECK(brown_conrady.k2 == 0.2);
  CHECK(brown_conrady.p1 == 0.3);
  CHECK(brown_conrady.p2 == 0.4);
  CHECK(brown_conrady.k3 == 0.5);
  const auto kannala_brandt = std::get<KannalaBrandt>(
      lens_of(schema::DistortionModel::kKannalaBrandt, {0.1, 0.2, 0.3, 0.4}));
  CHECK(kannala_brandt.k1 == 0.1);
  CHECK(kannala_brandt.k2 == 0.2);
  CHECK(kannala_brandt.k3 == 0.3);
  CHECK(kannala_brandt.k4 == 0.4);
  CHECK(std::holds_alternative<Rectilinear>(lens_of(schema::DistortionModel::kNone, {})));
}

// By hand: R' = 1 - 0.9 r^2; (1 - s)(1 - s/2)(1 - s/3) = 1 - 11/6 s + s^2 - s^3/6 with s = r^2;
// 1 - 0.06 r; and 1 + 3 k1 r^2 - 6 |p| r with |p| = 0.05 and k1 = -0.1.
TEST_CASE("a Brown-Conrady lens is used up to the first fold") {
  CHECK(limit_of(BrownConrady{.k1 = -0.3}) == Approx(1 / std::sqrt(0.9)).epsilon(1e-14));
  CHECK(limit_of(BrownConrady{.k1 = -11.0 / 18, .k2 = 1.0 / 5, .k3 = -1.0 / 42}) ==
        Approx(1).epsilon(1e-14));
  CHECK(limit_of(BrownConrady{.p1 = -0.01}) == Approx(1 / 0.06).epsilon(1e-14));
  const double root = (-0.3 + std::sqrt(0.09 + 4 * 0.3)) / 0.6;
  CHECK(limit_of(BrownConrady{.k1 = -0.1, .p1 = 0.03, .p2 = -0.04}) == Approx(root).epsilon(1e-14));
}

TEST_CASE("a Brown-Conrady lens that never folds is used nearly to 90 degrees") {
  CHECK(limit_of(BrownConrady{}) == kLargestRadius);
  CHECK(limit_of(BrownConrady{.k1 = 0.5}) == kLargestRadius);
  CHECK(limit_of(BrownConrady{.k1 = -0.28, .k2 = 0.08}) == kLargestRadius);
  // It folds at s = 1 and unfolds at s = 1.0001: a narrow fold is found too.
  CHECK(limit_of(BrownConrady{.k1 = -(1 + 1 / 1.0001) / 3, .k2 = 1 / 1.0001 / 5}) ==
        Approx(1).epsilon(1e-9));
}

// 1 - 0.3 theta^2; and (1 - s)(1 - s/2)(1 - s/3)(1 - s/4) with s = theta^2.
TEST_CASE("a Kannala-Brandt lens is used up to the first fold, and at most to the back") {
  CHECK(limit_of(KannalaBrandt{}) == kPi);
  CHECK(limit_of(KannalaBrandt{.k1 = 0.01, .k4 = 0.02}) == kPi);
  CHECK(limit_of(KannalaBrandt{.k1 = -0.1}) == Approx(std::sqrt(1 / 0.3)).epsilon(1e-14));
  CHECK(limit_of(KannalaBrandt{-25.0 / 12 / 3, 35.0 / 24 / 5, -10.0 / 24 / 7, 1.0 / 24 / 9}) ==
        Approx(1).epsilon(1e-14));
  CHECK(limit_of(KannalaBrandt{.k1 = -1e-3}) == kPi);  // folds at theta = 18
}

TEST_CASE("within its limit a Brown-Conrady lens stretches in every direction") {
  std::mt19937_64 engine(1);
  std::uniform_real_distribution<double> unit(-1, 1);
  int folding = 0;
  for (int i = 0; i < 20000; ++i) {
    const double k = i % 2 == 0 ? 0.3 : 2;
    const double p = i % 3 == 0 ? 0 : 0.1;
    const BrownConrady lens{k * unit(engine), k * unit(engine), p * unit(engine), p * unit(engine),
                            k * unit(engine)};
    const double limit = limit_of(lens);
    const double radius = std::min(limit, 1e3) * (1 - 1e-9) * std::abs(unit(engine));
    REQUIRE(smallest_eigenvalue(lens, polar(radius, kPi * unit(engine))) > 0);
    if (limit == kLargestRadius) continue;
    // A lens that folds along the radius first does so opposite to p.
    const double r2 = limit * limit;
    const double along = 1 + 3 * lens.k1 * r2 + 5 * lens.k2 * r2 * r2 + 7 * lens.k3 * r2 * r2 * r2;
    const double across = 1 + lens.k1 * r2 + lens.k2 * r2 * r2 + lens.k3 * r2 * r2 * r2;
    if (along > across) continue;
    ++folding;
    const double fold_rad = std::atan2(-lens.p1, -lens.p2);
    CHECK(smallest_eigenvalue(lens, polar(limit * (1 + 1e-6), fold_rad)) < 0);
  }
  CHECK(folding > 5000);
}

TEST_CASE("the Jacobian of a Brown-Conrady lens is that of central differences") {
  const BrownConrady lens{-0.28, 0.08, 0.02, -0.03, 0.01};
  const double step = 1e-6;
  for (const Eigen::Vector2d& point : {Eigen::Vector2d(0.4, -0.7), Eigen::Vector2d(0, 0)}) {
    const Eigen::Matrix2d jacobian = distortion_jacobian(lens, point);
    for (int i = 0; i < 2; ++i) {
      const Eigen::Vector2d h = Eigen::Vector2d::Unit(i) * step;
      const Eigen::Vector2d slope =
          (distorted(lens, point + h) - distorted(lens, point - h)) / (2 * step);
      CHECK((jacobian.col(i) - slope).norm() < 1e-9);
    }
  }
}

}  // namespace rtag::geometry
