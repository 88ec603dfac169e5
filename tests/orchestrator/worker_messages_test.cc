// SPDX-License-Identifier: MIT
#include "orchestrator/worker_messages.h"

#include <catch2/catch.hpp>

#include "schema/write.h"

namespace rtag::orchestrator {
namespace {

using Command = Question::Command;

const Question kInit{"0.1/1", Command::kInit, 0};
const Question kRender{"0.1/2", Command::kRender, 3};
const Question kShutdown{"0.1/3", Command::kShutdown, 0};

// As docs/protocol.md has it.
const std::string kCapabilities =
    R"({"protocol_version": 1, "worker": "0.1", "pid": 4711, "blender_version": "3.4.1",
        "blender_build_hash": "Unknown", "blender_build_platform": "Unknown",
        "python_version": "3.11.2", "engines": ["cycles", "eevee", "workbench"],
        "devices": [{"type": "CPU", "name": "Intel(R) Xeon(R) Processor"}], "denoisers": [],
        "datafiles": "/usr/share/blender/datafiles"})";

const std::string kRendered =
    R"({"scene_id": 3, "frames": [
       {"camera_index": 0, "image": "/s/scene_3_cam0000.exr", "image_layer": "ViewLayer.Combined",
        "index": "/s/scene_3_cam0000.exr", "index_channel": "ViewLayer.IndexOB.X", "bytes": 386608,
        "resolution": [160, 120], "render_s": 0.1226,
        "world_from_camera": [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.6],
                              [0.0, 0.0, 0.0, 1.0]],
        "projection": [[2.0, 0.0, 0.0, 0.0], [0.0, 2.667, 0.0, 0.0], [0.0, 0.0, -1.0035, -0.2853],
                       [0.0, 0.0, -1.0, 0.0]], "fisheye_fov": null}],
       "build_s": 0.0048, "census": {"objects": 0, "meshes": 0, "materials": 0, "images": 1,
       "lights": 0, "cameras": 0, "worlds": 0, "actions": 0, "nodes": 0}, "rss_mb": 262.8,
       "total_s": 0.1294})";

std::string reply(const std::string& id, const std::string& content,
                  const std::string& status = "SUCCESS") {
  return R"({"status": ")" + status + R"(", "request_id": ")" + id +
         R"(", "message": "said\nso", "data": )" + content + "}";
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

std::string why_not(const std::string& text, const Question& question) {
  const auto answer = read_answer(text, question, "0.1");
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == schema::FaultKind::kRejected);
  return answer.error().message;
}

const std::string kBeat =
    R"({"worker": "0.1", "sequence": 12, "state": "RENDERING", "scene_id": 3, "rss_mb": 262.8,
        "uptime_s": 6.004})";

std::string why_no_beat(const std::vector<std::string>& frames) {
  const auto beat = read_heartbeat(frames, "0.1");
  REQUIRE_FALSE(beat);
  return beat.error().message;
}

}  // namespace

TEST_CASE("a request is written as the protocol says") {
  CHECK(request_text(kRender, R"({"scene_id":3})") ==
        R"({"command_type":"RENDER","payload":{"scene_id":3},"request_id":"0.1/2"})");
  CHECK(request_text(kShutdown, "null") ==
        R"({"command_type":"SHUTDOWN","payload":null,"request_id":"0.1/3"})");
}

TEST_CASE("the answer to INIT says what a Blender can do") {
  const auto answer = read_answer(reply("0.1/1", kCapabilities), kInit, "0.1");
  REQUIRE(answer);
  const auto& capabilities = std::get<schema::Capabilities>(*answer);
  CHECK(capabilities.pid == 4711);
  CHECK(capabilities.engines == std::vector<std::string>{"cycles", "eevee", "workbench"});
  CHECK(capabilities.devices.at(0).name == "Intel(R) Xeon(R) Processor");
}

TEST_CASE("the answer to RENDER names the frames") {
  const auto answer = read_answer(reply("0.1/2", kRendered), kRender, "0.1");
  REQUIRE(answer);
  const auto& rendered = std::get<schema::RenderReply>(*answer);
  CHECK(rendered.scene_id == 3);
  CHECK(rendered.frames.at(0).world_from_camera[2][3] == 0.6);
  CHECK(rendered.census.images == 1);
}

TEST_CASE("the answer to SHUTDOWN says nothing more") {
  const auto answer = read_answer(reply("0.1/3", "null"), kShutdown, "0.1");
  REQUIRE(answer);
  CHECK(std::holds_alternative<ShuttingDown>(*answer));
}

TEST_CASE("a failure comes with its kind and its words on one line") {
  const auto refusal = [](const std::string& kind) {
    const auto answer = read_answer(reply("0.1/2", R"({"error_kind": ")" + kind + "\"}", "FAILURE"),
                                    kRender, "0.1");
    REQUIRE(answer);
    CHECK(std::get<Refusal>(*answer).message == "said so");
    return std::get<Refusal>(*answer).kind;
  };
  CHECK(refusal("bad_request") == Refusal::Kind::kBadRequest);
  CHECK(refusal("bad_scene") == Refusal::Kind::kBadScene);
  CHECK(refusal("render_failed") == Refusal::Kind::kRenderFailed);
}

TEST_CASE("a failure of no known kind is refused") {
  const std::string expected =
      "unreadable reply: data: expected an error_kind of bad_request, bad_scene or render_failed";
  for (const std::string content :
       {"null", "{}", R"({"error_kind": "tired"})", R"({"error_kind": "bad_scene", "more": 1})"}) {
    CHECK(why_not(reply("0.1/2", content, "FAILURE"), kRender) == expected);
  }
}

TEST_CASE("garbage is refused") {
  for (const std::string text : {"", "hello", "\xff\xfe", "{", "[]", "null", "3"}) {
    CHECK(why_not(text, kInit).rfind("unreadable reply: ", 0) == 0);
  }
}

TEST_CASE("a truncated reply is refused wherever it ends") {
  const std::string whole = reply("0.1/2", kRendered);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    REQUIRE_FALSE(read_answer(whole.substr(0, length), kRender, "0.1"));
  }
}

TEST_CASE("an envelope holds its four keys and no other") {
  const std::string whole = reply("0.1/3", "null");
  CHECK(why_not(replaced(whole, "status", "state"), kShutdown) ==
        "unreadable reply: status: required, but missing");
  CHECK(why_not(replaced(whole, "{", R"({"extra": 1, )"), kShutdown) ==
        "unreadable reply: expected a map of status, request_id, message and data");
  CHECK(why_not(replaced(whole, "SUCCESS", "MAYBE"), kShutdown) ==
        "unreadable reply: status: expected SUCCESS or FAILURE");
  CHECK(why_not(replaced(whole, R"("said\nso")", "7"), kShutdown) ==
        R"(unreadable reply: message: expected text (found 7), write "7")");
}

TEST_CASE("every key of an answer is required and no other is allowed") {
  CHECK(why_not(reply("0.1/2", replaced(kRendered, R"("bytes": 386608,)", "")), kRender) ==
        "unreadable reply: data.frames[0].bytes: required, but missing");
  CHECK(why_not(reply("0.1/2", replaced(kRendered, "render_s", "render_ms")), kRender)
            .rfind("unreadable reply: data.frames[0].render_", 0) == 0);
  CHECK(why_not(reply("0.1/2", replaced(kRendered, "0.6]", "NaN]")), kRender)
            .rfind("unreadable reply: ", 0) == 0);
}

TEST_CASE("an answer to another question is refused") {
  CHECK(why_not(reply("0.1/1", kRendered), kRender) == "answered request 0.1/1 when asked 0.1/2");
  CHECK(why_not(replaced(reply("0.1/2", kRendered), R"("0.1/2")", "null"), kRender) ==
        "answered request null when asked 0.1/2");
  CHECK(why_not(reply("0.1/2", replaced(kRendered, R"("scene_id": 3)", R"("scene_id": 4)")),
                kRender) == "answered for scene 4 when asked for scene 3");
  CHECK(why_not(reply("0.1/1", kRendered), kInit).rfind("unreadable reply: data", 0) == 0);
}

TEST_CASE("a worker of another version, or another worker, is refused") {
  CHECK(why_not(reply("0.1/1", replaced(kCapabilities, R"(_version": 1)", R"(_version": 2)")),
                kInit) == "speaks protocol version 2, this host speaks 1");
  CHECK(why_not(reply("0.1/1", replaced(kCapabilities, R"("0.1")", R"("0.2")")), kInit) ==
        "calls itself 0.2");
}

TEST_CASE("a heartbeat is read") {
  const auto beat = read_heartbeat({"0.1", kBeat}, "0.1");
  REQUIRE(beat);
  CHECK(beat->sequence == 12);
  CHECK(beat->scene_id == 3);
}

TEST_CASE("a heartbeat that is none, or another worker's, is refused") {
  CHECK(why_no_beat({kBeat}) == "unreadable heartbeat: expected 2 frames, found 1");
  CHECK(why_no_beat({"0.1", "thump"}).rfind("unreadable heartbeat: ", 0) == 0);
  CHECK(why_no_beat({"0.1", replaced(kBeat, R"("sequence": 12, )", "")}) ==
        "unreadable heartbeat: sequence: required, but missing");
  CHECK(why_no_beat({"0.1", replaced(kBeat, "0.1", "0.2")}) == "calls itself 0.2");
  CHECK(why_no_beat({"0.2", kBeat}) == "calls itself 0.2");
}

}  // namespace rtag::orchestrator
