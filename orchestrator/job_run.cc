// SPDX-License-Identifier: MIT
#include "orchestrator/job_run.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "orchestrator/renderer_choice.h"
#include "orchestrator/scratch.h"
#include "orchestrator/steady_time.h"

namespace rtag::orchestrator {
namespace {

using schema::Fault;
using schema::FaultKind;

// Scenes that are made ready ahead, beyond one for each worker.
constexpr std::size_t kAhead = 2;

}  // namespace

JobRun::JobRun(RunPlan plan, RunParts parts)
    : plan_(std::move(plan)), parts_(parts), schedule_(plan_.scenes, plan_.workers, plan_.limits) {}

void JobRun::run() {
  began_ms_ = steady_now_ms();
  perform(schedule_.tick(began_ms_));
  while (!schedule_.finished()) step();
  parts_.display.end(snapshot());
}

// One turn: make at most one scene ready, hear the news, look at the clock.
void JobRun::step() {
  const std::array<int, 2> also{parts_.finisher.wake_fd(), parts_.signals.fd()};
  const bool is_idle = !prepare_ahead();
  for (const Event& event : parts_.fleet.wait(is_idle ? patience(steady_now_ms()) : 0, also)) {
    hear_fleet(event);
  }
  hear_finisher();
  hear_signals();
  perform(schedule_.tick(steady_now_ms()));
  show_progress();
}

Millis JobRun::patience(Millis now) const {
  Millis until = shown_ms_ + parts_.display.interval_ms();
  if (const auto deadline = schedule_.next_deadline()) until = std::min(until, *deadline);
  return std::clamp<Millis>(until - now, 0, 60'000);
}

void JobRun::tell(const Event& event) { perform(schedule_.handle(event, steady_now_ms())); }

// Acting can lead to news and further actions; they wait until the earlier ones are done.
void JobRun::perform(const std::vector<Action>& actions) {
  const bool is_first = to_do_.empty();
  to_do_.insert(to_do_.end(), actions.begin(), actions.end());
  if (!is_first) return;
  while (!to_do_.empty()) {
    const Action action = to_do_.front();
    std::visit([this](const auto& a) { act(a); }, action);
    to_do_.pop_front();
  }
}

void JobRun::act(const StartWorker& action) {
  ledger_.started(action.worker, steady_now_ms());
  parts_.fleet.start(action.worker);
}

void JobRun::act(const SendScene& action) {
  const auto& scenes = plan_.scenes;
  const auto place = std::lower_bound(scenes.begin(), scenes.end(), action.scene);
  next_fresh_ = std::max(next_fresh_, static_cast<std::size_t>(place - scenes.begin()) + 1);
  auto scene = parts_.preparer.take(action.scene);
  if (!scene) {
    give_up(scene.error());
    return;
  }
  const auto prefix = parts_.fleet.frame_prefix(action.worker, action.scene, action.attempt);
  parts_.fleet.send(action.worker, action.scene,
                    render_payload(*scene, prefix, denoiser_, plan_.threads_per_worker));
  assignments_[action.worker] = {*std::move(scene), action.attempt, prefix.parent_path()};
}

void JobRun::act(const FinishScene& action) {
  Assignment& assignment = assignments_.at(action.worker);
  RenderedScene rendered;
  rendered.worker = action.worker;
  rendered.scene = action.scene;
  rendered.attempt = assignment.attempt;
  rendered.recipe = assignment.scene.recipe;
  rendered.render_seeds = assignment.scene.render_seeds;
  rendered.reply = parts_.fleet.take_reply(action.worker, action.scene);
  rendered.renderer = renderer_identity(*renderer_, plan_.cpu_flags);
  rendered.denoiser = denoiser_ == "none" ? "" : denoiser_;
  rendered.ocio_config =
      std::filesystem::path(renderer_->datafiles) / "colormanagement" / "config.ocio";
  rendered.scratch = assignment.scratch;
  ledger_.rendered(action.worker, rendered.reply);
  parts_.finisher.submit(std::move(rendered));
}

void JobRun::act(const ShutDownWorker& action) {
  ledger_.let_go(action.worker, steady_now_ms());
  parts_.fleet.shut_down(action.worker);
}

void JobRun::act(const KillWorker& action) {
  ledger_.let_go(action.worker, steady_now_ms());
  if (!schedule_.stopping()) {
    parts_.display.note(
        fmt::format("worker {}: {}, killed", name_of(action.worker), action.reason));
  }
  parts_.fleet.kill(action.worker);
}

void JobRun::act(const QuarantineScene& action) {
  parts_.display.note(fmt::format("scene {}: quarantined after {} attempts: {}", action.scene,
                                  action.attempts, action.reason));
  quarantined_.push_back({action.scene, action.reason, action.attempts, name_of(action.worker)});
  parts_.finisher.quarantine({"quarantine", action.scene, action.reason, action.attempts});
}

void JobRun::act(const StopRun& action) {
  if (fault_) return;
  const std::string words = parts_.fleet.last_words(action.worker);
  fault_ =
      Fault{FaultKind::kUnavailable,
            fmt::format("worker {} cannot start: {}; {}", name_of(action.worker), action.reason,
                        words.empty() ? "Blender said nothing" : "Blender said:\n" + words)};
}

void JobRun::hear_fleet(const Event& event) {
  const auto* ready = std::get_if<WorkerReady>(&event);
  if (ready != nullptr) welcome(ready->worker);
  if (const auto* exited = std::get_if<WorkerExited>(&event)) {
    ledger_.exited(exited->worker, exited->how, steady_now_ms());
    if (const auto reason = parts_.fleet.fatal_startup_fault()) {
      give_up({FaultKind::kUnavailable, *reason});
    }
  }
  tell(event);
}

// All workers of a run must be the same Blender: its pixels and abilities are the dataset's.
void JobRun::welcome(WorkerId worker) {
  ledger_.ready(worker, steady_now_ms());
  const schema::Capabilities& capabilities = parts_.fleet.capabilities(worker);
  if (renderer_) {
    if (capabilities.blender_version != renderer_->blender_version ||
        capabilities.blender_build_hash != renderer_->blender_build_hash) {
      give_up({FaultKind::kUnavailable,
               "Blender was replaced during the run: run again with "
               "--resume if that is meant"});
    }
    return;
  }
  renderer_ = capabilities;
  if (const auto good = check_renderer(plan_.job, capabilities); !good) give_up(good.error());
  const auto denoiser = choose_denoiser(plan_.job.scene_config.renderer, capabilities);
  denoiser_ = denoiser ? *denoiser : "none";
  if (!denoiser) give_up(denoiser.error());
}

void JobRun::hear_finisher() {
  for (const FinishedScene& finished : parts_.finisher.take_finished()) {
    images_committed_ += finished.images;
    if (!finished.fault) {
      tell(SceneCommitted{finished.scene});
      continue;
    }
    if (finished.fault->kind != FaultKind::kRejected) give_up(*finished.fault);
    tell(FrameUnusable{finished.scene, finished.worker, finished.fault->message});
  }
}

void JobRun::hear_signals() {
  const StopSignals::Wish wish = parts_.signals.take();
  if (wish == StopSignals::Wish::kNone) return;
  if (!stopped_by_signal_) parts_.display.note("stopping: running scenes may finish");
  stopped_by_signal_ = true;
  tell(StopRequested{});
  if (wish == StopSignals::Wish::kStopNow) tell(StopNow{});
}

void JobRun::give_up(Fault fault) {
  if (!fault_) fault_ = std::move(fault);
  tell(StopNow{});
}

bool JobRun::prepare_ahead() {
  if (schedule_.stopping()) return false;
  const std::size_t wanted = static_cast<std::size_t>(plan_.workers) + kAhead;
  const std::size_t end = std::min(plan_.scenes.size(), next_fresh_ + wanted);
  for (std::size_t i = next_fresh_; i < end; ++i) {
    if (parts_.preparer.is_prepared(plan_.scenes[i])) continue;
    if (const auto made = parts_.preparer.prepare(plan_.scenes[i]); !made) give_up(made.error());
    return true;
  }
  return false;
}

Snapshot JobRun::snapshot() const {
  Snapshot snapshot;
  snapshot.scenes_before = plan_.scenes_before;
  snapshot.scenes_total = plan_.scenes_before + static_cast<int>(plan_.scenes.size());
  snapshot.images_committed = images_committed_;
  snapshot.progress = schedule_.progress();
  snapshot.workers = schedule_.workers();
  snapshot.elapsed_ms = steady_now_ms() - began_ms_;
  snapshot.stopping = schedule_.stopping();
  return snapshot;
}

void JobRun::show_progress() {
  if (steady_now_ms() - shown_ms_ < parts_.display.interval_ms()) return;
  shown_ms_ = steady_now_ms();
  parts_.display.update(snapshot());
}

void JobRun::describe(RunReport& report) const {
  const Progress progress = schedule_.progress();
  report.scenes_before = plan_.scenes_before;
  report.scenes_committed = progress.committed;
  report.scenes_left = schedule_.scenes_left();
  report.retries = progress.retries;
  report.images_committed = images_committed_;
  report.workers = ledger_.reports();
  report.render_share = render_share(report.workers);
  report.denoiser = denoiser_;
  if (renderer_) report.renderers = {*renderer_};
  report.quarantined = quarantined_;
}

}  // namespace rtag::orchestrator
