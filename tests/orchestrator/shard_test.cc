// SPDX-License-Identifier: MIT
#include "orchestrator/shard.h"

#include <set>

#include <catch2/catch.hpp>

namespace rtag::orchestrator {
namespace {

ShardChoice chosen(const ShardFlags& flags, const Environment& environment) {
  const auto choice = choose_shard(flags, environment);
  REQUIRE(choice);
  return *choice;
}

std::string refusal(const ShardFlags& flags, const Environment& environment) {
  const auto choice = choose_shard(flags, environment);
  REQUIRE_FALSE(choice);
  CHECK(choice.error().kind == schema::FaultKind::kUsage);
  return choice.error().message;
}

}  // namespace

TEST_CASE("without flags and engine the whole job is one shard") {
  const ShardChoice choice = chosen({}, {{"PATH", "/bin"}});
  CHECK(choice.shard == dataset::Shard{0, 1});
  CHECK(choice.source.empty());
}

TEST_CASE("each engine tells index and count in its own words") {
  CHECK(chosen({}, {{"RTAG_SHARD_INDEX", "2"}, {"RTAG_SHARD_COUNT", "5"}}).shard ==
        dataset::Shard{2, 5});
  CHECK(chosen({}, {{"JOB_COMPLETION_INDEX", "3"}, {"RTAG_SHARD_COUNT", "4"}}).shard ==
        dataset::Shard{3, 4});
  CHECK(chosen({}, {{"AWS_BATCH_JOB_ARRAY_INDEX", "1"}, {"AWS_BATCH_JOB_ARRAY_SIZE", "2"}}).shard ==
        dataset::Shard{1, 2});
  CHECK(chosen({}, {{"CLOUD_RUN_TASK_INDEX", "0"}, {"CLOUD_RUN_TASK_COUNT", "9"}}).shard ==
        dataset::Shard{0, 9});
}

TEST_CASE("a whole Slurm array is renumbered from 0, part of one is not") {
  Environment slurm{{"SLURM_ARRAY_TASK_ID", "5"},
                    {"SLURM_ARRAY_TASK_COUNT", "4"},
                    {"SLURM_ARRAY_TASK_MIN", "1"},
                    {"SLURM_ARRAY_TASK_MAX", "7"},
                    {"SLURM_ARRAY_TASK_STEP", "2"}};
  CHECK(chosen({}, slurm).shard == dataset::Shard{2, 4});
  // --array=3,7 of a job of 8: two tasks, whose numbers are the shards.
  slurm = {{"SLURM_ARRAY_TASK_ID", "7"},
           {"SLURM_ARRAY_TASK_COUNT", "2"},
           {"SLURM_ARRAY_TASK_MIN", "3"},
           {"SLURM_ARRAY_TASK_MAX", "7"},
           {"SLURM_ARRAY_TASK_STEP", "1"}};
  CHECK(chosen({std::nullopt, 8}, slurm).shard == dataset::Shard{7, 8});
}

TEST_CASE("flags win over the environment") {
  const ShardChoice choice =
      chosen({1, 3}, {{"JOB_COMPLETION_INDEX", "0"}, {"RTAG_SHARD_COUNT", "2"}});
  CHECK(choice.shard == dataset::Shard{1, 3});
  CHECK(choice.source == "--shard-index");
}

TEST_CASE("empty and undefined mean that this is no array task") {
  CHECK(chosen({}, {{"SLURM_ARRAY_TASK_ID", ""}}).shard == dataset::Shard{0, 1});
  CHECK(chosen({}, {{"JOB_COMPLETION_INDEX", "undefined"}}).shard == dataset::Shard{0, 1});
}

TEST_CASE("a shard that cannot be known is refused") {
  CHECK(refusal({}, {{"JOB_COMPLETION_INDEX", "2"}}) ==
        "JOB_COMPLETION_INDEX is set, but not how many shards there are: set RTAG_SHARD_COUNT or "
        "--total-shards");
  CHECK(refusal({1, std::nullopt}, {}) == "--shard-index needs --total-shards too");
  CHECK(refusal({std::nullopt, 3}, {}) ==
        "--total-shards needs --shard-index too, or an engine that sets it");
  CHECK(refusal({3, 3}, {}) ==
        "--shard-index: shard 3 does not exist, the job has 3 (numbers begin at 0)");
  CHECK(refusal({}, {{"SLURM_ARRAY_TASK_ID", "x1"}}) ==
        "SLURM_ARRAY_TASK_ID: expected a whole number (found 'x1')");
  CHECK(refusal({}, {{"SLURM_ARRAY_TASK_ID", "9"}, {"SLURM_ARRAY_TASK_COUNT", "2"}}) ==
        "SLURM_ARRAY_TASK_ID: shard 9 does not exist, the job has 2 (numbers begin at 0)");
}

TEST_CASE("the shards of a job share its scenes out, each to one") {
  std::multiset<int> all;
  for (int index = 0; index < 3; ++index) {
    const auto scenes = scenes_of({index, 3}, 10, std::nullopt);
    all.insert(scenes.begin(), scenes.end());
  }
  CHECK(all == std::multiset<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  CHECK(scenes_of({1, 3}, 10, std::nullopt) == std::vector<int>{1, 4, 7});
  CHECK(scenes_of({1, 3}, 10, std::vector<int>{0, 4, 5}) == std::vector<int>{4});
}

TEST_CASE("scenes are listed as ranges and numbers") {
  CHECK(*parse_scene_list("0:3,7", 8) == std::vector<int>{0, 1, 2, 7});
  CHECK(*parse_scene_list("7,0:2,1", 8) == std::vector<int>{0, 1, 7});
  const auto message = [](const char* text) { return parse_scene_list(text, 8).error().message; };
  CHECK(message("3:3") == "--scenes: expected A:B with A < B, or a scene number (found '3:3')");
  CHECK(message("") == "--scenes: expected A:B with A < B, or a scene number (found '')");
  CHECK(message("1,-2") == "--scenes: expected A:B with A < B, or a scene number (found '-2')");
  CHECK(message("6:9") == "--scenes: expected scenes from 0 to 7 (found '6:9')");
  CHECK(message("8") == "--scenes: expected scenes from 0 to 7 (found '8')");
  CHECK(message("2147483647") == "--scenes: expected scenes from 0 to 7 (found '2147483647')");
}

}  // namespace rtag::orchestrator
