// SPDX-License-Identifier: MIT
#include "schema/problem.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include <fmt/format.h>

namespace rtag::schema {
namespace {

// Levenshtein's distance: single-character insertions, deletions and substitutions.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({substituted, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string to_string(std::string_view file, const Problem& problem) {
  std::string text(file);
  if (problem.line > 0) text += fmt::format(":{}", problem.line);
  text += ": ";
  if (!problem.path.empty()) text += problem.path + ": ";
  text += problem.message;
  // Keys and values are quoted as they were found: a line feed or an escape sequence among them
  // must neither break the line nor reach a terminal.
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; };
  std::replace_if(text.begin(), text.end(), is_control, ' ');
  return text;
}

std::string to_string(std::string_view file, const Problems& problems) {
  Problems sorted = problems;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Problem& a, const Problem& b) { return a.line < b.line; });
  std::string text;
  for (const Problem& problem : sorted) text += to_string(file, problem) + "\n";
  return text;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  if (word.size() > 100) return {};
  std::string_view nearest;
  std::size_t nearest_distance = std::numeric_limits<std::size_t>::max();
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < nearest_distance) {
      nearest = candidate;
      nearest_distance = distance;
    }
  }
  const std::size_t near_enough = std::max<std::size_t>(1, word.size() / 3);
  if (nearest.empty() || nearest_distance > near_enough) return {};
  return fmt::format(", did you mean '{}'?", nearest);
}

}  // namespace rtag::schema
