// SPDX-License-Identifier: MIT
#include "compiler/board_layout.h"

#include "compiler/board_art.h"
#include "schema/digest.h"
#include "schema/geometry/board_model.h"
#include "schema/geometry/config_geometry.h"
#include "schema/random/random_stream.h"

namespace rtag::compiler {
schema::ObjectRecipe calibration_board(const schema::BoardSubject& subject) {
  schema::ObjectRecipe object;
  object.type = schema::ObjectType::kBoard;
  object.name = "CalibrationBoard";
  object.rotation_euler = schema::Vector3{};
  object.properties = schema::CalibrationBoardProperties{};
  object.board = geometry::board_recipe(subject);
  if (const auto& material = subject.material) {
    object.material = schema::ObjectMaterial{.roughness = material->roughness,
                                             .specular = material->specular,
                                             .ink = material->ink,
                                             .paper = material->paper};
  }

  const geometry::BoardModel model(*object.board);
  object.scale = {model.width_m() / 2, model.height_m() / 2, 1};
  object.texture_path = board_texture_name(*object.board);
  object.keypoints_3d = model.marker_corners();
  if (auto saddles = model.saddle_points(); !saddles.empty()) {
    object.calibration_points_3d = std::move(saddles);
  }
  return object;
}

void draw_board_location(schema::ObjectRecipe& board, double scatter_radius_m,
                         std::uint32_t attempt_seed) {
  random::RandomStream stream(schema::derive_seed(attempt_seed, "layout_offset", 0));
  const double half_width_m = scatter_radius_m / 2;
  board.location[0] = stream.uniform(-half_width_m, half_width_m);
  board.location[1] = stream.uniform(-half_width_m, half_width_m);
  board.location[2] = 0;
}

}  // namespace rtag::compiler
