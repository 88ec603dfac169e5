// SPDX-License-Identifier: MIT
#include "compiler/preview.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "compiler/preview_rays.h"
#include "compiler/preview_surface.h"
#include "schema/check.h"
#include "schema/geometry/recipe_geometry.h"

namespace rtag::compiler {
namespace {

// What is around the scene, as the renderer has it.
constexpr double kGreyRadiance = 0.05;

// ---- The pixel filter

constexpr float kReach_px = 1.5F;  // from the pixel's centre
constexpr int kSamples = 34;       // of a pixel that is not even
constexpr int kStride = 21;        // 21 and 34: a Fibonacci lattice
constexpr float kSamplesPerEdge = 5;

struct Offset {
  float x_px, y_px;
};

// The part of the filter's weight that lies below x, in 3 px from the filter's beginning.
double weight_below(double x) {
  constexpr double kTurn = 2 * std::numbers::pi;
  return x + (-0.48829 * std::sin(kTurn * x) + 0.14128 / 2 * std::sin(2 * kTurn * x) -
              0.01168 / 3 * std::sin(3 * kTurn * x)) /
                 (kTurn * 0.35875);
}

float offset_px(double weight) {
  double low = 0;
  double high = 1;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    (weight_below(middle) < weight ? low : high) = middle;
  }
  return static_cast<float>((low - 0.5) * 2 * kReach_px);
}

// As dense as the filter is heavy, so that samples count alike.
std::array<Offset, kSamples> filter_samples() {
  std::array<Offset, kSamples> offsets{};
  for (int i = 0; i < kSamples; ++i) {
    offsets[static_cast<std::size_t>(i)] = {offset_px((i + 0.5) / kSamples),
                                            offset_px((i * kStride % kSamples + 0.5) / kSamples)};
  }
  return offsets;
}

const std::array<Offset, kSamples> kFilter = filter_samples();
constexpr std::array<Offset, 4> kFilterCorners{{{-kReach_px, -kReach_px},
                                                {kReach_px, -kReach_px},
                                                {-kReach_px, kReach_px},
                                                {kReach_px, kReach_px}}};

// ---- A surface behind a pixel

using Corners = std::array<PlaneRay, 4>;

// The numbers of PlaneRay are linear in the ray: where all corners of an area are on one side of a
// limit, the whole area is.
enum class Cover { kNone, kPartly, kWhole };

Cover cover_of(const Surface& surface, const Corners& corners) {
  bool whole = true;
  std::array<int, 5> beyond{};  // corners beyond each limit
  for (const PlaneRay& corner : corners) {
    const float x_limit = surface.half_width_m() * corner.nearness;
    const float y_limit = surface.half_height_m() * corner.nearness;
    beyond[0] += corner.nearness <= 0 ? 1 : 0;
    beyond[1] += corner.x_part > x_limit ? 1 : 0;
    beyond[2] += corner.x_part < -x_limit ? 1 : 0;
    beyond[3] += corner.y_part > y_limit ? 1 : 0;
    beyond[4] += corner.y_part < -y_limit ? 1 : 0;
    whole = whole && surface.is_hit(corner);
  }
  if (whole) return Cover::kWhole;
  const bool none = std::any_of(beyond.begin(), beyond.end(), [](int count) { return count == 4; });
  return none ? Cover::kNone : Cover::kPartly;
}

struct Candidate {
  const Surface* surface = nullptr;
  PlaneRay centre, by_x, by_y;
  // Of the first point that is looked at, and good for the whole pixel.
  bool is_lit = false;
  Rgb unshadowed{};
  float texels_per_px = 0;

  PlaneRay at(const Offset& offset) const {
    return {centre.x_part + offset.x_px * by_x.x_part + offset.y_px * by_y.x_part,
            centre.y_part + offset.x_px * by_x.y_part + offset.y_px * by_y.y_part,
            centre.nearness + offset.x_px * by_x.nearness + offset.y_px * by_y.nearness};
  }
  Corners corners() const {
    return {at(kFilterCorners[0]), at(kFilterCorners[1]), at(kFilterCorners[2]),
            at(kFilterCorners[3])};
  }
};

Candidate candidate_of(const Surface& surface, const PixelRay& ray) {
  Candidate candidate;
  candidate.surface = &surface;
  candidate.centre = surface.plane_ray(ray.ray);
  candidate.by_x = surface.plane_ray(ray.by_x);
  candidate.by_y = surface.plane_ray(ray.by_y);
  return candidate;
}

// How far the place in the image moves with the ray's change `by`, texels^2.
float square_step_px(const Paint& paint, const PlaneRay& at, const PlaneRay& by) {
  const float x_m = (by.x_part - at.x_part / at.nearness * by.nearness) / at.nearness;
  const float y_m = (by.y_part - at.y_part / at.nearness * by.nearness) / at.nearness;
  const float x_px = paint.x_from[0] * x_m + paint.x_from[1] * y_m;
  const float y_px = paint.y_from[0] * x_m + paint.y_from[1] * y_m;
  return x_px * x_px + y_px * y_px;
}

Box box_around(const Corners& corners) {
  Box box{INFINITY, -INFINITY, INFINITY, -INFINITY};
  for (const PlaneRay& corner : corners) {
    const float x_m = corner.x_part / corner.nearness;
    const float y_m = corner.y_part / corner.nearness;
    box = {std::min(box.x_min, x_m), std::max(box.x_max, x_m), std::min(box.y_min, y_m),
           std::max(box.y_max, y_m)};
  }
  return box;
}

float texel(const std::array<float, 3>& from, float x_m, float y_m) {
  return from[0] * x_m + from[1] * y_m + from[2];
}

// REQUIRES: a paint whose texels run along the surface's axes.
bool has_one_value(const Paint& paint, const Box& area_m) {
  const Box texels{texel(paint.x_from, area_m.x_min, 0), texel(paint.x_from, area_m.x_max, 0),
                   texel(paint.y_from, 0, area_m.y_max), texel(paint.y_from, 0, area_m.y_min)};
  return paint.image->only_value(texels).has_value();
}

// Whether one look into an area is enough. REQUIRES: the surface covers it.
bool is_even(const Surface& surface, const Corners& corners) {
  const Box area_m = box_around(corners);
  if (surface.light().has_shadow_edge(area_m)) return false;
  const Paint& paint = surface.paint();
  return !paint.image || paint.repeats || has_one_value(paint, area_m);
}

// The level whose texels are `texels` wide: the logarithm at powers of two, linear in between,
// which is the same on every processor.
float level_of(float texels) {
  if (!(texels > 1)) return 0;
  const int below = std::ilogb(std::min(texels, 1e9F));
  return static_cast<float>(below) + std::ldexp(std::min(texels, 1e9F), -below) - 1;
}

// What the paint sends back of the light, at a place in metres.
Rgb reflectance(const Paint& paint, float x_m, float y_m, float texels_per_px) {
  if (!paint.image) return {paint.albedo, paint.albedo, paint.albedo};
  const float x_px = texel(paint.x_from, x_m, y_m);
  const float y_px = texel(paint.y_from, x_m, y_m);
  if (paint.repeats) return paint.image->smooth(x_px, y_px, level_of(texels_per_px));
  const float level = level_of(texels_per_px / kSamplesPerEdge);
  const Rgb print = paint.image->nearest(x_px, y_px, static_cast<int>(level));
  return Rgb{paint.ink, paint.ink, paint.ink} + print * (paint.paper - paint.ink);
}

// ---- The picture

class Picture {
 public:
  Picture(const std::vector<Surface>& surfaces, const RayGrid& rays, float surroundings)
      : surfaces_(surfaces), rays_(rays), surroundings_{surroundings, surroundings, surroundings} {}

  void draw(LightImage& image) {
    for (const PixelCell& cell : rays_.cells()) {
      find_surfaces(cell);
      for (int row = cell.first_y; row < cell.end_y; ++row) {
        for (int column = cell.first_x; column < cell.end_x; ++column) {
          const Rgb light = pixel(rays_.at(cell, column, row));
          const auto at = static_cast<std::size_t>(row) * static_cast<std::size_t>(image.width_px) +
                          static_cast<std::size_t>(column);
          image.rgb[3 * at] = light.r;
          image.rgb[3 * at + 1] = light.g;
          image.rgb[3 * at + 2] = light.b;
        }
      }
    }
  }

 private:
  // Those that may be seen through a cell; a pixel more than the filter's reach around it.
  void find_surfaces(const PixelCell& cell) {
    constexpr float kAround_px = kReach_px + 1;
    const float left = static_cast<float>(cell.first_x) - kAround_px;
    const float right = static_cast<float>(cell.end_x) + kAround_px;
    const float top = static_cast<float>(cell.first_y) - kAround_px;
    const float bottom = static_cast<float>(cell.end_y) + kAround_px;
    const std::array<Float3, 4> rays{rays_.near(cell, left, top), rays_.near(cell, right, top),
                                     rays_.near(cell, left, bottom),
                                     rays_.near(cell, right, bottom)};
    in_cell_.clear();
    cell_is_even_ = false;
    for (const Surface& surface : surfaces_) {
      const Corners corners{surface.plane_ray(rays[0]), surface.plane_ray(rays[1]),
                            surface.plane_ray(rays[2]), surface.plane_ray(rays[3])};
      const Cover cover = cover_of(surface, corners);
      if (cover == Cover::kNone) continue;
      in_cell_.push_back(&surface);
      cell_is_even_ = in_cell_.size() == 1 && cover == Cover::kWhole && is_even(surface, corners);
    }
  }

  Rgb pixel(const PixelRay& ray) {
    if (in_cell_.empty()) return surroundings_;
    if (cell_is_even_) {
      Candidate only = candidate_of(*in_cell_.front(), ray);
      return light_from(only, only.centre);
    }
    candidates_.clear();
    bool without_rims = true;
    for (const Surface* surface : in_cell_) {
      const Candidate& candidate = candidates_.emplace_back(candidate_of(*surface, ray));
      const Cover cover = cover_of(*surface, candidate.corners());
      if (cover == Cover::kNone) candidates_.pop_back();
      without_rims = without_rims && cover != Cover::kPartly;
    }
    if (candidates_.empty()) return surroundings_;
    Candidate* const nearest = without_rims ? nearest_everywhere() : nullptr;
    if (nearest == nullptr || !is_even(*nearest->surface, nearest->corners())) {
      return mean_of_samples();
    }
    return light_from(*nearest, nearest->centre);
  }

  // nullptr when one surface is nearest in one corner of the pixel and another one in another.
  Candidate* nearest_everywhere() {
    Candidate* nearest = nullptr;
    for (const Offset& offset : kFilterCorners) {
      Candidate* const here = nearest_at(offset);
      if (nearest != nullptr && here != nearest) return nullptr;
      nearest = here;
    }
    return nearest;
  }

  Candidate* nearest_at(const Offset& offset) {
    Candidate* nearest = nullptr;
    float nearness = 0;
    for (Candidate& candidate : candidates_) {
      const PlaneRay at = candidate.at(offset);
      if (at.nearness <= nearness || !candidate.surface->is_hit(at)) continue;
      nearness = at.nearness;
      nearest = &candidate;
    }
    return nearest;
  }

  Rgb mean_of_samples() {
    Rgb sum;
    for (const Offset& offset : kFilter) {
      Candidate* const nearest = nearest_at(offset);
      sum = sum + (nearest == nullptr ? surroundings_ : light_from(*nearest, nearest->at(offset)));
    }
    return sum * (1.0F / kSamples);
  }

  Rgb light_from(Candidate& candidate, const PlaneRay& at) const {
    const SurfaceLight& light = candidate.surface->light();
    const Paint& paint = candidate.surface->paint();
    const float x_m = at.x_part / at.nearness;
    const float y_m = at.y_part / at.nearness;
    if (!candidate.is_lit) {
      candidate.is_lit = true;
      candidate.unshadowed = light.unshadowed(x_m, y_m);
      candidate.texels_per_px = std::sqrt(std::max(square_step_px(paint, at, candidate.by_x),
                                                   square_step_px(paint, at, candidate.by_y)));
    }
    const Rgb arriving = candidate.unshadowed - light.lost(x_m, y_m) + surroundings_;
    return arriving * reflectance(paint, x_m, y_m, candidate.texels_per_px);
  }

  const std::vector<Surface>& surfaces_;
  const RayGrid& rays_;
  Rgb surroundings_;
  std::vector<const Surface*> in_cell_;
  bool cell_is_even_ = false;          // one look a pixel is enough
  std::vector<Candidate> candidates_;  // of the pixel being drawn
};

float radiance_around(const schema::WorldRecipe& world) {
  return static_cast<float>(world.background_hdri ? world.hdri_strength : kGreyRadiance);
}

}  // namespace

LightImage preview(const schema::SceneRecipe& recipe, std::size_t camera_index,
                   std::shared_ptr<const ImagePyramid> floor) {
  RTAG_CHECK(camera_index < recipe.cameras.size(), "no camera of this number");
  const schema::CameraRecipe& camera = recipe.cameras[camera_index];
  const geometry::CameraModel model = geometry::camera_model(camera);
  const RayGrid rays(model, geometry::world_from_camera(camera).rotation);
  const auto surfaces = surfaces_of(recipe, camera, std::move(floor));

  LightImage image{model.width, model.height, {}};
  image.rgb.resize(3 * static_cast<std::size_t>(model.width) *
                   static_cast<std::size_t>(model.height));
  Picture(surfaces, rays, radiance_around(recipe.world)).draw(image);
  return image;
}

}  // namespace rtag::compiler
