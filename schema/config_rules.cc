// SPDX-License-Identifier: MIT
#include <cmath>

#include <fmt/format.h>

#include "schema/config.h"
#include "schema/job_spec.h"
#include "schema/marker_families.h"
#include "schema/write.h"

namespace rtag::schema {
namespace {

// Collects the broken rules of one config.
class ConfigRules {
 public:
  explicit ConfigRules(Problems& problems) : problems_(problems) {}

  void check(const GenConfig& config) {
    check_version(config.version);
    check_camera(config.camera);
    check_intrinsics(config.camera.intrinsics);
    check_lighting(config.scene);
    check_material(config.tag.material);
    check_subject(config);
  }

 private:
  void complain(std::string path, std::string message) {
    problems_.push_back({std::move(path), 0, std::move(message)});
  }

  template <class Number>
  void ordered(const std::string& section, std::string_view low_name, Number low,
               std::string_view high_name, Number high) {
    if (low <= high) return;
    complain(fmt::format("{}.{}", section, low_name),
             fmt::format("must be <= {}.{}, {} (found {})", section, high_name, to_json(high),
                         to_json(low)));
  }

  void check_version(const std::string& version) {
    if (version == kConfigVersion) return;
    complain("version", fmt::format("expected \"{}\", the only version that is read (found "
                                    "\"{}\")",
                                    kConfigVersion, version));
  }

  void check_camera(const CameraConfig& camera) {
    ordered("camera", "min_distance", camera.min_distance, "max_distance", camera.max_distance);
    ordered("camera", "min_elevation", camera.min_elevation, "max_elevation", camera.max_elevation);
    ordered("camera", "min_roll", camera.min_roll, "max_roll", camera.max_roll);
    if (camera.ppm_constraint) {
      ordered("camera.ppm_constraint", "min", camera.ppm_constraint->min, "max",
              camera.ppm_constraint->max);
    }
    if (camera.min_tag_pixels && camera.max_tag_pixels) {
      ordered("camera", "min_tag_pixels", *camera.min_tag_pixels, "max_tag_pixels",
              *camera.max_tag_pixels);
    }
  }

  void check_intrinsics(const IntrinsicsConfig& intrinsics) {
    const std::string section = "camera.intrinsics";
    if (intrinsics.k_matrix) check_k_matrix(*intrinsics.k_matrix);
    needs_partner(section, "focal_length_x", intrinsics.focal_length_x.has_value(),
                  "focal_length_y", intrinsics.focal_length_y.has_value());
    needs_partner(section, "sensor_width_mm", intrinsics.sensor_width_mm.has_value(),
                  "focal_length_mm", intrinsics.focal_length_mm.has_value());
    check_one_focal_length(intrinsics);
  }

  // Two ways of saying one thing: the weaker would have no effect.
  void check_one_focal_length(const IntrinsicsConfig& intrinsics) {
    const std::string section = "camera.intrinsics.";
    std::string_view winner;
    const auto candidate = [&](std::string_view name, bool given) {
      if (given && !winner.empty()) {
        complain(section + std::string(name),
                 fmt::format("has no effect beside {}{}: remove one", section, winner));
      }
      if (given && winner.empty()) winner = name;
    };
    candidate("k_matrix", intrinsics.k_matrix.has_value());
    candidate("focal_length_x", intrinsics.focal_length_x.has_value());
    candidate("focal_length", intrinsics.focal_length.has_value());
    candidate("focal_length_mm", intrinsics.focal_length_mm.has_value());
    if (!intrinsics.k_matrix) return;
    candidate("principal_point_x", intrinsics.principal_point_x.has_value());
    candidate("principal_point_y", intrinsics.principal_point_y.has_value());
  }

  void needs_partner(const std::string& section, std::string_view a_name, bool a,
                     std::string_view b_name, bool b) {
    if (a == b) return;
    complain(fmt::format("{}.{}", section, a ? a_name : b_name),
             fmt::format("needs {}.{} too", section, a ? b_name : a_name));
  }

  void check_k_matrix(const Matrix3& k) {
    const std::string path = "camera.intrinsics.k_matrix";
    if (k[0][0] <= 0 || k[1][1] <= 0) complain(path, "focal lengths must be > 0");
    if (k[0][1] != 0 || k[1][0] != 0) complain(path, "must have no skew: [0][1] and [1][0] are 0");
    if (k[2] != Vector3{0, 0, 1}) complain(path, "must end with the row [0, 0, 1]");
  }

  void check_lighting(const SceneSurroundings& scene) {
    const LightingConfig& lighting = scene.lighting;
    ordered("scene.lighting", "intensity_min", lighting.intensity_min, "intensity_max",
            lighting.intensity_max);
    ordered("scene.lighting", "num_lights_min", lighting.num_lights_min, "num_lights_max",
            lighting.num_lights_max);
    ordered("scene.lighting", "radius_min", lighting.radius_min, "radius_max", lighting.radius_max);
    ordered("scene", "texture_scale_min", scene.texture_scale_min, "texture_scale_max",
            scene.texture_scale_max);
  }

  void check_material(const MaterialConfig& material) {
    ordered("tag.material", "roughness_min", material.roughness_min, "roughness_max",
            material.roughness_max);
    ordered("tag.material", "specular_min", material.specular_min, "specular_max",
            material.specular_max);
  }

  void check_subject(const GenConfig& config) {
    const std::string path = "scenario.subject";
    if (!config.scenario.subject) return complain(path, "expected a map (found null)");
    const auto* tags = std::get_if<TagsSubject>(&*config.scenario.subject);
    if (tags == nullptr) {
      return complain(path + ".type", "this version does not act on BOARD, expected TAGS");
    }
    if (tags->type != SubjectType::kTags) complain(path + ".type", "expected TAGS");
    if (tags->tags_per_scene.min > tags->tags_per_scene.max) {
      complain(path + ".tags_per_scene",
               fmt::format("must be [min, max] (found {})", to_json(tags->tags_per_scene)));
    }
    for (std::size_t i = 0; i < tags->tag_families.size(); ++i) {
      if (find_marker_family(tags->tag_families[i]) != nullptr) continue;
      complain(fmt::format("{}.tag_families[{}]", path, i),
               fmt::format("unknown marker family (found '{}'){}", tags->tag_families[i],
                           did_you_mean(tags->tag_families[i], marker_family_names())));
    }
    check_quiet_zones(*tags, config.tag.margin_bits);
  }

  // In a grid the gap between two borders is tag_spacing_bits modules of the first family. A quiet
  // zone wider than the gap would cover the neighbour's border.
  void check_quiet_zones(const TagsSubject& tags, int margin_bits) {
    const MarkerFamily* first =
        tags.tag_families.empty() ? nullptr : find_marker_family(tags.tag_families.front());
    if (first == nullptr || tags.tags_per_scene.max < 2) return;
    const double gap = tags.tag_spacing_bits / first->grid_modules;
    for (const std::string& name : tags.tag_families) {
      const MarkerFamily* family = find_marker_family(name);
      if (family == nullptr || margin_bits <= gap * family->grid_modules + 1e-9) continue;
      complain("tag.margin_bits",
               fmt::format("the quiet zone of {} covers its neighbour's border: must be <= {} with "
                           "scenario.subject.tag_spacing_bits {} (found {})",
                           name, std::floor(gap * family->grid_modules + 1e-9),
                           to_json(tags.tag_spacing_bits), margin_bits));
      return;
    }
  }

  Problems& problems_;
};

}  // namespace

void check_config(const GenConfig& config, Problems& problems) {
  ConfigRules(problems).check(config);
}

void check_job(const JobSpec& job, Problems& problems) {
  Problems of_config;
  check_config(job.scene_config, of_config);
  for (Problem& problem : of_config) {
    problems.push_back({"scene_config." + problem.path, 0, std::move(problem.message)});
  }
  if (job.version != kConfigVersion) {
    problems.push_back({"version", 0,
                        fmt::format("expected \"{}\", the only version that is read (found "
                                    "\"{}\")",
                                    kConfigVersion, job.version)});
  }
  const std::uint32_t in_config = job.scene_config.dataset.seeds.global_seed;
  if (job.global_seed != in_config) {
    problems.push_back(
        {"global_seed", 0,
         fmt::format("must equal scene_config.dataset.seeds.global_seed, {} (found {})", in_config,
                     job.global_seed)});
  }
}

}  // namespace rtag::schema
