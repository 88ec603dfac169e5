// SPDX-License-Identifier: MIT
#include "dataset/tone_curve.h"

#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <OpenColorIO/OpenColorIO.h>
#include <fmt/format.h>

#include "schema/check.h"

namespace rtag::dataset {

namespace ocio = OCIO_NAMESPACE;
using schema::Fault;
using schema::FaultKind;
using schema::Result;
using schema::ToneMapping;

class ToneCurve::Stage {
 public:
  virtual ~Stage() = default;
  virtual void apply(std::span<const float> linear_rgb,
                     std::span<std::uint8_t> display_rgb) const = 0;
};

namespace {

using Curve = double (*)(double);  // rising, [0, 1] to [0, 1]

double linear(double light) { return light; }

double srgb(double light) {
  return light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
}

std::uint8_t level_of(Curve curve, float light) {
  return static_cast<std::uint8_t>(std::floor(curve(static_cast<double>(light)) * 255 + 0.5));
}

// A curve that treats the channels alike, as a table over the leading bits of a float. Within one
// cell the level rises once at most, at a threshold found when the table is made; so the result is
// that of the double-precision formula for every float, at the cost of a look-up.
class ChannelStage final : public ToneCurve::Stage {
 public:
  explicit ChannelStage(Curve curve) {
    for (std::uint32_t cell = kFirstCell; cell < kEndCell; ++cell) {
      cells_.push_back(make_cell(curve, cell << kCellBits));
    }
  }

  void apply(std::span<const float> linear_rgb,
             std::span<std::uint8_t> display_rgb) const override {
    for (std::size_t i = 0; i < linear_rgb.size(); ++i) display_rgb[i] = level(linear_rgb[i]);
  }

 private:
  struct Cell {
    float threshold;     // from here on the level is one higher
    std::uint8_t level;  // below the threshold
  };

  static constexpr int kCellBits = 14;
  static constexpr float kDarkest = 0x1p-13F;  // below it the level is 0
  static constexpr std::uint32_t kFirstCell = std::bit_cast<std::uint32_t>(kDarkest) >> kCellBits;
  static constexpr std::uint32_t kEndCell = std::bit_cast<std::uint32_t>(1.0F) >> kCellBits;

  static Cell make_cell(Curve curve, std::uint32_t first_bits) {
    const std::uint8_t level = level_of(curve, std::bit_cast<float>(first_bits));
    std::uint32_t low = first_bits;                           // has `level`
    std::uint32_t high = first_bits + (1U << kCellBits) - 1;  // where the threshold is, if any
    const std::uint8_t last_level = level_of(curve, std::bit_cast<float>(high));
    if (last_level == level) return {std::numeric_limits<float>::infinity(), level};
    RTAG_CHECK(last_level == level + 1, "a tone curve is too steep for its table");
    while (high - low > 1) {
      const std::uint32_t middle = low + (high - low) / 2;
      (level_of(curve, std::bit_cast<float>(middle)) == level ? low : high) = middle;
    }
    return {std::bit_cast<float>(high), level};
  }

  std::uint8_t level(float light) const {
    if (!(light >= kDarkest)) return 0;
    if (light >= 1) return 255;
    const Cell& cell = cells_[(std::bit_cast<std::uint32_t>(light) >> kCellBits) - kFirstCell];
    return static_cast<std::uint8_t>(cell.level + (light >= cell.threshold ? 1 : 0));
  }

  std::vector<Cell> cells_;
};

// OpenColorIO's processors are immutable and keep their scratch memory on the caller's stack.
class FilmicStage final : public ToneCurve::Stage {
 public:
  explicit FilmicStage(ocio::ConstCPUProcessorRcPtr processor) : processor_(std::move(processor)) {}

  void apply(std::span<const float> linear_rgb,
             std::span<std::uint8_t> display_rgb) const override {
    const long pixels = static_cast<long>(linear_rgb.size() / 3);
    // The interface takes non-const memory for sources too, and does not write there.
    ocio::PackedImageDesc from(const_cast<float*>(linear_rgb.data()), pixels, 1, 3);
    ocio::PackedImageDesc to(display_rgb.data(), pixels, 1, 3, ocio::BIT_DEPTH_UINT8, 1, 3,
                             3 * pixels);
    processor_->apply(from, to);
  }

 private:
  ocio::ConstCPUProcessorRcPtr processor_;
};

ocio::ConstCPUProcessorRcPtr filmic_processor(const std::filesystem::path& config) {
  const auto view = ocio::DisplayViewTransform::Create();
  view->setSrc(ocio::ROLE_SCENE_LINEAR);
  view->setDisplay("sRGB");
  view->setView("Filmic");
  return ocio::Config::CreateFromFile(config.c_str())
      ->getProcessor(view)
      ->getOptimizedCPUProcessor(ocio::BIT_DEPTH_F32, ocio::BIT_DEPTH_UINT8,
                                 ocio::OPTIMIZATION_DEFAULT);
}

}  // namespace

Result<ToneCurve> ToneCurve::create(ToneMapping mapping, const std::filesystem::path& ocio_config) {
  switch (mapping) {
    case ToneMapping::kLinear:
      return ToneCurve(std::make_shared<ChannelStage>(linear));
    case ToneMapping::kSrgb:
      return ToneCurve(std::make_shared<ChannelStage>(srgb));
    case ToneMapping::kFilmic:
      break;
  }
  try {
    return ToneCurve(std::make_shared<FilmicStage>(filmic_processor(ocio_config)));
  } catch (const ocio::Exception& error) {
    return Fault{FaultKind::kUnavailable,
                 fmt::format("{}: gives no Filmic view for an sRGB display ({}), use tone_mapping "
                             "linear or srgb or a Blender that has its colour management files",
                             ocio_config.string(), error.what())};
  }
}

void ToneCurve::apply(std::span<const float> linear_rgb,
                      std::span<std::uint8_t> display_rgb) const {
  RTAG_CHECK(linear_rgb.size() == display_rgb.size() && linear_rgb.size() % 3 == 0,
             "source and destination are RGB images of one size");
  if (!linear_rgb.empty()) stage_->apply(linear_rgb, display_rgb);
}

}  // namespace rtag::dataset
