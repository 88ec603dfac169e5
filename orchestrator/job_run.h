// SPDX-License-Identifier: MIT
// JobRun: one run of a shard's scenes - the loop between the Schedule, which decides, and the parts
// that act: the fleet of workers, the finisher, the display. One thread; the parts outlive it.
#pragma once

#include <deque>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dataset/journal_format.h"
#include "orchestrator/finisher.h"
#include "orchestrator/fleet.h"
#include "orchestrator/progress.h"
#include "orchestrator/run_report.h"
#include "orchestrator/scene_preparer.h"
#include "orchestrator/schedule.h"
#include "orchestrator/stop_signals.h"
#include "schema/job_spec.h"

namespace rtag::orchestrator {

struct RunPlan {
  schema::JobSpec job;
  std::vector<SceneId> scenes;  // to be done now, ascending
  int scenes_before = 0;        // of this shard, committed earlier
  int workers = 1;
  int threads_per_worker = 1;
  Limits limits;
  std::string cpu_flags;
};

struct RunParts {
  Fleet& fleet;
  Finisher& finisher;
  ScenePreparer& preparer;
  StopSignals& signals;
  ProgressDisplay& display;
};

class JobRun {
 public:
  JobRun(RunPlan plan, RunParts parts);

  // Until every scene is settled, or the run is stopped by a signal or a fault. Then no worker
  // lives and nothing is on its way to the journal.
  void run();

  const std::optional<schema::Fault>& fault() const { return fault_; }  // what ended the run early
  bool stopped() const { return stopped_by_signal_; }
  Progress progress() const { return schedule_.progress(); }
  int scenes_left() const { return schedule_.scenes_left(); }

  // Fills in what the run itself knows.
  void describe(RunReport& report) const;

 private:
  struct Assignment {
    PreparedScene scene;
    int attempt = 1;
    std::filesystem::path scratch;  // folder of its frames
  };

  void step();
  void tell(const Event& event);
  void perform(const std::vector<Action>& actions);
  void act(const StartWorker& action);
  void act(const SendScene& action);
  void act(const FinishScene& action);
  void act(const ShutDownWorker& action);
  void act(const KillWorker& action);
  void act(const QuarantineScene& action);
  void act(const StopRun& action);

  void hear_fleet(const Event& event);
  void hear_finisher();
  void hear_signals();
  void welcome(WorkerId worker);
  void give_up(schema::Fault fault);
  bool prepare_ahead();  // whether there was one to prepare
  void show_progress();
  Millis patience(Millis now) const;
  Snapshot snapshot() const;

  RunPlan plan_;
  RunParts parts_;
  Schedule schedule_;
  WorkerLedger ledger_;
  std::deque<Action> to_do_;  // The first one is being done.
  std::map<WorkerId, Assignment> assignments_;
  std::size_t next_fresh_ = 0;  // scenes before it were sent
  std::optional<schema::Capabilities> renderer_;
  std::string denoiser_;
  std::vector<QuarantineReport> quarantined_;
  std::optional<schema::Fault> fault_;
  bool stopped_by_signal_ = false;
  int images_committed_ = 0;
  Millis began_ms_ = 0;
  Millis shown_ms_ = 0;
};

}  // namespace rtag::orchestrator
