// SPDX-License-Identifier: MIT
// The printed face of a tag: OpenCV's predefined dictionaries, drawn on a white quiet zone. Pure
// functions, any thread; nothing is written to disk.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rtag::compiler {

struct GreyImage {
  int width_px = 0;
  int height_px = 0;
  std::vector<std::uint8_t> pixels;  // row by row from the top, 0 black to 255 white
};

// How recipes name the texture: "tags/tag36h11_7_m1.png".
std::string texture_name(std::string_view family, int id, int margin_bits);

// The marker as seen upright, one pixel a module, quiet zone included. The renderer takes the
// nearest pixel, so more of them would change no picture; but each costs Blender a colour
// conversion: at 512 pixels a side, 16 ms a marker and scene. REQUIRES: a name and an id of
// marker_families, margin >= 0.
GreyImage marker_image(std::string_view family, int id, int margin_bits);

// Lossless, the same bytes for the same image.
std::vector<std::uint8_t> png_bytes(const GreyImage& image);

}  // namespace rtag::compiler
