// SPDX-License-Identifier: MIT
// ScenePreparer: what a worker needs to render a scene - the recipe, the files that it names, the
// seeds of its samples - made ready ahead of time, so that no worker waits. Belongs to the loop's
// thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "compiler/scene_compiler.h"
#include "dataset/texture_cache.h"
#include "orchestrator/assets.h"
#include "orchestrator/events.h"
#include "schema/job_spec.h"
#include "schema/result.h"

namespace rtag::orchestrator {

struct PreparedScene {
  std::shared_ptr<const schema::SceneRecipe> recipe;
  std::map<std::string, std::filesystem::path> assets;  // by their names in the recipe; absolute
  std::vector<std::uint32_t> render_seeds;              // one a camera
};

// One seed for each image, so that no two images share their noise.
std::vector<std::uint32_t> render_seeds(std::uint32_t global_seed,
                                        const schema::SceneRecipe& recipe);

// The payload of RENDER (docs/protocol.md). `denoiser`: a denoiser of the worker, or "none".
std::string render_payload(const PreparedScene& scene, const std::filesystem::path& output_prefix,
                           const std::string& denoiser, int threads);

class ScenePreparer {
 public:
  // `textures` must outlive the preparer.
  ScenePreparer(const schema::JobSpec& job, const Assets& assets, dataset::TextureCache& textures);

  // Makes the scene ready if it is not; a later take() finds it.
  schema::Outcome prepare(SceneId scene);
  bool is_prepared(SceneId scene) const { return prepared_.contains(scene); }

  // The scene, which may be asked for again (a retry prepares it anew).
  schema::Result<PreparedScene> take(SceneId scene);

 private:
  schema::Result<PreparedScene> make(SceneId scene);

  std::uint32_t global_seed_;
  compiler::SceneCompiler compiler_;
  std::map<std::string, std::filesystem::path> files_;  // assets, by their names in recipes
  dataset::TextureCache& textures_;
  std::map<SceneId, PreparedScene> prepared_;
};

// The names that recipes give to floor images.
std::vector<std::string> floor_names(const Assets& assets);

}  // namespace rtag::orchestrator
