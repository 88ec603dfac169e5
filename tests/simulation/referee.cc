// SPDX-License-Identifier: MIT
#include "tests/simulation/referee.h"

#include <algorithm>
#include <cstddef>
#include <variant>

namespace rtag::simulation {
namespace {

void require(bool holds, const char* rule) {
  if (!holds) throw Objection{rule};
}

std::size_t index(int i) { return static_cast<std::size_t>(i); }

}  // namespace

Referee::Referee(int scenes, int slots, const Limits& limits, Tally& tally)
    : limits_(limits),
      tally_(tally),
      scenes_(index(scenes)),
      last_incarnation_(index(slots)),
      start_failures_(index(slots)) {}

void Referee::hear(const Event& event, Millis now) {
  std::visit([&](const auto& news) { learn(news, now); }, event);
}

void Referee::judge(const std::vector<Action>& actions, Millis now) {
  for (const Action& action : actions) {
    std::visit([&](const auto& a) { judge(a, now); }, action);
  }
  check_nothing_owed();
}

// News.

void Referee::learn(const WorkerReady& news, Millis now) {
  const auto found = alive_.find(news.worker);
  if (found == alive_.end() || found->second.doing != Doing::kStarting) return;
  found->second.doing = Doing::kWaiting;
  found->second.since = found->second.heard_at = now;
}

void Referee::learn(const WorkerExited& news, Millis) {
  const auto found = alive_.find(news.worker);
  require(found != alive_.end(), "the fleet model let a worker exit twice");
  lose(news.worker, found->second);
  alive_.erase(found);
}

void Referee::learn(const Heartbeat& news, Millis now) {
  const auto found = alive_.find(news.worker);
  if (found != alive_.end()) found->second.heard_at = now;
}

void Referee::learn(const SceneRendered& news, Millis now) {
  Worker* worker = renderer_of(news.worker, news.scene);
  if (worker == nullptr) return void(++tally_.stale_replies);
  worker->doing = Doing::kWaiting;
  worker->since = worker->heard_at = now;
  scenes_[index(news.scene)].fate = Fate::kRendered;
  must_be_finished_ = news.worker;
}

void Referee::learn(const SceneRejected& news, Millis now) {
  Worker* worker = renderer_of(news.worker, news.scene);
  if (worker == nullptr) return void(++tally_.stale_replies);
  worker->doing = Doing::kWaiting;
  worker->since = worker->heard_at = now;
  if (news.blame == Blame::kWorker) {
    worker->spoilt = true;
    fail(news.scene);
  } else {
    scenes_[index(news.scene)].failed_on.insert(news.worker);
    scenes_[index(news.scene)].must_be_quarantined = true;
  }
}

void Referee::learn(const BadReply& news, Millis) {
  const auto found = alive_.find(news.worker);
  if (found != alive_.end() && found->second.doing != Doing::kDying) must_die_ = news.worker;
}

void Referee::learn(const SceneCommitted& news, Millis) {
  if (!is_under_way(news.scene)) return;
  scenes_[index(news.scene)].fate = Fate::kCommitted;
  ++tally_.commits;
}

void Referee::learn(const FrameUnusable& news, Millis) {
  if (!is_under_way(news.scene)) return;
  if (scenes_[index(news.scene)].by == news.worker) fail(news.scene);
}

void Referee::learn(const StopRequested&, Millis now) {
  stopping_ = true;
  if (!grace_ends_at_) grace_ends_at_ = now + limits_.grace_ms;
}

void Referee::learn(const StopNow&, Millis) { stopping_ = all_must_die_ = true; }

// Actions.

void Referee::judge(const StartWorker& action, Millis now) {
  const auto [slot, incarnation] = action.worker;
  require(!stopping_, "a worker is started while stopping");
  require(slot >= 0 && index(slot) < last_incarnation_.size(), "a worker is started in no slot");
  require(incarnation == last_incarnation_[index(slot)] + 1, "an incarnation is not the next one");
  require(slot_has_room(slot), "a worker is started in a slot without room");
  require(pending() > waiting(), "a worker is started though others wait for the same scene");
  tally_.successors += std::any_of(alive_.begin(), alive_.end(), [slot = slot](const auto& entry) {
    return entry.first.slot == slot;
  });
  last_incarnation_[index(slot)] = incarnation;
  alive_[action.worker] = {.since = now, .heard_at = now};
  ++tally_.starts;
}

void Referee::judge(const SendScene& action, Millis now) {
  const auto found = alive_.find(action.worker);
  require(found != alive_.end(), "a scene is sent to a worker that is not alive");
  Worker& worker = found->second;
  require(!stopping_, "a scene is handed out while stopping");
  require(worker.doing == Doing::kWaiting, "a scene is sent to a worker that is not idle");
  require(!slot_renders(action.worker.slot), "two workers of a slot render at a time");
  require(frames_of(action.worker.slot) < limits_.max_uncommitted_per_worker,
          "a slot has too many frames awaiting their commit");
  require(!worker.spoilt && !is_last(worker), "a worker gets a scene after its last one");
  Scene& scene = scenes_.at(index(action.scene));
  require(!scene.failed_on.contains(action.worker), "a scene goes back to where it failed");
  require(action.scene == best_scene_for(action.worker, worker), "a scene is out of its turn");
  require(action.attempt == static_cast<int>(scene.failed_on.size()) + 1, "a wrong attempt number");
  scene.fate = Fate::kRendering;
  scene.by = action.worker;
  worker = {.doing = Doing::kRendering,
            .since = now,
            .heard_at = worker.heard_at,
            .scene = action.scene,
            .taken = worker.taken + 1};
  start_failures_[index(action.worker.slot)] = 0;
  tally_.retries += action.attempt > 1;
  ++tally_.sends;
}

void Referee::judge(const FinishScene& action, Millis) {
  require(must_be_finished_ == action.worker, "a frame is finished that was not just rendered");
  require(scenes_.at(index(action.scene)).by == action.worker, "a frame of another is finished");
  must_be_finished_.reset();
}

void Referee::judge(const ShutDownWorker& action, Millis now) {
  const auto found = alive_.find(action.worker);
  require(found != alive_.end(), "a worker is shut down that is not alive");
  Worker& worker = found->second;
  require(worker.doing == Doing::kWaiting, "a worker is shut down that is not idle");
  require(!best_scene_for(action.worker, worker), "a worker is shut down that is of use");
  worker.doing = Doing::kLeaving;
  worker.since = now;
  ++tally_.shutdowns;
}

void Referee::judge(const KillWorker& action, Millis now) {
  const auto found = alive_.find(action.worker);
  require(found != alive_.end(), "a worker is killed that is not alive");
  Worker& worker = found->second;
  require(worker.doing != Doing::kDying, "a worker is killed twice");
  if (action.reason == "not needed any more") {  // No failure, even if it is late as well.
    require(worker.doing == Doing::kStarting && !best_scene_for(action.worker, worker),
            "a worker is killed as useless that is of use");
  } else {
    require(all_must_die_ || must_die_ == action.worker || is_late(worker, now),
            "a worker is killed without a cause");
    lose(action.worker, worker);
  }
  if (must_die_ == action.worker) must_die_.reset();
  worker.doing = Doing::kDying;
  ++tally_.kills;
}

void Referee::judge(const QuarantineScene& action, Millis) {
  Scene& scene = scenes_.at(index(action.scene));
  require(scene.must_be_quarantined, "a scene is quarantined without a cause");
  require(action.attempts == static_cast<int>(scene.failed_on.size()), "attempts are miscounted");
  require(scene.failed_on.contains(action.worker), "a scene failed last where it did not fail");
  scene.must_be_quarantined = false;
  scene.fate = Fate::kQuarantined;
  ++tally_.quarantines;
}

void Referee::judge(const StopRun& action, Millis) {
  require(must_stop_run_, "the run is stopped without a cause, or twice");
  require(!action.reason.empty(), "the run is stopped without a reason");
  must_stop_run_ = false;
  ++tally_.stopped_runs;
}

// Losses.

void Referee::lose(WorkerId id, const Worker& worker) {
  if (worker.doing == Doing::kRendering) fail(worker.scene);
  const bool is_waiting = worker.doing == Doing::kStarting || worker.doing == Doing::kWaiting;
  if (!is_waiting || worker.taken > 0) return;
  const int failures = ++start_failures_[index(id.slot)];
  if (stopping_ || failures < limits_.max_start_failures) return;
  stopping_ = must_stop_run_ = true;
}

void Referee::fail(SceneId id) {
  Scene& scene = scenes_[index(id)];
  scene.fate = Fate::kRetry;
  if (stopping_) return;
  require(scene.failed_on.insert(scene.by).second, "a scene failed twice on one worker");
  const int failures = static_cast<int>(scene.failed_on.size());
  scene.must_be_quarantined = failures == limits_.max_attempts_per_scene;
}

// Between the calls.

void Referee::check_nothing_owed() const {
  require(!must_die_, "a worker that cannot be trusted lives on");
  require(!must_be_finished_, "a rendered frame is forgotten");
  require(!must_stop_run_, "workers cannot start and the run goes on");
  for (const Scene& scene : scenes_) {
    require(!scene.must_be_quarantined, "a scene that failed too often is not quarantined");
  }
  for (const auto& [id, worker] : alive_) {
    require(!all_must_die_ || worker.doing == Doing::kDying, "a worker outlives StopNow");
  }
}

void Referee::check_rest(const Schedule& schedule) const {
  for (const auto& [id, worker] : alive_) {
    const bool has_use = best_scene_for(id, worker).has_value();
    const bool blocked =
        slot_renders(id.slot) || frames_of(id.slot) >= limits_.max_uncommitted_per_worker;
    const bool waits = worker.doing == Doing::kWaiting;
    require(!waits || !has_use || blocked, "a worker is idle though it could render");
    require(has_use || !(waits || worker.doing == Doing::kStarting), "a useless worker is kept");
  }
  if (!stopping_ && pending() > waiting()) {
    for (int slot = 0; index(slot) < last_incarnation_.size(); ++slot) {
      require(!slot_has_room(slot), "a slot is empty though scenes wait");
    }
  }
  check_answers(schedule);
}

void Referee::check_answers(const Schedule& schedule) const {
  const int settled = count(Fate::kCommitted) + count(Fate::kQuarantined);
  const bool done = stopping_ || settled == static_cast<int>(scenes_.size());
  require(schedule.finished() == (alive_.empty() && done && count(Fate::kRendered) == 0),
          "finished() is wrong");
  require(schedule.stopping() == stopping_, "stopping() is wrong");
  require(schedule.scenes_left() == static_cast<int>(scenes_.size()) - settled,
          "scenes_left() is wrong");
  require(schedule.workers().size() == alive_.size(), "workers() is wrong");
  check_progress(schedule.progress());
  std::optional<Millis> next;
  for (const auto& [id, worker] : alive_) {
    const auto deadline = deadline_of(worker);
    if (deadline) next = std::min(*deadline, next.value_or(*deadline));
  }
  require(schedule.next_deadline() == next, "next_deadline() is wrong");
}

void Referee::check_progress(const Progress& progress) const {
  require(progress.pending == pending() && progress.rendering == count(Fate::kRendering) &&
              progress.awaiting_commit == count(Fate::kRendered) &&
              progress.committed == count(Fate::kCommitted) &&
              progress.quarantined == count(Fate::kQuarantined),
          "progress() is wrong");
}

void Referee::check_nobody_is_late(Millis now) const {
  for (const auto& [id, worker] : alive_) {
    require(!is_late(worker, now), "a worker is late and lives on");
  }
}

void Referee::check_end(bool undisturbed) const {
  require(alive_.empty(), "the run ends with a live worker");
  for (const Scene& scene : scenes_) {
    const bool settled = scene.fate == Fate::kCommitted || scene.fate == Fate::kQuarantined;
    require(settled || stopping_, "the run ends with a scene that is not settled");
    require(!undisturbed || scene.fate == Fate::kCommitted, "an undisturbed fleet loses a scene");
    tally_.left_undone += !settled;
  }
}

// Questions.

Referee::Worker* Referee::renderer_of(WorkerId id, SceneId scene) {
  const auto found = alive_.find(id);
  if (found == alive_.end() || found->second.doing != Doing::kRendering) return nullptr;
  return found->second.scene == scene ? &found->second : nullptr;
}

bool Referee::is_under_way(SceneId scene) const {
  return scene >= 0 && index(scene) < scenes_.size() &&
         scenes_[index(scene)].fate == Fate::kRendered;
}

bool Referee::is_last(const Worker& worker) const {
  return limits_.max_renders_per_worker > 0 && worker.taken >= limits_.max_renders_per_worker;
}

std::optional<Millis> Referee::deadline_of(const Worker& worker) const {
  const Millis silent_at = worker.heard_at + limits_.heartbeat_silence_ms;
  std::optional<Millis> at;
  switch (worker.doing) {
    case Doing::kStarting:
      at = worker.since + limits_.startup_ms;
      break;
    case Doing::kWaiting:
      at = silent_at;
      break;
    case Doing::kRendering:
      at = std::min(silent_at, worker.since + limits_.render_ms);
      break;
    case Doing::kLeaving:
      at = worker.since + limits_.shutdown_ms;
      break;
    case Doing::kDying:
      return std::nullopt;
  }
  return std::min(*at, grace_ends_at_.value_or(*at));
}

bool Referee::is_late(const Worker& worker, Millis now) const {
  const auto deadline = deadline_of(worker);
  return deadline && *deadline <= now;
}

bool Referee::slot_renders(int slot) const {
  return std::any_of(alive_.begin(), alive_.end(), [&](const auto& entry) {
    return entry.first.slot == slot && entry.second.doing == Doing::kRendering;
  });
}

bool Referee::slot_has_room(int slot) const {
  int others = 0;
  for (const auto& [id, worker] : alive_) {
    if (id.slot != slot) continue;
    if (++others > 1 || worker.doing != Doing::kRendering || !is_last(worker)) return false;
  }
  return true;
}

int Referee::frames_of(int slot) const {
  return static_cast<int>(std::count_if(scenes_.begin(), scenes_.end(), [&](const Scene& scene) {
    return scene.fate == Fate::kRendered && scene.by.slot == slot;
  }));
}

int Referee::count(Fate fate) const {
  return static_cast<int>(std::count_if(scenes_.begin(), scenes_.end(),
                                        [&](const Scene& scene) { return scene.fate == fate; }));
}

int Referee::waiting() const {
  return static_cast<int>(std::count_if(alive_.begin(), alive_.end(), [](const auto& entry) {
    return entry.second.doing == Doing::kStarting || entry.second.doing == Doing::kWaiting;
  }));
}

std::optional<SceneId> Referee::best_scene_for(WorkerId id, const Worker& worker) const {
  if (stopping_ || worker.spoilt || is_last(worker)) return std::nullopt;
  for (const Fate fate : {Fate::kFresh, Fate::kRetry}) {
    for (std::size_t i = 0; i < scenes_.size(); ++i) {
      const Scene& scene = scenes_[i];
      if (scene.fate == fate && !scene.failed_on.contains(id)) return static_cast<SceneId>(i);
    }
  }
  return std::nullopt;
}

}  // namespace rtag::simulation
