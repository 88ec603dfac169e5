// SPDX-License-Identifier: MIT
// What the Schedule and the program around it say to each other: events say what has happened to
// the fleet, the finisher and the user; actions say what to do now. Plain values, safe to copy and
// to log; times are milliseconds, reasons are fragments without subject ("killed by signal 11").
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <variant>

namespace rtag::orchestrator {

using Millis = std::int64_t;  // Of one steady clock that the caller chooses; never runs back.
using SceneId = int;

struct WorkerId {
  int slot = 0;
  int incarnation = 0;  // From 1; never used again in its slot, so stale news is recognised.
  auto operator<=>(const WorkerId&) const = default;
};

// Events: what has happened.
enum class Blame { kScene, kWorker };  // kScene: any worker would reject it again.

struct WorkerReady {
  WorkerId worker;
};
struct WorkerExited {  // Exactly once for each worker that was started, however it ended.
  WorkerId worker;
  std::string how;  // "killed by signal 11"
};
struct Heartbeat {
  WorkerId worker;
};
struct SceneRendered {
  WorkerId worker;
  SceneId scene;
};
struct SceneRejected {
  WorkerId worker;
  SceneId scene;
  Blame blame;
  std::string reason;
};
struct BadReply {  // Garbage, or an answer to something else: this worker cannot be trusted.
  WorkerId worker;
  std::string reason;
};
struct SceneCommitted {
  SceneId scene;
};
struct FrameUnusable {  // The raw frame could not be read.
  SceneId scene;
  WorkerId worker;  // who had rendered it
  std::string reason;
};
struct StopRequested {};  // Repeats are ignored: the grace does not begin again.
struct StopNow {};
using Event = std::variant<WorkerReady, WorkerExited, Heartbeat, SceneRendered, SceneRejected,
                           BadReply, SceneCommitted, FrameUnusable, StopRequested, StopNow>;

// Actions: what the caller does now, in this order.
struct StartWorker {
  WorkerId worker;
};
struct SendScene {
  WorkerId worker;
  SceneId scene;
  int attempt;  // from 1
};
struct FinishScene {  // This frame counts: form the image and commit it. No other frame does.
  WorkerId worker;
  SceneId scene;
};
struct ShutDownWorker {
  WorkerId worker;
};
struct KillWorker {
  WorkerId worker;
  std::string reason;
};
struct QuarantineScene {
  SceneId scene;
  WorkerId worker;     // of the last attempt; its log may tell more
  std::string reason;  // of the last attempt
  int attempts;
};
struct StopRun {  // At most once: workers cannot start, the schedule is stopping.
  WorkerId worker;
  std::string reason;
};
using Action = std::variant<StartWorker, SendScene, FinishScene, ShutDownWorker, KillWorker,
                            QuarantineScene, StopRun>;

}  // namespace rtag::orchestrator
