// SPDX-License-Identifier: MIT
#include "compiler/layout_constraint.h"

#include <catch2/catch.hpp>

using rtag::compiler::Constraint;
using rtag::compiler::ConstraintTally;

namespace {

std::string description_of(Constraint constraint) {
  ConstraintTally tally;
  tally.count(constraint);
  return tally.description();
}

}  // namespace

TEST_CASE("a tally names what failed, most frequent first, and what to change") {
  ConstraintTally tally;
  for (int i = 0; i < 12; ++i) tally.count(Constraint::kTagsOverlap);
  for (int i = 0; i < 31; ++i) tally.count(Constraint::kNoTagVisible);
  for (int i = 0; i < 7; ++i) tally.count(Constraint::kTargetOutsideImage);
  CHECK(tally.most_frequent() == Constraint::kNoTagVisible);
  CHECK(tally.description() ==
        "no tag visible (31), tags overlap (12), "
        "camera cannot be placed: target outside the image (7); "
        "raise camera.min_elevation, or lower camera.min_tag_pixels");
}

TEST_CASE("equal counts keep the order of the constraints") {
  ConstraintTally tally;
  tally.count(Constraint::kTargetTooLarge);
  tally.count(Constraint::kTargetTooSmall);
  CHECK(tally.most_frequent() == Constraint::kTargetTooSmall);
  CHECK(tally.description() ==
        "camera cannot be placed: target too small (1), "
        "camera cannot be placed: target too large (1); "
        "lower camera.min_tag_pixels or camera.min_distance");
}

TEST_CASE("every constraint has a fact and a remedy of its own") {
  CHECK(description_of(Constraint::kTagOutsideBoard) ==
        "tag outside the board (1); raise scenario.subject.tag_spacing_bits");
  CHECK(description_of(Constraint::kTagsOverlap) ==
        "tags overlap (1); raise scenario.subject.tag_spacing_bits");
  CHECK(description_of(Constraint::kTargetFacesAway) ==
        "camera cannot be placed: target faces away (1); raise camera.max_elevation");
  CHECK(description_of(Constraint::kTargetOutsideImage) ==
        "camera cannot be placed: target outside the image (1); "
        "raise camera.max_distance, or lower scenario.subject.size_mm");
  CHECK(description_of(Constraint::kTargetTooLarge) ==
        "camera cannot be placed: target too large (1); "
        "raise camera.max_tag_pixels or camera.max_distance");
}
