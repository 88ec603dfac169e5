// SPDX-License-Identifier: MIT
#include "compiler/camera_placement.h"

#include <cmath>

#include <Eigen/Geometry>
#include <catch2/catch.hpp>

#include "compiler/tag_layout.h"
#include "compiler/target_view.h"
#include "schema/digest.h"
#include "schema/geometry/recipe_geometry.h"
#include "tests/compiler/example_jobs.h"

using namespace rtag;
using namespace rtag::compiler;

namespace {

using Cameras = std::vector<schema::CameraRecipe>;
using Placed = std::variant<Cameras, Constraint>;

Placed place(const schema::JobSpec& job, std::uint32_t attempt_seed, const Sweep& sweep = {}) {
  const auto targets = tag_targets(lay_out_tags(job.scene_config, attempt_seed));
  const std::uint32_t camera_seed = schema::derive_seed(attempt_seed, "camera", 0);
  return place_cameras(job.scene_config.camera, camera_template(job.scene_config.camera), targets,
                       sweep, {.placement = camera_seed, .noise = camera_seed});
}

Cameras cameras_of(const schema::JobSpec& job, std::uint32_t attempt_seed) {
  return std::get<Cameras>(place(job, attempt_seed));
}

Eigen::Vector3d centre_in_camera(const schema::JobSpec& job, std::uint32_t attempt_seed) {
  const auto objects = lay_out_tags(job.scene_config, attempt_seed);
  const auto camera = cameras_of(job, attempt_seed).front();
  const auto target = tag_target(objects.front());
  return (geometry::inverse(geometry::world_from_camera(camera)) * target.centre).xyz;
}

}  // namespace

TEST_CASE("the first camera of the default scene is the published one") {
  const Cameras cameras = cameras_of(default_job(), 2115084936);
  REQUIRE(cameras.size() == 10);
  const schema::Matrix4 expected{
      {{0.9397765088217367, -0.3394419001638, 0.03999137256980814, 0.5348054045680322},
       {0.26177045779660824, 0.6395814367407061, -0.7227806120820122, -1.0600801453670992},
       {0.21976428484124189, 0.6897208001719846, 0.6899194713285999, 1.659745211925811},
       {0, 0, 0, 1}}};
  for (std::size_t row = 0; row < 4; ++row) {
    for (std::size_t column = 0; column < 4; ++column) {
      CHECK(cameras[0].transform_matrix[row][column] ==
            Approx(expected[row][column]).epsilon(1e-12));
    }
  }
  CHECK(cameras[9].transform_matrix[0][3] == Approx(0.9574046520942465).epsilon(1e-12));
  CHECK(cameras[9].transform_matrix[1][3] == Approx(-0.5281405662264027).epsilon(1e-12));
  CHECK(cameras[9].transform_matrix[2][3] == Approx(0.5972495003047669).epsilon(1e-12));
}

TEST_CASE("a camera's recipe carries the config and leaves out what there is not") {
  schema::JobSpec job = default_job();
  job.scene_config.camera.eval_margin_px = 7;
  job.scene_config.camera.tone_mapping = schema::ToneMapping::kSrgb;
  job.scene_config.camera.max_tag_pixels = 90000;
  const schema::CameraRecipe camera = cameras_of(job, 1).front();
  CHECK(camera.intrinsics.eval_margin_px == 7);
  CHECK(camera.intrinsics.fov == 70);
  CHECK(camera.intrinsics.distortion_coeffs.empty());
  CHECK_FALSE(camera.intrinsics.k_matrix_overscan);
  CHECK(camera.sensor_dynamics == schema::SensorDynamicsRecipe{std::nullopt, 10, 0});
  CHECK(camera.tone_mapping == schema::ToneMapping::kSrgb);
  CHECK(camera.dynamic_range_db == 120);
  CHECK(camera.iso_noise == 0);
  CHECK_FALSE(camera.sensor_noise);
  CHECK_FALSE(camera.min_tag_pixels);
  CHECK(camera.max_tag_pixels == 90000);
  CHECK_FALSE(camera.fstop);
}

TEST_CASE("drawn densities stay in their range and fill it") {
  const schema::JobSpec job = benchmark_job("tag36h11", 36);
  double lowest = 1e9;
  double highest = 0;
  for (std::uint32_t seed = 0; seed < 400; ++seed) {
    // Pixels per module by the rule of the draw: f * tag_size / (g + 2 margin) / distance.
    const double distance_m = centre_in_camera(job, seed).norm();
    const double density = 1371.0220864724301 * 0.16 / 10 / distance_m;
    lowest = std::min(lowest, density);
    highest = std::max(highest, density);
  }
  CHECK((lowest >= 5 && lowest < 5.5));
  CHECK((highest <= 40 && highest > 39.5));
}

TEST_CASE("a density that asks for too near a camera is clipped to the nearest distance") {
  schema::JobSpec job = benchmark_job("tag36h11", 36);
  job.scene_config.camera.ppm_constraint = schema::PpmConstraint{.min = 1000, .max = 1001};
  CHECK(centre_in_camera(job, 3).norm() == Approx(0.5).epsilon(1e-12));
}

TEST_CASE("distance, elevation and azimuth keep to their ranges") {
  schema::JobSpec job = benchmark_job("tag36h11", 36);
  job.scene_config.camera.ppm_constraint.reset();
  job.scene_config.camera.min_distance = 1;
  job.scene_config.camera.max_distance = 3;
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    const auto target = tag_target(lay_out_tags(job.scene_config, seed).front());
    const auto pose = geometry::world_from_camera(cameras_of(job, seed).front());
    const Eigen::Vector3d offset = pose.translation - target.centre.xyz;
    CHECK((offset.norm() >= 1 && offset.norm() <= 3));
    const double elevation_cos = offset.z() / offset.norm();
    CHECK((elevation_cos >= 0.5 && elevation_cos <= 1));
  }
}

TEST_CASE("a fixed elevation and azimuth are taken, not drawn") {
  schema::JobSpec job = benchmark_job("tag36h11", 36);
  job.scene_config.camera.elevation = 0.6;
  job.scene_config.camera.azimuth = 0;
  const auto target = tag_target(lay_out_tags(job.scene_config, 8).front());
  const auto pose = geometry::world_from_camera(cameras_of(job, 8).front());
  const Eigen::Vector3d direction = (pose.translation - target.centre.xyz).normalized();
  CHECK((direction - Eigen::Vector3d(0.8, 0, 0.6)).norm() < 1e-12);
}

TEST_CASE("an equal pair of rolls is that roll, any other range is drawn from") {
  schema::JobSpec job = benchmark_job("tag36h11", 36);
  job.scene_config.camera.ppm_constraint = schema::PpmConstraint{.min = 1000, .max = 1001};
  job.scene_config.camera.min_elevation = job.scene_config.camera.max_elevation = 0.5;
  job.scene_config.camera.resolution = {1920, 600};  // too low for an offset: the tag is centred
  const auto x_axis_height = [&](std::uint32_t seed) {
    return cameras_of(job, seed).front().transform_matrix[2][0];
  };
  job.scene_config.camera.min_roll = job.scene_config.camera.max_roll = 45;
  CHECK(x_axis_height(4) == Approx(std::sqrt(0.5) * std::sqrt(0.75)).epsilon(1e-12));
  job.scene_config.camera.min_roll = 10;
  job.scene_config.camera.max_roll = 20;
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    // 60 degrees from overhead, a roll of r lifts the x axis by sin(r) sin(60 degrees).
    const double roll_deg = std::asin(x_axis_height(seed) / std::sqrt(0.75)) * 57.29577951308232;
    CHECK((roll_deg >= 10 && roll_deg <= 20));
  }
}

TEST_CASE("a target is centred only when it is too wide to stand anywhere else") {
  schema::JobSpec job = benchmark_job("tag36h11", 36);
  // From 0.5 m, 0.16 m are 439 px wide: half of an image of 1080 rows holds that, of 800 does not.
  job.scene_config.camera.ppm_constraint = schema::PpmConstraint{.min = 1000, .max = 1001};
  const auto off_axis = [&](int rows) {
    job.scene_config.camera.resolution = {1920, rows};
    return centre_in_camera(job, 3).head<2>().norm();
  };
  CHECK(off_axis(1080) > 0.01);
  CHECK(off_axis(800) < 1e-12);
}

TEST_CASE("placed targets face the camera, lie in the image and pass the area gate") {
  schema::JobSpec job = benchmark_job("DICT_4X4_1000", 400);
  job.scene_config.camera.ppm_constraint.reset();
  job.scene_config.camera.max_tag_pixels = 20000;
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const auto target = tag_target(lay_out_tags(job.scene_config, seed).front());
    const auto camera = cameras_of(job, seed).front();
    const TargetView view =
        view_of(target, geometry::world_from_camera(camera), geometry::camera_model(camera));
    CHECK(view.facing_cosine > 0.1);
    CHECK(view.inside_image);
    CHECK((view.area_px >= 400 && view.area_px <= 20000));
  }
}

TEST_CASE("a camera without a place names what rejected it most often") {
  schema::JobSpec large = benchmark_job("tag36h11", 36);
  tags_of(large).size_mm = 20000;
  CHECK(std::get<Constraint>(place(large, 1)) == Constraint::kTargetOutsideImage);

  schema::JobSpec level = benchmark_job("tag36h11", 36);
  level.scene_config.camera.min_elevation = level.scene_config.camera.max_elevation = 0.05;
  CHECK(std::get<Constraint>(place(level, 1)) == Constraint::kTargetFacesAway);

  schema::JobSpec small = benchmark_job("tag36h11", 1000000);
  CHECK(std::get<Constraint>(place(small, 1)) == Constraint::kTargetTooSmall);

  schema::JobSpec tight = benchmark_job("tag36h11", 1);
  tight.scene_config.camera.max_tag_pixels = 2;
  CHECK(std::get<Constraint>(place(tight, 1)) == Constraint::kTargetTooLarge);
}

TEST_CASE("a distance sweep goes from the nearest to the farthest and looks at the origin") {
  schema::JobSpec job = benchmark_job("tag36h11", 36);
  job.scene_config.scenario.sampling_mode = schema::SamplingMode::kDistance;
  job.scene_config.camera.min_distance = 1;
  job.scene_config.camera.max_distance = 3;
  const auto distance_m = [&](double progress) {
    const Sweep sweep{schema::SamplingMode::kDistance, progress, true};
    const auto camera = std::get<Cameras>(place(job, 3, sweep)).front();
    const auto pose = geometry::world_from_camera(camera);
    // The optical axis meets the origin.
    CHECK(pose.rotation.col(2).cross(pose.translation).norm() < 1e-12);
    return pose.translation.norm();
  };
  CHECK(distance_m(0) == Approx(1).epsilon(1e-12));
  CHECK(distance_m(0.25) == Approx(1.5).epsilon(1e-12));
  CHECK(distance_m(1) == Approx(3).epsilon(1e-12));
}

TEST_CASE("an angle sweep goes from the lowest to the highest elevation") {
  schema::JobSpec job = benchmark_job("tag36h11", 36);
  job.scene_config.scenario.sampling_mode = schema::SamplingMode::kAngle;
  const auto elevation_cos = [&](double progress) {
    const Sweep sweep{schema::SamplingMode::kAngle, progress, true};
    const auto camera = std::get<Cameras>(place(job, 3, sweep)).front();
    const auto position = geometry::world_from_camera(camera).translation;
    return position.z() / position.norm();
  };
  CHECK(elevation_cos(0) == Approx(0.5).epsilon(1e-12));
  CHECK(elevation_cos(0.5) == Approx(0.75).epsilon(1e-12));
  CHECK(elevation_cos(1) == Approx(1).epsilon(1e-12));
}

TEST_CASE("a job of one scene has nothing to sweep and draws") {
  schema::JobSpec job = benchmark_job("tag36h11", 36);
  job.scene_config.scenario.sampling_mode = schema::SamplingMode::kDistance;
  job.scene_config.camera.min_distance = 1;
  job.scene_config.camera.max_distance = 3;
  const Sweep alone{schema::SamplingMode::kDistance, 0, false};
  const auto first = std::get<Cameras>(place(job, 3, alone)).front();
  const auto second = std::get<Cameras>(place(job, 4, alone)).front();
  CHECK(geometry::world_from_camera(first).translation.norm() !=
        Approx(geometry::world_from_camera(second).translation.norm()));
}

TEST_CASE("with an aperture and no distance the camera focuses on its target") {
  schema::JobSpec job = benchmark_job("tag36h11", 36);
  job.scene_config.camera.fstop = 2.8;
  const auto camera = cameras_of(job, 5).front();
  CHECK(camera.fstop == 2.8);
  CHECK(*camera.focus_distance == Approx(centre_in_camera(job, 5).z()).epsilon(1e-12));
  job.scene_config.camera.focus_distance = 1.25;
  CHECK(cameras_of(job, 5).front().focus_distance == 1.25);
}

TEST_CASE("every camera of a scene gets a seed of its own for its noise") {
  schema::JobSpec job = default_job();
  job.scene_config.camera.sensor_noise.emplace().seed = 7;
  const Cameras cameras = cameras_of(job, 2115084936);
  CHECK(cameras[0].sensor_noise->seed == 563697580);  // of 583738599:noise:0
  CHECK(cameras[1].sensor_noise->seed == schema::derive_seed(583738599, "noise", 1));
}

TEST_CASE("a moving camera has a velocity, drawn after its place") {
  schema::JobSpec job = default_job();
  const Cameras standing = cameras_of(job, 2115084936);
  job.scene_config.camera.sensor_dynamics.velocity_mean = 2;
  const Cameras moving = cameras_of(job, 2115084936);
  CHECK(moving[0].transform_matrix == standing[0].transform_matrix);
  CHECK(moving[1].transform_matrix != standing[1].transform_matrix);
  REQUIRE(moving[0].sensor_dynamics->velocity);
  const auto& v = *moving[0].sensor_dynamics->velocity;
  CHECK(std::hypot(v[0], v[1], v[2]) == Approx(2).epsilon(1e-12));
}

TEST_CASE("a fisheye of 190 degrees finds targets far off its axis") {
  schema::JobSpec job = benchmark_job("tag36h11", 1);
  schema::CameraConfig& camera = job.scene_config.camera;
  camera.fov = 190;
  camera.resolution = {1080, 1080};
  camera.intrinsics.distortion_model = schema::DistortionModel::kKannalaBrandt;
  camera.ppm_constraint.reset();
  camera.max_distance = 1;
  double widest_rad = 0;
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const Eigen::Vector3d x = centre_in_camera(job, seed);
    widest_rad = std::max(widest_rad, std::atan2(x.head<2>().norm(), x.z()));
  }
  CHECK(widest_rad > 1.0);
}
