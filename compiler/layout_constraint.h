// SPDX-License-Identifier: MIT
// What an attempt at a scene can fail, and the count of what failed, so that a config that cannot
// be satisfied is answered with the reason. Plain values.
#pragma once

#include <array>
#include <cstddef>
#include <string>

namespace rtag::compiler {

enum class Constraint {
  kTagOutsideBoard,
  kTagsOverlap,
  kNoTagVisible,
  kTargetFacesAway,
  kTargetOutsideImage,
  kTargetTooSmall,
  kTargetTooLarge,  // the last one: ConstraintTally counts up to here
};

class ConstraintTally {
 public:
  void count(Constraint failed);

  // The constraint that failed most often; the first of equals. REQUIRES: something was counted.
  Constraint most_frequent() const;

  // "no tag visible (31), tags overlap (19); <what to change for the most frequent one>".
  // REQUIRES: something was counted.
  std::string description() const;

 private:
  static constexpr auto kConstraints = static_cast<std::size_t>(Constraint::kTargetTooLarge) + 1;
  std::array<int, kConstraints> counts_{};
};

}  // namespace rtag::compiler
