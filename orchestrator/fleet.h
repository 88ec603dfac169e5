// SPDX-License-Identifier: MIT
// Fleet: the workers as a run sees them. It carries out what the Schedule decides and tells what
// happened; it decides nothing itself. BlenderFleet is the real one.
//
// One thread: the loop's, which must outlive the workers (the kernel kills them with it). No order
// waits for a worker; what goes wrong comes back as an event. An order to a worker that has just
// ended is ignored: its WorkerExited is on its way.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "orchestrator/events.h"
#include "schema/worker_protocol.h"

namespace rtag::orchestrator {

class Fleet {
 public:
  virtual ~Fleet() = default;

  // WorkerReady or WorkerExited follows, also when the process cannot be started at all.
  virtual void start(WorkerId worker) = 0;
  // `payload`: of RENDER, with the prefix that frame_prefix() gave last. One of SceneRendered,
  // SceneRejected, BadReply or WorkerExited follows.
  virtual void send(WorkerId worker, SceneId scene, const std::string& payload) = 0;
  virtual void shut_down(WorkerId worker) = 0;  // asks; WorkerExited follows, if it obeys
  virtual void kill(WorkerId worker) = 0;       // WorkerExited follows

  // What has happened, after at most `timeout_ms`, or as soon as a descriptor in `also` is
  // readable.
  virtual std::vector<Event> wait(Millis timeout_ms, std::span<const int> also) = 0;

  // REQUIRES: the worker was ready, and has not exited before the last wait().
  virtual const schema::Capabilities& capabilities(WorkerId worker) const = 0;
  // REQUIRES: the last wait() told SceneRendered, and the reply was not taken before. The folder of
  // the frames is then the caller's; that of a reply which nobody takes goes with the worker.
  virtual schema::RenderReply take_reply(WorkerId worker, SceneId scene) = 0;

  // Where a worker may put the frames of a scene: an absolute prefix of file names, in
  // a folder of its own.
  virtual std::filesystem::path frame_prefix(WorkerId worker, SceneId scene, int attempt) = 0;
  // The last lines that a worker, also one of the past, has printed.
  virtual std::string last_words(WorkerId worker) const = 0;
  // Why no worker will ever start on this machine, once that is known: a sentence with the remedy.
  virtual std::optional<std::string> fatal_startup_fault() const = 0;
};

}  // namespace rtag::orchestrator
