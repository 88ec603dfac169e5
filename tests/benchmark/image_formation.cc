// SPDX-License-Identifier: MIT
// image_formation: the processor time of each stage of image formation on one thread, for a picture
// of 1920 x 1080 pixels behind a Brown-Conrady lens with shot and Gaussian noise. Prints one line a
// stage, the best of seven runs, in milliseconds: "name time". scripts/benchmark_imaging runs it.
#include "dataset/image_formation.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <limits>
#include <random>

using namespace rtag;
using namespace rtag::dataset;

namespace {

double processor_ms() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

// `prepare` is not timed.
double best_ms(
    const std::function<void()>& stage, const std::function<void()>& prepare = [] {}) {
  constexpr int kRuns = 7;
  double best = std::numeric_limits<double>::infinity();
  for (int run = 0; run < kRuns; ++run) {
    prepare();
    const double begin = processor_ms();
    stage();
    best = std::min(best, processor_ms() - begin);
  }
  return best;
}

void print(const char* stage, double ms) { std::printf("%s %.2f\n", stage, ms); }

// The lens and the overscan of the published Brown-Conrady benchmark.
schema::CameraRecipe camera() {
  schema::CameraRecipe camera;
  const double f_px = 1371.0222;
  camera.intrinsics.resolution = {1920, 1080};
  camera.intrinsics.k_matrix = {{{f_px, 0, 960}, {0, f_px, 540}, {0, 0, 1}}};
  camera.intrinsics.distortion_model = schema::DistortionModel::kBrownConrady;
  camera.intrinsics.distortion_coeffs = {-0.28, 0.08, 2e-4, 1e-4, 0};
  camera.intrinsics.resolution_overscan = {{2408, 1356}};
  camera.intrinsics.k_matrix_overscan = {{{f_px, 0, 1204}, {0, f_px, 678}, {0, 0, 1}}};
  return camera;
}

// Squares of 40 px, dark and bright, each of another brightness.
RawFrame picture() {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> light(0.02F, 0.9F);
  std::vector<float> squares(61 * 34);
  for (float& square : squares) square = light(random);
  RawFrame frame{2408, 1356, {}, {2408, 1356, std::vector<std::int32_t>(2408 * 1356, 1)}};
  for (std::size_t row = 0; row < 1356; ++row) {
    for (std::size_t column = 0; column < 2408; ++column) {
      frame.linear_rgb.insert(frame.linear_rgb.end(), 3, squares[row / 40 * 61 + column / 40]);
    }
  }
  return frame;
}

SensorSettings shot_and_gaussian_noise() {
  std::vector<schema::NoiseComponent> components(2);
  components[0].model = schema::NoiseModel::kPoisson;
  components[0].scale = 10000;
  components[1].stddev = 0.002;
  SensorSettings settings;
  settings.noise.emplace().models = components;
  return settings;
}

void time_stages(const RawFrame& frame, const LensWarp& warp, const ToneCurve& curve) {
  RawFrame image = warp.warped(frame);
  print("warp_light", best_ms([&] { warp.read_rows(frame, 0, image.linear_rgb); }));
  print("warp_index", best_ms([&] { image.index = warp.warped(frame.index); }));
  std::vector<float> light;
  const auto fresh = [&] { light = image.linear_rgb; };
  random::RandomStream stream(1);
  print("saturate", best_ms([&] { saturate(light); }, fresh));
  print("shot_noise", best_ms([&] { add_shot_noise(light, 10000, stream); }, fresh));
  print("gaussian_noise", best_ms([&] { add_gaussian_noise(light, 0, 0.002, stream); }, fresh));
  print("quantise", best_ms([&] { quantise(light); }, fresh));
  FormedImage formed;
  print("tone_curve", best_ms([&] { tone_map(image, curve, formed); }));
  form_image(frame, {curve, &warp, shot_and_gaussian_noise()}, formed);
  print("png", best_ms([&] { encode_png(formed); }));
}

}  // namespace

int main() {
  const auto curve = ToneCurve::create(schema::ToneMapping::kSrgb, "");
  if (!curve) return EXIT_FAILURE;
  const RawFrame frame = picture();
  print("make_warp", best_ms([] { const LensWarp made(camera()); }));
  const LensWarp warp(camera());
  time_stages(frame, warp, *curve);
  FormedImage image;
  const FormationSettings noisy{*curve, &warp, shot_and_gaussian_noise()};
  const FormationSettings clean{*curve, &warp, {}};
  print("all_without_noise", best_ms([&] { form_image(frame, clean, image); }));
  print("all", best_ms([&] { form_image(frame, noisy, image); }));
  return EXIT_SUCCESS;
}
