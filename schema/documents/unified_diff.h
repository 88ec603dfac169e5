// SPDX-License-Identifier: MIT
// The difference of two texts, line by line.
#pragma once

#include <string>
#include <string_view>

namespace rtag::schema {

// As `diff -u` prints it, with three lines of context; empty when the texts are equal. The fewest
// lines are shown as removed and added (longest common subsequence).
// REQUIRES: both texts are empty or end with a line feed.
std::string unified_diff(std::string_view before, std::string_view after,
                         std::string_view before_name, std::string_view after_name);

}  // namespace rtag::schema
