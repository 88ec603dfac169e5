// SPDX-License-Identifier: MIT
// The `scene` section of a config: lamps, environment and floor.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schema/fields.h"
#include "schema/vocabulary.h"

namespace rtag::schema {

struct SunConfig {
  double azimuth = 0;
  double elevation = 0;
  double intensity = 5;
  Vector3 color{1, 1, 1};
  bool operator==(const SunConfig&) const = default;
};
constexpr auto fields_of(std::type_identity<SunConfig>) {
  using S = SunConfig;
  return table<S>(field("azimuth", &S::azimuth, "rad", "Counter-clockwise from +X.", required()),
                  field("elevation", &S::elevation, "rad", "Above the horizon.",
                        between(0, 1.5707963267948966) | required()),
                  field("intensity", &S::intensity, "W/m^2", "Irradiance.", above(0)),
                  field("color", &S::color, "", "Linear RGB.", at_least(0)));
}

struct LightingConfig {
  double intensity_min = 50;
  double intensity_max = 500;
  IntensitySampling intensity_sampling = IntensitySampling::kLinear;
  int num_lights_min = 3;
  int num_lights_max = 3;
  double radius_min = 0;
  double radius_max = 0;
  std::vector<SunConfig> directional;
  bool operator==(const LightingConfig&) const = default;
};
constexpr auto fields_of(std::type_identity<LightingConfig>) {
  using S = LightingConfig;
  return table<S>(
      field("intensity_min", &S::intensity_min, "W", "Radiant power.", at_least(0)),
      field("intensity_max", &S::intensity_max, "W", "Radiant power.", at_least(0)),
      field("intensity_sampling", &S::intensity_sampling, "", "Of the total power."),
      field("num_lights_min", &S::num_lights_min, "", "Point lights.", between(1, 1000)),
      field("num_lights_max", &S::num_lights_max, "", "Point lights.", between(1, 1000)),
      field("radius_min", &S::radius_min, "m", "Of an emitter; 0 is hard.", at_least(0)),
      field("radius_max", &S::radius_max, "m", "Of an emitter.", at_least(0)),
      field("directional", &S::directional, "", "Suns.", list_or_item()));
}

struct SceneSurroundings {
  LightingConfig lighting;
  std::optional<std::string> background_hdri;
  std::optional<std::string> texture_dir;
  double texture_scale_min = 1;
  double texture_scale_max = 1;
  bool random_texture_rotation = true;
  double hdri_rotation = 0;
  bool random_hdri_rotation = false;
  double hdri_strength = 1;
  bool operator==(const SceneSurroundings&) const = default;
};
constexpr auto fields_of(std::type_identity<SceneSurroundings>) {
  using S = SceneSurroundings;
  return table<S>(
      field("lighting", &S::lighting, "", "Lamps."),
      field("background_hdri", &S::background_hdri, "",
            "Environment map; blender:NAME is one that Blender brings."),
      field("texture_dir", &S::texture_dir, "", "Folder of floor images; null for no floor."),
      field("texture_scale_min", &S::texture_scale_min, "1/m", "Image repeats a metre.", above(0)),
      field("texture_scale_max", &S::texture_scale_max, "1/m", "Image repeats a metre.", above(0)),
      field("random_texture_rotation", &S::random_texture_rotation, "", "Draw the rotation."),
      field("hdri_rotation", &S::hdri_rotation, "rad", "About +Z, counter-clockwise.", extension()),
      field("random_hdri_rotation", &S::random_hdri_rotation, "",
            "Draw it from the full circle instead.", extension()),
      field("hdri_strength", &S::hdri_strength, "", "Factor on the map's radiance.",
            at_least(0) | extension()));
}

}  // namespace rtag::schema
