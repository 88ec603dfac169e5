// SPDX-License-Identifier: MIT
#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "compiler/decoded_image.h"
#include "compiler/preview.h"
#include "compiler/preview_labels.h"
#include "compiler/scene_compiler.h"
#include "dataset/image_formation.h"
#include "dataset/tone_curve.h"
#include "orchestrator/blender_install.h"
#include "orchestrator/command_line/commands.h"
#include "orchestrator/command_line/sink.h"
#include "orchestrator/exit_code.h"
#include "orchestrator/load_job.h"
#include "orchestrator/scene_preparer.h"
#include "schema/source_document.h"
#include "schema/write.h"

namespace rtag::orchestrator {
namespace {

namespace fs = std::filesystem;
using schema::Fault;
using schema::FaultKind;
using schema::Result;

Result<schema::SceneRecipe> recipe_of(const LoadedJob& loaded, const PreviewOptions& options) {
  const int scenes = loaded.job.scene_config.dataset.num_scenes;
  if (options.scene >= scenes) {
    return Fault{FaultKind::kUsage, fmt::format("--scene: the job has scenes 0 to {} (found {})",
                                                scenes - 1, options.scene)};
  }
  const int cameras = loaded.job.scene_config.camera.samples_per_scene;
  if (options.camera >= cameras) {
    return Fault{FaultKind::kUsage, fmt::format("--camera: a scene has cameras 0 to {} (found {})",
                                                cameras - 1, options.camera)};
  }
  return compiler::SceneCompiler(loaded.job, floor_names(loaded.assets)).compile(options.scene);
}

// The image on the floor; nullptr where there is none.
Result<std::shared_ptr<const compiler::ImagePyramid>> floor_of(const schema::SceneRecipe& recipe,
                                                               const Assets& assets) {
  if (!recipe.world.texture_path) return std::shared_ptr<const compiler::ImagePyramid>();
  const auto names = floor_names(assets);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] != *recipe.world.texture_path) continue;
    const auto bytes = schema::read_source_file(assets.floors[i].path);
    if (!bytes) return bytes.error();
    auto image = compiler::decoded_image(*bytes);
    if (!image) {
      return Fault{FaultKind::kInput,
                   fmt::format("{}: cannot be read as an image", assets.floors[i].path.string())};
    }
    return std::make_shared<const compiler::ImagePyramid>(*std::move(image));
  }
  return Fault{FaultKind::kInput, fmt::format("{}: no such floor", *recipe.world.texture_path)};
}

// Filmic is Blender's own curve: where there is no Blender, sRGB is shown in its place.
Result<dataset::ToneCurve> curve_for(schema::ToneMapping mapping, const Environment& environment) {
  if (mapping != schema::ToneMapping::kFilmic) return dataset::ToneCurve::create(mapping, {});
  const auto path = environment.find("PATH");
  const auto blender =
      find_blender(std::nullopt, path == environment.end() ? std::string() : path->second);
  const auto config = blender ? find_color_config(*blender) : std::nullopt;
  if (config) return dataset::ToneCurve::create(mapping, *config);
  fmt::print(stderr,
             "note: camera.tone_mapping: filmic needs the colours of a Blender, and there is none: "
             "shown as srgb\n");
  return dataset::ToneCurve::create(schema::ToneMapping::kSrgb, {});
}

std::string json_of(const compiler::ImagePoint& point) {
  return point ? schema::to_json(std::array<double, 2>{point->x(), point->y()}) : "null";
}

std::string json_of(const compiler::PictureLabels& labels) {
  std::string text = R"({"pixel_center":0.5,"markers":[)";
  for (const compiler::MarkerLabel& marker : labels.markers) {
    if (text.back() != '[') text += ',';
    text += fmt::format(R"({{"id":{},"family":{},"facing":{},"corners":[{},{},{},{}]}})", marker.id,
                        schema::to_json(marker.family), marker.facing, json_of(marker.corners[0]),
                        json_of(marker.corners[1]), json_of(marker.corners[2]),
                        json_of(marker.corners[3]));
  }
  return schema::indented(text + "]}") + "\n";
}

}  // namespace

int preview(const PreviewOptions& options, const Environment& environment) {
  const auto loaded = load_job(options.job, {options.additions, std::nullopt, std::nullopt});
  if (!loaded) return report(loaded.error());
  const auto recipe = recipe_of(*loaded, options);
  if (!recipe) return report(recipe.error());
  const auto floor = floor_of(*recipe, loaded->assets);
  if (!floor) return report(floor.error());
  const auto camera = static_cast<std::size_t>(options.camera);
  const auto curve = curve_for(recipe->cameras[camera].tone_mapping, environment);
  if (!curve) return report(curve.error());

  const compiler::LightImage light = compiler::preview(*recipe, camera, *floor);
  compiler::RgbImage picture{light.width_px, light.height_px, {}};
  picture.pixels.resize(light.rgb.size());
  curve->apply(light.rgb, picture.pixels);
  const compiler::PictureLabels labels = compiler::picture_labels(*recipe, camera);
  if (options.outlines) compiler::draw_labels(labels, picture);

  dataset::FormedImage image;
  image.width_px = picture.width_px;
  image.height_px = picture.height_px;
  image.rgb = std::move(picture.pixels);
  dataset::encode_png(image);
  const std::string png(image.png.begin(), image.png.end());
  if (const int code = write_to(options.output, png); code != 0) return code;
  if (!options.labels) return 0;
  return write_to(options.labels, json_of(labels));
}

}  // namespace rtag::orchestrator
