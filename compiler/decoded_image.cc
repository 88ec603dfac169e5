// SPDX-License-Identifier: MIT
#include "compiler/decoded_image.h"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace rtag::compiler {

std::optional<RgbImage> decoded_image(std::string_view file_bytes) {
  if (file_bytes.empty()) return std::nullopt;
  try {
    // OpenCV has no view of constant bytes; imdecode only reads them.
    const cv::Mat bytes(1, static_cast<int>(file_bytes.size()), CV_8UC1,
                        const_cast<char*>(file_bytes.data()));
    cv::Mat rgb = cv::imdecode(bytes, cv::IMREAD_COLOR);
    if (rgb.empty()) return std::nullopt;
    cv::cvtColor(rgb, rgb, cv::COLOR_BGR2RGB);
    return RgbImage{rgb.cols, rgb.rows, {rgb.datastart, rgb.dataend}};
  } catch (const cv::Exception&) {
    return std::nullopt;
  }
}

}  // namespace rtag::compiler
