// SPDX-License-Identifier: MIT
#include "orchestrator/worker_channel.h"

#include <catch2/catch.hpp>

#include "orchestrator/scratch.h"

namespace rtag::orchestrator {
namespace {

constexpr std::chrono::seconds kPatience{20};

bool is_readable(void* socket) {
  zmq::pollitem_t item{socket, 0, ZMQ_POLLIN, 0};
  return zmq::poll(&item, 1, kPatience) == 1;
}

// The worker's end of the sockets, played by the test.
class WorkerEnd {
 public:
  WorkerEnd(zmq::context_t& context, const std::string& requests, const std::string& telemetry)
      : requests_(context, zmq::socket_type::rep), telemetry_(context, zmq::socket_type::pub) {
    requests_.bind(requests);
    telemetry_.bind(telemetry);
  }

  std::string take_request() {
    REQUIRE(is_readable(requests_.handle()));
    zmq::message_t message;
    REQUIRE(requests_.recv(message));
    return message.to_string();
  }
  void reply(const std::string& text) { requests_.send(zmq::buffer(text), {}); }
  void reply_in_two(const std::string& text) {
    requests_.send(zmq::buffer(text), zmq::send_flags::sndmore);
    requests_.send(zmq::buffer(text), {});
  }
  void beat(const std::string& name, const std::string& text) {
    telemetry_.send(zmq::buffer(name), zmq::send_flags::sndmore);
    telemetry_.send(zmq::buffer(text), {});
  }

 private:
  zmq::socket_t requests_;
  zmq::socket_t telemetry_;
};

struct Line {
  PrivateFolder folder = *PrivateFolder::create("/tmp");
  std::string requests = "ipc://" + (folder.path() / "req").string();
  std::string telemetry = "ipc://" + (folder.path() / "pub").string();
  zmq::context_t context;
  WorkerChannel channel = *WorkerChannel::connect(context, "0.1", requests, telemetry);

  WorkerEnd bind() { return WorkerEnd(context, requests, telemetry); }
  schema::Result<Answer> await_answer() {
    for (;;) {  // A dropped answer makes the socket readable too.
      REQUIRE(is_readable(channel.request_socket()));
      if (auto answer = channel.take_answer()) return *std::move(answer);
    }
  }
};

std::string goodbye(const std::string& id) {
  return R"({"status":"SUCCESS","request_id":")" + id + R"(","message":"","data":null})";
}

const std::string kFailed =
    R"({"status":"FAILURE","request_id":"0.1/1","message":"no","data":{"error_kind":"bad_scene"}})";

}  // namespace

TEST_CASE("a question that is asked before the worker listens is heard when it does") {
  Line line;
  line.channel.init();
  WorkerEnd worker = line.bind();
  CHECK(worker.take_request() ==
        R"({"command_type":"INIT","payload":{"protocol_version":1},"request_id":"0.1/1"})");
}

TEST_CASE("an answer is taken once") {
  Line line;
  WorkerEnd worker = line.bind();
  CHECK_FALSE(line.channel.take_answer());
  line.channel.shut_down();
  worker.take_request();
  worker.reply(goodbye("0.1/1"));
  const auto answer = line.await_answer();
  REQUIRE(answer);
  CHECK(std::holds_alternative<ShuttingDown>(*answer));
  CHECK_FALSE(line.channel.take_answer());
}

TEST_CASE("requests are numbered, and carry the payload as it is") {
  Line line;
  WorkerEnd worker = line.bind();
  line.channel.render(7, R"({"scene_id":7})");
  CHECK(worker.take_request() ==
        R"({"command_type":"RENDER","payload":{"scene_id":7},"request_id":"0.1/1"})");
  worker.reply(kFailed);
  const auto answer = line.await_answer();
  REQUIRE(answer);
  CHECK(std::get<Refusal>(*answer).kind == Refusal::Kind::kBadScene);
  line.channel.shut_down();
  CHECK(worker.take_request() ==
        R"({"command_type":"SHUTDOWN","payload":null,"request_id":"0.1/2"})");
}

TEST_CASE("an answer that comes after the next question was asked is dropped") {
  Line line;
  WorkerEnd worker = line.bind();
  line.channel.render(7, "{}");
  worker.take_request();
  line.channel.shut_down();
  worker.reply(kFailed);  // too late
  worker.take_request();
  worker.reply(goodbye("0.1/2"));
  const auto answer = line.await_answer();
  REQUIRE(answer);
  CHECK(std::holds_alternative<ShuttingDown>(*answer));
  CHECK_FALSE(line.channel.take_answer());
}

TEST_CASE("an answer with the wrong request id, of two frames, or of none is refused") {
  const auto why_not = [](auto&& reply) {
    Line line;
    WorkerEnd worker = line.bind();
    line.channel.shut_down();
    worker.take_request();
    reply(worker);
    const auto answer = line.await_answer();
    REQUIRE_FALSE(answer);
    return answer.error().message;
  };
  CHECK(why_not([](WorkerEnd& worker) { worker.reply(goodbye("0.1/9")); }) ==
        "answered request 0.1/9 when asked 0.1/1");
  CHECK(why_not([](WorkerEnd& worker) { worker.reply_in_two(goodbye("0.1/1")); }) ==
        "unreadable reply: expected 1 frame, found 2");
  CHECK(why_not([](WorkerEnd& worker) { worker.reply(""); }).rfind("unreadable reply: ", 0) == 0);
}

TEST_CASE("heartbeats are heard") {
  Line line;
  WorkerEnd worker = line.bind();
  // What is said before the subscription has arrived is not heard: say it again until it is.
  const std::string text =
      R"({"worker":"0.1","sequence":0,"state":"IDLE","scene_id":null,"rss_mb":1.0,"uptime_s":0.0})";
  std::optional<schema::Result<schema::Heartbeat>> beat;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!beat && std::chrono::steady_clock::now() < deadline) {
    worker.beat("0.1", text);
    zmq::pollitem_t item{line.channel.telemetry_socket(), 0, ZMQ_POLLIN, 0};
    zmq::poll(&item, 1, std::chrono::milliseconds(10));
    beat = line.channel.take_heartbeat();
  }
  REQUIRE(beat);
  REQUIRE(*beat);
  CHECK((*beat)->state == "IDLE");
}

TEST_CASE("a socket that cannot be made is a fault with the endpoint's name") {
  zmq::context_t context;
  const auto channel = WorkerChannel::connect(context, "0.1", "ipc://" + std::string(200, 'x'), "");
  REQUIRE_FALSE(channel);
  CHECK(channel.error().kind == schema::FaultKind::kUnavailable);
  CHECK(channel.error().message ==
        "ipc://" + std::string(200, 'x') + ": no socket to it: File name too long");
}

}  // namespace rtag::orchestrator
