// SPDX-License-Identifier: MIT
// Scenes for tests of labels: one camera in the world's origin that looks along -Z, +Y up, so that
// the point (x, y, z) of the camera (OpenCV axes) is (x, -y, -z) in the world.
#pragma once

#include <vector>

#include <catch2/catch.hpp>

#include "dataset/ground_truth.h"
#include "schema/object_recipe.h"

namespace rtag::samples {

inline schema::SceneRecipe scene_before_camera(std::vector<schema::ObjectRecipe> objects,
                                               const std::array<int, 2>& resolution, double f_px) {
  schema::CameraRecipe camera;
  camera.transform_matrix = {{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}}};
  camera.intrinsics.resolution = resolution;
  camera.intrinsics.k_matrix = {
      {{f_px, 0, resolution[0] / 2.0}, {0, f_px, resolution[1] / 2.0}, {0, 0, 1}}};
  schema::SceneRecipe recipe;
  recipe.objects = std::move(objects);
  recipe.cameras = {camera};
  return recipe;
}

inline void set_lens(schema::SceneRecipe& recipe, schema::DistortionModel model,
                     std::vector<double> coefficients) {
  recipe.cameras[0].intrinsics.distortion_model = model;
  recipe.cameras[0].intrinsics.distortion_coeffs = std::move(coefficients);
}

// `location` in the world; seen upright and head-on without a rotation.
inline schema::ObjectRecipe tag_of_size(double size_m, const schema::Vector3& location,
                                        const schema::Vector3& rotation_euler = {},
                                        int margin_bits = 1) {
  schema::ObjectRecipe object;
  object.name = "Tag_0";
  object.location = location;
  object.rotation_euler = rotation_euler;
  object.properties = schema::TagProperties{7, "tag36h11", size_m, margin_bits, std::nullopt};
  return object;
}

// An index image that shows one object everywhere.
inline dataset::IndexImage all_of(const schema::SceneRecipe& recipe, std::int32_t object) {
  const auto& [width, height] = recipe.cameras[0].intrinsics.resolution;
  const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  return {width, height, std::vector<std::int32_t>(pixels, object)};
}

// The records of a scene in which nothing hides the first object.
inline std::vector<schema::DetectionRecord> records_of(const schema::SceneRecipe& recipe) {
  return dataset::ground_truth(recipe, 0, all_of(recipe, 1), 42);
}

inline void check_near(const schema::ImagePoint& point, double x, double y, double tolerance) {
  REQUIRE(point.has_value());
  CHECK((*point)[0] == Approx(x).margin(tolerance).epsilon(0));
  CHECK((*point)[1] == Approx(y).margin(tolerance).epsilon(0));
}

}  // namespace rtag::samples
