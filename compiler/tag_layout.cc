// SPDX-License-Identifier: MIT
#include "compiler/tag_layout.h"

#include <cmath>
#include <numbers>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "compiler/board_art.h"
#include "compiler/marker_art.h"
#include "schema/check.h"
#include "schema/digest.h"
#include "schema/marker_families.h"
#include "schema/random/random_stream.h"

namespace rtag::compiler {
namespace {

// The tags' planes lie this high above the floor, the plate's below it.
constexpr double kTagHeight_m = 0.001;
constexpr double kPlateHeight_m = -0.005;
constexpr double kLowestFlight_m = 0.1;
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
  bool every_second = false;  // tags stand on the cells whose row and column add up to even

  // Of the cell of the tag with this index.
  schema::Vector3 centre(int index) const {
    const int cell = every_second ? white_cell(index) : index;
    const int column = cell % columns;
    const int row = cell / columns;
    return {-(columns - 1) * cell_m / 2 + column * cell_m, (rows - 1) * cell_m / 2 - row * cell_m,
            kTagHeight_m};
  }

  // Two rows hold as many white cells as one has cells; the first row has the odd one.
  int white_cell(int index) const {
    const int pair = index / columns;
    const int rest = index % columns;
    const int in_first_row = (columns + 1) / 2;
    if (rest < in_first_row) return 2 * pair * columns + 2 * rest;
    return (2 * pair + 1) * columns + 2 * (rest - in_first_row) + 1;
  }
};

Grid grid_for(const schema::TagsSubject& subject, int count) {
  const double size_m = subject.size_mm / 1000;
  const int modules = known_family(subject.tag_families.front()).grid_modules;
  Grid grid;
  grid.every_second = subject.layout == schema::TagLayout::kChessboard;
  const int cells = grid.every_second ? 2 * count - 1 : count;
  grid.columns = static_cast<int>(std::ceil(std::sqrt(cells)));
  grid.rows = (cells + grid.columns - 1) / grid.columns;
  grid.cell_m = size_m + subject.tag_spacing_bits / modules * size_m;
  return grid;
}

// Corners of the black border on a plane that spans [-1,1]^2 with its quiet zone.
std::vector<schema::Vector3> border_corners(int grid_modules, int margin_bits) {
  const double m = static_cast<double>(grid_modules) / (grid_modules + 2 * margin_bits);
  return {{-m, m, 0}, {m, m, 0}, {m, -m, 0}, {-m, -m, 0}};
}

schema::ObjectMaterial draw_material(const schema::MaterialConfig& material,
                                     random::RandomStream& stream) {
  schema::ObjectMaterial drawn = kPlainMaterial;
  if (material.randomize) {
    drawn.roughness = stream.uniform(material.roughness_min, material.roughness_max);
    drawn.specular = stream.uniform(material.specular_min, material.specular_max);
  }
  drawn.ink = material.ink;
  drawn.paper = material.paper;
  return drawn;
}

schema::ObjectRecipe draw_tag(const schema::TagsSubject& subject, const schema::TagConfig& tag,
                              int index, std::uint32_t layout_seed) {
  const auto step = static_cast<std::uint64_t>(index);
  random::RandomStream stream(schema::derive_seed(layout_seed, "tag_obj", step));
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

schema::ObjectRecipe plate_behind(const Grid& grid, const schema::TagsSubject& subject) {
  schema::ObjectRecipe plate;
  plate.type = schema::ObjectType::kBoard;
  plate.name = "Board_Background";
  plate.location = {0, 0, kPlateHeight_m};
  plate.rotation_euler = schema::Vector3{};
  const schema::BackgroundBoardProperties properties{.mode = subject.layout,
                                                     .cols = grid.columns,
                                                     .rows = grid.rows,
                                                     .tag_size = subject.size_mm / 1000,
                                                     .square_size = grid.cell_m};
  if (subject.layout != schema::TagLayout::kPlain) {
    plate.texture_path = plate_texture_name(properties);
  }
  plate.properties = properties;
  return plate;
}

void set_afloat(schema::ObjectRecipe& tag, double scatter_radius_m, random::RandomStream& stream) {
  const double x = stream.uniform(-scatter_radius_m, scatter_radius_m);
  const double y = stream.uniform(-scatter_radius_m, scatter_radius_m);
  const double z = stream.uniform(kLowestFlight_m, 2 * scatter_radius_m);
  tag.location = {x, y, z};
  schema::Vector3 turn;
  for (double& angle_rad : turn) angle_rad = stream.uniform(0, 2 * std::numbers::pi);
  tag.rotation_euler = turn;
}

void move_together(std::vector<schema::ObjectRecipe>& objects, double scatter_radius_m,
                   random::RandomStream& stream) {
  const double half_width_m = scatter_radius_m / 2;
  const double dx_m = stream.uniform(-half_width_m, half_width_m);
  const double dy_m = stream.uniform(-half_width_m, half_width_m);
  for (schema::ObjectRecipe& object : objects) {
    object.location[0] += dx_m;
    object.location[1] += dy_m;
  }
}

}  // namespace

std::vector<schema::ObjectRecipe> lay_out_tags(const schema::GenConfig& config,
                                               std::uint32_t attempt_seed) {
  const auto& subject = std::get<schema::TagsSubject>(*config.scenario.subject);
  const std::uint32_t layout_seed = schema::derive_seed(attempt_seed, "layout", 0);
  random::RandomStream stream(layout_seed);
  const auto& range = subject.tags_per_scene;
  const int count = static_cast<int>(stream.integer(range.min, std::int64_t{range.max} + 1));

  std::vector<schema::ObjectRecipe> objects;
  objects.reserve(static_cast<std::size_t>(count) + 1);
  for (int i = 0; i < count; ++i) objects.push_back(draw_tag(subject, config.tag, i, layout_seed));
  if (config.scenario.flying) {
    for (auto& tag : objects) set_afloat(tag, config.physics.scatter_radius, stream);
    return objects;
  }
  const Grid grid = grid_for(subject, count);
  for (int i = 0; i < count; ++i) objects[static_cast<std::size_t>(i)].location = grid.centre(i);
  if (config.scenario.use_board) objects.push_back(plate_behind(grid, subject));
  if (config.scenario.sampling_mode == schema::SamplingMode::kRandom) {
    move_together(objects, config.physics.scatter_radius, stream);
  }
  return objects;
}

}  // namespace rtag::compiler
