// SPDX-License-Identifier: MIT
#include "schema/problem.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include <fmt/format.h>

namespace rtag::schema {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Insertions, deletions and substitutions of single characters, and swaps of neighbours (optimal
// string alignment). Capitals count as small letters.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> rows(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  std::iota(rows[0].begin(), rows[0].end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    rows[i][0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted =
          rows[i - 1][j - 1] + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      rows[i][j] = std::min({substituted, rows[i - 1][j] + 1, rows[i][j - 1] + 1});
      const bool is_swap = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                           lower(a[i - 2]) == lower(b[j - 1]);
      if (is_swap) rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[a.size()][b.size()];
}

}  // namespace

std::string to_string(std::string_view file, const Problem& problem) {
  std::string text(problem.origin.empty() ? file : std::string_view(problem.origin));
  if (problem.line > 0 && problem.origin.empty()) text += fmt::format(":{}", problem.line);
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
