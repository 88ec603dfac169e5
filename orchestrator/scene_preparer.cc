// SPDX-License-Identifier: MIT
#include "orchestrator/scene_preparer.h"

#include <fmt/format.h>

#include "compiler/board_art.h"
#include "compiler/marker_art.h"
#include "schema/check.h"
#include "schema/digest.h"
#include "schema/typed_io.h"

namespace rtag::orchestrator {
namespace {

using schema::Result;

std::string floor_name(const Asset& floor) { return "floors/" + floor.name; }

// The printed face of an object that has one.
compiler::GreyImage face_of(const schema::ObjectRecipe& object) {
  if (object.board) return compiler::board_image(*object.board);
  if (const auto* tag = std::get_if<schema::TagProperties>(&object.properties)) {
    return compiler::marker_image(tag->tag_family, tag->tag_id, tag->margin_bits);
  }
  const auto* plate = std::get_if<schema::BackgroundBoardProperties>(&object.properties);
  RTAG_CHECK(plate != nullptr, "an object with a texture that nobody draws");
  return compiler::plate_image(*plate);
}

std::string face_png(const schema::ObjectRecipe& object) {
  const auto bytes = compiler::png_bytes(face_of(object));
  return std::string(bytes.begin(), bytes.end());
}

}  // namespace

std::vector<std::string> floor_names(const Assets& assets) {
  std::vector<std::string> names;
  for (const Asset& floor : assets.floors) names.push_back(floor_name(floor));
  return names;
}

std::vector<std::uint32_t> render_seeds(std::uint32_t global_seed,
                                        const schema::SceneRecipe& recipe) {
  const auto scene_seed =
      schema::derive_seed(global_seed, "render", static_cast<std::uint64_t>(recipe.scene_id));
  std::vector<std::uint32_t> seeds;
  for (std::size_t camera = 0; camera < recipe.cameras.size(); ++camera) {
    seeds.push_back(schema::derive_seed(scene_seed, "camera", camera));
  }
  return seeds;
}

std::string render_payload(const PreparedScene& scene, const std::filesystem::path& output_prefix,
                           const std::string& denoiser, int threads) {
  std::string assets = "{";
  for (const auto& [name, path] : scene.assets) {
    if (assets.size() > 1) assets += ',';
    assets += schema::to_json(name) + ":" + schema::to_json(path.string());
  }
  return fmt::format(
      R"({{"scene_id":{},"recipe":{},"assets":{}}},"output_prefix":{},"render_seeds":{},)"
      R"("denoiser":{},"threads":{}}})",
      scene.recipe->scene_id, schema::to_json(*scene.recipe), assets,
      schema::to_json(output_prefix.string()), schema::to_json(scene.render_seeds),
      schema::to_json(denoiser), threads);
}

ScenePreparer::ScenePreparer(const schema::JobSpec& job, const Assets& assets,
                             dataset::TextureCache& textures)
    : global_seed_(job.global_seed), compiler_(job, floor_names(assets)), textures_(textures) {
  for (const Asset& floor : assets.floors) files_[floor_name(floor)] = floor.path;
  if (assets.environment) files_[assets.environment->name] = assets.environment->path;
}

schema::Outcome ScenePreparer::prepare(SceneId scene) {
  if (is_prepared(scene)) return schema::Nothing{};
  auto made = make(scene);
  if (!made) return made.error();
  prepared_.emplace(scene, *std::move(made));
  return schema::Nothing{};
}

Result<PreparedScene> ScenePreparer::take(SceneId scene) {
  if (auto prepared = prepared_.extract(scene)) return std::move(prepared.mapped());
  return make(scene);
}

Result<PreparedScene> ScenePreparer::make(SceneId scene) {
  auto recipe = compiler_.compile(scene);
  if (!recipe) return recipe.error();
  PreparedScene prepared;
  prepared.render_seeds = render_seeds(global_seed_, *recipe);
  if (recipe->world.texture_path) {
    prepared.assets[*recipe->world.texture_path] = files_.at(*recipe->world.texture_path);
  }
  const auto& environment = recipe->world.background_hdri;
  if (environment && files_.contains(*environment)) {
    prepared.assets[*environment] = files_.at(*environment);
  }
  for (const schema::ObjectRecipe& object : recipe->objects) {
    if (!object.texture_path) continue;
    const auto path = textures_.path_for(*object.texture_path, [&] { return face_png(object); });
    if (!path) return path.error();
    prepared.assets[*object.texture_path] = *path;
  }
  prepared.recipe = std::make_shared<const schema::SceneRecipe>(*std::move(recipe));
  return prepared;
}

}  // namespace rtag::orchestrator
