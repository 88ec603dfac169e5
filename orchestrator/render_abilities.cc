// SPDX-License-Identifier: MIT
#include "orchestrator/render_abilities.h"

#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace rtag::orchestrator {
namespace {

using Fields = std::vector<std::string_view>;

bool moves(const schema::SensorDynamicsConfig& dynamics) {
  return (dynamics.velocity_mean > 0 || dynamics.velocity_std > 0) &&
         (dynamics.shutter_time_ms > 0 || dynamics.rolling_shutter_duration_ms > 0);
}

// Blender reads rows of the picture that it renders, a distorted image has others.
bool reads_distorted_rows(const schema::CameraConfig& camera) {
  return camera.intrinsics.distortion_model != schema::DistortionModel::kNone &&
         camera.sensor_dynamics.rolling_shutter_duration_ms > 0 && moves(camera.sensor_dynamics);
}

Fields fields_not_rendered_by(schema::RendererMode mode, const schema::GenConfig& config) {
  Fields fields;
  if (mode == schema::RendererMode::kCycles) return fields;
  const schema::CameraConfig& camera = config.camera;
  if (camera.intrinsics.distortion_model == schema::DistortionModel::kKannalaBrandt) {
    fields.emplace_back("camera.intrinsics.distortion_model kannala_brandt");
  }
  if (moves(camera.sensor_dynamics)) fields.emplace_back("camera.sensor_dynamics");
  if (camera.fstop) fields.emplace_back("camera.fstop");
  if (mode != schema::RendererMode::kWorkbench) return fields;
  if (config.scene.background_hdri) fields.emplace_back("scene.background_hdri");
  const auto* board = std::get_if<schema::BoardSubject>(&*config.scenario.subject);
  const bool has_ink =
      board == nullptr
          ? config.tag.material.ink != 0 || config.tag.material.paper != 1
          : board->material && (board->material->ink != 0 || board->material->paper != 1);
  if (has_ink) fields.emplace_back("the reflectance of ink and paper");
  return fields;
}

schema::Fault refused(std::string_view who, const Fields& fields) {
  return {schema::FaultKind::kInput, fmt::format("{}: {}", who, fmt::join(fields, ", "))};
}

}  // namespace

schema::Outcome check_render_abilities(const schema::GenConfig& config) {
  if (reads_distorted_rows(config.camera)) {
    return refused("this version compiles, but does not render",
                   {"camera.sensor_dynamics.rolling_shutter_duration_ms with a lens"});
  }
  const Fields fields = fields_not_rendered_by(config.renderer.mode, config);
  if (!fields.empty()) {
    const auto who =
        fmt::format("renderer.mode {} does not render", schema::word_of(config.renderer.mode));
    return refused(who, fields);
  }
  return schema::Nothing{};
}

}  // namespace rtag::orchestrator
