// SPDX-License-Identifier: MIT
// Image formation: from a worker's raw frame to the image of the dataset. What a camera does, one
// function a stage, in the order of the light:
//
//   rendered picture -> LensWarp: the image behind the lens -> exposure -> Sensor: saturation,
//   noise, 12 bits -> tone_map: display values, 8-bit RGB -> encode_png: the file's bytes
//
// The exposure is 1: light of 1.0 is full scale. Without a lens, noise or a limited dynamic range
// light goes straight to tone_map. What the stages mean and what they cost: docs/imaging.md.
//
// Pure functions of their arguments: the same bytes on every machine that has the same zlib, libpng
// and C library and, for filmic, OpenColorIO (the C library's logarithms depend on the processor's
// FMA). Any thread; one FormedImage belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "dataset/lens_warp.h"
#include "dataset/raw_frame.h"
#include "dataset/sensor.h"
#include "dataset/tone_curve.h"

namespace rtag::dataset {

using PngBytes = std::vector<std::uint8_t>;

struct FormedImage {
  int width_px = 0;
  int height_px = 0;
  std::vector<std::uint8_t> rgb;  // R, G, B of each pixel, top row first
  PngBytes png;                   // the same as a PNG file
};

// Fills in all but `png`. Memory that `image` holds already is used again.
void tone_map(const RawFrame& frame, const ToneCurve& curve, FormedImage& image);

// Fills in `png` from the rest: 8-bit RGB, lossless, no time stamp, no colour profile.
// REQUIRES: 3 * width * height values, at least one pixel.
void encode_png(FormedImage& image);

// What an image is formed with. `curve` and `warp` outlive it.
struct FormationSettings {
  const ToneCurve& curve;
  const LensWarp* warp = nullptr;  // null: the rendered picture is the image
  SensorSettings sensor{};
};

// All stages. Memory that `image` holds already is used again.
void form_image(const RawFrame& frame, const FormationSettings& settings, FormedImage& image);

}  // namespace rtag::dataset
