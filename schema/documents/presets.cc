// SPDX-License-Identifier: MIT
#include "schema/documents/presets.h"

#include <algorithm>

#include <fmt/format.h>

#include "schema/check.h"
#include "schema/documents/document.h"

namespace rtag::schema {
namespace {

using Kind = SourceNode::Kind;

constexpr Preset kPresets[] = {
    {"calibration.aprilgrid_6x6",
     "A Kalibr AprilGrid of 6 by 6; marker_size_mm is still to be said.",
     R"(
scenario:
  subject: {type: BOARD, rows: 6, cols: 6, dictionary: tag36h11, spacing_ratio: 0.3}
)"},
    {"calibration.reference_grade_rendering", "Cycles with little noise left: slow and clean.", R"(
renderer: {mode: cycles, noise_threshold: 0.01, max_samples: 512, enable_denoising: true}
)"},
    {"evaluation.calibration_full", "A dataset meant for calibration.", R"(
dataset:
  evaluation_scopes: [calibration]
)"},
    {"lighting.factory", "Bright halls with soft lamps.", R"(
scene:
  lighting:
    intensity_min: 200.0
    intensity_max: 400.0
    radius_min: 0.1
    radius_max: 0.5
    directional: []
)"},
    {"lighting.low_key", "Dim lamps and one low sun from the side.", R"(
scene:
  lighting:
    intensity_min: 20.0
    intensity_max: 80.0
    radius_min: 0.05
    radius_max: 0.15
    directional: {azimuth: 1.570796, elevation: 0.2, intensity: 2.0}
  background_hdri: null
)"},
    {"lighting.mixed_temperature", "A warm and a cold sun from opposite sides.", R"(
scene:
  lighting:
    intensity_min: 30.0
    intensity_max: 120.0
    directional:
      - {azimuth: 0.0, elevation: 0.4, intensity: 3.0, color: [1.0, 0.7, 0.4]}
      - {azimuth: 3.141593, elevation: 0.4, intensity: 3.0, color: [0.8, 0.9, 1.0]}
)"},
    {"lighting.outdoor_industrial", "A low sun over a yard, with strong lamps.", R"(
scene:
  lighting:
    intensity_min: 150.0
    intensity_max: 400.0
    radius_min: 0.0
    radius_max: 0.02
    directional:
      - {azimuth: 0.785398, elevation: 0.3, intensity: 35.0}
)"},
    {"lighting.outdoor_sun", "A hard sun at half height.", R"(
scene:
  lighting:
    intensity_min: 50.0
    intensity_max: 200.0
    radius_min: 0.0
    radius_max: 0.0
    directional:
      - {azimuth: 0.785398, elevation: 0.45, intensity: 30.0}
)"},
    {"lighting.warehouse", "Weak lamps, fairly hard.", R"(
scene:
  lighting:
    intensity_min: 50.0
    intensity_max: 200.0
    radius_min: 0.05
    radius_max: 0.2
    directional: []
)"},
    {"locus.v1_baseline", "What the published locus_v1 benchmarks share; list it first.", R"(
dataset:
  evaluation_scopes: [detection, pose_estimation]
camera:
  resolution: [1920, 1080]
  fov: 70.0
  samples_per_scene: 1
  min_distance: 0.5
  max_distance: 8.0
  min_elevation: 0.5
  max_elevation: 1.0
  min_roll: -180.0
  max_roll: 180.0
  ppm_constraint: {min: 5.0, max: 40.0, distribution: uniform}
tag:
  margin_bits: 1
  material:
    randomize: true
    roughness_min: 0.4
    roughness_max: 0.8
    specular_min: 0.1
    specular_max: 0.3
scenario:
  sampling_mode: random
  use_board: false
scene:
  lighting:
    intensity_min: 100.0
    intensity_max: 1000.0
    radius_min: 0.2
    radius_max: 0.2
    directional: []
  texture_dir: assets/textures/background
  texture_scale_min: 0.1
  texture_scale_max: 20.0
)"},
    {"sensor.hdr_sweep", "ISO 800 with noise that follows from it.", R"(
camera:
  iso: 800
  iso_coupling: true
  sensor_noise: {model: gaussian, mean: 0.0, stddev: 0.008}
)"},
    {"sensor.industrial_dr", "A linear sensor of 60 dB at ISO 400.", R"(
camera:
  dynamic_range_db: 60.0
  tone_mapping: linear
  iso: 400
  iso_coupling: true
  sensor_noise: {model: gaussian, mean: 0.0, stddev: 0.008}
)"},
    {"sensor.raw_pipeline", "A linear sensor with shot noise and read noise at ISO 1600.", R"(
camera:
  tone_mapping: linear
  iso: 1600
  iso_coupling: false
  sensor_noise:
    models:
      - {model: poisson, scale: 1000.0}
      - {model: gaussian, stddev: 0.004}
)"},
    {"shadow.harsh", "Small emitters, so hard shadows.", R"(
scene:
  lighting: {radius_min: 0.0, radius_max: 0.02}
)"},
    {"shadow.occluder_overlay", "Plates over the targets that throw shadows of the first sun.", R"(
scenario:
  occluders:
    enabled: true
    patterns: [half, corner, bar, slit]
    plate_size_m: 0.5
    plate_thickness_m: 0.005
    height_min_m: 0.05
    height_max_m: 0.20
    edge_offset_max_r: 0.8
    bar_width_min_r: 0.2
    bar_width_max_r: 0.8
    slit_width_min_r: 0.2
    slit_width_max_r: 1.0
    albedo: 0.05
    roughness: 0.9
)"},
    {"subject.tag16h5_standard", "One tag16h5 of 160 mm a scene.", R"(
camera:
  min_tag_pixels: 16
scenario:
  subject: {type: TAGS, tag_families: [tag16h5], size_mm: 160.0, tags_per_scene: 1}
)"},
    {"subject.tag36h11_standard", "One tag36h11 of 160 mm a scene.", R"(
camera:
  min_tag_pixels: 36
scenario:
  subject: {type: TAGS, tag_families: [tag36h11], size_mm: 160.0, tags_per_scene: 1}
)"},
};

SourceNode document_of(const Preset& preset) {
  Problems problems;
  auto document = parse_source(preset.document, SourceFormat::kYaml, problems);
  RTAG_CHECK(document.has_value(), "a preset is not valid YAML");
  stamp(*document, fmt::format("preset {}", preset.name));
  return *std::move(document);
}

// The list in a config, with the additions behind it. Anything but a list is left to the reader.
SourceNode& list_of_presets(SourceNode& config, const std::vector<std::string>& additions) {
  if (config.find("presets") == nullptr) {
    SourceNode list;
    list.kind = Kind::kSequence;
    list.line = config.line;
    set_at(config, "presets", std::move(list));
  }
  SourceNode& list = *find_at(config, "presets");
  for (const std::string& name : additions) {
    SourceNode item = text_node(name);
    item.origin = "--preset " + name;
    list.items.push_back(std::move(item));
  }
  return list;
}

}  // namespace

const std::vector<Preset>& presets() {
  static const std::vector<Preset> all(std::begin(kPresets), std::end(kPresets));
  return all;
}

std::vector<std::string_view> preset_names() {
  std::vector<std::string_view> names;
  for (const Preset& preset : presets()) names.push_back(preset.name);
  return names;
}

const Preset* find_preset(std::string_view name) {
  const auto preset = std::find_if(std::begin(kPresets), std::end(kPresets),
                                   [&](const Preset& p) { return p.name == name; });
  return preset == std::end(kPresets) ? nullptr : preset;
}

std::string preset_hint(std::string_view name) { return did_you_mean(name, preset_names()); }

void expand_presets(SourceNode& config, const std::vector<std::string>& additions,
                    Problems& problems) {
  if (config.find("presets") == nullptr && additions.empty()) return;
  const SourceNode& list = list_of_presets(config, additions);
  SourceNode below;
  below.kind = Kind::kMap;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const SourceNode& item = list.items[i];
    const bool is_word = item.text != "true" && item.text != "false" && !number_of(item);
    if (item.kind != Kind::kScalar || (!item.quoted && !is_word)) continue;
    if (const Preset* preset = find_preset(item.text)) {
      below = merged(std::move(below), document_of(*preset));
    } else {
      problems.push_back(
          {fmt::format("presets[{}]", i), item.line,
           fmt::format("unknown preset (found '{}'){}", item.text, preset_hint(item.text)),
           item.origin});
    }
  }
  config = merged(std::move(below), config);
}

}  // namespace rtag::schema
