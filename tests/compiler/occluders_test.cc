// SPDX-License-Identifier: MIT
#include "compiler/occluders.h"

#include <cmath>
#include <numbers>

#include <catch2/catch.hpp>

#include "compiler/target_cluster.h"
#include "schema/geometry/recipe_geometry.h"
#include "tests/compiler/example_jobs.h"

using namespace rtag;
using namespace rtag::compiler;

namespace {

using Objects = std::vector<schema::ObjectRecipe>;

const std::vector<schema::SunConfig> kSun{{.azimuth = 0.5, .elevation = 0.6}};

schema::ObjectRecipe tag_at(double x, double y) {
  schema::ObjectRecipe tag;
  tag.location = {x, y, 0.001};
  tag.properties = schema::TagProperties{.tag_id = 0,
                                         .tag_family = "tag36h11",
                                         .tag_size = 0.1,
                                         .margin_bits = 1,
                                         .texture_base_path = std::nullopt};
  return tag;
}

// 640 x 480, straight above the origin.
schema::CameraRecipe camera_above(double height_m, double f_px = 500) {
  schema::CameraRecipe camera;
  camera.transform_matrix = {{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, height_m}, {0, 0, 0, 1}}};
  camera.intrinsics.resolution = {640, 480};
  camera.intrinsics.k_matrix = {{{f_px, 0, 320}, {0, f_px, 240}, {0, 0, 1}}};
  return camera;
}

Objects plates(const schema::OccluderConfig& config, std::uint32_t seed,
               const std::vector<schema::SunConfig>& suns = kSun,
               const std::vector<schema::CameraRecipe>& cameras = {camera_above(2)}) {
  const FieldOfView view(geometry::camera_model(camera_above(2)));
  return place_occluders(config, suns, {tag_at(0, 0)}, cameras, view, seed);
}

schema::OccluderConfig only(schema::OccluderPattern pattern) {
  schema::OccluderConfig config;
  config.patterns = {pattern};
  return config;
}

const schema::OccluderProperties& properties(const schema::ObjectRecipe& plate) {
  return std::get<schema::OccluderProperties>(plate.properties);
}

// Where the sun's shadow of a point of the plate falls on the tag's plane, in the plate's
// directions (x along, y across), as seen from the tag's centre.
Eigen::Vector2d shadow(const schema::ObjectRecipe& plate, double along, double across) {
  const auto& size = properties(plate);
  const double angle = (*plate.rotation_euler)[2];
  const Eigen::Vector2d e(std::cos(angle), std::sin(angle));
  const Eigen::Vector2d f(-std::sin(angle), std::cos(angle));
  Eigen::Vector2d point(plate.location[0], plate.location[1]);
  point += along * size.size_along_edge_m / 2 * e + across * size.size_across_edge_m / 2 * f;
  const double fall_m = (plate.location[2] - 0.001) / std::tan(0.6);
  point -= fall_m * Eigen::Vector2d(std::cos(0.5), std::sin(0.5));
  return {point.dot(e), point.dot(f)};
}

constexpr double kRadius = 0.1 / std::numbers::sqrt2;  // of a cluster of one tag of 0.1 m

}  // namespace

TEST_CASE("without a sun above the horizon there is no plate") {
  CHECK(plates({}, 1, {}).empty());
  CHECK(plates({}, 1, {{.azimuth = 0, .elevation = 0}}).empty());
  schema::OccluderConfig off;
  off.enabled = false;
  CHECK(plates(off, 1).empty());
  CHECK(plates({}, 1).size() >= 1);
}

TEST_CASE("half: the edge of the shadow crosses the targets at the drawn offset") {
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    const Objects drawn = plates(only(schema::OccluderPattern::kHalf), seed);
    REQUIRE(drawn.size() == 1);
    CHECK(drawn[0].name == "Occluder_half");
    const double low = shadow(drawn[0], 0, -1).y();
    const double high = shadow(drawn[0], 0, 1).y();
    CHECK(high - low == Approx(0.5).epsilon(1e-12));
    // One of its edges is within a radius of the centre.
    CHECK(std::min(std::abs(low), std::abs(high)) <= kRadius);
    CHECK(shadow(drawn[0], 0, 0).x() == Approx(0).margin(1e-12));
  }
}

TEST_CASE("corner: a corner of the shadow lies within a radius of the centre, each way") {
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    const Objects drawn = plates(only(schema::OccluderPattern::kCorner), seed);
    REQUIRE(drawn.size() == 1);
    if (drawn[0].name != "Occluder_corner") continue;
    const Eigen::Vector2d corner = shadow(drawn[0], -1, -1);
    CHECK(std::abs(corner.x()) <= kRadius);
    CHECK(std::abs(corner.y()) <= kRadius);
  }
}

TEST_CASE("bar: its width is drawn in radii and its middle lies within one") {
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    const Objects drawn = plates(only(schema::OccluderPattern::kBar), seed);
    REQUIRE(drawn.size() == 1);
    if (drawn[0].name != "Occluder_bar") continue;
    const double width_m = properties(drawn[0]).size_across_edge_m;
    CHECK((width_m >= 0.1 * kRadius && width_m <= 0.5 * kRadius));
    CHECK(std::abs(shadow(drawn[0], 0, 0).y()) <= kRadius);
  }
}

TEST_CASE("slit: the strip of light has the drawn width and the plates do not meet") {
  int slits = 0;
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    const Objects drawn = plates(only(schema::OccluderPattern::kSlit), seed);
    if (drawn.size() != 2) continue;
    ++slits;
    CHECK(drawn[0].name == "Occluder_slit_0");
    CHECK(drawn[1].name == "Occluder_slit_1");
    const double width_m = shadow(drawn[0], 0, -1).y() - shadow(drawn[1], 0, 1).y();
    CHECK((width_m >= 0.1 * kRadius - 1e-12 && width_m <= 0.5 * kRadius + 1e-12));
    CHECK(drawn[1].location[2] - drawn[0].location[2] == Approx(1.1 * 0.005));
  }
  CHECK(slits > 25);
}

TEST_CASE("no plate is seen by a camera") {
  schema::CameraRecipe aside = camera_above(1.5);
  const double s = std::sqrt(0.5);  // 45 degrees aside, looking at the origin
  aside.transform_matrix = {{{s, 0, s, 1}, {0, 1, 0, 0}, {-s, 0, s, 1}, {0, 0, 0, 1}}};
  const FieldOfView view(geometry::camera_model(camera_above(2)));
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    for (const auto& plate : plates({}, seed, kSun, {camera_above(2), aside})) {
      const double angle = (*plate.rotation_euler)[2];
      const Eigen::Vector2d e(std::cos(angle) * properties(plate).size_along_edge_m / 2,
                              std::sin(angle) * properties(plate).size_along_edge_m / 2);
      const Eigen::Vector2d f(-std::sin(angle) * properties(plate).size_across_edge_m / 2,
                              std::cos(angle) * properties(plate).size_across_edge_m / 2);
      PlateCorners corners;
      const std::array<std::array<double, 2>, 4> signs{{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}}};
      for (std::size_t i = 0; i < 4; ++i) {
        const Eigen::Vector2d offset = signs[i][0] * e + signs[i][1] * f;
        corners[i].xyz = {plate.location[0] + offset.x(), plate.location[1] + offset.y(),
                          plate.location[2]};
      }
      CHECK_FALSE(view.sees(geometry::world_from_camera(aside), corners));
      CHECK_FALSE(view.sees(geometry::world_from_camera(camera_above(2)), corners));
    }
  }
}

TEST_CASE("a pattern that finds no place gives way to half, and half to nothing") {
  // Under a sun overhead every plate hangs above the target, where cameras all around look through.
  const std::vector<schema::SunConfig> overhead{{.azimuth = 0, .elevation = 1.57}};
  std::vector<schema::CameraRecipe> around;
  for (int i = 0; i < 8; ++i) {
    const double turn = i * std::numbers::pi / 4;
    schema::CameraRecipe camera = camera_above(3, 100);
    camera.transform_matrix[0][3] = 0.6 * std::cos(turn);
    camera.transform_matrix[1][3] = 0.6 * std::sin(turn);
    around.push_back(camera);
  }
  CHECK(plates(only(schema::OccluderPattern::kCorner), 1, overhead, around).empty());
}

TEST_CASE("the cluster of a calibration board is as wide as the board") {
  schema::ObjectRecipe board;
  board.type = schema::ObjectType::kBoard;
  board.properties = schema::CalibrationBoardProperties{};
  board.location = {1, 1, 0};
  board.scale = {0.3, 0.4, 1};
  const auto cluster = cluster_of({board});
  REQUIRE(cluster);
  CHECK(cluster->radius_m == Approx(0.5));
  CHECK(cluster->centre == Eigen::Vector3d(1, 1, 0));
  CHECK(cluster->protected_points.size() == 6);
  CHECK_FALSE(cluster_of({}));
}

TEST_CASE("the cluster of tags reaches to the corner of its farthest tag") {
  const auto cluster = cluster_of({tag_at(0, 0), tag_at(0.3, 0)});
  REQUIRE(cluster);
  CHECK(cluster->centre.x() == Approx(0.15));
  CHECK(cluster->radius_m == Approx(0.15 + kRadius));
  CHECK(cluster->protected_points.size() == 11);
}
