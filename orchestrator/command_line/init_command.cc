// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "orchestrator/command_line/commands.h"
#include "orchestrator/command_line/sink.h"
#include "orchestrator/exit_code.h"
#include "schema/documents/presets.h"
#include "schema/json_schema.h"

namespace rtag::orchestrator {
namespace {

namespace fs = std::filesystem;
using schema::FaultKind;

constexpr std::string_view kHead = R"(# yaml-language-server: $schema=config.schema.json
# A config of rtag. Every setting has a default; docs/config.md lists them all.
#   rtag validate config.yaml             says what is wrong, if anything
#   rtag preview config.yaml -o look.png  shows a scene without Blender
#   rtag run config.yaml                  renders the dataset
version: '0.2'
dataset:
  output_dir: dataset
  num_scenes: 10
  seeds: {global_seed: 42}
camera:
  resolution: [1280, 960]
  fov: 70                    # degrees across the width
  samples_per_scene: 2       # images a scene
  min_distance: 0.5          # metres
  max_distance: 2.0
  min_elevation: 0.5         # cosine of the polar angle: 1 is overhead, 0 is level
  max_elevation: 1.0
  min_roll: -180             # degrees
  max_roll: 180
scene:
  lighting:
    intensity_min: 100       # watts
    intensity_max: 400
    radius_min: 0.1          # metres; 0 casts hard shadows
    radius_max: 0.3
renderer:
  mode: cycles
  max_samples: 64
)";

constexpr std::string_view kTags = R"(scenario:
  subject:
    type: TAGS
    tag_families: [tag36h11]
    size_mm: 100             # edge of the black border
    tags_per_scene: [1, 6]
)";

constexpr std::string_view kCharuco = R"(scenario:
  subject:
    type: BOARD
    rows: 5
    cols: 7
    marker_size_mm: 40
    square_size_mm: 50
    dictionary: DICT_4X4_50
    first_square: black      # as OpenCV draws ChArUco boards since 4.6
    framing: whole           # all of the board in every image
)";

constexpr std::string_view kAprilGrid = R"(scenario:
  subject:
    type: BOARD
    rows: 6
    cols: 6
    marker_size_mm: 80
    spacing_ratio: 0.3
    dictionary: tag36h11
    id_order: bottom_left    # as Kalibr numbers an AprilGrid
    framing: whole           # all of the board in every image
)";

std::string config_text(const std::string& subject) {
  std::string text(kHead);
  if (subject == "charuco") return text.append(kCharuco);
  if (subject == "aprilgrid") return text.append(kAprilGrid);
  return text.append(kTags);
}

}  // namespace

int init(const InitOptions& options) {
  const fs::path config = options.folder / "config.yaml";
  std::error_code error;
  if (fs::exists(config, error)) {
    return report({FaultKind::kOutput,
                   fmt::format("{}: is there already, and is left as it is", config.string())});
  }
  fs::create_directories(options.folder, error);
  if (error) {
    return report(
        {FaultKind::kOutput, fmt::format("{}: {}", options.folder.string(), error.message())});
  }
  const int wrote = write_to(options.folder / "config.schema.json",
                             schema::json_schema_of_config(schema::preset_names()));
  if (wrote != 0) return wrote;
  if (const int code = write_to(config, config_text(options.subject)); code != 0) return code;
  fmt::print("{}: written; next: rtag preview {} -o look.png\n", config.string(), config.string());
  return 0;
}

}  // namespace rtag::orchestrator
