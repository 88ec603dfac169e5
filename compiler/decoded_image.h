// SPDX-License-Identifier: MIT
// An image file's bytes as pixels. Pure function, any thread.
#pragma once

#include <optional>
#include <string_view>

#include "compiler/preview_texture.h"

namespace rtag::compiler {

// PNG, JPEG or TIFF, reduced to 8 bits; nullopt when they cannot be read.
std::optional<RgbImage> decoded_image(std::string_view file_bytes);

}  // namespace rtag::compiler
