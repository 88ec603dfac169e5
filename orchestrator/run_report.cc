// SPDX-License-Identifier: MIT
#include "orchestrator/run_report.h"

#include <algorithm>

#include <fmt/format.h>

namespace rtag::orchestrator {
namespace {

double seconds(Millis from, Millis to) { return static_cast<double>(to - from) / 1000.0; }

}  // namespace

double render_share(const std::vector<WorkerReport>& workers) {
  double rendering_s = 0;
  double ready_s = 0;
  for (const WorkerReport& worker : workers) {
    rendering_s += worker.render_call_s;
    ready_s += worker.ready_s;
  }
  return ready_s > 0 ? rendering_s / ready_s : 0;
}

void WorkerLedger::started(WorkerId worker, Millis now) {
  Entry& entry = entries_[worker];
  entry.report.worker = fmt::format("{}.{}", worker.slot, worker.incarnation);
  entry.times.started = now;
}

void WorkerLedger::ready(WorkerId worker, Millis now) {
  Entry& entry = entries_[worker];
  entry.times.ready = now;
  entry.report.startup_s = seconds(entry.times.started, now);
}

void WorkerLedger::rendered(WorkerId worker, const schema::RenderReply& reply) {
  WorkerReport& report = entries_[worker].report;
  ++report.scenes;
  report.images += static_cast<int>(reply.frames.size());
  for (const schema::FrameReply& frame : reply.frames) report.render_call_s += frame.render_s;
  report.build_s += reply.build_s;
  report.total_s += reply.total_s;
  report.peak_rss_mb = std::max(report.peak_rss_mb, reply.rss_mb);
}

void WorkerLedger::let_go(WorkerId worker, Millis now) {
  Entry& entry = entries_[worker];
  if (entry.times.let_go >= 0) return;
  entry.times.let_go = now;
  if (entry.times.ready >= 0) entry.report.ready_s = seconds(entry.times.ready, now);
}

void WorkerLedger::exited(WorkerId worker, const std::string& how, Millis now) {
  let_go(worker, now);
  entries_[worker].report.ended = how;
}

std::vector<WorkerReport> WorkerLedger::reports() const {
  std::vector<WorkerReport> reports;
  for (const auto& [worker, entry] : entries_) reports.push_back(entry.report);
  return reports;
}

}  // namespace rtag::orchestrator
