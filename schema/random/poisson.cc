// SPDX-License-Identifier: MIT
#include "schema/random/poisson.h"

#include <array>
#include <cmath>
#include <numbers>

#include "schema/check.h"

namespace rtag::random {
namespace {

constexpr double kFirstRejectedMean = 10;
constexpr double kLargestMean = 1e15;

// The logarithm of (n - 1)! as NumPy computes it (S. Zhang and J. Jin, Computation of Special
// Functions, 1996, 3.1: Stirling's series from 7 on, recurrence below), so that a draw is never
// decided otherwise by the last bit.
double log_gamma(double n) {
  constexpr std::array<double, 10> kSeries{
      8.333333333333333e-02, -2.777777777777778e-03, 7.936507936507937e-04, -5.952380952380952e-04,
      8.417508417508418e-04, -1.917526917526918e-03, 6.410256410256410e-03, -2.955065359477124e-02,
      1.796443723688307e-01, -1.39243221690590e+00};
  constexpr double kLogTwoPi = 1.8378770664093453e+00;
  if (n == 1 || n == 2) return 0;
  const int steps = n < 7 ? static_cast<int>(7 - n) : 0;
  double x = n + steps;
  const double inverse_square = (1 / x) * (1 / x);
  double series = kSeries.back();
  for (std::size_t i = kSeries.size() - 1; i-- > 0;) {
    series = series * inverse_square + kSeries[i];
  }
  double value = series / x + 0.5 * kLogTwoPi + (x - 0.5) * std::log(x) - x;
  for (int i = 0; i < steps; ++i) {
    value -= std::log(x - 1);
    x -= 1;
  }
  return value;
}

// The hat function of Hörmann's table, for one mean.
struct Hat {
  double mean, a, b;

  explicit Hat(double of_mean) : mean(of_mean) {
    b = 0.931 + 2.53 * std::sqrt(mean);
    a = -0.059 + 0.02483 * b;
  }

  // The density ratio at (count, v), as NumPy writes it.
  bool accepts(double count, double v, double u_s) const {
    return std::log(v) + std::log(inverse_alpha()) - std::log(a / (u_s * u_s) + b) <=
           -mean + count * std::log(mean) - log_gamma(count + 1);
  }

  // The same in two logarithms: how far the left side exceeds the right one. For counts from 7 on,
  // Stirling's formula for the factorial is less than 1e-5 off; up to a mean of 1e9 so is rounding.
  double excess(double count, double v, double u_s) const {
    const double ratio =
        v * inverse_alpha() * std::sqrt(2 * std::numbers::pi * count) / (a / (u_s * u_s) + b);
    return std::log(ratio) + count * std::log(count / mean) - (count - mean) + 1 / (12 * count);
  }

  double inverse_alpha() const { return 1.1239 + 1.1328 / (b - 3.4); }
};

// What NumPy decides, mostly without its logarithms of factorials.
bool accepted(const Hat& hat, double count, double v, double u_s) {
  constexpr double kDoubt = 1e-4;
  if (count >= 7 && hat.mean <= 1e9) {
    const double excess = hat.excess(count, v, u_s);
    if (std::abs(excess) > kDoubt) return excess < 0;
  }
  return hat.accepts(count, v, u_s);
}

std::int64_t by_rejection(double mean, RandomStream& stream) {
  const Hat hat(mean);
  const double always_below = 0.9277 - 3.6224 / (hat.b - 2);
  for (;;) {
    const double u = stream.unit() - 0.5;
    const double v = stream.unit();
    const double u_s = 0.5 - std::abs(u);
    const double position = (2 * hat.a / u_s + hat.b) * u + mean + 0.43;
    if (position < 0) continue;
    const auto count = static_cast<std::int64_t>(position);
    if (u_s >= 0.07 && v <= always_below) return count;
    if (u_s < 0.013 && v > u_s) continue;
    if (accepted(hat, static_cast<double>(count), v, u_s)) return count;
  }
}

std::int64_t by_products(double mean, RandomStream& stream) {
  const double end = std::exp(-mean);
  double product = stream.unit();
  std::int64_t count = 0;
  for (; product > end; ++count) product *= stream.unit();
  return count;
}

}  // namespace

std::int64_t poisson(double mean, RandomStream& stream) {
  RTAG_CHECK(mean >= 0 && mean <= kLargestMean, "a Poisson mean is a number from 0 on");
  if (mean >= kFirstRejectedMean) return by_rejection(mean, stream);
  if (mean == 0) return 0;
  return by_products(mean, stream);
}

}  // namespace rtag::random
