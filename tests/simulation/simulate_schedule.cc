// SPDX-License-Identifier: MIT
// Runs the Schedule against a fleet that misbehaves, one run a seed, under the eyes of a referee:
//
//   simulate_schedule [--seeds N] [--first S]
//
// A broken rule prints its seed and ends with 1; `--seeds 1 --first SEED` repeats that run.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <vector>

#include "orchestrator/schedule.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/fleet_model.h"
#include "tests/simulation/referee.h"

namespace rtag::simulation {
namespace {

constexpr int kMaxSteps = 50'000;
constexpr long kSeedsThatReachEverything = 1000;

Limits roll_limits(Dice& dice) {
  Limits limits{.startup_ms = dice.between(1'000, 8'000),
                .render_ms = dice.between(6'001, 15'000),
                .heartbeat_silence_ms = dice.between(2'000, 8'000),
                .shutdown_ms = dice.between(500, 4'000),
                .grace_ms = dice.between(1'000, 8'000)};
  if (dice.chance(50)) limits.max_renders_per_worker = dice.between(1, 4);
  limits.max_uncommitted_per_worker = dice.between(1, 3);
  return limits;
}

class Run {
 public:
  Run(long seed, Tally& tally)
      : dice_(static_cast<std::uint64_t>(seed)),
        scene_count_(dice_.below(30)),
        slot_count_(dice_.between(1, 6)),
        limits_(roll_limits(dice_)),
        troubles_(roll_troubles(dice_)),
        is_undisturbed_(troubles_.stop_requested == 0),
        stall_percent_(dice_.chance(30) ? 2 : 0),
        schedule_(scene_ids(scene_count_), slot_count_, limits_),
        fleet_(troubles_, limits_, dice_),
        referee_(scene_count_, slot_count_, limits_, tally) {}

  void play() {
    tick();
    for (int steps = 0; !schedule_.finished(); ++steps) {
      if (steps > kMaxSteps) throw Objection{"the run does not end"};
      step();
    }
    while (fleet_.has_news()) hear_late();
    referee_.check_end(is_undisturbed_);
  }

 private:
  static std::vector<SceneId> scene_ids(int count) {
    std::vector<SceneId> ids(static_cast<std::size_t>(count));
    std::iota(ids.begin(), ids.end(), 0);
    return ids;
  }

  // The earliest of the next news and the next deadline; news first, as after a stall of the loop.
  void step() {
    const auto deadline = schedule_.next_deadline();
    if (!deadline && !fleet_.has_news()) throw Objection{"the run waits for nothing"};
    const bool is_caught_up = !fleet_.has_news() || fleet_.next_at() > now_;
    if (is_caught_up && dice_.chance(stall_percent_)) now_ += dice_.below(12'000);
    if (fleet_.has_news() && (!deadline || fleet_.next_at() <= std::max(now_, *deadline))) {
      hear();
    } else {
      now_ = std::max(now_, *deadline);
      tick();
    }
  }

  void hear() {
    now_ = std::max(now_, fleet_.next_at());
    const auto event = fleet_.take();
    if (!event) return;
    referee_.hear(*event, now_);
    carry_out(schedule_.handle(*event, now_));
  }

  void tick() {
    carry_out(schedule_.tick(now_));
    referee_.check_nobody_is_late(now_);
  }

  void carry_out(const std::vector<Action>& actions) {
    referee_.judge(actions, now_);
    for (const Action& action : actions) fleet_.perform(action, now_);
    referee_.check_rest(schedule_);
  }

  void hear_late() {
    const auto event = fleet_.take();
    if (event && !schedule_.handle(*event, now_).empty()) {
      throw Objection{"something is asked for after the end"};
    }
  }

  Dice dice_;
  int scene_count_;
  int slot_count_;
  Limits limits_;
  Troubles troubles_;
  bool is_undisturbed_;
  int stall_percent_;
  Schedule schedule_;
  FleetModel fleet_;
  Referee referee_;
  Millis now_ = 1'000;
};

bool reaches_everything(const Tally& t) {
  return std::min({t.starts, t.successors, t.sends, t.retries, t.shutdowns, t.kills, t.commits,
                   t.quarantines, t.stopped_runs, t.left_undone, t.stale_replies}) > 0;
}

void print(const Tally& t, long seeds) {
  std::printf(
      "%ld seeds hold: %ld starts (%ld successors), %ld scenes sent (%ld again), %ld committed, "
      "%ld quarantined, %ld left undone by a stop; %ld workers shut down, %ld killed, %ld runs "
      "stopped by failing starts, %ld stale replies dropped\n",
      seeds, t.starts, t.successors, t.sends, t.retries, t.commits, t.quarantines, t.left_undone,
      t.shutdowns, t.kills, t.stopped_runs, t.stale_replies);
}

int simulate(long first, long seeds) {
  Tally tally;
  for (long seed = first; seed < first + seeds; ++seed) {
    try {
      Run(seed, tally).play();
    } catch (const Objection& objection) {
      std::printf("seed %ld: %s\n", seed, objection.what.c_str());
      return 1;
    }
  }
  print(tally, seeds);
  if (seeds < kSeedsThatReachEverything || reaches_everything(tally)) return 0;
  std::printf("something above never happened: the simulation proves less than it should\n");
  return 1;
}

}  // namespace
}  // namespace rtag::simulation

int main(int argc, char** argv) {
  long first = 1;
  long seeds = 20'000;
  for (int i = 1; i < argc; i += 2) {
    const bool is_seeds = std::strcmp(argv[i], "--seeds") == 0;
    if ((!is_seeds && std::strcmp(argv[i], "--first") != 0) || i + 1 == argc) {
      std::fprintf(stderr, "usage: %s [--seeds N] [--first S]\n", argv[0]);
      return 64;
    }
    (is_seeds ? seeds : first) = std::strtol(argv[i + 1], nullptr, 10);
  }
  return rtag::simulation::simulate(first, seeds);
}
