// SPDX-License-Identifier: MIT
// ToneCurve: from scene-linear light to the 8-bit values of an sRGB display. No dither, no noise:
// equal light gives equal values.
//
//   linear  the light itself, clipped to [0, 1]
//   srgb    IEC 61966-2-1: 12.92 v up to 0.0031308, above it 1.055 v^(1/2.4) - 0.055
//   filmic  Blender's own Filmic view for an sRGB display, evaluated by OpenColorIO from the
//           configuration that comes with Blender; 0.18 (middle grey) becomes 127.55 / 255
//
// A value is 255 times the curve, rounded half up. Immutable after creation; any number of threads
// may apply one curve at the same time. Copies share their tables.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "schema/result.h"
#include "schema/vocabulary.h"

namespace rtag::dataset {

class ToneCurve {
 public:
  // `ocio_config` is <datafiles>/colormanagement/config.ocio of a Blender; only filmic reads it.
  // kUnavailable: it is missing, cannot be read, or has no Filmic view for an sRGB display.
  static schema::Result<ToneCurve> create(schema::ToneMapping mapping,
                                          const std::filesystem::path& ocio_config);

  // R, G, B of each pixel. REQUIRES: both spans have the same length, a multiple of 3; the light is
  // finite.
  void apply(std::span<const float> linear_rgb, std::span<std::uint8_t> display_rgb) const;

  class Stage;  // what computes the curve

 private:
  explicit ToneCurve(std::shared_ptr<const Stage> stage) : stage_(std::move(stage)) {}

  std::shared_ptr<const Stage> stage_;
};

}  // namespace rtag::dataset
