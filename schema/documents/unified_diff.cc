// SPDX-License-Identifier: MIT
#include "schema/documents/unified_diff.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace rtag::schema {
namespace {

constexpr std::size_t kContext_lines = 3;
constexpr std::size_t kLargestTable = 16u << 20;  // entries of the table of common subsequences

using Lines = std::vector<std::string_view>;

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

struct Edit {
  char mark;  // ' ', '-' or '+'
  std::string_view line;
};
using Edits = std::vector<Edit>;

void append(Edits& edits, char mark, Lines::const_iterator begin, Lines::const_iterator end) {
  for (; begin != end; ++begin) edits.push_back({mark, *begin});
}

// longest[i][j]: length of the longest common subsequence of a from i and b from j.
std::vector<std::vector<std::uint32_t>> common_lengths(const Lines& a, const Lines& b) {
  std::vector<std::vector<std::uint32_t>> longest(a.size() + 1,
                                                  std::vector<std::uint32_t>(b.size() + 1));
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) {
      longest[i][j] =
          a[i] == b[j] ? longest[i + 1][j + 1] + 1 : std::max(longest[i + 1][j], longest[i][j + 1]);
    }
  }
  return longest;
}

Edits edits_between(const Lines& a, const Lines& b) {
  Edits edits;
  if (b.size() > 0 && a.size() > kLargestTable / b.size()) {  // All of it, rather than never.
    append(edits, '-', a.begin(), a.end());
    append(edits, '+', b.begin(), b.end());
    return edits;
  }
  const auto longest = common_lengths(a, b);
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      edits.push_back({' ', a[i++]});
      ++j;
    } else if (i < a.size() && (j == b.size() || longest[i + 1][j] >= longest[i][j + 1])) {
      edits.push_back({'-', a[i++]});
    } else {
      edits.push_back({'+', b[j++]});
    }
  }
  return edits;
}

// Equal lines at both ends need no table.
Edits edits_of(const Lines& a, const Lines& b) {
  const auto first = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  const auto last = std::mismatch(a.rbegin(), std::make_reverse_iterator(first.first), b.rbegin(),
                                  std::make_reverse_iterator(first.second));
  Edits edits;
  append(edits, ' ', a.begin(), first.first);
  const Edits middle =
      edits_between({first.first, last.first.base()}, {first.second, last.second.base()});
  edits.insert(edits.end(), middle.begin(), middle.end());
  append(edits, ' ', last.first.base(), a.end());
  return edits;
}

// A range as diff writes it: the length 1 is left out; an empty range names the line before it.
std::string range_text(std::size_t lines_before, std::size_t count) {
  if (count == 1) return fmt::format("{}", lines_before + 1);
  return fmt::format("{},{}", count == 0 ? lines_before : lines_before + 1, count);
}

// Prints edits hunk by hunk.
class HunkPrinter {
 public:
  explicit HunkPrinter(const Edits& edits) : edits_(edits) {}

  std::string print() {
    for (std::size_t change = next_change(0); change < edits_.size(); change = next_change(at_)) {
      pass(change - std::min(change - at_, kContext_lines));
      print_hunk(end_of_hunk(change));
    }
    return text_;
  }

 private:
  std::size_t next_change(std::size_t from) const {
    while (from < edits_.size() && edits_[from].mark == ' ') ++from;
    return from;
  }

  // Changes with at most two contexts between them share a hunk.
  std::size_t end_of_hunk(std::size_t change) const {
    std::size_t end = change + 1;
    for (std::size_t next = next_change(end);
         next < edits_.size() && next - end <= 2 * kContext_lines; next = next_change(end)) {
      end = next + 1;
    }
    return std::min(end + kContext_lines, edits_.size());
  }

  std::string pass(std::size_t end) {
    std::string lines;
    for (; at_ < end; ++at_) {
      old_lines_ += edits_[at_].mark != '+' ? 1 : 0;
      new_lines_ += edits_[at_].mark != '-' ? 1 : 0;
      lines += fmt::format("{}{}\n", edits_[at_].mark, edits_[at_].line);
    }
    return lines;
  }

  void print_hunk(std::size_t end) {
    const std::size_t old_before = old_lines_;
    const std::size_t new_before = new_lines_;
    const std::string lines = pass(end);
    text_ += fmt::format("@@ -{} +{} @@\n{}", range_text(old_before, old_lines_ - old_before),
                         range_text(new_before, new_lines_ - new_before), lines);
  }

  const Edits& edits_;
  std::size_t at_ = 0;         // the next edit
  std::size_t old_lines_ = 0;  // before it
  std::size_t new_lines_ = 0;
  std::string text_;
};

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after,
                         std::string_view before_name, std::string_view after_name) {
  if (before == after) return {};
  const Edits edits = edits_of(lines_of(before), lines_of(after));
  return fmt::format("--- {}\n+++ {}\n{}", before_name, after_name, HunkPrinter(edits).print());
}

}  // namespace rtag::schema
