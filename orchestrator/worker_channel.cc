// SPDX-License-Identifier: MIT
#include "orchestrator/worker_channel.h"

#include <cstdint>

#include <fmt/format.h>

#include "schema/check.h"

namespace rtag::orchestrator {
namespace {

using schema::Fault;
using schema::FaultKind;
using schema::Result;

// A peer that sends more is cut off, and then missed: by its heartbeats or by its reply.
constexpr std::int64_t kLargestReply_bytes = 32 << 20;
constexpr std::int64_t kLargestHeartbeat_bytes = 64 << 10;
constexpr int kReconnect_ms =
    10;  // Blender takes a while to bind; an attempt costs next to nothing

zmq::socket_t make_socket(zmq::context_t& context, zmq::socket_type type, std::int64_t largest) {
  zmq::socket_t socket(context, type);
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::maxmsgsize, largest);
  socket.set(zmq::sockopt::reconnect_ivl, kReconnect_ms);
  return socket;
}

// One whole message; empty when there is none.
std::vector<std::string> take_frames(zmq::socket_t& socket) {
  std::vector<std::string> frames;
  try {
    zmq::message_t frame;
    while (socket.recv(frame, zmq::recv_flags::dontwait)) {
      frames.push_back(frame.to_string());
      if (!frame.more()) break;
    }
  } catch (const zmq::error_t& error) {
    // Interrupted, or nothing is asked, so that nothing can be answered: nothing was taken.
    RTAG_CHECK(error.num() == EINTR || error.num() == EFSM, error.what());
    frames.clear();
  }
  return frames;
}

void send_frame(zmq::socket_t& socket, std::string_view text) {
  try {
    const auto sent = socket.send(zmq::buffer(text), zmq::send_flags::dontwait);
    RTAG_CHECK(sent.has_value(), "a worker was asked far too often");
  } catch (const zmq::error_t& error) {
    RTAG_CHECK(false, error.what());
  }
}

}  // namespace

Result<WorkerChannel> WorkerChannel::connect(zmq::context_t& context, std::string worker,
                                             const std::string& request_endpoint,
                                             const std::string& telemetry_endpoint) {
  try {
    auto requests = make_socket(context, zmq::socket_type::req, kLargestReply_bytes);
    requests.set(zmq::sockopt::req_correlate, true);
    requests.set(zmq::sockopt::req_relaxed, true);
    requests.connect(request_endpoint);
    auto telemetry = make_socket(context, zmq::socket_type::sub, kLargestHeartbeat_bytes);
    telemetry.set(zmq::sockopt::subscribe, "");
    telemetry.connect(telemetry_endpoint);
    return WorkerChannel(std::move(worker), std::move(requests), std::move(telemetry));
  } catch (const zmq::error_t& error) {
    return Fault{FaultKind::kUnavailable,
                 fmt::format("{}: no socket to it: {}", request_endpoint, error.what())};
  }
}

WorkerChannel::WorkerChannel(std::string worker, zmq::socket_t requests, zmq::socket_t telemetry)
    : worker_(std::move(worker)),
      requests_(std::move(requests)),
      telemetry_(std::move(telemetry)) {}

void WorkerChannel::init() {
  ask(Question::Command::kInit, 0,
      fmt::format(R"({{"protocol_version":{}}})", schema::kProtocolVersion));
}

void WorkerChannel::render(SceneId scene, std::string_view payload) {
  ask(Question::Command::kRender, scene, payload);
}

void WorkerChannel::shut_down() { ask(Question::Command::kShutdown, 0, "null"); }

void WorkerChannel::ask(Question::Command command, SceneId scene, std::string_view payload) {
  question_ = {fmt::format("{}/{}", worker_, ++questions_asked_), command, scene};
  send_frame(requests_, request_text(question_, payload));
}

std::optional<Result<Answer>> WorkerChannel::take_answer() {
  const auto frames = take_frames(requests_);
  if (frames.empty()) return std::nullopt;
  if (frames.size() == 1) return read_answer(frames[0], question_, worker_);
  return Fault{FaultKind::kRejected,
               fmt::format("unreadable reply: expected 1 frame, found {}", frames.size())};
}

std::optional<Result<schema::Heartbeat>> WorkerChannel::take_heartbeat() {
  const auto frames = take_frames(telemetry_);
  if (frames.empty()) return std::nullopt;
  return read_heartbeat(frames, worker_);
}

}  // namespace rtag::orchestrator
