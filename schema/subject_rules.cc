// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <set>

#include "schema/config_rules.h"
#include "schema/geometry/board_model.h"
#include "schema/geometry/config_geometry.h"
#include "schema/marker_families.h"

namespace rtag::schema {
namespace {

const std::string kSubject = "scenario.subject";

const MarkerFamily* check_family(const std::string& path, const std::string& name,
                                 Problems& problems) {
  const MarkerFamily* family = find_marker_family(name);
  if (family == nullptr) {
    complain(problems, path,
             fmt::format("unknown marker family (found '{}'){}", name,
                         did_you_mean(name, marker_family_names())));
  }
  return family;
}

// In a grid the gap between two borders is tag_spacing_bits modules of the first family. A quiet
// zone wider than what is free around a tag would cover the neighbour's border, or what is printed
// between the tags. On a chessboard half the gap is free, in an AprilGrid nothing.
void check_quiet_zones(const TagsSubject& tags, int margin_bits, Problems& problems) {
  const MarkerFamily* first =
      tags.tag_families.empty() ? nullptr : find_marker_family(tags.tag_families.front());
  const bool is_plain = tags.layout == TagLayout::kPlain;
  if (first == nullptr || (is_plain && tags.tags_per_scene.max < 2)) return;
  double share = 1;
  if (tags.layout == TagLayout::kChessboard) share = 0.5;
  if (tags.layout == TagLayout::kAprilGrid) share = 0;
  const double gap = share * tags.tag_spacing_bits / first->grid_modules;
  for (const std::string& name : tags.tag_families) {
    const MarkerFamily* family = find_marker_family(name);
    if (family == nullptr || margin_bits <= gap * family->grid_modules + 1e-9) continue;
    complain(problems, "tag.margin_bits",
             fmt::format("the quiet zone of {} covers {}: must be <= {} with {}.tag_spacing_bits {}"
                         " (found {})",
                         name, is_plain ? "its neighbour's border" : "what is printed around it",
                         std::floor(gap * family->grid_modules + 1e-9), kSubject,
                         to_json(tags.tag_spacing_bits), margin_bits));
    return;
  }
}

void check_layout(const TagsSubject& tags, const ScenarioConfig& scenario, Problems& problems) {
  if (tags.layout == TagLayout::kPlain) return;
  const std::string path = kSubject + ".layout";
  if (scenario.flying) {
    complain(
        problems, path,
        fmt::format("must be plain with scenario.flying: tags afloat share no board (found {})",
                    word_of(tags.layout)));
  } else if (!scenario.use_board) {
    complain(problems, path,
             fmt::format("must be plain without scenario.use_board: it is printed on the board "
                         "(found {})",
                         word_of(tags.layout)));
  }
}

void check_tags(const TagsSubject& tags, const GenConfig& config, Problems& problems) {
  if (tags.tags_per_scene.min > tags.tags_per_scene.max) {
    complain(problems, kSubject + ".tags_per_scene",
             fmt::format("must be [min, max] (found {})", to_json(tags.tags_per_scene)));
  }
  for (std::size_t i = 0; i < tags.tag_families.size(); ++i) {
    check_family(fmt::format("{}.tag_families[{}]", kSubject, i), tags.tag_families[i], problems);
  }
  check_layout(tags, config.scenario, problems);
  if (!config.scenario.flying) check_quiet_zones(tags, config.tag.margin_bits, problems);
}

void check_board_sizes(const BoardSubject& board, Problems& problems) {
  if (!board.spacing_ratio && !board.square_size_mm) {
    complain(problems, kSubject,
             "needs spacing_ratio (an AprilGrid) or square_size_mm (a ChArUco board)");
  } else if (board.spacing_ratio && board.square_size_mm) {
    complain(problems, kSubject + ".square_size_mm",
             "has no effect beside spacing_ratio: remove one");
  } else if (board.square_size_mm && board.marker_size_mm >= *board.square_size_mm) {
    complain(problems, kSubject + ".marker_size_mm",
             fmt::format("must be < {}.square_size_mm, {} (found {})", kSubject,
                         to_json(*board.square_size_mm), to_json(board.marker_size_mm)));
  }
  if (board.spacing_ratio && board.first_square != FirstSquare::kWhite) {
    complain(problems, kSubject + ".first_square", "has no effect on an AprilGrid: remove it");
  }
}

void check_board_ids(const BoardSubject& board, const MarkerFamily& family, Problems& problems) {
  const int markers = geometry::marker_count(geometry::board_recipe(board));
  if (!board.ids) {
    if (markers <= family.dictionary_size) return;
    return complain(problems, kSubject + ".dictionary",
                    fmt::format("has {} markers, the board needs {} (found {})",
                                family.dictionary_size, markers, family.name));
  }
  const std::string path = kSubject + ".ids";
  if (static_cast<int>(board.ids->size()) != markers) {
    complain(problems, path,
             fmt::format("must hold one id for each of the board's {} markers (found {})", markers,
                         board.ids->size()));
  }
  std::set<int> seen;
  for (std::size_t i = 0; i < board.ids->size(); ++i) {
    const int id = (*board.ids)[i];
    const std::string item = fmt::format("{}[{}]", path, i);
    if (id >= family.dictionary_size) {
      complain(problems, item,
               fmt::format("must be < {}, the size of {} (found {})", family.dictionary_size,
                           family.name, id));
    } else if (!seen.insert(id).second) {
      complain(problems, item, fmt::format("stands twice on the board (found {})", id));
    }
  }
}

void check_board(const BoardSubject& board, const ScenarioConfig& scenario, Problems& problems) {
  check_board_sizes(board, problems);
  if (board.material) {
    check_order(problems, kSubject + ".material", "ink", board.material->ink, "paper",
                board.material->paper);
  }
  if (scenario.flying) {
    complain(problems, "scenario.flying", "has no effect on a BOARD: remove it (found true)");
  }
  const MarkerFamily* family = check_family(kSubject + ".dictionary", board.dictionary, problems);
  if (family != nullptr) check_board_ids(board, *family, problems);
}

}  // namespace

void check_subject(const GenConfig& config, Problems& problems) {
  const auto& subject = config.scenario.subject;
  if (!subject) return complain(problems, kSubject, "expected a map (found null)");
  if (const auto* tags = std::get_if<TagsSubject>(&*subject)) {
    check_tags(*tags, config, problems);
  } else {
    check_board(std::get<BoardSubject>(*subject), config.scenario, problems);
  }
}

}  // namespace rtag::schema
