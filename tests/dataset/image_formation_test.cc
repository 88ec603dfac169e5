// SPDX-License-Identifier: MIT
#include "dataset/image_formation.h"

#include <cmath>
#include <cstring>
#include <random>

#include <catch2/catch.hpp>
#include <opencv2/imgcodecs.hpp>

using namespace rtag::dataset;
using rtag::schema::FaultKind;
using rtag::schema::ToneMapping;

namespace {

// Where Debian's package blender-data puts Blender's files.
const char* const kBlenderConfig = "/usr/share/blender/datafiles/colormanagement/config.ocio";

ToneCurve curve_of(ToneMapping mapping) {
  auto curve = ToneCurve::create(mapping, kBlenderConfig);
  REQUIRE(curve.has_value());
  return *curve;
}

int grey(const ToneCurve& curve, float light) {
  const std::array<float, 3> rgb{light, light, light};
  std::array<std::uint8_t, 3> display{};
  curve.apply(rgb, display);
  CHECK(display[0] == display[1]);
  CHECK(display[1] == display[2]);
  return display[0];
}

// The formulas, by another hand than the table's: directly, in double precision.
int rounded(double value) { return static_cast<int>(std::floor(value * 255 + 0.5)); }

int srgb_by_formula(double light) {
  if (light <= 0) return 0;
  if (light >= 1) return 255;
  return rounded(light <= 0.0031308 ? light * 12.92 : std::pow(light, 1 / 2.4) * 1.055 - 0.055);
}

int linear_by_formula(double light) { return rounded(std::min(std::max(light, 0.0), 1.0)); }

RawFrame frame_of(int width_px, int height_px, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> noise(0.3F, 0.2F);
  RawFrame frame{width_px, height_px, {}, {}};
  frame.linear_rgb.resize(static_cast<std::size_t>(3 * width_px * height_px));
  for (float& light : frame.linear_rgb) light = noise(random);
  return frame;
}

SensorSettings noisy_sensor() {
  SensorSettings settings;
  settings.dynamic_range_db = 60;
  settings.noise.emplace().model = rtag::schema::NoiseModel::kPoisson;
  settings.noise->seed = 3;
  return settings;
}

}  // namespace

TEST_CASE("filmic is Blender's own curve: the values that Blender 3.4 writes without dither") {
  const ToneCurve filmic = curve_of(ToneMapping::kFilmic);
  const std::vector<std::pair<float, int>> written{
      {0.001F, 4}, {0.01F, 26}, {0.05F, 70}, {0.18F, 128}, {0.5F, 177},
      {0.8F, 197}, {1, 206},    {2, 228},    {4, 242},     {16, 255}};
  for (const auto& [light, value] : written) CHECK(grey(filmic, light) == value);
  CHECK(grey(filmic, -1) == 0);
  CHECK(grey(filmic, 1e6F) == 255);
}

TEST_CASE("filmic keeps red, green and blue in their places") {
  const std::array<float, 3> light{0.8F, 0.1F, 0.01F};
  std::array<std::uint8_t, 3> display{};
  curve_of(ToneMapping::kFilmic).apply(light, display);
  CHECK(display[0] > display[1]);
  CHECK(display[1] > display[2]);
}

TEST_CASE("srgb is Blender's Standard view") {
  const ToneCurve srgb = curve_of(ToneMapping::kSrgb);
  CHECK(grey(srgb, 0.18F) == 118);
  CHECK(grey(srgb, 0.5F) == 188);
  CHECK(grey(srgb, 1) == 255);
}

TEST_CASE("linear and srgb equal their formulas for one float in 999 and at every step") {
  const ToneCurve linear = curve_of(ToneMapping::kLinear);
  const ToneCurve srgb = curve_of(ToneMapping::kSrgb);
  int wrong = 0;
  const auto compare = [&](float light) {
    const std::array<float, 3> rgb{light, light, light};
    std::array<std::uint8_t, 3> display{};
    linear.apply(rgb, display);
    wrong += display[1] != linear_by_formula(static_cast<double>(light)) ? 1 : 0;
    srgb.apply(rgb, display);
    wrong += display[1] != srgb_by_formula(static_cast<double>(light)) ? 1 : 0;
  };
  for (std::uint32_t bits = 0; bits < 0x40000000; bits += 999) {  // 0 to 2
    float light = 0;
    std::memcpy(&light, &bits, sizeof light);
    compare(light);
    compare(-light);
  }
  for (int level = 1; level <= 255; ++level) {
    const double edge = (level - 0.5) / 255;
    const double srgb_edge =
        edge <= 0.0404482362771082 ? edge / 12.92 : std::pow((edge + 0.055) / 1.055, 2.4);
    for (const double step : {edge, srgb_edge}) {
      const auto light = static_cast<float>(step);
      for (const float near : {std::nextafter(light, 0.0F), light, std::nextafter(light, 2.0F)}) {
        compare(near);
      }
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("a half rounds up") {
  CHECK(grey(curve_of(ToneMapping::kLinear), 0.5F) == 128);  // 127.5
}

TEST_CASE("light outside the display's range is clipped, not wrapped") {
  for (const ToneMapping mapping : {ToneMapping::kLinear, ToneMapping::kSrgb}) {
    const ToneCurve curve = curve_of(mapping);
    CHECK(grey(curve, 1.5F) == 255);
    CHECK(grey(curve, 1e30F) == 255);
    CHECK(grey(curve, -0.2F) == 0);
    CHECK(grey(curve, -0.0F) == 0);
  }
}

TEST_CASE("filmic without Blender's colour configuration is refused, not replaced") {
  const auto curve = ToneCurve::create(ToneMapping::kFilmic, "/nowhere/config.ocio");
  REQUIRE_FALSE(curve.has_value());
  CHECK(curve.error().kind == FaultKind::kUnavailable);
  const std::string& message = curve.error().message;
  CHECK(message.rfind("/nowhere/config.ocio: gives no Filmic view for an sRGB display (", 0) == 0);
  const std::string remedy =
      "), use tone_mapping linear or srgb or a Blender that has its colour management files";
  REQUIRE(message.size() > remedy.size());
  CHECK(message.substr(message.size() - remedy.size()) == remedy);
}

TEST_CASE("linear and srgb need no configuration") {
  CHECK(ToneCurve::create(ToneMapping::kLinear, "").has_value());
  CHECK(ToneCurve::create(ToneMapping::kSrgb, "").has_value());
}

TEST_CASE("the PNG holds the tone-mapped pixels, red first, top row first") {
  RawFrame frame{2, 2, {1, 0, 0, 0, 1, 0, 0, 0, 1, 0.2F, 0.4F, 0.6F}, {}};
  FormedImage image;
  const ToneCurve curve = curve_of(ToneMapping::kLinear);
  form_image(frame, {curve}, image);
  CHECK(image.rgb == std::vector<std::uint8_t>{255, 0, 0, 0, 255, 0, 0, 0, 255, 51, 102, 153});
  const cv::Mat bgr = cv::imdecode(image.png, cv::IMREAD_UNCHANGED);
  REQUIRE(bgr.type() == CV_8UC3);
  REQUIRE(bgr.size() == cv::Size(2, 2));
  CHECK(bgr.at<cv::Vec3b>(0, 0) == cv::Vec3b(0, 0, 255));
  CHECK(bgr.at<cv::Vec3b>(0, 1) == cv::Vec3b(0, 255, 0));
  CHECK(bgr.at<cv::Vec3b>(1, 0) == cv::Vec3b(255, 0, 0));
  CHECK(bgr.at<cv::Vec3b>(1, 1) == cv::Vec3b(153, 102, 51));
}

TEST_CASE("equal light gives equal bytes, whatever the image was used for before") {
  for (const ToneMapping mapping :
       {ToneMapping::kLinear, ToneMapping::kSrgb, ToneMapping::kFilmic}) {
    const ToneCurve curve = curve_of(mapping);
    FormedImage fresh;
    form_image(frame_of(33, 17), {curve}, fresh);
    FormedImage used;
    form_image(frame_of(64, 48, 2), {curve}, used);
    CHECK(used.png != fresh.png);
    const ToneCurve again = curve_of(mapping);
    form_image(frame_of(33, 17), {again}, used);
    CHECK(used.width_px == 33);
    CHECK(used.height_px == 17);
    CHECK(used.rgb == fresh.rgb);
    CHECK(used.png == fresh.png);
  }
}

TEST_CASE("a camera without lens and noise forms the bytes that the tone curve alone gives") {
  const RawFrame frame = frame_of(33, 17);
  rtag::schema::CameraRecipe camera;
  camera.intrinsics.resolution = {33, 17};
  const LensWarp no_lens(camera);
  SensorSettings unlimited;
  unlimited.dynamic_range_db = kUnlimitedRange_db;
  unlimited.noise.emplace();
  for (const ToneMapping mapping :
       {ToneMapping::kLinear, ToneMapping::kSrgb, ToneMapping::kFilmic}) {
    const ToneCurve curve = curve_of(mapping);
    FormedImage expected;
    tone_map(frame, curve, expected);
    encode_png(expected);
    FormedImage image;
    form_image(frame, {curve, &no_lens, unlimited}, image);
    CHECK(image.rgb == expected.rgb);
    CHECK(image.png == expected.png);
  }
}

TEST_CASE("light goes through the lens, then onto the sensor, then through the curve") {
  const auto camera = [](double f_px, int width, int height) {
    return rtag::geometry::camera_model(
        {{{f_px, 0, width / 2.0}, {0, f_px, height / 2.0}, {0, 0, 1}}}, {width, height});
  };
  const LensWarp warp(camera(50, 80, 60), camera(40, 41, 31));
  RawFrame frame = frame_of(80, 60);
  frame.index = {80, 60, std::vector<std::int32_t>(80 * 60)};
  for (const ToneMapping mapping : {ToneMapping::kSrgb, ToneMapping::kFilmic}) {
    const ToneCurve curve = curve_of(mapping);
    RawFrame bent = warp.warped(frame);
    Sensor(noisy_sensor()).read_out(bent.linear_rgb);
    FormedImage expected;
    tone_map(bent, curve, expected);
    FormedImage image;
    form_image(frame, {curve, &warp, noisy_sensor()}, image);
    CHECK(image.width_px == 41);
    CHECK(image.height_px == 31);
    CHECK(image.rgb == expected.rgb);
    const cv::Mat bgr = cv::imdecode(image.png, cv::IMREAD_UNCHANGED);
    REQUIRE(bgr.size() == cv::Size(41, 31));
    CHECK(bgr.at<cv::Vec3b>(30, 40)[2] == image.rgb[3 * (30 * 41 + 40)]);
  }
}

TEST_CASE("noise is the same in every run, and another for another seed") {
  const RawFrame frame = frame_of(64, 48);
  const ToneCurve curve = curve_of(ToneMapping::kLinear);
  FormedImage first;
  form_image(frame, {curve, nullptr, noisy_sensor()}, first);
  FormedImage second;
  form_image(frame, {curve, nullptr, noisy_sensor()}, second);
  CHECK(first.png == second.png);
  SensorSettings other = noisy_sensor();
  other.noise->seed = 4;
  form_image(frame, {curve, nullptr, other}, second);
  CHECK(first.png != second.png);
}
