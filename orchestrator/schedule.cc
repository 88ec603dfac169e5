// SPDX-License-Identifier: MIT
#include "orchestrator/schedule.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "schema/check.h"

namespace rtag::orchestrator {
namespace {

std::size_t index(int i) { return static_cast<std::size_t>(i); }

template <class Enum>
std::size_t index_of(Enum value) {
  return static_cast<std::size_t>(value);
}

std::string duration(Millis ms) {
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
}

bool may_follow(WorkerState from, WorkerState to) {
  switch (from) {
    case WorkerState::kStarting:
      return to == WorkerState::kIdle || to == WorkerState::kKilled;
    case WorkerState::kIdle:
      return to == WorkerState::kRendering || to == WorkerState::kStopping ||
             to == WorkerState::kKilled;
    case WorkerState::kRendering:
      return to == WorkerState::kIdle || to == WorkerState::kKilled;
    case WorkerState::kStopping:
      return to == WorkerState::kKilled;
    case WorkerState::kKilled:
      return false;
  }
  return false;
}

bool all_positive(const Limits& limits) {
  return std::min({limits.startup_ms, limits.render_ms, limits.heartbeat_silence_ms,
                   limits.shutdown_ms, limits.grace_ms}) > 0 &&
         std::min({limits.max_attempts_per_scene, limits.max_start_failures,
                   limits.max_uncommitted_per_worker}) > 0 &&
         limits.max_renders_per_worker >= 0;
}

}  // namespace

Schedule::Schedule(const std::vector<SceneId>& scenes, int slots, const Limits& limits)
    : limits_(limits) {
  RTAG_CHECK(slots >= 1, "a schedule needs a slot to start a worker in");
  RTAG_CHECK(all_positive(limits), "a limit that is not positive would never let anything happen");
  slots_.resize(index(slots));
  for (const SceneId id : scenes) {
    const bool is_new = scene_index_of_.emplace(id, static_cast<int>(scenes_.size())).second;
    RTAG_CHECK(is_new, "a scene is listed twice and would be committed twice");
    scenes_.push_back({.id = id, .failed_on = {}});
  }
  counts_[index_of(SceneState::kPending)] = static_cast<int>(scenes_.size());
}

std::vector<Action> Schedule::handle(const Event& event, Millis now) {
  std::visit([&](const auto& e) { on(e, now); }, event);
  return decide(now);
}

std::vector<Action> Schedule::tick(Millis now) {
  kill_late(now);
  return decide(now);
}

// What the news changes.

void Schedule::on(const WorkerReady& event, Millis now) {
  Worker* worker = live(event.worker);
  if (worker == nullptr || worker->state != WorkerState::kStarting) return;
  worker->heard_at = now;
  enter(*worker, WorkerState::kIdle, now);
}

void Schedule::on(const WorkerExited& event, Millis) {
  Worker* worker = live(event.worker);
  if (worker == nullptr) return;
  blame(*worker, event.how);
  workers_.erase(workers_.begin() + (worker - workers_.data()));
}

void Schedule::on(const Heartbeat& event, Millis now) {
  if (Worker* worker = live(event.worker)) worker->heard_at = now;
}

void Schedule::on(const SceneRendered& event, Millis now) {
  Worker* worker = rendering(event.worker, event.scene);
  if (worker == nullptr) return;
  worker->heard_at = now;
  enter(scene_at(worker->scene_index), SceneState::kAwaitingCommit);
  enter(*worker, WorkerState::kIdle, now);
  actions_.emplace_back(FinishScene{event.worker, event.scene});
}

void Schedule::on(const SceneRejected& event, Millis now) {
  Worker* worker = rendering(event.worker, event.scene);
  if (worker == nullptr) return;
  worker->heard_at = now;
  enter(*worker, WorkerState::kIdle, now);
  switch (event.blame) {
    case Blame::kScene:
      scene_at(worker->scene_index).failed_on.push_back(event.worker);
      quarantine(worker->scene_index, event.reason);
      return;
    case Blame::kWorker:
      worker->leaving = true;
      scene_failed(worker->scene_index, event.reason);
      return;
  }
}

void Schedule::on(const BadReply& event, Millis now) {
  Worker* worker = live(event.worker);
  if (worker == nullptr || worker->state == WorkerState::kKilled) return;
  kill(*worker, event.reason, now);
}

void Schedule::on(const SceneCommitted& event, Millis) {
  const auto found = scene_index_of_.find(event.scene);
  if (found == scene_index_of_.end()) return;
  Scene& scene = scene_at(found->second);
  if (scene.state == SceneState::kAwaitingCommit) enter(scene, SceneState::kCommitted);
}

void Schedule::on(const FrameUnusable& event, Millis) {
  const auto found = scene_index_of_.find(event.scene);
  if (found == scene_index_of_.end()) return;
  const Scene& scene = scene_at(found->second);
  if (scene.state != SceneState::kAwaitingCommit || scene.worker != event.worker) return;
  scene_failed(found->second, event.reason);
}

void Schedule::on(const StopRequested&, Millis now) {
  stopping_ = true;
  if (!grace_ends_at_) grace_ends_at_ = now + limits_.grace_ms;
}

void Schedule::on(const StopNow&, Millis now) {
  stopping_ = true;
  for (Worker& worker : workers_) {
    if (worker.state != WorkerState::kKilled) kill(worker, "stopped at once", now);
  }
}

// What follows from it. Each step leaves less for the next: first the workers that are here, then
// those that have become useless leave, then new ones start for what is left.

std::vector<Action> Schedule::decide(Millis now) {
  hand_out(now);
  dismiss_useless(now);
  start_wanted(now);
  return std::exchange(actions_, {});
}

void Schedule::hand_out(Millis now) {
  for (Worker& worker : workers_) {
    if (!may_take_now(worker)) continue;
    if (const auto scene_index = next_scene_for(worker)) send(worker, *scene_index, now);
  }
}

void Schedule::dismiss_useless(Millis now) {
  for (Worker& worker : workers_) {
    const bool waits = worker.state == WorkerState::kStarting || worker.state == WorkerState::kIdle;
    if (waits && !next_scene_for(worker)) dismiss(worker, now);
  }
}

void Schedule::start_wanted(Millis now) {
  if (stopping_) return;
  const auto waiting = std::count_if(workers_.begin(), workers_.end(), [](const Worker& worker) {
    return worker.state == WorkerState::kStarting || worker.state == WorkerState::kIdle;
  });
  auto wanted = counts_[index_of(SceneState::kPending)] - waiting;
  for (int slot = 0; slot < static_cast<int>(slots_.size()) && wanted > 0; ++slot) {
    if (!has_room(slot)) continue;
    start(slot, now);
    --wanted;
  }
}

void Schedule::kill_late(Millis now) {
  for (Worker& worker : workers_) {
    if (worker.state == WorkerState::kKilled) continue;
    const Deadline deadline = deadline_of(worker);
    if (deadline.at <= now) kill(worker, reason_for(deadline.lateness), now);
  }
}

// What is done to a worker.

void Schedule::start(int slot, Millis now) {
  const WorkerId id{slot, ++slots_[index(slot)].last_incarnation};
  const auto place = std::find_if(workers_.begin(), workers_.end(),
                                  [&](const Worker& worker) { return id < worker.id; });
  workers_.insert(place,
                  {.id = id, .state = WorkerState::kStarting, .since = now, .heard_at = now});
  actions_.emplace_back(StartWorker{id});
}

void Schedule::send(Worker& worker, int scene_index, Millis now) {
  Scene& scene = scene_at(scene_index);
  const int attempt = static_cast<int>(scene.failed_on.size()) + 1;
  if (attempt > 1) ++retries_sent_;
  if (scene_index == next_fresh_) ++next_fresh_;
  retries_.erase(scene_index);
  scene.worker = worker.id;
  enter(scene, SceneState::kRendering);
  slots_[index(worker.id.slot)].start_failures = 0;
  worker.scene_index = scene_index;
  worker.leaving = ++worker.scenes_taken == limits_.max_renders_per_worker;
  enter(worker, WorkerState::kRendering, now);
  actions_.emplace_back(SendScene{worker.id, scene.id, attempt});
}

void Schedule::dismiss(Worker& worker, Millis now) {
  if (worker.state == WorkerState::kStarting) {  // It does not listen yet.
    actions_.emplace_back(KillWorker{worker.id, "not needed any more"});
    enter(worker, WorkerState::kKilled, now);
  } else {
    actions_.emplace_back(ShutDownWorker{worker.id});
    enter(worker, WorkerState::kStopping, now);
  }
}

void Schedule::kill(Worker& worker, const std::string& reason, Millis now) {
  actions_.emplace_back(KillWorker{worker.id, reason});
  blame(worker, reason);
  enter(worker, WorkerState::kKilled, now);
}

// What a failure means.

void Schedule::blame(const Worker& lost, const std::string& reason) {
  switch (lost.state) {
    case WorkerState::kStarting:
    case WorkerState::kIdle:
      if (lost.scenes_taken == 0) start_failed(lost.id, reason);
      return;
    case WorkerState::kRendering:
      scene_failed(lost.scene_index, reason);
      return;
    case WorkerState::kStopping:
    case WorkerState::kKilled:
      return;
  }
}

void Schedule::start_failed(WorkerId worker, const std::string& reason) {
  const int failures = ++slots_[index(worker.slot)].start_failures;
  if (stopping_ || failures < limits_.max_start_failures) return;
  stopping_ = true;
  actions_.emplace_back(StopRun{worker, reason});
}

void Schedule::scene_failed(int scene_index, const std::string& reason) {
  Scene& scene = scene_at(scene_index);
  if (!stopping_) scene.failed_on.push_back(scene.worker);  // The stop itself may be the cause.
  if (static_cast<int>(scene.failed_on.size()) >= limits_.max_attempts_per_scene) {
    quarantine(scene_index, reason);
    return;
  }
  enter(scene, SceneState::kPending);
  retries_.insert(scene_index);
}

void Schedule::quarantine(int scene_index, const std::string& reason) {
  Scene& scene = scene_at(scene_index);
  enter(scene, SceneState::kQuarantined);
  const int attempts = static_cast<int>(scene.failed_on.size());
  actions_.emplace_back(QuarantineScene{scene.id, scene.worker, reason, attempts});
}

// The states.

void Schedule::enter(Worker& worker, WorkerState state, Millis now) {
  RTAG_CHECK(may_follow(worker.state, state), "a worker made a step that no worker makes");
  worker.state = state;
  worker.since = now;
}

void Schedule::enter(Scene& scene, SceneState state) {
  RTAG_CHECK(scene.state != SceneState::kCommitted && scene.state != SceneState::kQuarantined,
             "a scene settles once");
  int& uncommitted = slots_[index(scene.worker.slot)].uncommitted;
  if (scene.state == SceneState::kAwaitingCommit) --uncommitted;
  if (state == SceneState::kAwaitingCommit) ++uncommitted;
  --counts_[index_of(scene.state)];
  ++counts_[index_of(state)];
  scene.state = state;
}

// Questions.

std::optional<int> Schedule::next_scene_for(const Worker& worker) const {
  if (stopping_ || worker.leaving) return std::nullopt;
  if (next_fresh_ < static_cast<int>(scenes_.size())) return next_fresh_;
  for (const int scene_index : retries_) {
    const auto& failed_on = scenes_[index(scene_index)].failed_on;
    if (std::find(failed_on.begin(), failed_on.end(), worker.id) == failed_on.end()) {
      return scene_index;
    }
  }
  return std::nullopt;
}

bool Schedule::may_take_now(const Worker& worker) const {
  if (worker.state != WorkerState::kIdle) return false;
  const int slot = worker.id.slot;
  if (slots_[index(slot)].uncommitted >= limits_.max_uncommitted_per_worker) return false;
  return std::none_of(workers_.begin(), workers_.end(), [&](const Worker& other) {
    return other.id.slot == slot && other.state == WorkerState::kRendering;
  });
}

// For a first worker, or for the successor of one that is at its last scene.
bool Schedule::has_room(int slot) const {
  const auto in_slot = [&](const Worker& worker) { return worker.id.slot == slot; };
  const auto first = std::find_if(workers_.begin(), workers_.end(), in_slot);
  if (first == workers_.end()) return true;
  const bool is_alone = std::none_of(first + 1, workers_.end(), in_slot);
  return is_alone && first->state == WorkerState::kRendering && first->leaving;
}

// REQUIRES: the worker is not kKilled; the kernel owes us its exit, and nothing more can be done.
Schedule::Deadline Schedule::deadline_of(const Worker& worker) const {
  const auto earlier = [](Deadline a, Deadline b) { return b.at < a.at ? b : a; };
  const Deadline silence{worker.heard_at + limits_.heartbeat_silence_ms, Lateness::kHeartbeat};
  Deadline own = silence;
  switch (worker.state) {
    case WorkerState::kStarting:
      own = {worker.since + limits_.startup_ms, Lateness::kStartup};
      break;
    case WorkerState::kIdle:
      break;
    case WorkerState::kRendering:
      own = earlier({worker.since + limits_.render_ms, Lateness::kRender}, silence);
      break;
    case WorkerState::kStopping:
      own = {worker.since + limits_.shutdown_ms, Lateness::kShutdown};
      break;
    case WorkerState::kKilled:
      RTAG_CHECK(false, "a killed worker was given a deadline");
  }
  return grace_ends_at_ ? earlier(own, {*grace_ends_at_, Lateness::kGrace}) : own;
}

std::string Schedule::reason_for(Lateness lateness) const {
  switch (lateness) {
    case Lateness::kStartup:
      return "not ready in " + duration(limits_.startup_ms);
    case Lateness::kRender:
      return "scene not rendered in " + duration(limits_.render_ms);
    case Lateness::kHeartbeat:
      return "no heartbeat for " + duration(limits_.heartbeat_silence_ms);
    case Lateness::kShutdown:
      return "still there " + duration(limits_.shutdown_ms) + " after it was shut down";
    case Lateness::kGrace:
      return "the grace of " + duration(limits_.grace_ms) + " is over";
  }
  return {};
}

std::optional<Millis> Schedule::next_deadline() const {
  std::optional<Millis> next;
  for (const Worker& worker : workers_) {
    if (worker.state == WorkerState::kKilled) continue;
    const Millis at = deadline_of(worker).at;
    if (!next || at < *next) next = at;
  }
  return next;
}

bool Schedule::finished() const {
  const bool frames_under_way = counts_[index_of(SceneState::kAwaitingCommit)] > 0;
  return workers_.empty() && !frames_under_way && (stopping_ || scenes_left() == 0);
}

int Schedule::scenes_left() const {
  return static_cast<int>(scenes_.size()) - counts_[index_of(SceneState::kCommitted)] -
         counts_[index_of(SceneState::kQuarantined)];
}

Progress Schedule::progress() const {
  return {.pending = counts_[index_of(SceneState::kPending)],
          .rendering = counts_[index_of(SceneState::kRendering)],
          .awaiting_commit = counts_[index_of(SceneState::kAwaitingCommit)],
          .committed = counts_[index_of(SceneState::kCommitted)],
          .quarantined = counts_[index_of(SceneState::kQuarantined)],
          .retries = retries_sent_};
}

std::vector<LiveWorker> Schedule::workers() const {
  std::vector<LiveWorker> all;
  for (const Worker& worker : workers_) {
    std::optional<SceneId> scene;
    if (worker.state == WorkerState::kRendering) scene = scenes_[index(worker.scene_index)].id;
    all.push_back({worker.id, worker.state, scene});
  }
  return all;
}

Schedule::Worker* Schedule::live(WorkerId id) {
  const auto found = std::find_if(workers_.begin(), workers_.end(),
                                  [&](const Worker& worker) { return worker.id == id; });
  return found == workers_.end() ? nullptr : &*found;
}

Schedule::Worker* Schedule::rendering(WorkerId id, SceneId scene) {
  Worker* worker = live(id);
  if (worker == nullptr || worker->state != WorkerState::kRendering) return nullptr;
  return scene_at(worker->scene_index).id == scene ? worker : nullptr;
}

Schedule::Scene& Schedule::scene_at(int scene_index) { return scenes_[index(scene_index)]; }

}  // namespace rtag::orchestrator
