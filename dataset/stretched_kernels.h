// SPDX-License-Identifier: MIT
// StretchedKernels: weights that read a picture between its pixels, for footprints of one pixel and
// more. The kernel is the cubic B-spline (M. Unser, "Splines: A Perfect Fit for Signal and Image
// Processing", IEEE Signal Processing Magazine 16(6), 1999): never negative, and with the least
// pull of edges towards the picture's grid among kernels of four pixels. Where the image is coarser
// than the picture it is stretched to the image's pixel, so that detail which the image cannot hold
// is averaged and not aliased (P. S. Heckbert, "Fundamentals of Texture Mapping and Image Warping",
// 1989, 3.5). It blurs by 0.58 px (standard deviation), of the wider of the two pixels.
//
// The weights of each kernel add up to 1, and their centroid lies where the kernel is asked for: a
// straight ramp, and so the place of an edge, is kept at any width. Immutable; any thread.
#pragma once

#include <cstdint>
#include <vector>

namespace rtag::dataset {

class StretchedKernels {
 public:
  static constexpr int kPhases = 256;       // a coordinate is rounded to 1/256 px
  static constexpr double kWidest_px = 16;  // wider footprints get this width
  static constexpr int kLevelsPerOctave = 32;

  // One kernel, and the first pixel that it reads.
  struct Placed {
    int first_px;          // index of the pixel under the first weight
    std::uint16_t kernel;  // for taps() and weights()
  };

  // For footprints of up to `widest_px`.
  explicit StretchedKernels(double widest_px);

  // The kernel at `position_px` (continuous: pixel i spans [i, i+1]) whose footprint is
  // `footprint_px` wide. REQUIRES: the footprint is not wider than the constructor was told.
  static Placed place(double position_px, double footprint_px);

  int taps(std::uint16_t kernel) const { return levels_[kernel / kPhases].taps; }
  const float* weights(std::uint16_t kernel) const {
    const Level& level = levels_[kernel / kPhases];
    return level.weights.data() + kernel % kPhases * level.taps;
  }

 private:
  struct Level {
    int taps = 0;
    std::vector<float> weights;  // kPhases times `taps`
  };
  static Level make_level(double width_px);

  std::vector<Level> levels_;
};

}  // namespace rtag::dataset
