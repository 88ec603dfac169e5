// SPDX-License-Identifier: MIT
// BlenderFleet: the Fleet of real Blender processes. For each worker it holds a process, the two
// sockets to it and a folder in the scratch: home/ (HOME and TMPDIR: Blender leaves folders behind)
// and scene_<id>.<attempt>/ with frames. Its log is <logs>/worker-<slot>.<incarnation>.log.
//
// wait() is one poll over all of that; the answers of a worker that have arrived are heard before
// its end. Belongs to the thread that made it (fleet.h). The destructor kills who still lives.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <zmq.hpp>

#include "orchestrator/blender_install.h"
#include "orchestrator/environment.h"
#include "orchestrator/fleet.h"
#include "orchestrator/scratch.h"
#include "orchestrator/worker_channel.h"
#include "orchestrator/worker_process.h"

namespace rtag::orchestrator {

struct FleetSetup {
  BlenderInstall install;
  Scratch& scratch;  // outlives the fleet
  std::filesystem::path logs;
  Environment environment;  // of the host
  int threads_per_worker = 1;
};

// Blender's arguments for a worker (docs/protocol.md).
std::vector<std::string> worker_arguments(const FleetSetup& setup, WorkerId worker);

class BlenderFleet : public Fleet {
 public:
  explicit BlenderFleet(FleetSetup setup);
  BlenderFleet(const BlenderFleet&) = delete;
  BlenderFleet& operator=(const BlenderFleet&) = delete;
  ~BlenderFleet() override;

  void start(WorkerId worker) override;
  void send(WorkerId worker, SceneId scene, const std::string& payload) override;
  void shut_down(WorkerId worker) override;
  void kill(WorkerId worker) override;
  std::vector<Event> wait(Millis timeout_ms, std::span<const int> also) override;

  std::filesystem::path frame_prefix(WorkerId worker, SceneId scene, int attempt) override;
  schema::RenderReply take_reply(WorkerId worker, SceneId scene) override;
  const schema::Capabilities& capabilities(WorkerId worker) const override;
  std::optional<std::string> fatal_startup_fault() const override { return fatal_fault_; }
  std::string last_words(WorkerId worker) const override;

 private:
  struct Worker {
    WorkerId id;
    std::filesystem::path folder;
    WorkerProcess process;
    WorkerChannel channel;
    std::optional<schema::Capabilities> capabilities{};  // since it is ready
    std::optional<SceneId> scene{};                      // Sent, and its frames not taken.
    std::optional<schema::RenderReply> reply{};          // of that scene
    std::filesystem::path frames{};                      // of the scene to come or that scene
    std::vector<std::filesystem::path> taken{};          // folders with frames of earlier scenes
    std::string frames_fault{};                          // why they have no folder
    bool is_gone = false;
  };

  schema::Result<Worker> launch(WorkerId id);
  Worker* find_live(WorkerId id);
  void bury();
  std::vector<zmq::pollitem_t> poll_items(std::span<const int> also);
  void hear(Worker& worker, const zmq::pollitem_t* items);
  void hear_answers(Worker& worker);
  void hear_heartbeats(Worker& worker);
  void hear_end(Worker& worker);
  std::optional<std::string> fatal_fault_of(const Worker& worker, const ProcessEnd& end) const;
  std::filesystem::path log_of(WorkerId worker) const;

  // One for each kind of answer.
  void on(Worker& worker, schema::Capabilities capabilities);
  void on(Worker& worker, schema::RenderReply reply);
  void on(Worker& worker, const ShuttingDown& goodbye);
  void on(Worker& worker, const Refusal& refusal);

  FleetSetup setup_;
  zmq::context_t context_;
  std::map<WorkerId, Worker> workers_;  // Live ones, and those that ended in the last wait().
  std::vector<Event> events_;           // not yet told
  std::optional<std::string> fatal_fault_;
};

}  // namespace rtag::orchestrator
