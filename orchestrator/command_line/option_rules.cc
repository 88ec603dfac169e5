// SPDX-License-Identifier: MIT
#include "orchestrator/command_line/option_rules.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "schema/problem.h"

namespace rtag::orchestrator {

CLI::Validator whole_number(std::int64_t least, std::int64_t most) {
  return CLI::Validator(
      [=](const std::string& text) {
        std::int64_t value = 0;
        const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
        const bool good = end.ec == std::errc() && end.ptr == text.data() + text.size();
        if (good && value >= least && value <= most) return std::string();
        return fmt::format("expected a whole number from {} to {} (found '{}')", least, most, text);
      },
      "N");
}

CLI::Validator seconds() {
  return CLI::Validator(
      [](const std::string& text) {
        double value = 0;
        const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
        const bool good = end.ec == std::errc() && end.ptr == text.data() + text.size();
        if (good && value >= 0 && value <= 1e6) return std::string();
        return fmt::format("expected seconds from 0 to 1000000 (found '{}')", text);
      },
      "SECONDS");
}

CLI::Validator one_of(std::vector<std::string> words) {
  const std::string listing = fmt::format("{}", fmt::join(words, "|"));
  return CLI::Validator(
      [words = std::move(words)](const std::string& text) {
        if (std::find(words.begin(), words.end(), text) != words.end()) return std::string();
        const std::vector<std::string_view> candidates(words.begin(), words.end());
        return fmt::format("expected one of {} (found '{}'){}", fmt::join(words, ", "), text,
                           schema::did_you_mean(text, candidates));
      },
      listing);
}

}  // namespace rtag::orchestrator
