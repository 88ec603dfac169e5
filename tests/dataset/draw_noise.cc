// SPDX-License-Identifier: MIT
// draw_noise SEED: what a sensor with every noise reads out of a ramp of light, as 32-bit floats in
// the order that noise_oracle.py replays them.
#include <cstdio>
#include <cstdlib>

#include "dataset/sensor.h"

namespace {

using namespace rtag::schema;

std::vector<NoiseComponent> every_noise() {
  std::vector<NoiseComponent> components(3);
  components[0].model = NoiseModel::kPoisson;
  components[0].scale = 800;
  components[1].mean = 0.004;
  components[1].stddev = 0.013;
  components[2].model = NoiseModel::kSaltAndPepper;
  components[2].amount = 0.02;
  components[2].salt_vs_pepper = 0.3;
  return components;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return EXIT_FAILURE;
  constexpr int kValues = 60000;
  rtag::dataset::SensorSettings settings;
  settings.seed = std::strtoull(argv[1], nullptr, 10);
  settings.dynamic_range_db = 54;
  settings.noise.emplace().models = every_noise();
  settings.noise->seed = settings.seed + 1000;
  std::vector<float> light;
  for (int i = 0; i < kValues; ++i) light.push_back(1.2F * static_cast<float>(i) / kValues - 0.1F);
  rtag::dataset::Sensor(settings).read_out(light);
  std::fwrite(light.data(), sizeof(float), light.size(), stdout);
  return EXIT_SUCCESS;
}
