// SPDX-License-Identifier: MIT
#include "orchestrator/finish_scene.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "dataset/ground_truth.h"
#include "dataset/raw_frame.h"
#include "schema/digest.h"
#include "schema/geometry/recipe_geometry.h"
#include "schema/write.h"

namespace rtag::orchestrator {
namespace {

using schema::Fault;
using schema::FaultKind;
using schema::Outcome;
using schema::Result;

// The camera matrix of Blender's projection matrix P, for its camera that looks along -Z:
// x_ndc = P00 X/(-Z) - P02, u = W (x_ndc + 1) / 2, and likewise for y, which points up. A fisheye
// spreads its angle over the picture's edge.
geometry::CameraModel effective_camera(const schema::FrameReply& frame) {
  const double width = frame.resolution[0];
  const double height = frame.resolution[1];
  if (frame.fisheye_fov) {
    const double f_px = width / *frame.fisheye_fov;
    return {f_px, f_px, width / 2, height / 2, frame.resolution[0], frame.resolution[1]};
  }
  const auto& p = *frame.projection;
  return {p[0][0] * width / 2,        p[1][1] * height / 2, (1 - p[0][2]) * width / 2,
          (1 + p[1][2]) * height / 2, frame.resolution[0],  frame.resolution[1]};
}

double largest_difference(const schema::Matrix4& a, const schema::Matrix4& b) {
  double difference = 0;
  double scale = 1;
  for (std::size_t row = 0; row < 4; ++row) {
    for (std::size_t column = 0; column < 4; ++column) {
      difference = std::max(difference, std::abs(a[row][column] - b[row][column]));
      scale = std::max(scale, std::abs(b[row][column]));
    }
  }
  return difference / scale;
}

Fault camera_differs(std::string_view what, double difference) {
  return {FaultKind::kUnavailable,
          fmt::format("the camera that Blender used differs from the recipe's: {} by {:.2g} "
                      "relative, {:.0e} is allowed; labels would be wrong, so the run stops",
                      what, difference, kCameraTolerance)};
}

std::string image_file(int scene_id, int camera_index) {
  return fmt::format("images/{}.png", dataset::image_id(scene_id, camera_index));
}

// One camera's image and records, added to `commit`.
Outcome finish_camera(const RenderedScene& rendered, const schema::FrameReply& frame,
                      const FinishPlace& place, dataset::SceneCommit& commit) {
  const auto camera_index = static_cast<std::size_t>(frame.camera_index);
  const schema::CameraRecipe& camera = rendered.recipe->cameras[camera_index];
  if (Outcome checked = check_effective_camera(camera, frame); !checked) return checked;
  const auto raw = dataset::read_raw_frame(
      {frame.image, frame.image_layer, frame.index, frame.index_channel, frame.resolution});
  if (!raw) return raw.error();
  const auto curve = place.tone_curves.get(camera.tone_mapping, rendered.ocio_config);
  if (!curve) return curve.error();
  const auto warp = place.lens_warps.get(camera);
  const std::uint32_t seed = rendered.render_seeds[camera_index];
  dataset::FormedImage image;
  dataset::form_image(
      *raw, {*curve, warp.get(), {camera.dynamic_range_db, camera.sensor_noise, seed}}, image);
  const std::string file = image_file(rendered.scene, frame.camera_index);
  const std::string_view bytes(reinterpret_cast<const char*>(image.png.data()), image.png.size());
  if (Outcome written = place.storage.write_durably(place.output / file, bytes); !written) {
    return written;
  }
  commit.images.push_back({file, schema::sha256_hex(bytes), bytes.size(), image.width_px,
                           image.height_px, frame.camera_index, seed});
  auto records = dataset::ground_truth(*rendered.recipe, frame.camera_index,
                                       warp->warped(raw->index), place.global_seed);
  std::move(records.begin(), records.end(), std::back_inserter(commit.records));
  return schema::Nothing{};
}

}  // namespace

Result<dataset::ToneCurve> ToneCurves::get(schema::ToneMapping mapping,
                                           const std::filesystem::path& ocio_config) {
  const std::lock_guard lock(mutex_);
  const auto key = std::pair(mapping, ocio_config);
  const auto known = curves_.find(key);
  if (known != curves_.end()) return known->second;
  auto curve = dataset::ToneCurve::create(mapping, ocio_config);
  if (curve) curves_.emplace(key, *curve);
  return curve;
}

std::shared_ptr<const dataset::LensWarp> LensWarps::get(const schema::CameraRecipe& camera) {
  const std::lock_guard lock(mutex_);
  auto& warp = warps_[schema::to_json(camera.intrinsics)];
  if (warp == nullptr) warp = std::make_shared<const dataset::LensWarp>(camera);
  return warp;
}

Outcome check_effective_camera(const schema::CameraRecipe& camera,
                               const schema::FrameReply& frame) {
  const auto asked = geometry::rendered_camera(camera);
  if (frame.resolution != std::array{asked.width, asked.height}) {
    return Fault{FaultKind::kRejected, "the frame has another resolution than was asked for"};
  }
  const bool is_fisheye = camera.intrinsics.fov_spherical.has_value();
  if (frame.fisheye_fov.has_value() != is_fisheye || frame.projection.has_value() == is_fisheye) {
    return Fault{FaultKind::kRejected, "the frame has another kind of camera than was asked for"};
  }
  const double pose = largest_difference(frame.world_from_camera, camera.transform_matrix);
  if (!(pose <= kCameraTolerance)) return camera_differs("its pose", pose);
  const auto used = effective_camera(frame);
  const double scale = std::max({asked.fx, asked.fy, 1.0 * asked.width, 1.0 * asked.height});
  const double matrix = std::max({std::abs(used.fx - asked.fx), std::abs(used.fy - asked.fy),
                                  std::abs(used.cx - asked.cx), std::abs(used.cy - asked.cy)}) /
                        scale;
  if (!(matrix <= kCameraTolerance)) return camera_differs("its camera matrix", matrix);
  return schema::Nothing{};
}

Result<dataset::SceneCommit> finish_scene(const RenderedScene& rendered, const FinishPlace& place) {
  const std::size_t cameras = rendered.recipe->cameras.size();
  if (rendered.reply.frames.size() != cameras) {
    return Fault{FaultKind::kRejected, fmt::format("{} frames came back, {} were asked for",
                                                   rendered.reply.frames.size(), cameras)};
  }
  dataset::SceneCommit commit;
  commit.scene_id = rendered.scene;
  commit.recipe = *rendered.recipe;
  commit.renderer = rendered.renderer;
  commit.denoiser = rendered.denoiser;
  commit.attempts = rendered.attempt;
  for (std::size_t i = 0; i < cameras; ++i) {
    const schema::FrameReply& frame = rendered.reply.frames[i];
    if (frame.camera_index != static_cast<int>(i)) {
      return Fault{FaultKind::kRejected, "the frames came back in another order"};
    }
    if (Outcome finished = finish_camera(rendered, frame, place, commit); !finished) {
      return finished.error();
    }
  }
  return commit;
}

}  // namespace rtag::orchestrator
