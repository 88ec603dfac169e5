// SPDX-License-Identifier: MIT
// What a run did and how long it took: run.json, and the figures behind its last words. Times are
// wall-clock seconds on this machine; this file is no part of the dataset's content.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "dataset/journal_format.h"
#include "orchestrator/events.h"
#include "schema/fields.h"
#include "schema/worker_protocol.h"

namespace rtag::orchestrator {

// One incarnation of a worker.
struct WorkerReport {
  std::string worker;  // "slot.incarnation"
  double startup_s = 0;
  double ready_s = 0;
  int scenes = 0;
  int images = 0;
  double render_call_s = 0;
  double build_s = 0;
  double total_s = 0;
  double peak_rss_mb = 0;
  std::string ended;
  bool operator==(const WorkerReport&) const = default;
};
constexpr auto fields_of(std::type_identity<WorkerReport>) {
  using S = WorkerReport;
  using schema::field;
  return schema::table<S>(
      field("worker", &S::worker, "", "slot.incarnation."),
      field("startup_s", &S::startup_s, "s", "From its start to its readiness."),
      field("ready_s", &S::ready_s, "s", "From its readiness until it was let go."),
      field("scenes", &S::scenes, "", "Rendered."), field("images", &S::images, "", "Rendered."),
      field("render_call_s", &S::render_call_s, "s", "Inside Blender's render call."),
      field("build_s", &S::build_s, "s", "Building scenes."),
      field("total_s", &S::total_s, "s", "From requests to replies."),
      field("peak_rss_mb", &S::peak_rss_mb, "MB", "Resident memory, the largest told."),
      field("ended", &S::ended, "", "How the process ended."));
}

struct QuarantineReport {
  int scene_id = 0;
  std::string reason;
  int attempts = 0;
  std::string worker;
  bool operator==(const QuarantineReport&) const = default;
};
constexpr auto fields_of(std::type_identity<QuarantineReport>) {
  using S = QuarantineReport;
  using schema::field;
  return schema::table<S>(field("scene_id", &S::scene_id, "", "Given up."),
                          field("reason", &S::reason, "", "Of the last attempt."),
                          field("attempts", &S::attempts, "", "How many."),
                          field("worker", &S::worker, "", "Of the last attempt."));
}

struct RunReport {
  std::string tool_version;
  std::string job_id;
  int shard = 0;
  int total_shards = 1;
  std::string attempt;
  std::string host;
  std::string started_at;
  double duration_s = 0;
  int exit_code = 0;
  std::string outcome;
  int scenes_before = 0;
  int scenes_committed = 0;
  int scenes_left = 0;
  int retries = 0;
  int images_committed = 0;
  double images_per_s = 0;
  double render_share = 0;
  std::string denoiser;
  std::vector<schema::Capabilities> renderers;
  std::vector<WorkerReport> workers;
  std::vector<QuarantineReport> quarantined;
  bool operator==(const RunReport&) const = default;
};
constexpr auto fields_of(std::type_identity<RunReport>) {
  using S = RunReport;
  using schema::field;
  return schema::table<S>(
      field("tool_version", &S::tool_version, "", "Of rtag."),
      field("job_id", &S::job_id, "", "What was run."), field("shard", &S::shard, "", "From 0."),
      field("total_shards", &S::total_shards, "", "Of the job."),
      field("attempt", &S::attempt, "", "Name of this start of the program."),
      field("host", &S::host, "", "Where it ran."), field("started_at", &S::started_at, "", "UTC."),
      field("duration_s", &S::duration_s, "s", "Of the whole run."),
      field("exit_code", &S::exit_code, "", "As in the manual."),
      field("outcome", &S::outcome, "", "In one sentence."),
      field("scenes_before", &S::scenes_before, "", "Committed by earlier runs of this shard."),
      field("scenes_committed", &S::scenes_committed, "", "By this run."),
      field("scenes_left", &S::scenes_left, "", "Neither committed nor quarantined."),
      field("retries", &S::retries, "", "Scenes sent again."),
      field("images_committed", &S::images_committed, "", "By this run."),
      field("images_per_s", &S::images_per_s, "1/s", "Over the whole run, start-up included."),
      field("render_share", &S::render_share, "",
            "Sum of the workers' render_call_s over sum of their ready_s."),
      field("denoiser", &S::denoiser, "", "Applied; none, because unwanted or not to be had."),
      field("renderers", &S::renderers, "", "What the workers said of themselves, once each."),
      field("workers", &S::workers, "", "One entry an incarnation."),
      field("quarantined", &S::quarantined, "", "By this run."));
}

// Sum of render_call_s over sum of ready_s; 0 without workers.
double render_share(const std::vector<WorkerReport>& workers);

// Gathers a run's figures from its events. Times are milliseconds of the caller's steady clock.
class WorkerLedger {
 public:
  void started(WorkerId worker, Millis now);
  void ready(WorkerId worker, Millis now);
  void rendered(WorkerId worker, const schema::RenderReply& reply);
  void let_go(WorkerId worker, Millis now);  // asked to leave or killed; the first time counts
  void exited(WorkerId worker, const std::string& how, Millis now);

  std::vector<WorkerReport> reports() const;  // by slot, then incarnation

 private:
  struct Times {
    Millis started = 0;
    Millis ready = -1;  // -1: never
    Millis let_go = -1;
  };
  struct Entry {
    WorkerReport report;
    Times times;
  };
  std::map<WorkerId, Entry> entries_;
};

}  // namespace rtag::orchestrator
