// SPDX-License-Identifier: MIT
#include "orchestrator/shard.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace rtag::orchestrator {
namespace {

using schema::Fault;
using schema::FaultKind;
using schema::Result;

std::vector<int> ascending(std::vector<int> scenes) {
  std::sort(scenes.begin(), scenes.end());
  scenes.erase(std::unique(scenes.begin(), scenes.end()), scenes.end());
  return scenes;
}

Fault usage(std::string message) { return {FaultKind::kUsage, std::move(message)}; }

// How an engine tells a task its number. Empty names: the engine does not tell.
struct Engine {
  std::string_view index_name;
  std::string_view count_name;
  std::string_view first_name;  // where numbers may begin elsewhere than at 0 ...
  std::string_view last_name;
  std::string_view step_name;  // ... and skip
};

constexpr std::array<Engine, 5> kEngines{{
    {"RTAG_SHARD_INDEX", "RTAG_SHARD_COUNT", "", "", ""},
    {"JOB_COMPLETION_INDEX", "", "", "", ""},
    {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN",
     "SLURM_ARRAY_TASK_MAX", "SLURM_ARRAY_TASK_STEP"},
    {"AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE", "", "", ""},
    {"CLOUD_RUN_TASK_INDEX", "CLOUD_RUN_TASK_COUNT", "", "", ""},
}};

std::optional<int> parse_whole(std::string_view text) {
  int value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = end.ec == std::errc() && end.ptr == text.data() + text.size();
  return whole && value >= 0 ? std::optional(value) : std::nullopt;
}

// Unset, empty and "undefined" mean that the process is no array task.
Result<std::optional<int>> number(const Environment& environment, std::string_view name) {
  const auto found = environment.find(std::string(name));
  if (found == environment.end() || found->second.empty() || found->second == "undefined") {
    return std::optional<int>();
  }
  if (const auto value = parse_whole(found->second)) return std::optional<int>(value);
  return usage(fmt::format("{}: expected a whole number (found '{}')", name, found->second));
}

Result<ShardChoice> checked(int index, int total, std::string source) {
  if (total < 1) return usage(fmt::format("{}: the number of shards must be >= 1", source));
  if (index >= total) {
    return usage(fmt::format("{}: shard {} does not exist, the job has {} (numbers begin at 0)",
                             source, index, total));
  }
  return ShardChoice{{index, total}, std::move(source)};
}

// Slurm's numbers begin and skip as the user wrote --array; only a whole, even array is renumbered.
Result<int> renumbered(const Engine& engine, int task, int total, const Environment& environment) {
  std::array<std::optional<int>, 3> numbers;
  const std::array<std::string_view, 3> names{engine.first_name, engine.last_name,
                                              engine.step_name};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto found = number(environment, names[i]);
    if (!found) return found.error();
    numbers[i] = *found;
  }
  const auto& [first, last, step] = numbers;
  if (!first || !last || !step || *step < 1 || (*last - *first) / *step + 1 != total) return task;
  return (task - *first) / *step;
}

Result<std::optional<ShardChoice>> from_engine(const Engine& engine, std::optional<int> total,
                                               const Environment& environment) {
  const auto task = number(environment, engine.index_name);
  if (!task) return task.error();
  if (!*task) return std::optional<ShardChoice>();
  const auto told = number(environment, engine.count_name);
  if (!told) return told.error();
  if (!total) total = *told;
  if (!total) {
    return usage(
        fmt::format("{} is set, but not how many shards there are: set RTAG_SHARD_COUNT or "
                    "--total-shards",
                    engine.index_name));
  }
  const auto index = renumbered(engine, **task, *total, environment);
  if (!index) return index.error();
  const auto choice = checked(*index, *total, std::string(engine.index_name));
  if (!choice) return choice.error();
  return std::optional<ShardChoice>(*choice);
}

}  // namespace

Result<ShardChoice> choose_shard(const ShardFlags& flags, const Environment& environment) {
  const auto count = number(environment, "RTAG_SHARD_COUNT");
  if (!count) return count.error();
  const std::optional<int> total = flags.total ? flags.total : *count;
  if (flags.index) {
    if (!total) return usage("--shard-index needs --total-shards too");
    return checked(*flags.index, *total, "--shard-index");
  }
  for (const Engine& engine : kEngines) {
    const auto choice = from_engine(engine, total, environment);
    if (!choice) return choice.error();
    if (*choice) return **choice;
  }
  if (flags.total && *flags.total != 1) {
    return usage("--total-shards needs --shard-index too, or an engine that sets it");
  }
  return ShardChoice{};
}

Result<std::vector<int>> parse_scene_list(std::string_view text, int num_scenes) {
  const auto fault = [&](std::string_view part, std::string_view expected) {
    return usage(fmt::format("--scenes: expected {} (found '{}')", expected, part));
  };
  std::vector<int> scenes;
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = text.substr(0, comma);
    const std::size_t colon = part.find(':');
    const auto first = parse_whole(part.substr(0, colon));
    const bool is_range = colon != std::string_view::npos;
    if (first && *first >= num_scenes) {
      return fault(part, fmt::format("scenes from 0 to {}", num_scenes - 1));
    }
    std::optional<int> end;
    if (is_range) end = parse_whole(part.substr(colon + 1));
    if (!is_range && first) end = *first + 1;
    if (!first || !end || *first >= *end) return fault(part, "A:B with A < B, or a scene number");
    if (*end > num_scenes) {
      return fault(part, fmt::format("scenes from 0 to {}", num_scenes - 1));
    }
    for (int scene = *first; scene < *end; ++scene) scenes.push_back(scene);
    if (comma == text.size()) return ascending(std::move(scenes));
    text.remove_prefix(comma + 1);
  }
}

std::vector<int> scenes_of(const dataset::Shard& shard, int num_scenes,
                           const std::optional<std::vector<int>>& chosen) {
  std::vector<int> scenes;
  if (chosen) {
    std::copy_if(chosen->begin(), chosen->end(), std::back_inserter(scenes),
                 [&](int scene) { return scene % shard.count == shard.index; });
    return scenes;
  }
  for (int scene = shard.index; scene < num_scenes; scene += shard.count) scenes.push_back(scene);
  return scenes;
}

}  // namespace rtag::orchestrator
