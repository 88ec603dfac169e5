// SPDX-License-Identifier: MIT
#include "dataset/image_formation.h"

#include <algorithm>
#include <span>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "schema/check.h"

namespace rtag::dataset {
namespace {

// Run lengths only, which with OpenCV brings zlib's level 1 and the "sub" filter. On 1280 x 960
// pixels, smooth and noisy: 21 and 61 ms, 0.14 and 1.5 MB. Level 6 takes 44 and 760 ms for 0.06 and
// 1.6 MB; Huffman codes alone 39 and 50 ms for 0.48 and 1.5 MB.
const std::vector<int>& png_parameters() {
  static const std::vector<int> parameters{cv::IMWRITE_PNG_STRATEGY, cv::IMWRITE_PNG_STRATEGY_RLE};
  return parameters;
}

bool encoded(const cv::Mat& bgr, PngBytes& png) {
  try {
    return cv::imencode(".png", bgr, png, png_parameters());
  } catch (const cv::Exception&) {
    return false;
  }
}

constexpr int kRowsAtOnce = 8;  // light of so many rows stays in the processor's cache

// Whole rows, from the light to display values. `warp` may be null.
void expose(const RawFrame& frame, const LensWarp* warp, Sensor& sensor, const ToneCurve& curve,
            FormedImage& image) {
  image.width_px = warp != nullptr ? warp->width_px() : frame.width_px;
  image.height_px = warp != nullptr ? warp->height_px() : frame.height_px;
  const std::size_t row = 3 * static_cast<std::size_t>(image.width_px);
  image.rgb.resize(row * static_cast<std::size_t>(image.height_px));
  std::vector<float> light;
  for (int first_row = 0; first_row < image.height_px; first_row += kRowsAtOnce) {
    const int rows = std::min(kRowsAtOnce, image.height_px - first_row);
    const std::size_t begin = row * static_cast<std::size_t>(first_row);
    light.resize(row * static_cast<std::size_t>(rows));
    if (warp != nullptr) {
      warp->read_rows(frame, first_row, light);
    } else {
      std::copy_n(frame.linear_rgb.begin() + static_cast<std::ptrdiff_t>(begin), light.size(),
                  light.begin());
    }
    sensor.read_out(light);
    curve.apply(light, std::span(image.rgb).subspan(begin, light.size()));
  }
}

}  // namespace

void tone_map(const RawFrame& frame, const ToneCurve& curve, FormedImage& image) {
  image.width_px = frame.width_px;
  image.height_px = frame.height_px;
  image.rgb.resize(frame.linear_rgb.size());
  curve.apply(frame.linear_rgb, image.rgb);
}

void encode_png(FormedImage& image) {
  const std::size_t pixels =
      static_cast<std::size_t>(image.width_px) * static_cast<std::size_t>(image.height_px);
  RTAG_CHECK(pixels > 0 && image.rgb.size() == 3 * pixels, "an image holds 3 values a pixel");
  const cv::Mat rgb(image.height_px, image.width_px, CV_8UC3, image.rgb.data());
  cv::Mat bgr;
  cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
  RTAG_CHECK(encoded(bgr, image.png), "every 8-bit RGB image can be written as PNG");
}

void form_image(const RawFrame& frame, const FormationSettings& settings, FormedImage& image) {
  Sensor sensor(settings.sensor);
  const bool is_bent = settings.warp != nullptr && !settings.warp->is_identity();
  if (is_bent || !sensor.is_ideal()) {
    expose(frame, is_bent ? settings.warp : nullptr, sensor, settings.curve, image);
  } else {
    tone_map(frame, settings.curve, image);
  }
  encode_png(image);
}

}  // namespace rtag::dataset
