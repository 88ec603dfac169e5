// SPDX-License-Identifier: MIT
#include "orchestrator/blender_fleet.h"

#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/format.h>

#include "schema/typed_io.h"
#include "tests/orchestrator/fleet_watch.h"

namespace rtag::orchestrator {
namespace {

namespace fs = std::filesystem;

constexpr WorkerId kFirst{0, 1};
constexpr WorkerId kSecond{0, 2};

// A fleet of fake workers (tests/fakes/fake_blender.py) with these faults.
struct Rig {
  explicit Rig(const std::string& faults, const std::string& subfolder = "")
      : root(furnished(folder.path() / subfolder, faults)) {}

  static fs::path furnished(const fs::path& where, const std::string& faults) {
    fs::create_directories(where / "shim");
    std::ofstream(where / "shim" / "faults.json") << faults;
    return where;
  }

  std::string payload(SceneId scene, WorkerId worker, int attempt = 1) {
    return fmt::format(R"({{"scene_id":{},"output_prefix":{}}})", scene,
                       schema::to_json(fleet.frame_prefix(worker, scene, attempt).string()));
  }
  void render(SceneId scene, WorkerId worker) { fleet.send(worker, scene, payload(scene, worker)); }
  void make_ready(WorkerId worker) {
    fleet.start(worker);
    watch.next<WorkerReady>(worker);
  }
  std::string end_of(WorkerId worker) { return watch.next<WorkerExited>(worker).how; }

  PrivateFolder folder = *PrivateFolder::create("/tmp");
  fs::path root;
  Scratch scratch = *Scratch::create_in({root}, {"/tmp"}, 1);
  BlenderFleet fleet{{{fs::path(RTAG_FAKES) / "fake_blender.py", root / "shim"},
                      scratch,
                      root / "logs",
                      {{"PATH", "/usr/bin:/bin"}},
                      2}};
  FleetWatch watch{fleet};
};

FileDescriptor pidfd_of(pid_t pid) {
  return FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

bool ends(const FileDescriptor& pidfd) {
  pollfd item{pidfd.get(), POLLIN, 0};
  return ::poll(&item, 1, 20'000) == 1;
}

std::string fault_after(const std::string& faults) {
  Rig rig(faults);
  rig.fleet.start(kFirst);
  rig.end_of(kFirst);
  return rig.fleet.fatal_startup_fault().value_or("none");
}

std::string bad_reply_after(const std::string& faults) {
  Rig rig(faults);
  rig.fleet.start(kFirst);
  return rig.watch.next<BadReply>(kFirst).reason;
}

}  // namespace

TEST_CASE("a worker gets Blender's arguments as the protocol says") {
  const Rig rig("{}");
  const FleetSetup setup{
      {"/usr/bin/blender", "/opt/my shim"}, const_cast<Scratch&>(rig.scratch), "/logs", {}, 3};
  CHECK(worker_arguments(setup, {7, 2}) ==
        std::vector<std::string>{"--background", "--factory-startup", "--disable-autoexec",
                                 "--threads", "3", "--python-exit-code", "2", "--python",
                                 "/opt/my shim/main.py", "--", "--endpoint",
                                 rig.scratch.endpoint_of({7, 2}), "--telemetry",
                                 rig.scratch.telemetry_endpoint_of({7, 2}), "--worker", "7.2"});
}

TEST_CASE("a worker starts, renders, and leaves when it is asked to") {
  Rig rig("{}");
  rig.make_ready(kFirst);
  CHECK(rig.fleet.capabilities(kFirst).blender_build_hash == "fake");
  rig.render(5, kFirst);
  CHECK(rig.watch.next<SceneRendered>(kFirst).scene == 5);
  const schema::RenderReply reply = rig.fleet.take_reply(kFirst, 5);
  CHECK(fs::file_size(reply.frames.at(0).image) == 5);
  rig.fleet.shut_down(kFirst);
  CHECK(rig.end_of(kFirst) == "exited with code 0");
  CHECK_FALSE(rig.fleet.fatal_startup_fault());
  CHECK(rig.fleet.last_words(kFirst) == "Blender 3.4.1 (fake)");
}

TEST_CASE("a path with blanks and letters of any language works") {
  Rig rig("{}", "mein Ördner/日本 \"x\"");
  rig.make_ready(kFirst);
  rig.render(5, kFirst);
  rig.watch.next<SceneRendered>(kFirst);
  CHECK(fs::exists(rig.fleet.take_reply(kFirst, 5).frames.at(0).image));
}

TEST_CASE("heartbeats are told while a worker beats") {
  Rig rig(R"({"0.1": {"beats": 3}})");
  rig.make_ready(kFirst);
  rig.watch.next<Heartbeat>(kFirst);
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
  while (std::chrono::steady_clock::now() < until) rig.watch.listen(100);
  CHECK(rig.watch.count<Heartbeat>() <= 3);  // then there was silence
}

TEST_CASE("a worker that dies at its start has exited, and never was ready") {
  Rig rig(R"({"0.1": {"exit": 1}, "0.2": {"signal": 11}})");
  rig.fleet.start(kFirst);
  CHECK(rig.end_of(kFirst) == "exited with code 1");
  rig.fleet.start(kSecond);
  CHECK(rig.end_of(kSecond) == "killed by signal 11 (SIGSEGV)");
  CHECK(rig.watch.count<WorkerReady>() == 0);
  CHECK_FALSE(rig.fleet.fatal_startup_fault());
}

TEST_CASE("what no other start would mend is told with its remedy") {
  CHECK(fault_after(R"({"*": {"exit": 3, "say": "rtag-shim: Blender's Python has no pyzmq"}})") ==
        "Blender's Python has no pyzmq; mend it with: "
        "apt-get install --no-install-recommends python3-zmq");
  CHECK(fault_after(R"({"*": {"exit": 5, "say": "rtag-shim: no numpy\nBlender quit"}})") ==
        "no numpy; mend it with: apt-get install --no-install-recommends python3-numpy");
  CHECK(fault_after(R"({"*": {"exit": 4, "say": "rtag-shim: this Blender is too old"}})") ==
        "this Blender is too old");
  CHECK(fault_after(R"({"*": {"exit": 6, "say": "rtag-shim: cannot bind x"}})") == "cannot bind x");
}

TEST_CASE("an exit code that the shim has not explained can be tried again") {
  CHECK(fault_after(R"({"*": {"exit": 3}})") == "none");
  CHECK(fault_after(R"({"*": {"exit": 2, "say": "rtag-shim: oh"}})") == "none");
  CHECK(fault_after(R"({"*": {"signal": 9, "say": "rtag-shim: oh"}})") == "none");
}

TEST_CASE("a program that cannot be started is a worker that exited") {
  Rig rig("{}");
  BlenderFleet fleet({{"/no/such/blender", rig.root}, rig.scratch, rig.root / "logs", {}, 1});
  FleetWatch watch(fleet);
  fleet.start(kFirst);
  fleet.kill(kFirst);  // crosses the news
  CHECK(watch.next<WorkerExited>(kFirst).how ==
        "not started: /no/such/blender: No such file or directory");
  CHECK_FALSE(fs::exists(rig.scratch.frames() / "w0.1"));
}

TEST_CASE("a worker that never says hello can be killed") {
  Rig rig(R"({"0.1": {"deaf": true}, "0.2": {"INIT": null}})");
  rig.fleet.start(kFirst);
  rig.fleet.start(kSecond);
  rig.watch.next<Heartbeat>(kSecond);  // it lives, and does not answer
  CHECK(rig.watch.count<WorkerReady>() == 0);
  rig.fleet.kill(kFirst);
  rig.fleet.kill(kSecond);
  CHECK(rig.end_of(kFirst) == "killed by signal 9 (SIGKILL)");
}

TEST_CASE("an answer to INIT that is none is a bad reply") {
  CHECK(bad_reply_after(R"({"*": {"INIT": "hello"}})").rfind("unreadable reply: ", 0) == 0);
  CHECK(
      bad_reply_after(R"({"*": {"INIT": "{\"status\": \"SUCC"}})").rfind("unreadable reply: ", 0) ==
      0);
  CHECK(bad_reply_after(
            R"({"*": {"INIT": "{\"status\":\"SUCCESS\",\"request_id\":\"no\",\"message\":\"\",)"
            R"(\"data\":null}"}})") == "answered request no when asked 0.1/1");
  CHECK(bad_reply_after(
            R"({"*": {"INIT": "{\"status\":\"FAILURE\",\"request_id\":\"$ID\",\"message\":\"old\",)"
            R"(\"data\":{\"error_kind\":\"bad_request\"}}"}})") == "refused an order: old");
}

TEST_CASE("a heartbeat that is none is a bad reply") {
  CHECK(bad_reply_after(R"({"*": {"beat": "thump"}})").rfind("unreadable heartbeat: ", 0) == 0);
}

TEST_CASE("a rejected scene comes with whom to blame") {
  const auto rejected = [](const std::string& kind) {
    Rig rig(R"({"*": {"RENDER": "{\"status\":\"FAILURE\",\"request_id\":\"$ID\",)"
            R"(\"message\":\"no\",\"data\":{\"error_kind\":\")" +
            kind + R"(\"}}"}})");
    rig.make_ready(kFirst);
    rig.render(5, kFirst);
    const SceneRejected event = rig.watch.next<SceneRejected>(kFirst);
    CHECK(event.scene == 5);
    CHECK(event.reason == "no");
    return event.blame;
  };
  CHECK(rejected("bad_scene") == Blame::kScene);
  CHECK(rejected("bad_request") == Blame::kScene);
  CHECK(rejected("render_failed") == Blame::kWorker);
}

TEST_CASE("a frame outside the scene's folder is a bad reply") {
  const std::string good = [] {
    Rig rig("{}");
    rig.make_ready(kFirst);
    rig.render(5, kFirst);
    rig.watch.next<SceneRendered>(kFirst);
    schema::RenderReply reply = rig.fleet.take_reply(kFirst, 5);
    reply.frames[0].image = "/etc/passwd";
    return schema::to_json(reply);
  }();
  const std::string text = R"({"status":"SUCCESS","request_id":"$ID","message":"","data":)" + good;
  Rig rig(R"({"0.1": {"RENDER": )" + schema::to_json(text + "}") + "}}");
  rig.make_ready(kFirst);
  rig.render(5, kFirst);
  CHECK(rig.watch.next<BadReply>(kFirst).reason == "named a frame outside its folder");
}

TEST_CASE("a worker that crashes while it renders leaves nothing of that scene") {
  Rig rig(R"({"0.1": {"RENDER": "die"}})");
  rig.make_ready(kFirst);
  const fs::path frames = rig.fleet.frame_prefix(kFirst, 5, 1).parent_path();
  std::ofstream(frames / "frame_cam0000.exr.part") << "half";
  rig.fleet.send(kFirst, 5, "{}");
  CHECK(rig.end_of(kFirst) == "killed by signal 11 (SIGSEGV)");
  rig.watch.listen(0);
  CHECK_FALSE(fs::exists(rig.scratch.frames() / "w0.1"));
}

TEST_CASE("frames that were taken outlive their worker, its temporary files do not") {
  Rig rig("{}");
  rig.make_ready(kFirst);
  rig.render(5, kFirst);
  rig.watch.next<SceneRendered>(kFirst);
  const fs::path image = rig.fleet.take_reply(kFirst, 5).frames.at(0).image;
  fs::create_directory(rig.scratch.frames() / "w0.1/home/blender_aBcDeF");
  rig.fleet.kill(kFirst);
  rig.end_of(kFirst);
  rig.watch.listen(0);
  CHECK(fs::exists(image));
  CHECK_FALSE(fs::exists(rig.scratch.frames() / "w0.1/home"));
}

TEST_CASE("folders of scenes that are done do not pile up") {
  Rig rig("{}");
  rig.make_ready(kFirst);
  for (SceneId scene = 0; scene < 4; ++scene) {
    rig.render(scene, kFirst);
    rig.watch.next<SceneRendered>(kFirst);
    fs::remove(rig.fleet.take_reply(kFirst, scene).frames.at(0).image);
  }
  const auto entries = fs::directory_iterator(rig.scratch.frames() / "w0.1");
  CHECK(std::distance(entries, fs::directory_iterator()) == 2);  // home, and the last scene's
}

TEST_CASE("orders to a worker that has just ended are ignored") {
  Rig rig("{}");
  rig.make_ready(kFirst);
  rig.fleet.shut_down(kFirst);
  CHECK(rig.end_of(kFirst) == "exited with code 0");
  rig.fleet.shut_down(kFirst);
  rig.fleet.kill(kFirst);
  rig.render(6, kFirst);
  rig.watch.listen(0);
  rig.fleet.kill(kFirst);
  rig.watch.listen(0);
  CHECK(rig.watch.count<WorkerExited>() == 1);
}

TEST_CASE("killing a worker kills what it has started") {
  Rig rig(R"({"0.1": {"child": true}})");
  rig.make_ready(kFirst);
  pid_t child = 0;
  std::ifstream(rig.root / "shim" / "child_pid") >> child;
  const FileDescriptor pidfd = pidfd_of(child);
  REQUIRE(pidfd.is_open());
  rig.fleet.kill(kFirst);
  CHECK(rig.end_of(kFirst) == "killed by signal 9 (SIGKILL)");
  CHECK(ends(pidfd));
}

TEST_CASE("two incarnations of a slot live side by side") {
  Rig rig("{}");
  rig.make_ready(kFirst);
  rig.make_ready(kSecond);
  rig.render(5, kFirst);
  rig.render(6, kSecond);
  CHECK(rig.watch.next<SceneRendered>(kFirst).scene == 5);
  CHECK(rig.fleet.capabilities(kFirst).worker == "0.1");
  CHECK(rig.fleet.capabilities(kSecond).worker == "0.2");
  rig.fleet.kill(kFirst);
  rig.end_of(kFirst);
  rig.render(7, kSecond);
  while (rig.watch.next<SceneRendered>(kSecond).scene != 7) {
  }
  CHECK(fs::exists(rig.fleet.take_reply(kSecond, 7).frames.at(0).image));
}

TEST_CASE("a fleet that goes takes its workers along") {
  FileDescriptor pidfd;
  {
    Rig rig("{}");
    rig.make_ready(kFirst);
    pidfd = pidfd_of(rig.fleet.capabilities(kFirst).pid);
    REQUIRE(pidfd.is_open());
  }
  CHECK(ends(pidfd));
}

TEST_CASE("waiting ends when another descriptor is readable") {
  Rig rig("{}");
  const FileDescriptor wake(::eventfd(1, EFD_CLOEXEC));
  const int also[] = {wake.get()};
  CHECK(rig.fleet.wait(60'000, also).empty());
  CHECK(rig.fleet.wait(0, {}).empty());
}

}  // namespace rtag::orchestrator
