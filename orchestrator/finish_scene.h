// SPDX-License-Identifier: MIT
// From raw frames to a scene that can be committed: check the camera that Blender used, form the
// images, compute the truth, make the image files durable. One call does one scene; any thread,
// calls for different scenes may run side by side.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "dataset/image_formation.h"
#include "dataset/journal_format.h"
#include "dataset/lens_warp.h"
#include "dataset/storage.h"
#include "dataset/tone_curve.h"
#include "orchestrator/events.h"
#include "schema/result.h"
#include "schema/scene_recipe.h"
#include "schema/worker_protocol.h"

namespace rtag::orchestrator {

// A rendered scene: what was asked for and what the worker wrote to the scratch folder.
struct RenderedScene {
  WorkerId worker;
  SceneId scene = 0;
  int attempt = 1;
  std::shared_ptr<const schema::SceneRecipe> recipe;
  std::vector<std::uint32_t> render_seeds;  // one a camera
  schema::RenderReply reply;
  dataset::RendererIdentity renderer;
  std::string denoiser;  // empty: none was applied
  std::filesystem::path ocio_config;
  std::filesystem::path scratch;  // folder of the frames; goes when the scene is done
};

// The tone curves that a run has needed so far: making one reads Blender's colour configuration.
// Safe to use from any thread.
class ToneCurves {
 public:
  schema::Result<dataset::ToneCurve> get(schema::ToneMapping mapping,
                                         const std::filesystem::path& ocio_config);

 private:
  std::mutex mutex_;
  std::map<std::pair<schema::ToneMapping, std::filesystem::path>, dataset::ToneCurve> curves_;
};

// The lens warps that a run has needed so far: making one takes as long as forming an image. Safe
// to use from any thread.
class LensWarps {
 public:
  // The same warp for cameras of the same intrinsics.
  std::shared_ptr<const dataset::LensWarp> get(const schema::CameraRecipe& camera);

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const dataset::LensWarp>> warps_;  // by intrinsics, as JSON
};

// What is the same for all scenes of a run. `storage`, `tone_curves` and `lens_warps` outlive it.
struct FinishPlace {
  const dataset::Storage& storage;
  ToneCurves& tone_curves;
  LensWarps& lens_warps;
  std::filesystem::path output;  // of the dataset
  std::uint64_t global_seed = 0;
};

// The effective camera may differ from the recipe's by this much, relative: Blender computes its
// matrices in single precision.
inline constexpr double kCameraTolerance = 1e-5;

// Whether the frame is the picture that the recipe asks for (geometry::rendered_camera). Faults:
// kRejected, it has another size or kind of camera; kUnavailable, which says by how much this
// Blender's camera differs: labels would be wrong for every image.
schema::Outcome check_effective_camera(const schema::CameraRecipe& camera,
                                       const schema::FrameReply& frame);

// Faults: kRejected, a frame cannot be used and the scene is worth another attempt; kUnavailable,
// this Blender cannot be used; kOutput, an image cannot be written.
schema::Result<dataset::SceneCommit> finish_scene(const RenderedScene& rendered,
                                                  const FinishPlace& place);

}  // namespace rtag::orchestrator
