// SPDX-License-Identifier: MIT
#include "orchestrator/render_abilities.h"

#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace rtag::orchestrator {
namespace {

std::vector<std::string_view> fields_not_rendered(const schema::GenConfig& config) {
  std::vector<std::string_view> fields;
  const auto add_if = [&](bool is_asked, std::string_view field) {
    if (is_asked) fields.push_back(field);
  };
  const schema::CameraConfig& camera = config.camera;
  const schema::CameraConfig defaults;
  const auto* tags = std::get_if<schema::TagsSubject>(&*config.scenario.subject);
  add_if(camera.intrinsics.distortion_model != schema::DistortionModel::kNone,
         "camera.intrinsics.distortion_model");
  add_if(camera.sensor_dynamics.velocity_mean > 0 || camera.sensor_dynamics.velocity_std > 0 ||
             camera.sensor_dynamics.rolling_shutter_duration_ms > 0,
         "camera.sensor_dynamics");
  add_if(camera.fstop.has_value(), "camera.fstop");
  add_if(camera.sensor_noise || camera.iso_coupling, "camera.sensor_noise");
  add_if(camera.dynamic_range_db != defaults.dynamic_range_db, "camera.dynamic_range_db");
  add_if(config.tag.material.ink != 0 || config.tag.material.paper != 1, "tag.material.ink");
  add_if(tags == nullptr, "scenario.subject.type");
  add_if(tags != nullptr && tags->layout != schema::TagLayout::kPlain, "scenario.subject.layout");
  add_if(config.scenario.occluders && config.scenario.occluders->enabled, "scenario.occluders");
  add_if(config.scene.background_hdri.has_value(), "scene.background_hdri");
  return fields;
}

}  // namespace

schema::Outcome check_render_abilities(const schema::GenConfig& config) {
  const auto fields = fields_not_rendered(config);
  if (fields.empty()) return schema::Nothing{};
  return schema::Fault{
      schema::FaultKind::kInput,
      fmt::format("this version compiles, but does not render: {}", fmt::join(fields, ", "))};
}

}  // namespace rtag::orchestrator
