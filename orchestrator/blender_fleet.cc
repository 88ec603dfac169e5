// SPDX-License-Identifier: MIT
#include "orchestrator/blender_fleet.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "schema/check.h"

namespace rtag::orchestrator {
namespace {

namespace fs = std::filesystem;
using schema::Result;

constexpr int kItemsPerWorker = 3;
constexpr int kLastWords_lines = 12;
constexpr std::string_view kHome = "home";

schema::Outcome make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directory(folder, error);
  if (!error) return schema::Nothing{};
  return schema::Fault{schema::FaultKind::kOutput,
                       fmt::format("{}: {}", folder.string(), error.message())};
}

// Whoever finishes a scene reads and removes the files that its reply names.
bool is_inside(const fs::path& folder, const std::string& file) {
  const fs::path path(file);
  return path.parent_path() == folder && path.filename() != "..";
}

bool is_removed_when_empty(const fs::path& folder) {
  std::error_code error;
  fs::remove(folder, error);
  return !error;
}

// The shim's last sentence in a log, without its prefix.
std::optional<std::string> shim_sentence(const fs::path& log) {
  constexpr std::string_view kPrefix = "rtag-shim: ";
  const std::string words = last_lines(log, kLastWords_lines);
  const std::size_t start = words.rfind(kPrefix);
  if (start == std::string::npos) return std::nullopt;
  const std::size_t end = words.find('\n', start);
  return words.substr(start + kPrefix.size(),
                      end == std::string::npos ? end : end - start - kPrefix.size());
}

}  // namespace

std::vector<std::string> worker_arguments(const FleetSetup& setup, WorkerId worker) {
  return {"--background",
          "--factory-startup",
          "--disable-autoexec",
          "--threads",
          std::to_string(setup.threads_per_worker),
          "--python-exit-code",
          "2",
          "--python",
          (setup.install.shim / "main.py").string(),
          "--",
          "--endpoint",
          setup.scratch.endpoint_of(worker),
          "--telemetry",
          setup.scratch.telemetry_endpoint_of(worker),
          "--worker",
          name_of(worker)};
}

BlenderFleet::BlenderFleet(FleetSetup setup) : setup_(std::move(setup)) {}

BlenderFleet::~BlenderFleet() {
  for (auto& [id, worker] : workers_) {
    if (!worker.is_gone) worker.process.kill();  // All first: they end side by side.
  }
}

void BlenderFleet::start(WorkerId worker) {
  auto launched = launch(worker);
  if (launched) {
    workers_.emplace(worker, *std::move(launched));
    return;
  }
  setup_.scratch.remove_folder_of(worker);
  events_.emplace_back(WorkerExited{worker, "not started: " + launched.error().message});
}

Result<BlenderFleet::Worker> BlenderFleet::launch(WorkerId id) {
  const auto folder = setup_.scratch.folder_of(id);
  if (!folder) return folder.error();
  const fs::path home = *folder / kHome;
  if (auto made = make_folder(home); !made) return made.error();
  auto channel = WorkerChannel::connect(context_, name_of(id), setup_.scratch.endpoint_of(id),
                                        setup_.scratch.telemetry_endpoint_of(id));
  if (!channel) return channel.error();
  auto process =
      WorkerProcess::start({setup_.install.program, worker_arguments(setup_, id),
                            worker_environment(setup_.environment, home), home, log_of(id)});
  if (!process) return process.error();
  channel->init();  // Waits at the worker's socket until somebody reads it.
  return Worker{id, *folder, *std::move(process), *std::move(channel)};
}

// nullptr when it has ended or could not be started: an order then crosses the news of that, which
// will do.
BlenderFleet::Worker* BlenderFleet::find_live(WorkerId id) {
  const auto found = workers_.find(id);
  return found == workers_.end() || found->second.is_gone ? nullptr : &found->second;
}

void BlenderFleet::send(WorkerId id, SceneId scene, const std::string& payload) {
  Worker* worker = find_live(id);
  if (worker == nullptr) return;
  if (!worker->frames_fault.empty()) {
    events_.emplace_back(SceneRejected{id, scene, Blame::kWorker, worker->frames_fault});
    return;
  }
  worker->scene = scene;
  worker->reply.reset();
  worker->channel.render(scene, payload);
}

void BlenderFleet::shut_down(WorkerId id) {
  if (Worker* worker = find_live(id)) worker->channel.shut_down();
}

void BlenderFleet::kill(WorkerId id) {
  if (Worker* worker = find_live(id)) worker->process.kill();
}

std::vector<Event> BlenderFleet::wait(Millis timeout_ms, std::span<const int> also) {
  bury();
  if (!events_.empty()) timeout_ms = 0;
  std::vector<zmq::pollitem_t> items = poll_items(also);
  try {
    zmq::poll(items, std::chrono::milliseconds(timeout_ms));
    const zmq::pollitem_t* own = items.data();
    for (auto& [id, worker] : workers_) {
      hear(worker, own);
      own += kItemsPerWorker;
    }
  } catch (const zmq::error_t& error) {
    RTAG_CHECK(error.num() == EINTR, error.what());  // by a signal: nothing has been heard yet
  }
  return std::exchange(events_, {});
}

// Those whose end was told by the last wait(). Frames that were taken stay: their folder is the
// caller's.
void BlenderFleet::bury() {
  std::error_code ignored;  // What stays goes with the scratch.
  std::erase_if(workers_, [&](const auto& entry) {
    const Worker& worker = entry.second;
    if (!worker.is_gone) return false;
    if (worker.scene) fs::remove_all(worker.frames, ignored);
    fs::remove_all(worker.folder / kHome, ignored);
    fs::remove(worker.folder, ignored);
    return true;
  });
}

std::vector<zmq::pollitem_t> BlenderFleet::poll_items(std::span<const int> also) {
  std::vector<zmq::pollitem_t> items;
  for (auto& [id, worker] : workers_) {
    items.push_back({worker.channel.request_socket(), 0, ZMQ_POLLIN, 0});
    items.push_back({worker.channel.telemetry_socket(), 0, ZMQ_POLLIN, 0});
    items.push_back({nullptr, worker.process.pidfd(), ZMQ_POLLIN, 0});
  }
  for (const int fd : also) items.push_back({nullptr, fd, ZMQ_POLLIN, 0});
  return items;
}

void BlenderFleet::hear(Worker& worker, const zmq::pollitem_t* items) {
  const bool has_ended = items[2].revents != 0;
  if (items[1].revents != 0) hear_heartbeats(worker);
  if (items[0].revents != 0 || has_ended) hear_answers(worker);
  if (has_ended) hear_end(worker);
}

void BlenderFleet::hear_answers(Worker& worker) {
  while (auto answer = worker.channel.take_answer()) {
    if (*answer) {
      std::visit([&](auto& content) { on(worker, std::move(content)); }, **answer);
    } else {
      events_.emplace_back(BadReply{worker.id, answer->error().message});
    }
  }
}

// However many have come, they say one thing.
void BlenderFleet::hear_heartbeats(Worker& worker) {
  bool is_alive = false;
  while (const auto beat = worker.channel.take_heartbeat()) {
    if (!*beat) {
      events_.emplace_back(BadReply{worker.id, beat->error().message});
      return;
    }
    is_alive = true;
  }
  if (is_alive) events_.emplace_back(Heartbeat{worker.id});
}

void BlenderFleet::hear_end(Worker& worker) {
  const ProcessEnd end = worker.process.wait();
  worker.is_gone = true;
  if (!fatal_fault_) fatal_fault_ = fatal_fault_of(worker, end);
  events_.emplace_back(WorkerExited{worker.id, to_string(end)});
}

void BlenderFleet::on(Worker& worker, schema::Capabilities capabilities) {
  worker.capabilities = std::move(capabilities);
  events_.emplace_back(WorkerReady{worker.id});
}

void BlenderFleet::on(Worker& worker, schema::RenderReply reply) {
  for (const schema::FrameReply& frame : reply.frames) {
    if (is_inside(worker.frames, frame.image) && is_inside(worker.frames, frame.index)) continue;
    events_.emplace_back(BadReply{worker.id, "named a frame outside its folder"});
    return;
  }
  events_.emplace_back(SceneRendered{worker.id, reply.scene_id});
  worker.reply = std::move(reply);
}

void BlenderFleet::on(Worker&, const ShuttingDown&) {}  // Its end is the news.

void BlenderFleet::on(Worker& worker, const Refusal& refusal) {
  if (!worker.scene || worker.reply) {
    events_.emplace_back(BadReply{worker.id, "refused an order: " + refusal.message});
    return;
  }
  // A request that one worker finds malformed, all of them do.
  const bool is_its_own = refusal.kind == Refusal::Kind::kRenderFailed;
  events_.emplace_back(SceneRejected{worker.id, *worker.scene,
                                     is_its_own ? Blame::kWorker : Blame::kScene, refusal.message});
}

fs::path BlenderFleet::frame_prefix(WorkerId id, SceneId scene, int attempt) {
  Worker* worker = find_live(id);
  if (worker == nullptr) return {};
  std::erase_if(worker->taken, is_removed_when_empty);
  worker->frames = worker->folder / fmt::format("scene_{}.{}", scene, attempt);
  const auto made = make_folder(worker->frames);
  worker->frames_fault = made ? std::string() : made.error().message;
  return worker->frames / "frame";
}

schema::RenderReply BlenderFleet::take_reply(WorkerId id, SceneId scene) {
  const auto found = workers_.find(id);  // who may have ended since it replied
  RTAG_CHECK(found != workers_.end() && found->second.reply && found->second.scene == scene,
             "no frames of this scene wait to be taken");
  found->second.scene.reset();
  found->second.taken.push_back(found->second.frames);
  return *std::exchange(found->second.reply, std::nullopt);
}

const schema::Capabilities& BlenderFleet::capabilities(WorkerId id) const {
  const auto found = workers_.find(id);
  RTAG_CHECK(found != workers_.end() && found->second.capabilities,
             "a worker was asked what it can do before it was ready");
  return *found->second.capabilities;
}

std::string BlenderFleet::last_words(WorkerId worker) const {
  return last_lines(log_of(worker), kLastWords_lines);
}

fs::path BlenderFleet::log_of(WorkerId worker) const {
  return setup_.logs / fmt::format("worker-{}.log", name_of(worker));
}

// The shim's own exit codes before it is ready (docs/protocol.md), and what mends them.
std::optional<std::string> BlenderFleet::fatal_fault_of(const Worker& worker,
                                                        const ProcessEnd& end) const {
  constexpr int kNoPyzmq = 3;
  constexpr int kNoNumpy = 5;
  constexpr int kWrongCommandLine = 6;
  const bool is_its_own = end.exit_code >= kNoPyzmq && end.exit_code <= kWrongCommandLine;
  if (worker.capabilities || end.signal != 0 || !is_its_own) return std::nullopt;
  auto sentence = shim_sentence(log_of(worker.id));
  if (!sentence || (end.exit_code != kNoPyzmq && end.exit_code != kNoNumpy)) return sentence;
  const auto missing = end.exit_code == kNoPyzmq ? PythonPackage::kPyzmq : PythonPackage::kNumpy;
  return fmt::format("{}; mend it with: {}", *sentence,
                     install_command(setup_.install.program, missing));
}

}  // namespace rtag::orchestrator
