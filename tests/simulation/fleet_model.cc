// SPDX-License-Identifier: MIT
#include "tests/simulation/fleet_model.h"

#include <utility>

namespace rtag::simulation {
namespace {

constexpr Millis kBeat = 700;

}  // namespace

// Each trouble is absent from half of the runs, so that rare meetings of two others get their
// share.
Troubles roll_troubles(Dice& dice) {
  Troubles troubles;
  if (dice.chance(10)) return troubles;
  for (int* percent : {&troubles.start_crash, &troubles.start_hang, &troubles.idle_crash,
                       &troubles.render_crash, &troubles.silent_hang, &troubles.beating_hang,
                       &troubles.late_reply, &troubles.repeated_news, &troubles.wrong_scene,
                       &troubles.garbage, &troubles.scene_to_blame, &troubles.worker_to_blame,
                       &troubles.frame_unusable, &troubles.late_commit, &troubles.shutdown_hang}) {
    *percent = dice.chance(50) ? 0 : dice.between(1, dice.chance(10) ? 70 : 25);
  }
  troubles.stop_requested = 25;
  troubles.stop_now = 10;
  return troubles;
}

FleetModel::FleetModel(const Troubles& troubles, const Limits& limits, Dice& dice)
    : troubles_(troubles), limits_(limits), dice_(dice) {
  plan_stop();
}

void FleetModel::perform(const Action& action, Millis now) {
  std::visit([&](const auto& a) { on(a, now); }, action);
}

std::optional<Event> FleetModel::take() {
  const Millis at = future_.begin()->first;
  Event event = std::move(future_.begin()->second);
  future_.erase(future_.begin());
  if (const auto* exit = std::get_if<WorkerExited>(&event)) {
    if (processes_.erase(exit->worker) == 0) return std::nullopt;
  }
  if (const auto* beat = std::get_if<Heartbeat>(&event)) {
    const bool beats_on = processes_.contains(beat->worker) && !silent_.contains(beat->worker);
    if (beats_on) plan(at + kBeat, *beat);
  }
  return event;
}

void FleetModel::on(const StartWorker& action, Millis now) {
  const WorkerId worker = action.worker;
  processes_.insert(worker);
  if (dice_.chance(troubles_.start_hang)) return;
  const Millis ready_at = now + dice_.between(300, static_cast<int>(limits_.startup_ms) - 1);
  if (dice_.chance(troubles_.start_crash)) {
    plan(ready_at, WorkerExited{worker, "crashed at start"});
    return;
  }
  const bool late = dice_.chance(troubles_.late_reply);
  plan_news(late ? now + limits_.startup_ms + dice_.below(300) : ready_at, WorkerReady{worker});
  plan(ready_at + 1, Heartbeat{worker});
  if (dice_.chance(troubles_.idle_crash)) {
    plan(ready_at + dice_.below(20'000), WorkerExited{worker, "crashed"});
  }
}

void FleetModel::on(const SendScene& action, Millis now) {
  if (dice_.chance(troubles_.silent_hang)) {
    silent_.insert(action.worker);
    return;
  }
  if (dice_.chance(troubles_.beating_hang)) return;
  if (dice_.chance(troubles_.render_crash)) {
    plan(now + dice_.below(4'000), WorkerExited{action.worker, "crashed while rendering"});
    return;
  }
  const bool late = dice_.chance(troubles_.late_reply);
  const Millis at = now + (late ? limits_.render_ms + dice_.below(2'000) : dice_.between(1, 6'000));
  if (dice_.chance(troubles_.wrong_scene)) {
    const SceneId other = action.scene + dice_.between(-2, 1);  // may not even exist
    plan(now + 1, SceneRendered{action.worker, other});
    plan(now + 2, SceneCommitted{other});
    plan(now + 3, FrameUnusable{other, action.worker, "no such frame"});
  }
  plan_news(at, reply_to(action));
}

Event FleetModel::reply_to(const SendScene& request) {
  const WorkerId worker = request.worker;
  if (dice_.chance(troubles_.garbage)) return BadReply{worker, "the reply is not JSON"};
  if (dice_.chance(troubles_.scene_to_blame)) {
    return SceneRejected{worker, request.scene, Blame::kScene, "texture is missing"};
  }
  if (dice_.chance(troubles_.worker_to_blame)) {
    return SceneRejected{worker, request.scene, Blame::kWorker, "out of memory"};
  }
  return SceneRendered{worker, request.scene};
}

void FleetModel::on(const FinishScene& action, Millis now) {
  const bool late = dice_.chance(troubles_.late_commit);
  const Millis at = now + (late ? dice_.below(60'000) : dice_.between(1, 400));
  if (dice_.chance(troubles_.frame_unusable)) {
    plan_news(at, FrameUnusable{action.scene, action.worker, "the frame is cut short"});
  } else {
    plan_news(at, SceneCommitted{action.scene});
  }
}

void FleetModel::on(const ShutDownWorker& action, Millis now) {
  if (dice_.chance(troubles_.shutdown_hang)) return;
  const int within_ms = static_cast<int>(limits_.shutdown_ms) - 1;
  plan(now + dice_.between(1, within_ms), WorkerExited{action.worker, "ended by itself"});
}

void FleetModel::on(const KillWorker& action, Millis now) {
  plan(now + dice_.between(1, 500), WorkerExited{action.worker, "killed by signal 9"});
}

void FleetModel::plan(Millis at, Event event) { future_.emplace(at, std::move(event)); }

void FleetModel::plan_news(Millis at, Event event) {
  if (dice_.chance(troubles_.repeated_news)) plan(at + dice_.below(9'000), event);
  plan(at, std::move(event));
}

void FleetModel::plan_stop() {
  const Millis at = dice_.below(60'000);
  if (dice_.chance(troubles_.stop_requested)) {
    plan(at, StopRequested{});
    if (dice_.chance(50)) plan(at + dice_.below(5'000), StopRequested{});
  }
  if (dice_.chance(troubles_.stop_now)) plan(at + dice_.below(5'000), StopNow{});
}

}  // namespace rtag::simulation
