// SPDX-License-Identifier: MIT
// The referee keeps its own books of a run, from the news and the actions alone, and objects to the
// first action that breaks a rule of orchestrator/schedule.h, to an action that is missing, and to
// work that is left lying. It shares no code with the Schedule beyond the events.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/schedule.h"

namespace rtag::simulation {

using namespace rtag::orchestrator;

struct Objection {  // thrown
  std::string what;
};

struct Tally {
  long starts = 0, successors = 0, sends = 0, retries = 0, shutdowns = 0, kills = 0;
  long commits = 0, quarantines = 0, stopped_runs = 0, left_undone = 0, stale_replies = 0;
};

class Referee {
 public:
  Referee(int scenes, int slots, const Limits& limits, Tally& tally);

  void hear(const Event& event, Millis now);
  void judge(const std::vector<Action>& actions, Millis now);
  void check_rest(const Schedule& schedule) const;  // Between two calls nothing may be undone.
  void check_nobody_is_late(Millis now) const;      // REQUIRES: tick(now) was the last call.
  void check_end(bool undisturbed) const;

 private:
  enum class Doing { kStarting, kWaiting, kRendering, kLeaving, kDying };
  enum class Fate { kFresh, kRetry, kRendering, kRendered, kCommitted, kQuarantined };
  struct Worker {
    Doing doing = Doing::kStarting;
    Millis since = 0;
    Millis heard_at = 0;
    SceneId scene = 0;
    int taken = 0;
    bool spoilt = false;  // It rejected a scene by its own fault.
  };
  struct Scene {
    Fate fate = Fate::kFresh;
    WorkerId by{};
    std::set<WorkerId> failed_on{};
    bool must_be_quarantined = false;
  };

  void learn(const WorkerReady& news, Millis now);
  void learn(const WorkerExited& news, Millis now);
  void learn(const Heartbeat& news, Millis now);
  void learn(const SceneRendered& news, Millis now);
  void learn(const SceneRejected& news, Millis now);
  void learn(const BadReply& news, Millis now);
  void learn(const SceneCommitted& news, Millis now);
  void learn(const FrameUnusable& news, Millis now);
  void learn(const StopRequested& news, Millis now);
  void learn(const StopNow& news, Millis now);

  void judge(const StartWorker& action, Millis now);
  void judge(const SendScene& action, Millis now);
  void judge(const FinishScene& action, Millis now);
  void judge(const ShutDownWorker& action, Millis now);
  void judge(const KillWorker& action, Millis now);
  void judge(const QuarantineScene& action, Millis now);
  void judge(const StopRun& action, Millis now);

  void lose(WorkerId id, const Worker& worker);
  void fail(SceneId scene);
  void check_nothing_owed() const;
  void check_answers(const Schedule& schedule) const;
  void check_progress(const Progress& progress) const;

  Worker* renderer_of(WorkerId id, SceneId scene);
  bool is_under_way(SceneId scene) const;  // rendered, not committed
  bool is_last(const Worker& worker) const;
  std::optional<Millis> deadline_of(const Worker& worker) const;
  bool is_late(const Worker& worker, Millis now) const;
  bool slot_renders(int slot) const;
  bool slot_has_room(int slot) const;
  int frames_of(int slot) const;
  int count(Fate fate) const;
  int pending() const { return count(Fate::kFresh) + count(Fate::kRetry); }
  int waiting() const;
  std::optional<SceneId> best_scene_for(WorkerId id, const Worker& worker) const;

  Limits limits_;
  Tally& tally_;
  std::vector<Scene> scenes_;  // The id of a scene is its place here.
  std::map<WorkerId, Worker> alive_;
  std::vector<int> last_incarnation_;  // by slot
  std::vector<int> start_failures_;
  bool stopping_ = false;
  std::optional<Millis> grace_ends_at_;
  bool all_must_die_ = false;
  std::optional<WorkerId> must_die_;
  std::optional<WorkerId> must_be_finished_;
  bool must_stop_run_ = false;
};

}  // namespace rtag::simulation
