// SPDX-License-Identifier: MIT
// WorkerChannel: the two sockets to one incarnation of a worker. REQ carries one question and its
// answer at a time; an answer that comes after the next question was asked is dropped (by ZeroMQ's
// own request numbers). SUB hears heartbeats. Both live and die with the incarnation, so nothing
// that it leaves behind can confuse the next one.
//
// Nothing here waits: poll the two sockets, then take what is there. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <zmq.hpp>

#include "orchestrator/worker_messages.h"

namespace rtag::orchestrator {

class WorkerChannel {
 public:
  // Connects to sockets that may be bound later. kUnavailable when no socket can be made.
  // `worker`: slot.incarnation. `context` must outlive the channel.
  static schema::Result<WorkerChannel> connect(zmq::context_t& context, std::string worker,
                                               const std::string& request_endpoint,
                                               const std::string& telemetry_endpoint);

  void init();
  void render(SceneId scene, std::string_view payload);
  void shut_down();

  // nullopt: nothing (more) has come. kRejected: this worker does not keep to the protocol.
  std::optional<schema::Result<Answer>> take_answer();
  std::optional<schema::Result<schema::Heartbeat>> take_heartbeat();

  void* request_socket() { return requests_.handle(); }  // for zmq::poll
  void* telemetry_socket() { return telemetry_.handle(); }

 private:
  WorkerChannel(std::string worker, zmq::socket_t requests, zmq::socket_t telemetry);
  void ask(Question::Command command, SceneId scene, std::string_view payload);

  std::string worker_;
  zmq::socket_t requests_;
  zmq::socket_t telemetry_;
  Question question_;  // the last one asked
  int questions_asked_ = 0;
};

}  // namespace rtag::orchestrator
