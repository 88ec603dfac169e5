// SPDX-License-Identifier: MIT
// The `scenario`, `tag` and `scene` sections of a config: what is photographed, its surface, its
// light.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "schema/fields.h"
#include "schema/vocabulary.h"

namespace rtag::schema {

// A count, or a range to draw it from: written 10 or [5, 20].
struct CountRange {
  int min = 0;
  int max = 0;
  bool operator==(const CountRange&) const = default;
};

struct TagsSubject {
  SubjectType type = SubjectType::kTags;
  std::vector<std::string> tag_families{"tag36h11"};
  double size_mm = 100;
  CountRange tags_per_scene{10, 10};
  double tag_spacing_bits = 2;
  TagLayout layout = TagLayout::kPlain;
  bool operator==(const TagsSubject&) const = default;
};
constexpr auto fields_of(std::type_identity<TagsSubject>) {
  using S = TagsSubject;
  return table<S>(
      field("type", &S::type, "", "TAGS.", required()),
      field("tag_families", &S::tag_families, "", "Families to draw from.", non_empty()),
      field("size_mm", &S::size_mm, "mm", "Edge of the black border.", above(0)),
      field("tags_per_scene", &S::tags_per_scene, "", "A number, or [min, max].",
            between(1, 10000)),
      field("tag_spacing_bits", &S::tag_spacing_bits, "modules", "Gap between borders.",
            at_least(0)),
      field("layout", &S::layout, "", "What is printed between the tags.", extension()));
}

// A board's surface; written out, it replaces the published one.
struct BoardMaterialConfig {
  double roughness = 0.8;
  double specular = 0.2;
  double ink = 0;
  double paper = 1;
  bool operator==(const BoardMaterialConfig&) const = default;
};
constexpr auto fields_of(std::type_identity<BoardMaterialConfig>) {
  using S = BoardMaterialConfig;
  return table<S>(
      field("roughness", &S::roughness, "", "Principled roughness.", between(0, 1)),
      field("specular", &S::specular, "", "Principled specular.", between(0, 1)),
      field("ink", &S::ink, "", "Reflectance of what is black in print.", between(0, 1)),
      field("paper", &S::paper, "", "Reflectance of what is white in print.", between(0, 1)));
}

struct BoardSubject {
  SubjectType type = SubjectType::kBoard;
  int rows = 0;
  int cols = 0;
  double marker_size_mm = 0;
  std::string dictionary = "tag36h11";
  std::optional<double> spacing_ratio;
  std::optional<double> square_size_mm;
  double quiet_zone_mm = 0;
  std::optional<std::vector<int>> ids;
  FirstSquare first_square = FirstSquare::kWhite;
  IdOrder id_order = IdOrder::kTopLeft;
  BoardFraming framing = BoardFraming::kMiddle;
  std::optional<BoardMaterialConfig> material;
  bool operator==(const BoardSubject&) const = default;
};
constexpr auto fields_of(std::type_identity<BoardSubject>) {
  using S = BoardSubject;
  return table<S>(
      field("type", &S::type, "", "BOARD.", required()),
      field("rows", &S::rows, "", "Cells along y.", between(1, 200) | required()),
      field("cols", &S::cols, "", "Cells along x.", between(1, 200) | required()),
      field("marker_size_mm", &S::marker_size_mm, "mm", "Edge of a marker's black border.",
            above(0) | required()),
      field("dictionary", &S::dictionary, "", "Marker family."),
      field("spacing_ratio", &S::spacing_ratio, "", "Makes it an AprilGrid.", above(0)),
      field("square_size_mm", &S::square_size_mm, "mm", "Makes it a ChArUco board.", above(0)),
      field("quiet_zone_mm", &S::quiet_zone_mm, "mm", "White rim.", at_least(0)),
      field("ids", &S::ids, "", "Explicit marker ids, one a marker, in id_order.", at_least(0)),
      field("first_square", &S::first_square, "",
            "ChArUco: colour of the top-left square. OpenCV draws it black since 4.6.",
            extension()),
      field("id_order", &S::id_order, "", "Where ids begin. Kalibr begins at the bottom left.",
            extension()),
      field("framing", &S::framing, "", "How much of the board must be in the image.", extension()),
      field("material", &S::material, "", "Surface of the board; null: 0.8, 0.2, 0 and 1.",
            extension()));
}

using Subject = std::variant<TagsSubject, BoardSubject>;

struct OccluderConfig {
  bool enabled = true;
  std::vector<OccluderPattern> patterns{OccluderPattern::kHalf, OccluderPattern::kCorner,
                                        OccluderPattern::kBar, OccluderPattern::kSlit};
  double plate_size_m = 0.5;
  double plate_thickness_m = 0.005;
  double height_min_m = 0.05;
  double height_max_m = 0.20;
  double edge_offset_max_r = 1.0;
  double bar_width_min_r = 0.1;
  double bar_width_max_r = 0.5;
  double slit_width_min_r = 0.1;
  double slit_width_max_r = 0.5;
  double albedo = 0.05;
  double roughness = 0.9;
  bool operator==(const OccluderConfig&) const = default;
};
constexpr auto fields_of(std::type_identity<OccluderConfig>) {
  using S = OccluderConfig;
  return table<S>(
      field("enabled", &S::enabled, "", "Place shadow plates."),
      field("patterns", &S::patterns, "", "Patterns to draw from.", non_empty()),
      field("plate_size_m", &S::plate_size_m, "m", "Edge of a plate.", above(0)),
      field("plate_thickness_m", &S::plate_thickness_m, "m", "Of a plate.", above(0)),
      field("height_min_m", &S::height_min_m, "m", "Above the targets.", above(0)),
      field("height_max_m", &S::height_max_m, "m", "Above the targets.", above(0)),
      field("edge_offset_max_r", &S::edge_offset_max_r, "cluster radii", "Shift.", at_least(0)),
      field("bar_width_min_r", &S::bar_width_min_r, "cluster radii", "Bar.", above(0)),
      field("bar_width_max_r", &S::bar_width_max_r, "cluster radii", "Bar.", above(0)),
      field("slit_width_min_r", &S::slit_width_min_r, "cluster radii", "Slit.", above(0)),
      field("slit_width_max_r", &S::slit_width_max_r, "cluster radii", "Slit.", above(0)),
      field("albedo", &S::albedo, "", "Grey reflectance.", between(0, 1)),
      field("roughness", &S::roughness, "", "Of the surface.", between(0, 1)));
}

struct ScenarioConfig {
  std::optional<Subject> subject = TagsSubject{};
  std::optional<OccluderConfig> occluders;
  SamplingMode sampling_mode = SamplingMode::kRandom;
  std::optional<double> azimuth;
  bool flying = false;
  bool use_board = true;
  double tag_spacing_bits = 2;
  bool operator==(const ScenarioConfig&) const = default;
};
constexpr auto fields_of(std::type_identity<ScenarioConfig>) {
  using S = ScenarioConfig;
  return table<S>(
      field("subject", &S::subject, "", "What is photographed."),
      field("occluders", &S::occluders, "", "Plates that cast shadows of the first sun."),
      field("sampling_mode", &S::sampling_mode, "", "How cameras are drawn."),
      field("azimuth", &S::azimuth, "rad", "Unused.", without_effect("camera.azimuth")),
      field("flying", &S::flying, "", "Tags float in space."),
      field("use_board", &S::use_board, "", "A white plate behind the grid of tags."),
      field("tag_spacing_bits", &S::tag_spacing_bits, "modules", "Unused.",
            without_effect("scenario.subject.tag_spacing_bits")));
}

struct MaterialConfig {
  bool randomize = false;
  double roughness_min = 0.4;
  double roughness_max = 0.4;
  double specular_min = 0.2;
  double specular_max = 0.2;
  double ink = 0;
  double paper = 1;
  bool operator==(const MaterialConfig&) const = default;
};
constexpr auto fields_of(std::type_identity<MaterialConfig>) {
  using S = MaterialConfig;
  return table<S>(
      field("randomize", &S::randomize, "", "Draw from the ranges; false: 0.8 and 0.2."),
      field("roughness_min", &S::roughness_min, "", "Principled roughness.", between(0, 1)),
      field("roughness_max", &S::roughness_max, "", "Principled roughness.", between(0, 1)),
      field("specular_min", &S::specular_min, "", "Principled specular.", between(0, 1)),
      field("specular_max", &S::specular_max, "", "Principled specular.", between(0, 1)),
      field("ink", &S::ink, "", "Reflectance of what is black in print.",
            between(0, 1) | extension()),
      field("paper", &S::paper, "", "Reflectance of what is white in print.",
            between(0, 1) | extension()));
}

struct TagConfig {
  int margin_bits = 1;
  std::optional<std::string> texture_path;
  MaterialConfig material;
  bool operator==(const TagConfig&) const = default;
};
constexpr auto fields_of(std::type_identity<TagConfig>) {
  using S = TagConfig;
  return table<S>(
      field("margin_bits", &S::margin_bits, "modules", "Width of the quiet zone.", between(0, 100)),
      field("texture_path", &S::texture_path, "", "Unused: markers are drawn, not read.",
            without_effect()),
      field("material", &S::material, "", "Surface of the tags."));
}

}  // namespace rtag::schema
