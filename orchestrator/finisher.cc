// SPDX-License-Identifier: MIT
#include "orchestrator/finisher.h"

#include <chrono>
#include <sys/eventfd.h>
#include <unistd.h>

#include "orchestrator/steady_time.h"
#include "schema/check.h"

namespace rtag::orchestrator {
namespace {

// How long the journal's thread sleeps at most, so that old segments are closed in time.
constexpr std::chrono::seconds kJournalPulse{1};

void remove_frames(const RenderedScene& rendered) {
  std::error_code ignored;  // The scratch folder goes as a whole when the run ends.
  if (!rendered.scratch.empty()) std::filesystem::remove_all(rendered.scratch, ignored);
}

}  // namespace

Finisher::Finisher(Finish finish, dataset::JournalWriter journal, int threads)
    : finish_(std::move(finish)),
      journal_(std::move(journal)),
      wake_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  RTAG_CHECK(threads >= 1, "a finisher needs a thread");
  RTAG_CHECK(wake_fd_ >= 0, "no file descriptor is left for an eventfd");
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { form_images(); });
  committer_ = std::thread([this] { commit_in_groups(); });
}

Finisher::~Finisher() {
  static_cast<void>(close());  // Its fault, if any, was told with each scene.
  ::close(wake_fd_);
}

void Finisher::submit(RenderedScene rendered) {
  const std::lock_guard lock(mutex_);
  rendered_.push_back(std::move(rendered));
  rendered_or_closing_.notify_one();
}

void Finisher::quarantine(dataset::SceneQuarantine quarantine) {
  const std::lock_guard lock(mutex_);
  ready_.push_back({std::nullopt, std::move(quarantine), {}});
  ready_or_closing_.notify_one();
}

std::vector<FinishedScene> Finisher::take_finished() {
  const std::lock_guard lock(mutex_);
  eventfd_t count = 0;
  static_cast<void>(::eventfd_read(wake_fd_, &count));  // Empty is fine: nothing was told.
  return std::exchange(finished_, {});
}

schema::Outcome Finisher::close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    rendered_or_closing_.notify_all();
    ready_or_closing_.notify_all();
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
  if (committer_.joinable()) committer_.join();
  return journal_.close(steady_now_ms());
}

std::optional<RenderedScene> Finisher::next_rendered() {
  std::unique_lock lock(mutex_);
  rendered_or_closing_.wait(lock, [this] { return closing_ || !rendered_.empty(); });
  if (rendered_.empty()) return std::nullopt;
  RenderedScene next = std::move(rendered_.front());
  rendered_.pop_front();
  ++forming_;
  return next;
}

void Finisher::form_images() {
  while (const std::optional<RenderedScene> rendered = next_rendered()) {
    auto commit = finish_(*rendered);
    remove_frames(*rendered);
    if (!commit) tell({{rendered->scene, rendered->worker, commit.error(), 0}});
    const std::lock_guard lock(mutex_);
    --forming_;
    if (commit) ready_.push_back({*std::move(commit), std::nullopt, rendered->worker});
    ready_or_closing_.notify_one();
  }
}

std::vector<Finisher::Ready> Finisher::next_group() {
  std::unique_lock lock(mutex_);
  ready_or_closing_.wait_for(lock, kJournalPulse, [this] { return closing_ || !ready_.empty(); });
  return std::exchange(ready_, {});
}

schema::Outcome Finisher::write_group(const std::vector<Ready>& group) {
  for (const Ready& ready : group) {
    if (ready.commit) journal_.append(*ready.commit);
    if (ready.quarantine) journal_.append(*ready.quarantine);
  }
  return journal_.sync(steady_now_ms());
}

void Finisher::commit_in_groups() {
  const auto is_over = [this] {
    const std::lock_guard lock(mutex_);
    return closing_ && rendered_.empty() && forming_ == 0 && ready_.empty();
  };
  while (!is_over()) {
    const std::vector<Ready> group = next_group();
    const schema::Outcome written = write_group(group);
    std::vector<FinishedScene> finished;
    for (const Ready& ready : group) {
      if (!ready.commit) continue;
      FinishedScene scene{ready.commit->scene_id, ready.worker, std::nullopt,
                          static_cast<int>(ready.commit->images.size())};
      if (!written) scene.fault = written.error();
      finished.push_back(std::move(scene));
    }
    if (!finished.empty()) tell(std::move(finished));
  }
}

void Finisher::tell(std::vector<FinishedScene> finished) {
  const std::lock_guard lock(mutex_);
  std::move(finished.begin(), finished.end(), std::back_inserter(finished_));
  ::eventfd_write(wake_fd_, 1);
}

}  // namespace rtag::orchestrator
