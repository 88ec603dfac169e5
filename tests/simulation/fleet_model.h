// SPDX-License-Identifier: MIT
// A fleet of workers and a finisher that live in a queue of future news. It carries out the
// Schedule's actions as real processes might: they crash, hang (silently or while still beating),
// answer late, twice, or about the wrong scene, reject scenes, leave unreadable frames, commit late
// and shut down slowly. News of a process that is gone is still delivered: it was on its way.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <variant>
#include <vector>

#include "orchestrator/schedule.h"
#include "tests/simulation/dice.h"

namespace rtag::simulation {

using namespace rtag::orchestrator;

// What goes wrong in one run, in percent of the occasions; all zero is an undisturbed fleet.
struct Troubles {
  int start_crash = 0;
  int start_hang = 0;
  int idle_crash = 0;  // at some time after it was ready, whatever it does then
  int render_crash = 0;
  int silent_hang = 0;
  int beating_hang = 0;
  int late_reply = 0;
  int repeated_news = 0;
  int wrong_scene = 0;
  int garbage = 0;
  int scene_to_blame = 0;
  int worker_to_blame = 0;
  int frame_unusable = 0;
  int late_commit = 0;
  int shutdown_hang = 0;
  int stop_requested = 0;  // of the runs
  int stop_now = 0;
};
Troubles roll_troubles(Dice& dice);

class FleetModel {
 public:
  FleetModel(const Troubles& troubles, const Limits& limits, Dice& dice);

  void perform(const Action& action, Millis now);

  bool has_news() const { return !future_.empty(); }
  Millis next_at() const { return future_.begin()->first; }
  std::optional<Event> take();  // Nothing if the process that was to exit has exited before.

 private:
  void on(const StartWorker& action, Millis now);
  void on(const SendScene& action, Millis now);
  void on(const FinishScene& action, Millis now);
  void on(const ShutDownWorker& action, Millis now);
  void on(const KillWorker& action, Millis now);
  void on(const QuarantineScene&, Millis) {}
  void on(const StopRun&, Millis) {}

  void plan(Millis at, Event event);
  void plan_news(Millis at, Event event);  // Sometimes it comes twice.
  void plan_stop();
  Event reply_to(const SendScene& request);

  Troubles troubles_;
  Limits limits_;
  Dice& dice_;
  std::multimap<Millis, Event> future_;
  std::set<WorkerId> processes_;
  std::set<WorkerId> silent_;
};

}  // namespace rtag::simulation
