// SPDX-License-Identifier: MIT
#include "compiler/target_layout.h"

#include <cmath>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "compiler/marker_art.h"
#include "compiler/random_stream.h"
#include "schema/check.h"
#include "schema/digest.h"
#include "schema/marker_families.h"

namespace rtag::compiler {
namespace {

// The tags' planes lie this high above the floor, the plate's below it.
constexpr double kTagHeight_m = 0.001;
constexpr double kPlateHeight_m = -0.005;
// The surface of tags whose material is not drawn.
constexpr schema::ObjectMaterial kPlainMaterial{.roughness = 0.8, .specular = 0.2};

const schema::MarkerFamily& known_family(std::string_view name) {
  const schema::MarkerFamily* family = schema::find_marker_family(name);
  RTAG_CHECK(family != nullptr, "unknown families are refused when a config is read");
  return *family;
}

struct Grid {
  int columns = 0;
  int rows = 0;
  double cell_m = 0;

  schema::Vector3 centre(int index) const {
    const int column = index % columns;
    const int row = index / columns;
    return {-(columns - 1) * cell_m / 2 + column * cell_m, (rows - 1) * cell_m / 2 - row * cell_m,
            kTagHeight_m};
  }
};

Grid grid_for(const schema::TagsSubject& subject, int count) {
  const double size_m = subject.size_mm / 1000;
  const int modules = known_family(subject.tag_families.front()).grid_modules;
  Grid grid;
  grid.columns = static_cast<int>(std::ceil(std::sqrt(count)));
  grid.rows = (count + grid.columns - 1) / grid.columns;
  grid.cell_m = size_m + subject.tag_spacing_bits / modules * size_m;
  return grid;
}

// Corners of the black border on a plane that spans [-1,1]^2 with its quiet zone.
std::vector<schema::Vector3> border_corners(int grid_modules, int margin_bits) {
  const double m = static_cast<double>(grid_modules) / (grid_modules + 2 * margin_bits);
  return {{-m, m, 0}, {m, m, 0}, {m, -m, 0}, {-m, -m, 0}};
}

schema::ObjectMaterial draw_material(const schema::MaterialConfig& material, RandomStream& stream) {
  if (!material.randomize) return kPlainMaterial;
  const double roughness = stream.uniform(material.roughness_min, material.roughness_max);
  const double specular = stream.uniform(material.specular_min, material.specular_max);
  return {roughness, specular};
}

schema::ObjectRecipe draw_tag(const schema::TagsSubject& subject, const schema::TagConfig& tag,
                              int index, std::uint32_t layout_seed) {
  const auto step = static_cast<std::uint64_t>(index);
  RandomStream stream(schema::derive_seed(layout_seed, "tag_obj", step));
  const auto families = static_cast<std::int64_t>(subject.tag_families.size());
  const auto family_index = static_cast<std::size_t>(stream.integer(0, families));
  const schema::MarkerFamily& family = known_family(subject.tag_families[family_index]);
  const int id = static_cast<int>(stream.integer(0, family.sampled_ids));

  schema::ObjectRecipe object;
  object.type = schema::ObjectType::kTag;
  object.name = fmt::format("Tag_{}", index);
  object.rotation_euler = schema::Vector3{};
  object.properties = schema::TagProperties{.tag_id = id,
                                            .tag_family = std::string(family.name),
                                            .tag_size = subject.size_mm / 1000,
                                            .margin_bits = tag.margin_bits,
                                            .texture_base_path = std::nullopt};
  object.material = draw_material(tag.material, stream);
  object.texture_path = texture_name(family.name, id, tag.margin_bits);
  object.keypoints_3d = border_corners(family.grid_modules, tag.margin_bits);
  return object;
}

schema::ObjectRecipe plate_behind(const Grid& grid, double tag_size_m) {
  schema::ObjectRecipe plate;
  plate.type = schema::ObjectType::kBoard;
  plate.name = "Board_Background";
  plate.location = {0, 0, kPlateHeight_m};
  plate.rotation_euler = schema::Vector3{};
  plate.properties = schema::BackgroundBoardProperties{
      .cols = grid.columns, .rows = grid.rows, .tag_size = tag_size_m, .square_size = grid.cell_m};
  return plate;
}

}  // namespace

std::vector<schema::ObjectRecipe> lay_out_tags(const schema::GenConfig& config,
                                               std::uint32_t attempt_seed) {
  const auto& subject = std::get<schema::TagsSubject>(*config.scenario.subject);
  const std::uint32_t layout_seed = schema::derive_seed(attempt_seed, "layout", 0);
  RandomStream stream(layout_seed);
  const auto& range = subject.tags_per_scene;
  const int count = static_cast<int>(stream.integer(range.min, std::int64_t{range.max} + 1));

  const Grid grid = grid_for(subject, count);
  std::vector<schema::ObjectRecipe> objects;
  objects.reserve(static_cast<std::size_t>(count) + 1);
  for (int i = 0; i < count; ++i) {
    objects.push_back(draw_tag(subject, config.tag, i, layout_seed));
    objects.back().location = grid.centre(i);
  }
  if (config.scenario.use_board) objects.push_back(plate_behind(grid, subject.size_mm / 1000));

  const double half_width_m = config.physics.scatter_radius / 2;
  const double dx_m = stream.uniform(-half_width_m, half_width_m);
  const double dy_m = stream.uniform(-half_width_m, half_width_m);
  for (schema::ObjectRecipe& object : objects) {
    object.location[0] += dx_m;
    object.location[1] += dy_m;
  }
  return objects;
}

}  // namespace rtag::compiler
