// SPDX-License-Identifier: MIT
// Finisher: forms and commits rendered scenes behind the workers' backs. A few threads form images
// and make them durable; one thread owns the journal and commits in groups: whatever is ready goes
// into one write and one fsync.
//
// submit(), quarantine(), take_finished() and close() belong to the owner's thread. Raw frames are
// removed from the scratch folder when their scene is done. After a fault of the journal nothing
// more is committed, and every scene that was under way comes back with that fault.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "dataset/journal_writer.h"
#include "orchestrator/finish_scene.h"

namespace rtag::orchestrator {

struct FinishedScene {
  SceneId scene = 0;
  WorkerId worker;
  std::optional<schema::Fault> fault;  // none: the scene is committed, durably
  int images = 0;
};

// Makes a rendered scene's commit; finish_scene() in the product.
using Finish = std::function<schema::Result<dataset::SceneCommit>(const RenderedScene&)>;

class Finisher {
 public:
  // REQUIRES: threads >= 1. `finish` must be safe to call from that many threads at once.
  Finisher(Finish finish, dataset::JournalWriter journal, int threads);
  ~Finisher();
  Finisher(const Finisher&) = delete;
  Finisher& operator=(const Finisher&) = delete;

  void submit(RenderedScene rendered);
  void quarantine(dataset::SceneQuarantine quarantine);

  // Readable while finished scenes wait to be taken.
  int wake_fd() const { return wake_fd_; }
  std::vector<FinishedScene> take_finished();

  // Finishes what was submitted, closes the journal, ends the threads. Idempotent.
  schema::Outcome close();

 private:
  struct Ready {  // for the journal: a commit or a quarantine
    std::optional<dataset::SceneCommit> commit;
    std::optional<dataset::SceneQuarantine> quarantine;
    WorkerId worker;
  };

  void form_images();
  void commit_in_groups();
  std::optional<RenderedScene> next_rendered();
  std::vector<Ready> next_group();
  schema::Outcome write_group(const std::vector<Ready>& group);
  void tell(std::vector<FinishedScene> finished);

  Finish finish_;
  dataset::JournalWriter journal_;  // of the committing thread, until it has ended
  int wake_fd_;

  std::mutex mutex_;  // guards everything below
  std::condition_variable rendered_or_closing_;
  std::condition_variable ready_or_closing_;
  std::deque<RenderedScene> rendered_;
  std::vector<Ready> ready_;
  std::vector<FinishedScene> finished_;
  int forming_ = 0;  // scenes that a thread is forming right now
  bool closing_ = false;

  std::vector<std::thread> threads_;
  std::thread committer_;
};

}  // namespace rtag::orchestrator
