// SPDX-License-Identifier: MIT
#include "schema/config_rules.h"
#include "schema/geometry/config_geometry.h"

namespace rtag::schema {
namespace {

constexpr double kWidestPinhole_deg = 180;

void check_ranges(const CameraConfig& camera, Problems& problems) {
  const std::string section = "camera";
  check_order(problems, section, "min_distance", camera.min_distance, "max_distance",
              camera.max_distance);
  check_order(problems, section, "min_elevation", camera.min_elevation, "max_elevation",
              camera.max_elevation);
  check_order(problems, section, "min_roll", camera.min_roll, "max_roll", camera.max_roll);
  if (camera.ppm_constraint) {
    check_order(problems, "camera.ppm_constraint", "min", camera.ppm_constraint->min, "max",
                camera.ppm_constraint->max);
  }
  if (camera.min_tag_pixels && camera.max_tag_pixels) {
    check_order(problems, section, "min_tag_pixels", *camera.min_tag_pixels, "max_tag_pixels",
                *camera.max_tag_pixels);
  }
  const bool is_fisheye = camera.intrinsics.distortion_model == DistortionModel::kKannalaBrandt;
  if (camera.fov >= kWidestPinhole_deg && !is_fisheye) {
    complain(problems, "camera.fov",
             fmt::format("must be < 180 unless camera.intrinsics.distortion_model is "
                         "kannala_brandt (found {})",
                         to_json(camera.fov)));
  }
}

void check_k_matrix(const Matrix3& k, Problems& problems) {
  const std::string path = "camera.intrinsics.k_matrix";
  if (k[0][0] <= 0 || k[1][1] <= 0) complain(problems, path, "focal lengths must be > 0");
  if (k[0][1] != 0 || k[1][0] != 0) {
    complain(problems, path, "must have no skew: [0][1] and [1][0] are 0");
  }
  if (k[2] != Vector3{0, 0, 1}) complain(problems, path, "must end with the row [0, 0, 1]");
}

void check_partners(Problems& problems, std::string_view a_name, bool a, std::string_view b_name,
                    bool b) {
  if (a == b) return;
  const std::string_view section = "camera.intrinsics";
  complain(problems, fmt::format("{}.{}", section, a ? a_name : b_name),
           fmt::format("needs {}.{} too", section, a ? b_name : a_name));
}

// Two ways of saying one thing: the weaker would have no effect.
void check_one_focal_length(const IntrinsicsConfig& intrinsics, Problems& problems) {
  const std::string section = "camera.intrinsics.";
  std::string_view winner;
  const auto candidate = [&](std::string_view name, bool given) {
    if (given && !winner.empty()) {
      complain(problems, section + std::string(name),
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

void check_intrinsics(const IntrinsicsConfig& intrinsics, Problems& problems) {
  if (intrinsics.k_matrix) check_k_matrix(*intrinsics.k_matrix, problems);
  check_partners(problems, "focal_length_x", intrinsics.focal_length_x.has_value(),
                 "focal_length_y", intrinsics.focal_length_y.has_value());
  check_partners(problems, "sensor_width_mm", intrinsics.sensor_width_mm.has_value(),
                 "focal_length_mm", intrinsics.focal_length_mm.has_value());
  check_one_focal_length(intrinsics, problems);
}

// A lens that folds back on itself before the image ends shows some points twice and leaves pixels
// without a direction. REQUIRES: good intrinsics.
void check_lens(const CameraConfig& camera, Problems& problems) {
  const auto dark = geometry::camera_model(camera).pixel_without_ray();
  if (!dark) return;
  complain(problems, "camera.intrinsics.distortion_model",
           fmt::format("the lens has no ray for pixel ({:.0f}, {:.0f}): its polynomial turns back "
                       "before it reaches the image's border; use other coefficients or a smaller "
                       "field of view (found {})",
                       dark->x(), dark->y(), word_of(camera.intrinsics.distortion_model)));
}

}  // namespace

void check_camera(const CameraConfig& camera, Problems& problems) {
  const std::size_t problems_before = problems.size();
  check_ranges(camera, problems);
  check_intrinsics(camera.intrinsics, problems);
  if (problems.size() == problems_before) check_lens(camera, problems);
}

}  // namespace rtag::schema
