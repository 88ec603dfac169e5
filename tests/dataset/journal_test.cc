// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "dataset/ground_truth.h"
#include "dataset/journal_reader.h"
#include "dataset/journal_writer.h"
#include "schema/typed_io.h"
#include "tests/dataset/sample_dataset.h"
#include "tests/fakes/faulty_file_calls.h"

namespace rtag::dataset {
namespace {

namespace fs = std::filesystem;
using fakes::FaultyFileCalls;
using samples::bytes_of;
using samples::names_in;
using samples::TemporaryFolder;
using Names = std::vector<std::string>;
using Scenes = std::vector<int>;

struct Run {
  TemporaryFolder folder;
  FaultyFileCalls calls;
  Storage storage{calls, "a1"};
  JournalWriter writer{storage, folder.path(), "5eed", {0, 1}};
  fs::path segments = folder.path() / ".rtag/journal/0-of-1";

  JournalIndex index() const {
    auto index = JournalIndex::read_shard(folder.path(), "5eed", {0, 1});
    REQUIRE(index);
    return *std::move(index);
  }
  std::string fault_of_index() const {
    const auto index = JournalIndex::read_shard(folder.path(), "5eed", {0, 1});
    REQUIRE(!index);
    CHECK(index.error().kind == schema::FaultKind::kInput);
    return index.error().message;
  }
};

SceneQuarantine quarantine(int scene_id) { return {"quarantine", scene_id, "worker lost", 3}; }

void add_attempt(const Run& run, const std::string& attempt, const SceneCommit& commit) {
  FaultyFileCalls calls;
  const Storage storage(calls, attempt);
  JournalWriter writer(storage, run.folder.path(), "5eed", {0, 1});
  writer.append(commit);
  REQUIRE(writer.close(0));
}

TEST_CASE("a line is the body and the SHA-256 of its bytes") {
  Run run;
  run.writer.append(quarantine(7));
  REQUIRE(run.writer.close(0));
  const std::string text = bytes_of(run.segments / "a1-0000.jsonl");
  const std::size_t second_line = text.find('\n') + 1;
  // By sha256sum of the body.
  CHECK(text.substr(second_line) ==
        R"({"sha256":"a45d8591bbd81bc20ea24e139482e62398058f799aecb675913aa65e633af971","body":)"
        R"({"kind":"quarantine","scene_id":7,"reason":"worker lost","attempts":3}})"
        "\n");
  CHECK(text.substr(0, second_line)
            .find(R"("body":{"kind":"header","format":"rtag-journal/1",)"
                  R"("job_id":"5eed","shard":0,"total_shards":1,)"
                  R"("attempt":"a1","segment":0}})") == 77);
}

TEST_CASE("what was committed is read back, in the order of the scenes") {
  Run run;
  for (const int scene : {5, 2}) run.writer.append(samples::commit(scene));
  run.writer.append(quarantine(3));
  REQUIRE(run.writer.close(0));
  const JournalIndex index = run.index();
  CHECK(index.committed() == Scenes{2, 5});
  CHECK(index.quarantined() == Scenes{3});
  CHECK(*index.commit(index.entries()[0]) == samples::commit(2));
  CHECK(*index.quarantine(index.entries()[1]) == quarantine(3));
  CHECK(index.notes().empty());
}

TEST_CASE("the records of a moving camera before a board are read back as they were") {
  schema::ObjectRecipe board;
  board.type = schema::ObjectType::kBoard;
  board.location = {0.3, 0, -1};  // partly outside the image
  board.properties = schema::CalibrationBoardProperties{};
  board.board.emplace();
  board.board->rows = 3;
  board.board->cols = 4;
  board.board->marker_size = 0.1;
  board.board->spacing_ratio = 0.3;
  SceneCommit commit = samples::commit(4);
  schema::CameraRecipe& camera = commit.recipe.cameras[0];
  camera.transform_matrix = {{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}}};
  camera.sensor_dynamics = schema::SensorDynamicsRecipe{schema::Vector3{1, 2, 3}, 10, 20};
  commit.recipe.objects = {board};
  const auto& [width, height] = camera.intrinsics.resolution;
  const IndexImage index{width, height,
                         std::vector<std::int32_t>(static_cast<std::size_t>(width * height), 1)};
  commit.records = ground_truth(commit.recipe, 0, index, 42);
  REQUIRE(commit.records.size() == 13);
  REQUIRE(commit.records.back().marker_corners.has_value());
  REQUIRE(commit.records.back().position_at_end.has_value());
  Run run;
  run.writer.append(commit);
  REQUIRE(run.writer.close(0));
  const JournalIndex read = run.index();
  CHECK(*read.commit(read.entries().at(0)) == commit);
}

TEST_CASE("a journal that nobody wrote is empty") {
  Run run;
  CHECK(run.index().entries().empty());
  REQUIRE(run.writer.close(0));
  CHECK(!fs::exists(run.segments));
}

TEST_CASE("many scenes are made durable by one write and one sync") {
  Run run;
  run.writer.append(quarantine(0));
  REQUIRE(run.writer.sync(0));
  run.calls.clear_trace();
  for (int scene = 1; scene < 10; ++scene) run.writer.append(quarantine(scene));
  REQUIRE(run.writer.sync(1));
  CHECK(run.calls.trace() == Names{"write", "sync"});
}

TEST_CASE("a segment is closed after 64 scenes or 30 s and never opened again") {
  Run run;
  for (int scene = 0; scene < 64; ++scene) run.writer.append(quarantine(scene));
  REQUIRE(run.writer.sync(0));
  run.writer.append(quarantine(64));
  REQUIRE(run.writer.sync(1'000));
  REQUIRE(run.writer.sync(30'999));
  run.writer.append(quarantine(65));
  REQUIRE(run.writer.sync(30'999));
  CHECK(names_in(run.segments) == Names{"a1-0000.jsonl", "a1-0001.jsonl"});
  REQUIRE(run.writer.sync(31'000));
  run.writer.append(quarantine(66));
  REQUIRE(run.writer.sync(31'000));
  CHECK(names_in(run.segments) == Names{"a1-0000.jsonl", "a1-0001.jsonl", "a1-0002.jsonl"});
  CHECK(run.index().entries().size() == 67);
}

TEST_CASE("a last line that is torn at any byte is dropped, and nothing else") {
  Run run;
  for (const int scene : {0, 1, 2}) run.writer.append(samples::commit(scene));
  REQUIRE(run.writer.close(0));
  const fs::path segment = run.segments / "a1-0000.jsonl";
  const std::string whole = bytes_of(segment);
  const std::size_t last_line = whole.rfind('\n', whole.size() - 2) + 1;
  for (std::size_t length = last_line; length < whole.size(); ++length) {
    samples::write(segment, whole.substr(0, length));
    const JournalIndex index = run.index();
    REQUIRE(index.committed() == Scenes{0, 1});
    REQUIRE(index.notes().empty());
  }
}

TEST_CASE("a torn header makes an empty segment") {
  Run run;
  run.writer.append(quarantine(0));
  REQUIRE(run.writer.close(0));
  const fs::path segment = run.segments / "a1-0000.jsonl";
  const std::string whole = bytes_of(segment);
  for (std::size_t length = 0; length < whole.find('\n'); ++length) {
    samples::write(segment, whole.substr(0, length));
    CHECK(run.index().entries().empty());
  }
}

TEST_CASE("a byte that changed takes its line away, with a word, and never changes what is read") {
  Run run;
  for (const int scene : {0, 1, 2}) run.writer.append(quarantine(scene));
  REQUIRE(run.writer.close(0));
  const fs::path segment = run.segments / "a1-0000.jsonl";
  const std::string whole = bytes_of(segment);
  const std::size_t header_end = whole.find('\n');
  const std::size_t begin = whole.find('\n', header_end + 1) + 1;
  const std::size_t end = whole.find('\n', begin);
  for (std::size_t i = begin; i < end; ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    samples::write(segment, damaged);
    const JournalIndex index = run.index();
    REQUIRE(index.quarantined() == Scenes{0, 2});
    REQUIRE(index.notes() == Names{segment.string() + ":3: damaged line (its checksum does not "
                                                      "match), its scene is not trusted"});
  }
}

TEST_CASE("a lost line feed takes both lines away") {
  Run run;
  for (const int scene : {0, 1, 2}) run.writer.append(quarantine(scene));
  REQUIRE(run.writer.close(0));
  const fs::path segment = run.segments / "a1-0000.jsonl";
  std::string bytes = bytes_of(segment);
  bytes[bytes.find('\n', bytes.find('\n') + 1)] = ' ';
  samples::write(segment, bytes);
  CHECK(run.index().quarantined() == Scenes{2});
  CHECK(run.index().notes().size() == 1);
}

TEST_CASE("a segment whose header is damaged is not trusted") {
  Run run;
  run.writer.append(quarantine(0));
  REQUIRE(run.writer.close(0));
  const fs::path segment = run.segments / "a1-0000.jsonl";
  std::string bytes = bytes_of(segment);
  bytes[90] = 'X';
  samples::write(segment, bytes);
  CHECK(run.index().entries().empty());
  CHECK(run.index().notes() == Names{segment.string() + ":1: damaged header (its checksum does "
                                                        "not match), the segment is not trusted"});
}

TEST_CASE(
    "killed at any call, then without power, every synced scene is there and no other is torn") {
  for (int calls = 0; calls < 24; ++calls) {
    Run run;
    run.calls.die_after(calls);
    Scenes synced;
    for (int scene = 0; scene < 6; ++scene) {
      run.writer.append(quarantine(scene));
      if (run.writer.sync(scene * 20'000)) synced.push_back(scene);
    }
    run.calls.lose_power();
    const JournalIndex index = run.index();
    CHECK(index.notes().empty());
    const Scenes found = index.quarantined();
    CHECK(std::includes(found.begin(), found.end(), synced.begin(), synced.end()));
    CHECK((synced.size() == 6 || run.calls.is_dead()));
  }
}

TEST_CASE("after a full disk the writer keeps its fault, and what was synced before stays") {
  Run run;
  run.writer.append(quarantine(0));
  REQUIRE(run.writer.sync(0));
  run.writer.append(quarantine(1));
  run.calls.fail("write", ENOSPC);
  const auto first = run.writer.sync(1);
  REQUIRE(!first);
  CHECK(first.error().message ==
        (run.segments / "a1-0000.jsonl").string() +
            ": no space left on device; free some space and run again with --resume");
  const auto second = run.writer.close(2);
  REQUIRE(!second);
  CHECK(second.error().message == first.error().message);
  CHECK(run.index().quarantined() == Scenes{0});
}

TEST_CASE("equal commits of two attempts count once, whoever rendered them and how often") {
  Run run;
  add_attempt(run, "a1", samples::commit(4));
  SceneCommit again = samples::commit(4);
  again.attempts = 3;
  again.renderer.cpu_features = "avx512";
  add_attempt(run, "a2", again);
  const JournalIndex index = run.index();
  CHECK(index.committed() == Scenes{4});
  CHECK(index.place(index.entries()[0]) == (run.segments / "a1-0000.jsonl").string() + ":2");
}

TEST_CASE("commits with different content are refused, and both places are named") {
  SceneCommit other = samples::commit(4);
  SECTION("another image") { other.images[1].sha256 = std::string(64, '0'); }
  SECTION("another label") { other.records[0].distance = 1.5; }
  SECTION("another recipe") { other.recipe.random_seed = 1; }
  Run run;
  add_attempt(run, "a1", samples::commit(4));
  add_attempt(run, "a2", other);
  const std::string segments = run.segments.string();
  CHECK(run.fault_of_index() ==
        fmt::format("scene 4 was committed twice with different content: {0}/a1-0000.jsonl:2 and "
                    "{0}/a2-0000.jsonl:2; two renderers or two versions of the assets worked on "
                    "this dataset",
                    segments));
}

TEST_CASE("a commit wins over a quarantine, whichever came first") {
  Run run;
  run.writer.append(quarantine(1));
  run.writer.append(samples::commit(1));
  run.writer.append(samples::commit(2));
  run.writer.append(quarantine(2));
  REQUIRE(run.writer.close(0));
  CHECK(run.index().committed() == Scenes{1, 2});
  CHECK(run.index().quarantined().empty());
}

TEST_CASE("files that are no segments are told of, and temporary ones are nobody's business") {
  Run run;
  run.writer.append(quarantine(1));
  REQUIRE(run.writer.close(0));
  samples::write(run.segments / "notes.txt", "mine");
  samples::write(run.segments / ".nfs0001", "x");
  CHECK(run.index().quarantined() == Scenes{1});
  CHECK(run.index().notes() ==
        Names{(run.segments / "notes.txt").string() + ": is no journal segment, ignored"});
}

TEST_CASE("a segment of another job, shard or format is refused") {
  SegmentHeader header;
  header.job_id = "5eed";
  std::string reason;
  SECTION("job") {
    header.job_id = "0dd";
    reason = "belongs to job 0dd, not to 5eed";
  }
  SECTION("shard") {
    header.shard = 2;
    header.total_shards = 3;
    reason = "belongs to shard 2 of 3, not to 0 of 1";
  }
  SECTION("format") {
    header.format = "rtag-journal/2";
    reason = "has format rtag-journal/2, this rtag reads rtag-journal/1";
  }
  Run run;
  const fs::path segment = run.segments / "b-0000.jsonl";
  samples::write(segment, journal_line(schema::to_json(header)));
  CHECK(run.fault_of_index() == segment.string() + ": " + reason + "; move it away");
}

TEST_CASE("a line of another version is refused, with its place and what is wrong") {
  Run run;
  run.writer.append(quarantine(1));
  REQUIRE(run.writer.close(0));
  const fs::path segment = run.segments / "a1-0000.jsonl";
  const std::string header = bytes_of(segment).substr(0, bytes_of(segment).find('\n') + 1);
  samples::write(segment,
                 header + journal_line(R"({"kind":"quarantine","scene_id":1,"attempts":3})"));
  const JournalIndex index = run.index();
  const auto line = index.quarantine(index.entries()[0]);
  REQUIRE(!line);
  CHECK(line.error().message.starts_with(segment.string() + ":2: reason: "));
}

TEST_CASE("a scene whose image is gone or cut short is to be done again") {
  Run run;
  for (const int scene : {0, 1, 2}) {
    samples::write_images(run.storage, run.folder.path(), samples::commit(scene));
    run.writer.append(samples::commit(scene));
  }
  REQUIRE(run.writer.close(0));
  fs::remove(run.folder.path() / "images/scene_0000_cam_0001.png");
  samples::write(run.folder.path() / "images/scene_0002_cam_0000.png", "short");
  CHECK(*intact_scenes(run.folder.path(), run.index()) == Scenes{1});
}

TEST_CASE("words that are no UTF-8 do not make a line unreadable") {
  Run run;
  SceneQuarantine scene = quarantine(0);
  scene.reason = "blender said \xff";
  run.writer.append(scene);
  REQUIRE(run.writer.close(0));
  const JournalIndex index = run.index();
  CHECK(index.quarantine(index.entries()[0])->reason == "blender said \xEF\xBF\xBD");
}

}  // namespace
}  // namespace rtag::dataset
