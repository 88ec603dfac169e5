// SPDX-License-Identifier: MIT
#include "orchestrator/render_abilities.h"

#include <string>

#include <catch2/catch.hpp>

namespace rtag::orchestrator {
namespace {

std::string refusal(const schema::GenConfig& config) {
  const auto outcome = check_render_abilities(config);
  if (outcome) return {};
  CHECK(outcome.error().kind == schema::FaultKind::kInput);
  return outcome.error().message;
}

schema::GenConfig everything(schema::RendererMode mode) {
  schema::GenConfig config;
  config.renderer.mode = mode;
  config.camera.intrinsics.distortion_model = schema::DistortionModel::kKannalaBrandt;
  config.camera.sensor_dynamics.velocity_mean = 1;
  config.camera.fstop = 2.8;
  config.scene.background_hdri = "blender:city.exr";
  return config;
}

}  // namespace

TEST_CASE("Cycles renders lenses, motion, depth of field and environment maps") {
  CHECK(refusal(everything(schema::RendererMode::kCycles)).empty());
}

TEST_CASE("an engine other than Cycles is refused what only Cycles renders, by name") {
  CHECK(refusal(everything(schema::RendererMode::kWorkbench)) ==
        "renderer.mode workbench does not render: camera.intrinsics.distortion_model "
        "kannala_brandt, camera.sensor_dynamics, camera.fstop, scene.background_hdri");
  schema::GenConfig still = everything(schema::RendererMode::kEevee);
  still.camera.intrinsics.distortion_model = schema::DistortionModel::kBrownConrady;
  still.camera.sensor_dynamics.shutter_time_ms = 0;
  still.camera.fstop.reset();
  CHECK(refusal(still).empty());
  still.camera.sensor_dynamics.rolling_shutter_duration_ms = 1;
  still.camera.intrinsics.distortion_model = schema::DistortionModel::kNone;
  CHECK(refusal(still) == "renderer.mode eevee does not render: camera.sensor_dynamics");
}

TEST_CASE("Workbench shows print as it is drawn and no environment") {
  schema::GenConfig config;
  config.renderer.mode = schema::RendererMode::kWorkbench;
  CHECK(refusal(config).empty());
  config.tag.material.ink = 0.05;
  CHECK(refusal(config) ==
        "renderer.mode workbench does not render: the reflectance of ink and paper");
  config.scenario.subject = schema::BoardSubject{};
  CHECK(refusal(config).empty());
  std::get<schema::BoardSubject>(*config.scenario.subject).material.emplace().paper = 0.8;
  CHECK(refusal(config) ==
        "renderer.mode workbench does not render: the reflectance of ink and paper");
}

TEST_CASE("rows of a distorted image are not read one by one") {
  schema::GenConfig config;
  config.camera.intrinsics.distortion_model = schema::DistortionModel::kBrownConrady;
  config.camera.sensor_dynamics.velocity_mean = 1;
  CHECK(refusal(config).empty());
  config.camera.sensor_dynamics.rolling_shutter_duration_ms = 1;
  CHECK(refusal(config) ==
        "this version compiles, but does not render: "
        "camera.sensor_dynamics.rolling_shutter_duration_ms with a lens");
}

}  // namespace rtag::orchestrator
