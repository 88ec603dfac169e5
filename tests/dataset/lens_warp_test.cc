// SPDX-License-Identifier: MIT
// A scene of soft discs and edges, known as a function of the ray, is drawn once as Blender renders
// it, by formulas written out here, and once as the lens shows it. The warp must turn the first
// into the second.
#include "dataset/lens_warp.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <catch2/catch.hpp>

#include "tests/dataset/lens_cameras.h"

using namespace rtag;
using namespace rtag::dataset;
using Eigen::Vector2d;
using Eigen::Vector3d;

namespace {

// Brightness 1 where `distance_px` is below 0, with a transition as soft as Blender's filter's.
double soft_step(double distance_px) { return 0.5 * std::erfc(distance_px / 0.8); }

// One feature, seen around `centre`; angles are counted in pixels of the image's centre.
struct Feature {
  Vector3d centre;
  Vector3d normal;  // of the edge's plane
  bool is_disc;
  double px_a_rad;

  double brightness(const Vector3d& ray) const {
    if (!is_disc) return soft_step(normal.dot(ray) * px_a_rad);
    const double angle_rad = std::atan2(centre.cross(ray).norm(), centre.dot(ray));
    return soft_step(angle_rad * px_a_rad - 6);
  }
};

// The ray of a picture that Blender renders: a pinhole, or the equidistant fisheye (an angle of
// r / f from the axis).
Vector3d rendered_ray(const geometry::CameraModel& camera, double x_px, double y_px) {
  const Vector2d point((x_px - camera.cx) / camera.fx, (y_px - camera.cy) / camera.fy);
  if (std::holds_alternative<geometry::Rectilinear>(camera.lens)) {
    return Vector3d(point.x(), point.y(), 1).normalized();
  }
  const double angle_rad = point.norm();
  const double across = angle_rad > 0 ? std::sin(angle_rad) / angle_rad : 1;
  return {point.x() * across, point.y() * across, std::cos(angle_rad)};
}

RawFrame empty_picture(const geometry::CameraModel& camera) {
  const auto pixels = static_cast<std::size_t>(camera.width * camera.height);
  return {camera.width,
          camera.height,
          std::vector<float>(3 * pixels),
          {camera.width, camera.height, std::vector<std::int32_t>(pixels)}};
}

// `value(x, y)`, at pixel centres, in all three channels.
template <class Value>
RawFrame picture_of(const geometry::CameraModel& camera, Value value) {
  RawFrame picture = empty_picture(camera);
  auto light = picture.linear_rgb.begin();
  for (int row = 0; row < camera.height; ++row) {
    for (int column = 0; column < camera.width; ++column, light += 3) {
      std::fill_n(light, 3, static_cast<float>(value(column + 0.5, row + 0.5)));
    }
  }
  return picture;
}

float light_at(const RawFrame& frame, int column, int row) {
  return frame.linear_rgb[static_cast<std::size_t>(3 * (row * frame.width_px + column))];
}

// The part of the image around a feature, as it is and as it should be.
class Window {
 public:
  Window(const RawFrame& image, const geometry::CameraModel& camera, const Feature& feature) {
    const Vector2d centre = *camera.project({feature.centre});
    first_column_ = static_cast<int>(centre.x()) - kReach;
    first_row_ = static_cast<int>(centre.y()) - kReach;
    for (int row = 0; row < kSize; ++row) {
      for (int column = 0; column < kSize; ++column) {
        const Vector2d pixel(first_column_ + column + 0.5, first_row_ + row + 0.5);
        found_(row, column) =
            static_cast<double>(light_at(image, first_column_ + column, first_row_ + row));
        expected_(row, column) = feature.brightness(*camera.unproject(pixel));
      }
    }
  }

  // How far the disc's centre of light has moved.
  double centroid_error_px() const { return (centroid(found_) - centroid(expected_)).norm(); }

  // How far the edge has moved along its slope, by least squares: found = expected - d expected'.
  double edge_error_px() const {
    double along = 0, squares = 0;
    for (int row = 1; row + 1 < kSize; ++row) {
      for (int column = 1; column + 1 < kSize; ++column) {
        const Vector2d slope(expected_(row, column + 1) - expected_(row, column - 1),
                             expected_(row + 1, column) - expected_(row - 1, column));
        along += (found_(row, column) - expected_(row, column)) * slope.norm() / 2;
        squares += slope.squaredNorm() / 4;
      }
    }
    return std::abs(along / squares);
  }

 private:
  static constexpr int kReach = 11;
  static constexpr int kSize = 2 * kReach + 1;
  using Pixels = Eigen::Matrix<double, kSize, kSize>;

  static Vector2d centroid(const Pixels& light) {
    Vector2d sum(0, 0);
    for (int row = 0; row < kSize; ++row) {
      for (int column = 0; column < kSize; ++column) {
        sum += light(row, column) * Vector2d(column, row);
      }
    }
    return sum / light.sum();
  }

  int first_column_, first_row_;
  Pixels found_, expected_;
};

// The plane through an edge that runs at `slant_deg` to the image's rows.
Vector3d edge_normal(const geometry::CameraModel& image, const Vector2d& pixel, double slant_deg) {
  const double slant_rad = slant_deg * std::numbers::pi / 180;
  const Vector2d along(std::cos(slant_rad), std::sin(slant_rad));
  return image.unproject(pixel)->cross(*image.unproject(pixel + along)).normalized();
}

// Features all over the image, near its corners too. Edges are never along rows or columns: what a
// picture tells about those depends on where in a pixel they lie, and averages out over slanted
// ones.
std::vector<Feature> features(const geometry::CameraModel& image, bool discs) {
  std::vector<Feature> all;
  double slant_deg = 10;
  for (const double y : {13.3, 74.2, 140.9, 201.4, 256.6}) {
    for (const double x : {13.7, 66.1, 150.5, 243.2, 330.8, 412.4, 466.4}) {
      const Vector2d pixel(x, y);
      all.push_back(
          {*image.unproject(pixel), edge_normal(image, pixel, slant_deg), discs, image.fx});
      slant_deg += 35;
      if (std::fmod(slant_deg, 90) < 9 || std::fmod(slant_deg, 90) > 81) slant_deg += 17;
    }
  }
  return all;
}

// The worst of all features, each in a picture of its own.
template <class Error>
double largest_error_px(const LensPair& pair, const std::vector<Feature>& all, Error error) {
  const LensWarp warp(pair.rendered, pair.image);
  double largest_px = 0;
  for (const Feature& feature : all) {
    const Vector2d seen = *pair.rendered.project({feature.centre});
    const RawFrame picture = picture_of(pair.rendered, [&](double x, double y) {
      if ((Vector2d(x, y) - seen).norm() > 60) return 0.0;
      return feature.brightness(rendered_ray(pair.rendered, x, y));
    });
    largest_px = std::max(largest_px, error(Window(warp.warped(picture), pair.image, feature)));
  }
  return largest_px;
}

}  // namespace

TEST_CASE("the centre of a disc is where the lens puts it, to a hundredth of a pixel") {
  for (const LensPair& pair : lens_pairs()) {
    INFO(pair.name);
    const double error_px =
        largest_error_px(pair, features(pair.image, true),
                         [](const Window& window) { return window.centroid_error_px(); });
    CHECK(error_px <= 0.01);
  }
}

TEST_CASE("a slanted edge is where the lens puts it, to a hundredth of a pixel") {
  for (const LensPair& pair : lens_pairs()) {
    INFO(pair.name);
    const double error_px =
        largest_error_px(pair, features(pair.image, false),
                         [](const Window& window) { return window.edge_error_px(); });
    CHECK(error_px <= 0.01);
  }
}

TEST_CASE("even light stays even, to the image's corners") {
  for (const LensPair& pair : lens_pairs()) {
    const RawFrame even = picture_of(pair.rendered, [](double, double) { return 0.7; });
    const RawFrame image = LensWarp(pair.rendered, pair.image).warped(even);
    REQUIRE(image.linear_rgb.size() == 3 * 480 * 270);
    for (const float light : image.linear_rgb) REQUIRE(light == Approx(0.7F).epsilon(1e-5));
  }
}

TEST_CASE("at its border a picture goes on as it ends, and not with the other border") {
  const LensPair third{"third", centred_camera(300, 600, 300), centred_camera(100, 200, 100)};
  const LensWarp warp(third.rendered, third.image);
  const RawFrame across =
      warp.warped(picture_of(third.rendered, [](double x, double) { return x; }));
  const RawFrame down = warp.warped(picture_of(third.rendered, [](double, double y) { return y; }));
  for (int i = 0; i < 100; ++i) {
    CHECK(light_at(across, 0, i) == Approx(1.5F).margin(0.6));
    CHECK(light_at(across, 199, i) == Approx(598.5F).margin(0.6));
    CHECK(light_at(down, i, 0) == Approx(1.5F).margin(0.6));
    CHECK(light_at(down, i, 99) == Approx(298.5F).margin(0.6));
  }
}

TEST_CASE("red, green and blue stay apart, and rows stay in order") {
  const LensPair half{"half", centred_camera(20, 40, 30), centred_camera(20, 20, 10)};
  RawFrame picture = empty_picture(half.rendered);
  for (std::size_t i = 0; i < picture.linear_rgb.size(); ++i) {
    const std::size_t row = i / 120;
    picture.linear_rgb[i] = static_cast<float>(i % 3) + 10 * static_cast<float>(row);
  }
  const LensWarp warp(half.rendered, half.image);
  const RawFrame image = warp.warped(picture);
  std::vector<float> one_row(3 * 20);
  warp.read_rows(picture, 4, one_row);
  for (std::size_t i = 0; i < one_row.size(); ++i) {
    CHECK(one_row[i] == Approx(static_cast<float>(i % 3) + 140));  // row 4 of the 10 in the middle
    CHECK(image.linear_rgb[4 * 60 + i] == one_row[i]);
  }
}

TEST_CASE("detail that a smaller image cannot hold does not alias") {
  const LensPair third{"third", centred_camera(300, 660, 360), centred_camera(100, 200, 100)};
  // Stripes of 3.2 px; read at every third pixel they would be stripes of 48 px.
  const RawFrame stripes = picture_of(third.rendered, [](double x, double y) {
    return 0.5 + 0.5 * std::cos(2 * std::numbers::pi * (x + 0.3 * y) / 3.2);
  });
  const RawFrame image = LensWarp(third.rendered, third.image).warped(stripes);
  const auto [least, most] = std::minmax_element(image.linear_rgb.begin(), image.linear_rgb.end());
  CHECK(*least > 0.49F);
  CHECK(*most < 0.51F);
}

TEST_CASE("a pixel shows the object at its centre") {
  const LensPair pair = brown_conrady_pair();
  RawFrame picture = empty_picture(pair.rendered);
  for (std::size_t i = 0; i < picture.index.objects.size(); ++i) {
    picture.index.objects[i] = static_cast<std::int32_t>(i);
  }
  const LensWarp warp(pair.rendered, pair.image);
  const IndexImage image = warp.warped(picture.index);
  CHECK(warp.warped(picture).index.objects == image.objects);
  REQUIRE(image.objects.size() == 480 * 270);
  int wrong = 0;
  for (int row = 0; row < 270; ++row) {
    for (int column = 0; column < 480; ++column) {
      const Vector2d place =
          *pair.rendered.project({*pair.image.unproject({column + 0.5, row + 0.5})});
      const auto number = static_cast<int>(place.y()) * 606 + static_cast<int>(place.x());
      const Vector2d beside = place.array() - place.array().round();
      const bool is_close = beside.cwiseAbs().minCoeff() < 1e-3;
      wrong += image.at(column, row) != number && !is_close ? 1 : 0;
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("without a lens nothing is done") {
  schema::CameraRecipe camera;
  camera.intrinsics.resolution = {8, 6};
  camera.intrinsics.k_matrix = {{{9, 0, 4}, {0, 9, 3}, {0, 0, 1}}};
  const LensWarp warp(camera);
  CHECK(warp.is_identity());
  const RawFrame picture = picture_of(centred_camera(9, 8, 6), [](double x, double) { return x; });
  CHECK(warp.warped(picture).linear_rgb == picture.linear_rgb);
  CHECK(warp.warped(picture.index).objects == picture.index.objects);
}

TEST_CASE("a recipe's overscan is the picture that is read") {
  const LensPair pair = brown_conrady_pair();
  schema::CameraRecipe camera;
  camera.intrinsics.resolution = {480, 270};
  camera.intrinsics.k_matrix = {{{342.755, 0, 240}, {0, 342.755, 135}, {0, 0, 1}}};
  camera.intrinsics.distortion_model = schema::DistortionModel::kBrownConrady;
  camera.intrinsics.distortion_coeffs = {-0.28, 0.08, 2e-4, 1e-4, 0};
  camera.intrinsics.resolution_overscan = {{606, 342}};
  camera.intrinsics.k_matrix_overscan = {{{342.755, 0, 303}, {0, 342.755, 171}, {0, 0, 1}}};
  const RawFrame picture =
      picture_of(pair.rendered, [](double x, double y) { return x * 0.001 + y * 0.002; });
  const LensWarp warp(camera);
  CHECK_FALSE(warp.is_identity());
  CHECK(warp.width_px() == 480);
  CHECK(warp.height_px() == 270);
  CHECK(warp.warped(picture).linear_rgb ==
        LensWarp(pair.rendered, pair.image).warped(picture).linear_rgb);
}
