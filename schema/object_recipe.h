// SPDX-License-Identifier: MIT
// ObjectRecipe: what stands in a scene - a tag, the plate behind a grid of tags, a calibration
// board, an occluder. Units and frames as in scene_recipe.h; an object's local frame is +X right,
// +Y up, +Z out of its face.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "schema/fields.h"
#include "schema/vocabulary.h"

namespace rtag::schema {

struct TagProperties {
  int tag_id = 0;
  std::string tag_family;
  double tag_size = 0;
  int margin_bits = 0;
  std::optional<std::string> texture_base_path;
  bool operator==(const TagProperties&) const = default;
};
constexpr auto fields_of(std::type_identity<TagProperties>) {
  using S = TagProperties;
  return table<S>(
      field("tag_id", &S::tag_id, "", "Id in the family's dictionary.", at_least(0)),
      field("tag_family", &S::tag_family, "", "Marker family."),
      field("tag_size", &S::tag_size, "m", "Edge of the black border.", above(0)),
      field("margin_bits", &S::margin_bits, "modules", "Width of the quiet zone.", at_least(0)),
      field("texture_base_path", &S::texture_base_path, "", "External texture collection."));
}

struct BackgroundBoardProperties {
  TagLayout mode = TagLayout::kPlain;
  int cols = 0;
  int rows = 0;
  double tag_size = 0;
  double square_size = 0;
  bool operator==(const BackgroundBoardProperties&) const = default;
};
constexpr auto fields_of(std::type_identity<BackgroundBoardProperties>) {
  using S = BackgroundBoardProperties;
  return table<S>(field("mode", &S::mode, "", "What is printed between the tags."),
                  field("cols", &S::cols, "", "Cells along x.", at_least(1)),
                  field("rows", &S::rows, "", "Cells along y.", at_least(1)),
                  field("tag_size", &S::tag_size, "m", "Edge of a tag's black border.", above(0)),
                  field("square_size", &S::square_size, "m", "Edge of a cell.", above(0)));
}

struct OccluderProperties {
  std::string shape = "plate";
  double size_along_edge_m = 0;
  double size_across_edge_m = 0;
  double thickness_m = 0;
  double albedo = 0;
  double roughness = 0;
  bool operator==(const OccluderProperties&) const = default;
};
constexpr auto fields_of(std::type_identity<OccluderProperties>) {
  using S = OccluderProperties;
  return table<S>(
      field("shape", &S::shape, "", "Always plate."),
      field("size_along_edge_m", &S::size_along_edge_m, "m", "Along local X.", above(0)),
      field("size_across_edge_m", &S::size_across_edge_m, "m", "Along local Y.", above(0)),
      field("thickness_m", &S::thickness_m, "m", "Along local Z.", above(0)),
      field("albedo", &S::albedo, "", "Grey reflectance.", between(0, 1)),
      field("roughness", &S::roughness, "", "Of the surface.", between(0, 1)));
}

struct CalibrationBoardProperties {  // {}: a calibration board says everything in `board`.
  bool operator==(const CalibrationBoardProperties&) const = default;
};
constexpr auto fields_of(std::type_identity<CalibrationBoardProperties>) {
  return table<CalibrationBoardProperties>();
}

using ObjectProperties = std::variant<TagProperties, BackgroundBoardProperties, OccluderProperties,
                                      CalibrationBoardProperties>;

struct ObjectMaterial {
  double roughness = 0;
  double specular = 0;
  double ink = 0;
  double paper = 1;
  bool operator==(const ObjectMaterial&) const = default;
};
constexpr auto fields_of(std::type_identity<ObjectMaterial>) {
  using S = ObjectMaterial;
  return table<S>(field("roughness", &S::roughness, "", "Principled roughness.", between(0, 1)),
                  field("specular", &S::specular, "", "Principled specular.", between(0, 1)),
                  field("ink", &S::ink, "", "Reflectance of what is black in print.",
                        between(0, 1) | extension()),
                  field("paper", &S::paper, "", "Reflectance of what is white in print.",
                        between(0, 1) | extension()));
}

struct BoardRecipe {
  BoardType type = BoardType::kAprilGrid;
  int rows = 0;
  int cols = 0;
  double marker_size = 0;
  std::string dictionary = "tag36h11";
  std::optional<double> spacing_ratio;
  std::optional<double> square_size;
  double quiet_zone_m = 0;
  std::optional<std::vector<int>> ids;
  FirstSquare first_square = FirstSquare::kWhite;
  IdOrder id_order = IdOrder::kTopLeft;
  bool operator==(const BoardRecipe&) const = default;
};
constexpr auto fields_of(std::type_identity<BoardRecipe>) {
  using S = BoardRecipe;
  return table<S>(
      field("type", &S::type, "", "Kind of calibration board."),
      field("rows", &S::rows, "", "Cells along y.", at_least(1)),
      field("cols", &S::cols, "", "Cells along x.", at_least(1)),
      field("marker_size", &S::marker_size, "m", "Edge of a marker's black border.", above(0)),
      field("dictionary", &S::dictionary, "", "Marker family."),
      field("spacing_ratio", &S::spacing_ratio, "", "AprilGrid: gap over marker size.", above(0)),
      field("square_size", &S::square_size, "m", "ChArUco: edge of a square.", above(0)),
      field("quiet_zone_m", &S::quiet_zone_m, "m", "White rim.", at_least(0)),
      field("ids", &S::ids, "", "Explicit marker ids, one a marker, in id_order."),
      field("first_square", &S::first_square, "", "ChArUco: colour of the top-left square.",
            extension()),
      field("id_order", &S::id_order, "", "Where ids begin.", extension()));
}

struct ObjectRecipe {
  ObjectType type = ObjectType::kTag;
  std::string name;
  Vector3 location{};
  std::optional<Vector3> rotation_euler;
  std::optional<std::array<double, 4>> rotation_quaternion;
  Vector3 scale{1, 1, 1};
  ObjectProperties properties;
  std::optional<ObjectMaterial> material;
  std::optional<std::string> texture_path;
  std::optional<BoardRecipe> board;
  std::optional<std::array<double, 4>> forward_axis;
  std::optional<std::vector<Vector3>> keypoints_3d;
  std::optional<std::vector<Vector3>> calibration_points_3d;
  bool operator==(const ObjectRecipe&) const = default;
};
constexpr auto fields_of(std::type_identity<ObjectRecipe>) {
  using S = ObjectRecipe;
  return table<S>(
      field("type", &S::type, "", "What the object is."),
      field("name", &S::name, "", "Unique in its scene."),
      field("location", &S::location, "m", "Origin in the world."),
      field("rotation_euler", &S::rotation_euler, "rad", "XYZ Euler angles: R = Rz Ry Rx."),
      field("rotation_quaternion", &S::rotation_quaternion, "", "[w, x, y, z]."),
      field("scale", &S::scale, "", "Factors along the local axes."),
      field("properties", &S::properties, "", "What only objects of this type have."),
      field("material", &S::material, "", "Surface of a tag or a board."),
      field("texture_path", &S::texture_path, "", "Name of the texture."),
      field("board", &S::board, "", "The calibration board."),
      field("forward_axis", &S::forward_axis, "", "Local axis of the face, when not +Z."),
      field("keypoints_3d", &S::keypoints_3d, "",
            "TAG: corners TL, TR, BR, BL of the black border on a plane that spans [-1,1]^2. "
            "BOARD: marker corners, metres."),
      field("calibration_points_3d", &S::calibration_points_3d, "m", "BOARD: saddle points."));
}

}  // namespace rtag::schema
