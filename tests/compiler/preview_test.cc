// SPDX-License-Identifier: MIT
#include "compiler/preview.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <set>

#include <catch2/catch.hpp>

#include "compiler/preview_labels.h"
#include "compiler/preview_rays.h"
#include "compiler/scene_compiler.h"
#include "tests/compiler/example_jobs.h"
#include "tests/compiler/preview_scenes.h"

using namespace rtag;
using namespace rtag::compiler;
using Eigen::Matrix3d;
using Eigen::Vector2d;
using Eigen::Vector3d;

// ---- Geometry

TEST_CASE("rays between the points of the grid are those of their pixels to 0.02 px") {
  using geometry::camera_model;
  const schema::Matrix3 wide{{{300, 0, 310.3}, {0, 305, 243.7}, {0, 0, 1}}};
  const auto camera = GENERATE_COPY(
      camera_model(wide, {641, 479}),
      camera_model(wide, {641, 479}, geometry::BrownConrady{-0.2, 0.03, 0.003, -0.002, 0}),
      camera_model(wide, {641, 479}, geometry::KannalaBrandt{-0.02, 0.003, 0, 0}));
  const Matrix3d turn = towards({0.3, -0.5, 0.8}, {0, 0, 1});
  const RayGrid rays(camera, turn);
  double worst_px = 0;
  for (const PixelCell& cell : rays.cells()) {
    for (int row = cell.first_y; row < cell.end_y; ++row) {
      for (int column = cell.first_x; column < cell.end_x; ++column) {
        const Float3 ray = rays.at(cell, column, row).ray;
        const auto pixel = camera.project({turn.transpose() * Vector3d(ray.x, ray.y, ray.z)});
        REQUIRE(pixel);
        worst_px = std::max(worst_px, (*pixel - Vector2d(column + 0.5, row + 0.5)).norm());
      }
    }
  }
  CHECK(worst_px < 0.02);
}

TEST_CASE("a tag of few pixels sends as much light as its white modules") {
  schema::SceneRecipe recipe;
  recipe.cameras = {camera_at({0.003, 0.002, 1}, Matrix3d::Identity(), 64, 64, 60)};
  recipe.world.lights = {sun(kPi)};
  recipe.objects = {tag_at({0, 0, 0}, towards({0, 0, 1}, {0.3, 1, 0}), 0.08, 3)};
  double light_px = 0;
  const LightImage image = picture_of(recipe);
  for (std::size_t i = 0; i < image.rgb.size(); i += 3) light_px += image.rgb[i] - kGrey;

  const GreyImage art = marker_image("tag36h11", 3, kMargin);
  const auto white = std::count(art.pixels.begin(), art.pixels.end(), 255);
  const double module_px = 60 * 0.08 / 8;
  const double area_px = 144 * module_px * module_px;
  const double expected_px =
      static_cast<double>(white) * module_px * module_px * (1 + kGrey) - area_px * kGrey;
  CHECK(light_px == Approx(expected_px).epsilon(0.02));
}

// ---- Light

TEST_CASE("a lamp of P watts gives a white plate below it P / (4 pi^2 d^2)") {
  schema::SceneRecipe recipe;
  recipe.cameras = {camera_above()};
  recipe.objects = {white_plate(1, 0)};
  recipe.world.lights = {lamp({0.1, 0, 2}, 50)};
  recipe.world.lights[0].color = {1, 0.5, 0};
  const LightImage image = picture_of(recipe);
  const double below = 50 / (4 * kPi * kPi * 4);
  CHECK(at(image, 300, 200).r == Approx(kGrey + below).epsilon(1e-4));
  CHECK(at(image, 300, 200).g == Approx(kGrey + below / 2).epsilon(1e-4));
  CHECK(at(image, 300, 200).b == Approx(kGrey));
  const double aside = 50 * 2 / (4 * kPi * kPi * std::pow(4 + 0.3 * 0.3, 1.5));
  CHECK(at(image, 0, 200).r == Approx(kGrey + aside).epsilon(1e-3));
}

TEST_CASE("a sun of E W/m^2 gives E cos / pi, and nothing from below") {
  schema::SceneRecipe recipe;
  recipe.cameras = {camera_above()};
  recipe.objects = {white_plate(1, 0)};
  recipe.world.lights = {sun(4, 1.0)};
  CHECK(at(picture_of(recipe), 200, 200).g == Approx(kGrey + 4 * std::cos(1.0) / kPi));
  recipe.world.lights = {sun(4, 2.0)};
  CHECK(at(picture_of(recipe), 200, 200).g == Approx(kGrey));
}

TEST_CASE("where there is nothing, the surroundings are seen, or an environment map's strength") {
  schema::SceneRecipe recipe;
  recipe.cameras = {camera_above(16)};
  CHECK(at(picture_of(recipe), 3, 5).g == Approx(kGrey));
  recipe.world.background_hdri = "hdri/sky.exr";
  recipe.world.hdri_strength = 0.7;
  CHECK(at(picture_of(recipe), 3, 5).g == Approx(0.7));
  recipe.objects = {white_plate(1, 0)};
  CHECK(at(picture_of(recipe), 3, 5).g == Approx(0.7));
}

TEST_CASE("an occluder takes the sun from what is behind it, once, and from nothing else") {
  schema::SceneRecipe recipe;
  recipe.cameras = {camera_above()};
  recipe.objects = {white_plate(1, 0)};
  recipe.world.lights = {sun(kPi, -kPi / 4)};  // from -x: a shadow moves to +x by its height
  schema::ObjectRecipe plate;
  plate.type = schema::ObjectType::kOccluder;
  plate.location = {-1, 0, 1.1};  // its shadow: x from 0 to 0.2, y from -0.05 to 0.05
  plate.properties = schema::OccluderProperties{
      .size_along_edge_m = 0.2, .size_across_edge_m = 0.1, .thickness_m = 0.002, .albedo = 0.1};
  const float lit = kGrey + static_cast<float>(std::cos(kPi / 4));
  CHECK(at(picture_of(recipe), 300, 200).g == Approx(lit));

  recipe.objects.push_back(plate);
  for (int copies = 0; copies < 2; ++copies) {
    const LightImage image = picture_of(recipe);
    CHECK(at(image, 300, 200).g == Approx(kGrey));
    CHECK(at(image, 210, 160).g == Approx(kGrey));
    CHECK(at(image, 190, 200).g == Approx(lit));
    CHECK(at(image, 300, 140).g == Approx(lit));
    CHECK(at(image, 300, 260).g == Approx(lit));
    // The edge runs between two pixels: each of them has lost less than the one before.
    CHECK(at(image, 199, 200).g > at(image, 200, 200).g);
    CHECK(at(image, 200, 200).g > kGrey);
    recipe.objects.push_back(plate);
  }
  recipe.objects.resize(2);
  recipe.objects[1].location[2] = -0.5;  // below the plate
  CHECK(at(picture_of(recipe), 300, 200).g == Approx(lit));
}

TEST_CASE("a flying tag casts a shadow from a lamp") {
  schema::SceneRecipe recipe;
  recipe.cameras = {camera_above()};
  recipe.world.lights = {lamp({0, 0, 0.8}, 20)};
  recipe.objects = {white_plate(1, 0)};
  const float lit = at(picture_of(recipe), 300, 200).g;
  // Half-way to the lamp it hides twice its size: 0.04 * 12 / 8 * 2 = 0.12 m around x = 0.1.
  recipe.objects.push_back(tag_at({0.05, 0, 0.4}, Matrix3d::Identity(), 0.04));
  const LightImage image = picture_of(recipe);
  CHECK(at(image, 340, 200).g == Approx(kGrey).epsilon(1e-3));
  CHECK(at(image, 369, 200).g == Approx(at(image, 30, 200).g).epsilon(1e-4));
  CHECK(lit > 2 * kGrey);
}

// ---- The floor

TEST_CASE("the floor repeats its image as the renderer does, turned about the world's origin") {
  // Red in the top left texel of 4 x 4, else blue.
  RgbImage art{4, 4, {}};
  for (int i = 0; i < 16; ++i) {
    for (const int value : {i == 0 ? 255 : 0, 0, i == 0 ? 0 : 255}) {
      art.pixels.push_back(static_cast<std::uint8_t>(value));
    }
  }
  const auto floor = std::make_shared<ImagePyramid>(art);
  schema::SceneRecipe recipe;
  recipe.cameras = {camera_at({0, 0, 0.99}, Matrix3d::Identity(), 400, 400, 1000)};
  recipe.world.lights = {sun(kPi)};
  recipe.world.texture_path = "floors/a.png";
  recipe.world.texture_scale = 5;  // an image is 0.2 m wide, a texel 0.05 m
  const auto color_at = [&](double x_m, double y_m) {
    return at(preview(recipe, 0, floor), static_cast<int>(200 + 1000 * x_m),
              static_cast<int>(200 - 1000 * y_m));
  };
  // The image's left bottom corner lies at the origin, so its top left texel below (0, 0.2).
  CHECK(color_at(0.025, 0.175).r == Approx(1 + kGrey).epsilon(0.03));
  CHECK(color_at(0.025, 0.175).b == Approx(0).margin(0.03));
  CHECK(color_at(0.025, -0.025).r == Approx(1 + kGrey).epsilon(0.03));
  CHECK(color_at(0.075, 0.175).b == Approx(1 + kGrey).epsilon(0.03));
  CHECK(color_at(0.025, 0.125).b == Approx(1 + kGrey).epsilon(0.03));
  // The texture's coordinates turn anticlockwise, so that the picture turns clockwise.
  recipe.world.texture_rotation = kPi / 2;
  CHECK(color_at(0.025, -0.025).b == Approx(1 + kGrey).epsilon(0.03));
  CHECK(color_at(0.175, -0.025).r == Approx(1 + kGrey).epsilon(0.03));
}

TEST_CASE("a far floor is the mean of its image in linear light") {
  RgbImage art{2, 2, {}};
  for (const int value : {60, 220, 220, 60}) {
    art.pixels.insert(art.pixels.end(), 3, static_cast<std::uint8_t>(value));
  }
  schema::SceneRecipe recipe;
  recipe.cameras = {camera_above(40)};
  recipe.world.lights = {sun(kPi)};
  recipe.world.texture_path = "floors/a.png";
  recipe.world.texture_scale = 2000;
  const LightImage image = preview(recipe, 0, std::make_shared<ImagePyramid>(art));
  // IEC 61966-2-1 decodes 60 to 0.0452 and 220 to 0.7157.
  CHECK(at(image, 13, 29).g == Approx((0.0452 + 0.7157) / 2 * (1 + kGrey)).epsilon(0.01));
}

TEST_CASE("only where all texels are alike is there one value") {
  GreyImage art{64, 32, std::vector<std::uint8_t>(64 * 32, 255)};
  art.pixels[10 * 64 + 20] = 0;
  const ImagePyramid pyramid(art);
  CHECK_FALSE(pyramid.only_value({0, 64, 0, 32}));
  CHECK_FALSE(pyramid.only_value({20.5, 20.6F, 10.5, 10.6F + 1}));
  CHECK(pyramid.only_value({20.5, 20.6F, 10.5, 10.6F})->g == 0);
  CHECK(pyramid.only_value({30, 60, 16, 30})->g == 1);
  CHECK(pyramid.only_value({-5, -1, -5, -1})->g == 1);

  GreyImage chessboard{16, 16, {}};  // its reductions are grey all over
  for (int i = 0; i < 256; ++i) {
    chessboard.pixels.push_back((i + i / 16) % 2 == 0 ? 255 : 0);
  }
  CHECK_FALSE(ImagePyramid(chessboard).only_value({0, 16, 0, 16}));
}

// ---- Labels and bytes

TEST_CASE("labels are the projected corners, and are drawn there") {
  schema::SceneRecipe recipe;
  recipe.cameras = {camera_above()};
  recipe.objects = {tag_at({0.05, 0.02, 0}, Matrix3d::Identity(), 0.16, 42),
                    tag_at({0, 0, 3}, Matrix3d::Identity(), 0.16, 43)};
  const PictureLabels labels = picture_labels(recipe, 0);
  REQUIRE(labels.markers.size() == 2);
  const MarkerLabel& label = labels.markers[0];
  CHECK(label.id == 42);
  CHECK(label.family == "tag36h11");
  CHECK(label.facing);
  const std::array<Vector2d, 4> expected{{{170, 100}, {330, 100}, {330, 260}, {170, 260}}};
  for (std::size_t i = 0; i < 4; ++i) CHECK((*label.corners[i] - expected[i]).norm() < 1e-9);
  CHECK_FALSE(labels.markers[1].corners[0]);  // behind the camera
  CHECK_FALSE(labels.markers[1].facing);

  RgbImage picture{400, 400, std::vector<std::uint8_t>(400 * 400 * 3, 0)};
  draw_labels(labels, picture);
  const auto pixel = [&](std::size_t column, std::size_t row) {
    const std::size_t first = 3 * (row * 400 + column);
    return std::array{picture.pixels[first], picture.pixels[first + 1], picture.pixels[first + 2]};
  };
  using Pixel = std::array<std::uint8_t, 3>;
  CHECK(pixel(169, 99) == Pixel{255, 0, 0});  // corner 0
  CHECK(pixel(250, 260)[2] > 100);            // the lower edge
  CHECK(pixel(250, 250) == Pixel{0, 0, 0});   // inside of it
  CHECK(pixel(350, 180) == Pixel{0, 0, 0});   // outside
  std::set<Pixel> in_the_middle;
  for (std::size_t column = 240; column < 260; ++column) in_the_middle.insert(pixel(column, 180));
  CHECK(in_the_middle.size() > 1);  // its number
}

TEST_CASE("a board's markers are labelled with their ids, and its rim") {
  schema::JobSpec job = default_job(1);
  schema::BoardSubject subject;
  subject.rows = 2;
  subject.cols = 3;
  subject.marker_size_mm = 40;
  subject.spacing_ratio = 0.25;
  subject.quiet_zone_mm = 10;
  job.scene_config.scenario.subject = subject;
  auto recipe = *SceneCompiler(job, {}).compile(0);
  recipe.objects[0].location = {0, 0, 0};
  recipe.cameras = {camera_above()};
  const PictureLabels labels = picture_labels(recipe, 0);
  REQUIRE(labels.markers.size() == 6);
  CHECK(labels.markers[4].id == 4);
  // Cells of 50 mm; the second row's middle one is around (0, -25) mm.
  CHECK((*labels.markers[4].corners[0] - Vector2d(180, 205)).norm() < 1e-9);
  REQUIRE(labels.boards.size() == 1);
  CHECK((*labels.boards[0].front() - Vector2d(115, 140)).norm() < 1e-9);
}

TEST_CASE("the same recipe is the same picture, another camera another one") {
  schema::JobSpec job = default_job(1);
  job.scene_config.camera.samples_per_scene = 2;
  const auto recipe = *SceneCompiler(job, {}).compile(0);
  const LightImage first = preview(recipe, 0, nullptr);
  CHECK(preview(recipe, 0, nullptr).rgb == first.rgb);
  CHECK(preview(recipe, 1, nullptr).rgb != first.rgb);
}
