// SPDX-License-Identifier: MIT
#include "compiler/layout_constraint.h"

#include <algorithm>
#include <numeric>
#include <string_view>

#include <fmt/format.h>

#include "schema/check.h"

namespace rtag::compiler {
namespace {

struct Wording {
  std::string_view fact;
  std::string_view remedy;
};

Wording wording(Constraint constraint) {
  switch (constraint) {
    case Constraint::kTagOutsideBoard:
      return {"tag outside the board", "raise scenario.subject.tag_spacing_bits"};
    case Constraint::kTagsOverlap:
      return {"tags overlap", "raise scenario.subject.tag_spacing_bits"};
    case Constraint::kNoTagVisible:
      return {"no tag visible", "raise camera.min_elevation, or lower camera.min_tag_pixels"};
    case Constraint::kTargetFacesAway:
      return {"camera cannot be placed: target faces away", "raise camera.max_elevation"};
    case Constraint::kTargetOutsideImage:
      return {"camera cannot be placed: target outside the image",
              "raise camera.max_distance, or lower scenario.subject.size_mm"};
    case Constraint::kTargetTooSmall:
      return {"camera cannot be placed: target too small",
              "lower camera.min_tag_pixels or camera.min_distance"};
    case Constraint::kTargetTooLarge:
      return {"camera cannot be placed: target too large",
              "raise camera.max_tag_pixels or camera.max_distance"};
  }
  RTAG_CHECK(false, "a constraint outside its enumeration");
}

}  // namespace

void ConstraintTally::count(Constraint failed) { ++counts_.at(static_cast<std::size_t>(failed)); }

Constraint ConstraintTally::most_frequent() const {
  const auto most = std::max_element(counts_.begin(), counts_.end());
  RTAG_CHECK(*most > 0, "nothing was counted");
  return static_cast<Constraint>(most - counts_.begin());
}

std::string ConstraintTally::description() const {
  std::array<std::size_t, kConstraints> order;
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [this](std::size_t a, std::size_t b) { return counts_[a] > counts_[b]; });
  std::string text;
  for (const std::size_t index : order) {
    if (counts_[index] == 0) break;
    const std::string_view fact = wording(static_cast<Constraint>(index)).fact;
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", fact, counts_[index]);
  }
  return text + "; " + std::string(wording(most_frequent()).remedy);
}

}  // namespace rtag::compiler
