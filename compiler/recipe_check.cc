// SPDX-License-Identifier: MIT
#include "compiler/recipe_check.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "compiler/target_view.h"
#include "schema/geometry/recipe_geometry.h"

namespace rtag::compiler {
namespace {

constexpr double kSlack_m = 0.001;
constexpr double kLargestIncidence_deg = 80;

struct Box {
  schema::Vector3 centre{};
  double half_width_m = 0;
  double half_depth_m = 0;
};

std::vector<Box> tag_boxes(const std::vector<schema::ObjectRecipe>& objects) {
  std::vector<Box> boxes;
  for (const schema::ObjectRecipe& object : objects) {
    if (const auto* tag = std::get_if<schema::TagProperties>(&object.properties)) {
      boxes.push_back({object.location, tag->tag_size * object.scale[0] / 2,
                       tag->tag_size * object.scale[1] / 2});
    }
  }
  return boxes;
}

std::optional<Box> board_box(const std::vector<schema::ObjectRecipe>& objects) {
  for (const schema::ObjectRecipe& object : objects) {
    if (const auto* board = std::get_if<schema::BackgroundBoardProperties>(&object.properties)) {
      return Box{object.location, board->cols * board->square_size / 2,
                 board->rows * board->square_size / 2};
    }
  }
  return std::nullopt;
}

bool lies_on(const Box& board, const Box& tag) {
  return std::abs(tag.centre[0] - board.centre[0]) + tag.half_width_m <=
             board.half_width_m + kSlack_m &&
         std::abs(tag.centre[1] - board.centre[1]) + tag.half_depth_m <=
             board.half_depth_m + kSlack_m;
}

bool overlap(const Box& a, const Box& b) {
  const double shared_x_m = a.half_width_m + b.half_width_m - std::abs(a.centre[0] - b.centre[0]);
  const double shared_y_m = a.half_depth_m + b.half_depth_m - std::abs(a.centre[1] - b.centre[1]);
  return shared_x_m > kSlack_m && shared_y_m > kSlack_m &&
         std::abs(a.centre[2] - b.centre[2]) < kSlack_m;
}

// Sweeps over x, so that a tag meets only those that begin before it ends.
bool any_overlap(std::vector<Box> boxes) {
  const auto left_m = [](const Box& box) { return box.centre[0] - box.half_width_m; };
  std::sort(boxes.begin(), boxes.end(),
            [&](const Box& a, const Box& b) { return left_m(a) < left_m(b); });
  for (auto a = boxes.begin(); a != boxes.end(); ++a) {
    const double right_m = a->centre[0] + a->half_width_m;
    for (auto b = a + 1; b != boxes.end() && left_m(*b) < right_m; ++b) {
      if (overlap(*a, *b)) return true;
    }
  }
  return false;
}

bool sees_a_tag(const schema::CameraRecipe& recipe, const geometry::CameraModel& camera,
                const std::vector<Target>& tags) {
  const double smallest_cosine = std::cos(kLargestIncidence_deg * (std::numbers::pi / 180));
  const auto world_from_camera = geometry::world_from_camera(recipe);
  return std::any_of(tags.begin(), tags.end(), [&](const Target& tag) {
    const TargetView view = view_of(tag, world_from_camera, camera);
    const AreaGate gate = area_gate(recipe.min_tag_pixels, recipe.max_tag_pixels, tag, camera);
    return view.facing_cosine >= smallest_cosine && view.inside_image &&
           view.area_px >= gate.min_px && view.area_px <= gate.max_px;
  });
}

}  // namespace

std::optional<Constraint> first_violation(const std::vector<schema::ObjectRecipe>& objects,
                                          const std::vector<schema::CameraRecipe>& cameras,
                                          const geometry::CameraModel& camera) {
  std::vector<Box> boxes = tag_boxes(objects);
  if (const auto board = board_box(objects)) {
    for (const Box& tag : boxes) {
      if (!lies_on(*board, tag)) return Constraint::kTagOutsideBoard;
    }
  }
  if (any_overlap(std::move(boxes))) return Constraint::kTagsOverlap;

  const std::vector<Target> tags = tag_targets(objects);
  for (const schema::CameraRecipe& recipe : cameras) {
    if (!tags.empty() && !sees_a_tag(recipe, camera, tags)) return Constraint::kNoTagVisible;
  }
  return std::nullopt;
}

}  // namespace rtag::compiler
