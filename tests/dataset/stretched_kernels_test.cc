// SPDX-License-Identifier: MIT
#include "dataset/stretched_kernels.h"

#include <cmath>
#include <numbers>

#include <catch2/catch.hpp>

using rtag::dataset::StretchedKernels;

namespace {

// What a picture's row of `value(centre of the pixel)` gives at `position_px`.
template <class Value>
double read(const StretchedKernels& kernels, double position_px, double footprint_px, Value value) {
  const auto placed = StretchedKernels::place(position_px, footprint_px);
  double sum = 0;
  for (int tap = 0; tap < kernels.taps(placed.kernel); ++tap) {
    sum += static_cast<double>(kernels.weights(placed.kernel)[tap]) *
           value(placed.first_px + tap + 0.5);
  }
  return sum;
}

}  // namespace

TEST_CASE("a straight ramp is read where it is, to 1/512 px, at any width") {
  const StretchedKernels kernels(8);
  for (double width_px = 0.4; width_px < 8; width_px *= 1.07) {
    for (double position_px = 40; position_px < 42; position_px += 0.0371) {
      const double found = read(kernels, position_px, width_px, [](double x) { return x; });
      CHECK(std::abs(found - position_px) <= 1.0 / 512 + 1e-5);
    }
  }
}

TEST_CASE("a parabola is read as it is, and its blur: a third of a square pixel") {
  const StretchedKernels kernels(1);
  const auto parabola = [](double x) { return 0.3 * (x - 40) * (x - 40); };
  for (double position_px = 40; position_px < 41; position_px += 1.0 / 256) {
    CHECK(read(kernels, position_px, 1, parabola) ==
          Approx(parabola(position_px) + 0.1).margin(1e-5));
  }
}

TEST_CASE("at a pixel's centre its neighbours weigh a sixth each") {
  const StretchedKernels kernels(1);
  const auto only_here = [](double x) { return x == 12.5 ? 1.0 : 0.0; };
  CHECK(read(kernels, 12.5, 1, only_here) == Approx(4 / 6.0));
  CHECK(read(kernels, 11.5, 1, only_here) == Approx(1 / 6.0));
  CHECK(read(kernels, 13.5, 1, only_here) == Approx(1 / 6.0));
  CHECK(std::abs(read(kernels, 14.5, 1, only_here)) < 1e-6);
}

TEST_CASE("waves that the image cannot hold are averaged to a hundredth, long ones are kept") {
  const StretchedKernels kernels(4);
  for (const double footprint_px : {2.0, 3.0, 4.0}) {
    const auto amplitude = [&](double waves_an_image_px) {
      double largest = 0;
      for (double position_px = 100; position_px < 130; position_px += 0.21) {
        const double found = read(kernels, position_px, footprint_px, [&](double x) {
          return std::cos(2 * std::numbers::pi * x * waves_an_image_px / footprint_px);
        });
        largest = std::max(largest, std::abs(found));
      }
      return largest;
    };
    CHECK(amplitude(0.95) < 0.01);  // would show as one long wave of 20 px
    CHECK(amplitude(0.1) > 0.93);
  }
}

TEST_CASE("footprints beyond the widest are read at the widest") {
  const StretchedKernels kernels(1000);
  const auto placed = StretchedKernels::place(500, 1000);
  CHECK(kernels.taps(placed.kernel) == 64);
  CHECK(read(kernels, 500, 1000, [](double) { return 1.0; }) == Approx(1));
}
