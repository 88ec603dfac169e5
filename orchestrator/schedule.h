// SPDX-License-Identifier: MIT
// Schedule decides what the fleet does next: which worker starts, who renders which scene, who is
// shut down or killed, and which scene is given up. It is pure: news and the time go in, actions
// come out. It reads no clock, does no I/O, starts no thread, and breaks every tie by index, so a
// log of its events replays exactly. It owns nothing outside itself; the caller carries the actions
// out.
//
// One call of handle() per event that is there, then one of tick() when next_deadline() has come.
// Only tick() looks at deadlines: after a stall of the caller, news that has been waiting is heard
// before anyone is killed for silence. News that is late, repeated or from an old incarnation is
// dropped.
//
// A worker is one incarnation of a slot: one process.
//
//   starting ──ready──▶ idle ──SendScene──▶ rendering
//                        │ ◀────reply──────────┘
//                 ShutDownWorker
//                        ▼
//                     stopping         A missed deadline or a bad reply makes any of them killed;
//                                      every worker ends with WorkerExited, whatever its state.
//
// A scene settles exactly once, as committed or quarantined.
//
//   pending ──SendScene──▶ rendering ──FinishScene──▶ awaiting commit ──▶ committed
//      ▲                       │ worker lost,              │ frame unusable
//      │                       ▼ or at fault               ▼
//      └──── tried again ──────┴───────────────────────────┴── failed too often ──▶ quarantined
//
// The rules:
// - Scenes go out in the order given, those that have failed before after the fresh ones; idle
//   workers are served in the order of their slots. A scene never goes back to an incarnation that
//   it failed on. Blame::kScene, or max_attempts_per_scene failures, quarantine it.
// - A worker that rejects a scene by its own fault (Blame::kWorker) is replaced, like one that is
//   lost, but politely: a spoilt process would reject the next scenes as well, and quickly.
// - Frames on their way to the journal are counted by slot, so that they bound the scratch folder
//   whatever the workers do: a slot holds at most max_uncommitted_per_worker frames, the one being
//   rendered included.
// - A worker starts only while more scenes are pending than workers are starting or idle. A worker
//   that no pending scene may go to is of no use and leaves at once (so the last workers leave one
//   by one, and a scene that failed everywhere gets a new incarnation); when a scene comes back, a
//   new worker starts.
// - A worker that takes its last scene (max_renders_per_worker) gets its successor at once, in the
//   same slot: two live incarnations, of which never more than one renders.
// - A start has failed when the worker is lost before it took its first scene. With
//   max_start_failures in a row in one slot the schedule stops by itself: like StopRequested, but
//   without a grace, so that what renders is finished.
// - StopRequested: no scene goes out, no worker starts; who renders may finish until the grace is
//   over, then is killed. StopNow kills everyone. What is lost while stopping does not count
//   against a scene: the stop may be the cause. Frames awaiting their commit are still committed.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/events.h"

namespace rtag::orchestrator {

struct Limits {
  Millis startup_ms = 60'000;
  Millis render_ms = 3'600'000;
  Millis heartbeat_silence_ms = 20'000;  // Of a worker that is idle or rendering.
  Millis shutdown_ms = 10'000;
  Millis grace_ms = 8'000;
  int max_attempts_per_scene = 3;
  int max_start_failures = 3;
  int max_renders_per_worker = 0;  // 0 = no limit
  int max_uncommitted_per_worker = 2;
};

// For progress and for tests.
enum class WorkerState { kStarting, kIdle, kRendering, kStopping, kKilled };

struct LiveWorker {
  WorkerId id;
  WorkerState state;
  std::optional<SceneId> scene;  // the one it renders
};

struct Progress {
  int pending = 0;
  int rendering = 0;
  int awaiting_commit = 0;
  int committed = 0;
  int quarantined = 0;
  int retries = 0;  // scenes sent for the second or third time
};

class Schedule {
 public:
  // REQUIRES: the scenes differ from each other; slots >= 1; every limit is positive (but
  // max_renders_per_worker, which may be 0).
  Schedule(const std::vector<SceneId>& scenes, int slots, const Limits& limits);

  [[nodiscard]] std::vector<Action> handle(const Event& event, Millis now);
  [[nodiscard]] std::vector<Action> tick(Millis now);  // Also the first call: it starts the fleet.

  std::optional<Millis> next_deadline() const;  // When tick() is due, if no news comes before.
  bool finished() const;  // No live worker, no frame on its way, nothing to do or stopping.
  bool stopping() const { return stopping_; }
  int scenes_left() const;  // neither committed nor quarantined
  Progress progress() const;
  std::vector<LiveWorker> workers() const;  // by slot, then incarnation; at most two a slot

 private:
  enum class SceneState { kPending, kRendering, kAwaitingCommit, kCommitted, kQuarantined };
  enum class Lateness { kStartup, kRender, kHeartbeat, kShutdown, kGrace };

  struct Scene {
    SceneId id;
    SceneState state = SceneState::kPending;
    WorkerId worker{};                // who renders or has rendered it
    std::vector<WorkerId> failed_on;  // one entry an attempt
  };
  struct Worker {
    WorkerId id;
    WorkerState state;
    Millis since;         // in this state since
    Millis heard_at;      // the last news from it
    int scene_index = 0;  // only while kRendering
    int scenes_taken = 0;
    bool leaving = false;  // Gets no further scene.
  };
  struct Slot {
    int last_incarnation = 0;
    int start_failures = 0;  // in a row
    int uncommitted = 0;     // frames awaiting their commit
  };
  struct Deadline {
    Millis at;
    Lateness lateness;
  };

  void on(const WorkerReady& event, Millis now);
  void on(const WorkerExited& event, Millis now);
  void on(const Heartbeat& event, Millis now);
  void on(const SceneRendered& event, Millis now);
  void on(const SceneRejected& event, Millis now);
  void on(const BadReply& event, Millis now);
  void on(const SceneCommitted& event, Millis now);
  void on(const FrameUnusable& event, Millis now);
  void on(const StopRequested& event, Millis now);
  void on(const StopNow& event, Millis now);

  std::vector<Action> decide(Millis now);
  void hand_out(Millis now);
  void dismiss_useless(Millis now);
  void start_wanted(Millis now);
  void kill_late(Millis now);

  void start(int slot, Millis now);
  void send(Worker& worker, int scene_index, Millis now);
  void dismiss(Worker& worker, Millis now);
  void kill(Worker& worker, const std::string& reason, Millis now);

  void blame(const Worker& worker, const std::string& reason);
  void start_failed(WorkerId worker, const std::string& reason);
  void scene_failed(int scene_index, const std::string& reason);
  void quarantine(int scene_index, const std::string& reason);

  void enter(Worker& worker, WorkerState state, Millis now);  // The only change of a state,
  void enter(Scene& scene, SceneState state);                 // and of the counts with it.

  std::optional<int> next_scene_for(const Worker& worker) const;
  bool may_take_now(const Worker& worker) const;
  bool has_room(int slot) const;
  Deadline deadline_of(const Worker& worker) const;
  std::string reason_for(Lateness lateness) const;
  Worker* live(WorkerId id);
  Worker* rendering(WorkerId id, SceneId scene);
  Scene& scene_at(int scene_index);

  Limits limits_;
  std::vector<Scene> scenes_;
  std::map<SceneId, int> scene_index_of_;
  int next_fresh_ = 0;           // Scenes from here on were never sent.
  std::set<int> retries_;        // Indices of pending scenes before next_fresh_.
  std::array<int, 5> counts_{};  // scenes by state
  int retries_sent_ = 0;
  std::vector<Slot> slots_;
  std::vector<Worker> workers_;  // Live ones, in the order of their ids.
  bool stopping_ = false;
  std::optional<Millis> grace_ends_at_;
  std::vector<Action> actions_;  // of the call in progress
};

}  // namespace rtag::orchestrator
