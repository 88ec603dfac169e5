// SPDX-License-Identifier: MIT
#include "orchestrator/schedule.h"

#include <numeric>
#include <string>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>

namespace rtag::orchestrator {
namespace {

std::string name(WorkerId id) {
  return std::to_string(id.slot) + "." + std::to_string(id.incarnation);
}
std::string words(const StartWorker& a) { return "start " + name(a.worker); }
std::string words(const SendScene& a) {
  const std::string again = a.attempt == 1 ? "" : " again (" + std::to_string(a.attempt) + ")";
  return "send " + std::to_string(a.scene) + " to " + name(a.worker) + again;
}
std::string words(const FinishScene& a) {
  return "finish " + std::to_string(a.scene) + " of " + name(a.worker);
}
std::string words(const ShutDownWorker& a) { return "shut down " + name(a.worker); }
std::string words(const KillWorker& a) { return "kill " + name(a.worker) + ": " + a.reason; }
std::string words(const QuarantineScene& a) {
  return "quarantine " + std::to_string(a.scene) + " after " + std::to_string(a.attempts) +
         ", last on " + name(a.worker) + ": " + a.reason;
}
std::string words(const StopRun& a) { return "stop the run: " + name(a.worker) + ": " + a.reason; }

std::vector<SceneId> scenes(int count) {
  std::vector<SceneId> ids(static_cast<std::size_t>(count));
  std::iota(ids.begin(), ids.end(), 0);
  return ids;
}

using Story = std::vector<std::string>;

// A schedule whose actions are read as sentences, at a time that only the test moves.
class Stage {
 public:
  Stage(int scene_count, int slots, const Limits& limits = {})
      : schedule_(scenes(scene_count), slots, limits) {
    started_ = told(schedule_.tick(now_));
  }
  const Story& started() const { return started_; }
  const Schedule& schedule() const { return schedule_; }

  Story ready(int slot, int incarnation = 1) { return hear(WorkerReady{{slot, incarnation}}); }
  Story exits(int slot, int incarnation, const std::string& how = "killed by signal 11") {
    return hear(WorkerExited{{slot, incarnation}, how});
  }
  Story rendered(SceneId scene, int slot, int incarnation = 1) {
    return hear(SceneRendered{{slot, incarnation}, scene});
  }
  Story rejected(SceneId scene, int slot, int incarnation, Blame blame) {
    return hear(SceneRejected{{slot, incarnation}, scene, blame, "texture missing"});
  }
  Story committed(SceneId scene) { return hear(SceneCommitted{scene}); }
  Story unusable(SceneId scene, int slot, int incarnation = 1) {
    return hear(FrameUnusable{scene, {slot, incarnation}, "frame cut short"});
  }
  Story hear(const Event& event) { return told(schedule_.handle(event, now_)); }
  Story wait(Millis ms) {
    now_ += ms;
    return told(schedule_.tick(now_));
  }
  void pass(Millis ms) { now_ += ms; }  // The caller is busy elsewhere: no tick.

 private:
  static Story told(const std::vector<Action>& actions) {
    Story story;
    for (const Action& action : actions) {
      story.push_back(std::visit([](const auto& a) { return words(a); }, action));
    }
    return story;
  }

  Schedule schedule_;
  Millis now_ = 1'000'000;
  Story started_;
};

const Story kNothing{};

}  // namespace

TEST_CASE("a single worker renders the scenes in order and leaves when none is left") {
  Stage stage(2, 1);
  CHECK(stage.started() == Story{"start 0.1"});
  CHECK(stage.ready(0) == Story{"send 0 to 0.1"});
  CHECK(stage.rendered(0, 0) == Story{"finish 0 of 0.1", "send 1 to 0.1"});
  CHECK(stage.committed(0) == kNothing);
  CHECK(stage.rendered(1, 0) == Story{"finish 1 of 0.1", "shut down 0.1"});
  CHECK(stage.exits(0, 1, "ended by itself") == kNothing);
  CHECK_FALSE(stage.schedule().finished());  // The last frame is still on its way.
  CHECK(stage.committed(1) == kNothing);
  CHECK(stage.schedule().finished());
  CHECK(stage.schedule().scenes_left() == 0);
}

TEST_CASE("nothing to do is finished at once") {
  Stage stage(0, 3);
  CHECK(stage.started() == kNothing);
  CHECK(stage.schedule().finished());
  CHECK_FALSE(stage.schedule().next_deadline().has_value());
}

TEST_CASE("no more workers start than there are scenes to hand out") {
  CHECK(Stage(2, 4).started() == Story{"start 0.1", "start 1.1"});
}

TEST_CASE("scenes go out in the order given, whatever their ids") {
  Schedule schedule({40, 7}, 1, {});
  CHECK(schedule.tick(0).size() == 1);
  const auto actions = schedule.handle(WorkerReady{{0, 1}}, 0);
  REQUIRE(actions.size() == 1);
  CHECK(std::get<SendScene>(actions[0]).scene == 40);
}

TEST_CASE("a worker that becomes useless leaves at once: idle by request, starting by force") {
  Stage stage(3, 3);
  CHECK(stage.ready(0) == Story{"send 0 to 0.1"});
  CHECK(stage.ready(1) == Story{"send 1 to 1.1"});
  CHECK(stage.rendered(0, 0) ==
        Story{"finish 0 of 0.1", "send 2 to 0.1", "kill 2.1: not needed any more"});
  CHECK(stage.exits(2, 1, "killed by signal 9") == kNothing);
  CHECK(stage.rendered(1, 1) == Story{"finish 1 of 1.1", "shut down 1.1"});
}

TEST_CASE("a scene of a crashed worker waits for the fresh ones, then goes to another") {
  Stage stage(3, 2);
  CHECK(stage.ready(0) == Story{"send 0 to 0.1"});
  CHECK(stage.ready(1) == Story{"send 1 to 1.1"});
  CHECK(stage.exits(0, 1) == Story{"start 0.2"});
  CHECK(stage.rendered(1, 1) == Story{"finish 1 of 1.1", "send 2 to 1.1"});
  CHECK(stage.ready(0, 2) == Story{"send 0 to 0.2 again (2)"});
  CHECK(stage.schedule().progress().retries == 1);
}

TEST_CASE("a scene that comes back when all have left gets a new worker") {
  Stage stage(1, 1);
  stage.ready(0);
  CHECK(stage.rendered(0, 0) == Story{"finish 0 of 0.1", "shut down 0.1"});
  CHECK(stage.exits(0, 1, "ended by itself") == kNothing);
  CHECK(stage.unusable(0, 0) == Story{"start 0.2"});
  CHECK(stage.ready(0, 2) == Story{"send 0 to 0.2 again (2)"});
}

TEST_CASE("a worker that has failed all that is left makes room for a new incarnation") {
  Stage stage(2, 1);
  stage.ready(0);
  stage.rendered(0, 0);
  CHECK(stage.unusable(0, 0) == kNothing);  // 0.1 renders scene 1 meanwhile.
  CHECK(stage.rendered(1, 0) == Story{"finish 1 of 0.1", "shut down 0.1"});
  CHECK(stage.exits(0, 1, "ended by itself") == Story{"start 0.2"});
  CHECK(stage.ready(0, 2) == Story{"send 0 to 0.2 again (2)"});
}

TEST_CASE("the third failure quarantines a scene with its last reason, and the run goes on") {
  Stage stage(2, 1);
  stage.ready(0, 1);
  stage.exits(0, 1);
  CHECK(stage.ready(0, 2) == Story{"send 1 to 0.2"});
  CHECK(stage.rendered(1, 0, 2) == Story{"finish 1 of 0.2", "send 0 to 0.2 again (2)"});
  stage.committed(1);
  CHECK(stage.exits(0, 2) == Story{"start 0.3"});
  CHECK(stage.ready(0, 3) == Story{"send 0 to 0.3 again (3)"});
  CHECK(stage.exits(0, 3, "exit code 1") ==
        Story{"quarantine 0 after 3, last on 0.3: exit code 1"});
  CHECK(stage.schedule().finished());
  CHECK(stage.schedule().progress().quarantined == 1);
  CHECK(stage.schedule().progress().committed == 1);
}

TEST_CASE("a scene that is to blame itself is quarantined at once and its worker goes on") {
  Stage stage(2, 1);
  stage.ready(0);
  CHECK(stage.rejected(0, 0, 1, Blame::kScene) ==
        Story{"quarantine 0 after 1, last on 0.1: texture missing", "send 1 to 0.1"});
}

TEST_CASE("a worker that is to blame for a rejection is replaced") {
  Stage stage(2, 1);
  stage.ready(0);
  CHECK(stage.rejected(0, 0, 1, Blame::kWorker) == Story{"shut down 0.1"});
  CHECK(stage.exits(0, 1, "ended by itself") == Story{"start 0.2"});
  CHECK(stage.ready(0, 2) == Story{"send 1 to 0.2"});
}

TEST_CASE("a worker that cannot be trusted is killed and its scene given back") {
  Stage stage(1, 2);
  stage.ready(0);
  CHECK(stage.hear(BadReply{{0, 1}, "reply is not JSON"}) ==
        Story{"kill 0.1: reply is not JSON", "start 1.1"});
  CHECK(stage.rendered(0, 0) == kNothing);  // It comes too late.
  CHECK(stage.ready(1) == Story{"send 0 to 1.1 again (2)"});
}

TEST_CASE("each deadline kills with a reason that names it") {
  SECTION("startup") {
    Stage stage(1, 1);
    CHECK(stage.wait(59'999) == kNothing);
    CHECK(stage.wait(1) == Story{"kill 0.1: not ready in 60 s"});
  }
  SECTION("heartbeat, of a worker that renders") {
    Stage stage(1, 1);
    stage.ready(0);
    stage.wait(19'999);
    stage.hear(Heartbeat{{0, 1}});
    CHECK(stage.wait(19'999) == kNothing);
    CHECK(stage.wait(1).front() == "kill 0.1: no heartbeat for 20 s");
  }
  SECTION("render, of a worker whose heart beats") {
    Stage stage(1, 1, {.render_ms = 30'500});
    stage.ready(0);
    stage.wait(15'000);
    stage.hear(Heartbeat{{0, 1}});
    CHECK(stage.wait(15'499) == kNothing);
    CHECK(stage.wait(1).front() == "kill 0.1: scene not rendered in 30500 ms");
  }
  SECTION("shutdown") {
    Stage stage(1, 1);
    stage.ready(0);
    stage.rendered(0, 0);
    CHECK(stage.wait(9'999) == kNothing);
    CHECK(stage.wait(1) == Story{"kill 0.1: still there 10 s after it was shut down"});
    CHECK_FALSE(stage.schedule().next_deadline().has_value());
  }
}

TEST_CASE("after a stall the news that waited is heard before anyone is killed") {
  Stage stage(2, 1);
  stage.ready(0);
  stage.pass(50'000);
  CHECK(stage.rendered(0, 0) == Story{"finish 0 of 0.1", "send 1 to 0.1"});
  CHECK(stage.wait(0) == kNothing);
}

TEST_CASE("a slot holds at most two frames: one on its way, one being rendered") {
  Stage stage(4, 1);
  stage.ready(0);
  CHECK(stage.rendered(0, 0) == Story{"finish 0 of 0.1", "send 1 to 0.1"});
  CHECK(stage.rendered(1, 0) == Story{"finish 1 of 0.1"});
  CHECK(stage.committed(1) == Story{"send 2 to 0.1"});
  SECTION("and a crash does not make it forget them") {
    CHECK(stage.exits(0, 1) == Story{"start 0.2"});
    CHECK(stage.ready(0, 2) == Story{"send 3 to 0.2"});
    CHECK(stage.rendered(3, 0, 2) == Story{"finish 3 of 0.2"});
    CHECK(stage.committed(0) == Story{"send 2 to 0.2 again (2)"});
  }
}

TEST_CASE("a rendered scene outlives its worker") {
  Stage stage(2, 1);
  stage.ready(0);
  stage.rendered(0, 0);
  CHECK(stage.exits(0, 1) == Story{"start 0.2"});
  CHECK(stage.ready(0, 2) == Story{"send 1 to 0.2 again (2)"});
  CHECK(stage.committed(0) == kNothing);
  CHECK(stage.schedule().progress().committed == 1);
}

TEST_CASE("a worker at its last scene gets its successor at once, and renders alone") {
  Stage stage(4, 1, {.max_renders_per_worker = 2});
  stage.ready(0);
  CHECK(stage.rendered(0, 0) == Story{"finish 0 of 0.1", "send 1 to 0.1", "start 0.2"});
  stage.committed(0);
  CHECK(stage.ready(0, 2) == kNothing);
  CHECK(stage.rendered(1, 0) == Story{"finish 1 of 0.1", "send 2 to 0.2", "shut down 0.1"});
  CHECK(stage.exits(0, 1, "ended by itself") == kNothing);
}

TEST_CASE("no successor is started for the last scene of all") {
  Stage stage(1, 1, {.max_renders_per_worker = 1});
  CHECK(stage.ready(0) == Story{"send 0 to 0.1"});
}

TEST_CASE("three failed starts in a row in a slot stop the run, once; what renders is finished") {
  Stage stage(9, 2);
  CHECK(stage.ready(0) == Story{"send 0 to 0.1"});
  CHECK(stage.exits(1, 1, "exit code 3") == Story{"start 1.2"});
  CHECK(stage.exits(1, 2, "exit code 3") == Story{"start 1.3"});
  CHECK(stage.exits(1, 3, "exit code 3") == Story{"stop the run: 1.3: exit code 3"});
  CHECK(stage.schedule().stopping());
  stage.pass(100'000);
  CHECK(stage.rendered(0, 0) == Story{"finish 0 of 0.1", "shut down 0.1"});
  CHECK(stage.exits(0, 1, "ended by itself") == kNothing);
  CHECK(stage.committed(0) == kNothing);
  CHECK(stage.schedule().finished());
  CHECK(stage.schedule().scenes_left() == 8);
}

TEST_CASE("a worker that dies of idleness again and again counts as a failed start") {
  Stage stage(5, 1, {.max_renders_per_worker = 1});
  CHECK(stage.ready(0) == Story{"send 0 to 0.1", "start 0.2"});
  stage.ready(0, 2);
  CHECK(stage.exits(0, 2) == Story{"start 0.3"});
  stage.ready(0, 3);
  CHECK(stage.exits(0, 3) == Story{"start 0.4"});
  stage.ready(0, 4);
  CHECK(stage.exits(0, 4) == Story{"stop the run: 0.4: killed by signal 11"});
}

TEST_CASE("a worker that took a scene ends a row of failed starts") {
  Stage stage(9, 1);
  stage.exits(0, 1);
  stage.exits(0, 2);
  CHECK(stage.ready(0, 3) == Story{"send 0 to 0.3"});
  CHECK(stage.exits(0, 3) == Story{"start 0.4"});
  CHECK(stage.exits(0, 4) == Story{"start 0.5"});
}

TEST_CASE("StopRequested lets who renders finish, within the grace") {
  Stage stage(9, 3);
  stage.ready(0);
  stage.ready(1);
  CHECK(stage.hear(StopRequested{}) == Story{"kill 2.1: not needed any more"});
  stage.exits(2, 1);
  stage.pass(5'000);
  CHECK(stage.hear(StopRequested{}) == kNothing);  // The grace does not begin again.
  CHECK(stage.rendered(0, 0) == Story{"finish 0 of 0.1", "shut down 0.1"});
  stage.exits(0, 1, "ended by itself");
  CHECK(stage.wait(2'999) == kNothing);
  CHECK(stage.wait(1) == Story{"kill 1.1: the grace of 8 s is over"});
  CHECK(stage.exits(1, 1, "killed by signal 9") == kNothing);
  CHECK_FALSE(stage.schedule().finished());
  CHECK(stage.committed(0) == kNothing);
  CHECK(stage.schedule().finished());
  CHECK(stage.schedule().scenes_left() == 8);
}

TEST_CASE("StopNow kills everyone at once and quarantines nothing") {
  Stage stage(2, 2, {.max_attempts_per_scene = 1});
  stage.ready(0);
  CHECK(stage.hear(StopNow{}) == Story{"kill 0.1: stopped at once", "kill 1.1: stopped at once"});
  stage.exits(0, 1, "killed by signal 9");
  stage.exits(1, 1, "killed by signal 9");
  CHECK(stage.schedule().finished());
  CHECK(stage.schedule().progress().pending == 2);
}

TEST_CASE("a worker that the same signal has killed costs its scene no attempt") {
  Stage stage(1, 1, {.max_attempts_per_scene = 1});
  stage.ready(0);
  stage.hear(StopRequested{});
  CHECK(stage.exits(0, 1, "killed by signal 15") == kNothing);
  CHECK(stage.schedule().progress().pending == 1);
}

TEST_CASE("late, repeated and stray news is dropped") {
  Stage stage(3, 1);
  stage.ready(0);
  stage.exits(0, 1);
  CHECK(stage.rendered(0, 0, 1) == kNothing);  // of an old incarnation
  CHECK(stage.ready(0, 1) == kNothing);
  CHECK(stage.ready(0, 2) == Story{"send 1 to 0.2"});
  CHECK(stage.ready(0, 2) == kNothing);
  CHECK(stage.rendered(0, 0, 2) == kNothing);  // not its scene
  CHECK(stage.committed(1) == kNothing);       // not rendered yet
  CHECK(stage.committed(77) == kNothing);
  CHECK(stage.unusable(77, 0) == kNothing);
  CHECK(stage.hear(Heartbeat{{5, 1}}) == kNothing);
  CHECK(stage.rendered(1, 0, 2) == Story{"finish 1 of 0.2", "send 2 to 0.2"});
  CHECK(stage.rendered(1, 0, 2) == kNothing);
  CHECK(stage.unusable(1, 0, 1) == kNothing);  // another had rendered it
  CHECK(stage.committed(1) == kNothing);
  CHECK(stage.committed(1) == kNothing);
  CHECK(stage.schedule().progress().committed == 1);
}

TEST_CASE("progress and workers say what is going on") {
  Stage stage(6, 3);
  stage.ready(0);
  stage.ready(1);
  stage.rendered(0, 0);
  const Progress progress = stage.schedule().progress();
  CHECK(progress.pending == 3);
  CHECK(progress.rendering == 2);
  CHECK(progress.awaiting_commit == 1);
  CHECK(stage.schedule().scenes_left() == 6);
  const auto workers = stage.schedule().workers();
  REQUIRE(workers.size() == 3);
  CHECK(workers[0].state == WorkerState::kRendering);
  CHECK(workers[0].scene == 2);
  CHECK(workers[1].scene == 1);
  CHECK(workers[2].state == WorkerState::kStarting);
  CHECK_FALSE(workers[2].scene.has_value());
}

TEST_CASE("the next deadline is the earliest of all") {
  Stage stage(9, 2);
  CHECK(stage.schedule().next_deadline() == 1'000'000 + 60'000);
  stage.pass(1'000);
  stage.ready(0);
  CHECK(stage.schedule().next_deadline() == 1'001'000 + 20'000);
  stage.hear(StopRequested{});
  CHECK(stage.schedule().next_deadline() == 1'001'000 + 8'000);
}

}  // namespace rtag::orchestrator
