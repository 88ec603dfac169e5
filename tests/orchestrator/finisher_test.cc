// SPDX-License-Identifier: MIT
#include "orchestrator/finisher.h"

#include <atomic>
#include <filesystem>
#include <map>
#include <poll.h>

#include <catch2/catch.hpp>

#include "dataset/journal_reader.h"

namespace rtag::orchestrator {
namespace {

namespace fs = std::filesystem;

// A folder that goes with the test.
struct TestFolder {
  fs::path path;
  TestFolder() {
    std::string name = (fs::temp_directory_path() / "rtag-finisher-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~TestFolder() { fs::remove_all(path); }
};

RenderedScene scene(int id) {
  RenderedScene rendered;
  rendered.scene = id;
  rendered.worker = {id % 3, 1};
  return rendered;
}

dataset::SceneCommit commit_of(const RenderedScene& rendered) {
  dataset::SceneCommit commit;
  commit.scene_id = rendered.scene;
  commit.images.push_back({"images/x.png", "00", 1, 1, 1, 0, 0});
  return commit;
}

// Everything that comes back for `count` scenes, by scene.
std::map<int, FinishedScene> wait_for(Finisher& finisher, std::size_t count) {
  std::map<int, FinishedScene> finished;
  while (finished.size() < count) {
    pollfd wake{finisher.wake_fd(), POLLIN, 0};
    REQUIRE(::poll(&wake, 1, 30'000) == 1);
    for (FinishedScene& one : finisher.take_finished()) {
      const int id = one.scene;
      CHECK(finished.emplace(id, std::move(one)).second);
    }
  }
  return finished;
}

struct Setting {
  TestFolder folder;
  dataset::PosixFileCalls calls;
  dataset::Storage storage{calls, "attempt"};
  dataset::JournalWriter journal() { return {storage, folder.path, "job", dataset::Shard{0, 1}}; }
};

}  // namespace

TEST_CASE("scenes from many threads are each committed once and told once") {
  Setting setting;
  constexpr int kScenes = 200;
  {
    Finisher finisher([](const RenderedScene& rendered) { return commit_of(rendered); },
                      setting.journal(), 4);
    for (int id = 0; id < kScenes; ++id) finisher.submit(scene(id));
    const auto finished = wait_for(finisher, kScenes);
    for (const auto& [id, one] : finished) {
      CHECK_FALSE(one.fault);
      CHECK(one.images == 1);
      CHECK(one.worker == WorkerId{id % 3, 1});
    }
    CHECK(finisher.close());
  }
  const auto journal = dataset::JournalIndex::read_shard(setting.folder.path, "job", {0, 1});
  REQUIRE(journal);
  CHECK(journal->committed().size() == kScenes);
}

TEST_CASE("a scene is told as committed only when its line is durable") {
  Setting setting;
  Finisher finisher([](const RenderedScene& rendered) { return commit_of(rendered); },
                    setting.journal(), 1);
  finisher.submit(scene(7));
  wait_for(finisher, 1);
  const auto journal = dataset::JournalIndex::read_shard(setting.folder.path, "job", {0, 1});
  REQUIRE(journal);
  CHECK(journal->committed() == std::vector<int>{7});
}

TEST_CASE("a frame that cannot be used comes back with its reason, the others are committed") {
  Setting setting;
  Finisher finisher(
      [](const RenderedScene& rendered) -> schema::Result<dataset::SceneCommit> {
        if (rendered.scene == 1) return schema::Fault{schema::FaultKind::kRejected, "torn"};
        return commit_of(rendered);
      },
      setting.journal(), 2);
  for (int id = 0; id < 3; ++id) finisher.submit(scene(id));
  const auto finished = wait_for(finisher, 3);
  CHECK(finished.at(1).fault->message == "torn");
  CHECK_FALSE(finished.at(0).fault);
  CHECK_FALSE(finished.at(2).fault);
}

TEST_CASE("closing finishes what was submitted and journals quarantines") {
  Setting setting;
  std::atomic<int> formed = 0;
  Finisher finisher(
      [&](const RenderedScene& rendered) {
        ++formed;
        return commit_of(rendered);
      },
      setting.journal(), 3);
  for (int id = 0; id < 50; ++id) finisher.submit(scene(id));
  finisher.quarantine({"quarantine", 99, "poison", 3});
  CHECK(finisher.close());
  CHECK(formed == 50);
  const auto journal = dataset::JournalIndex::read_shard(setting.folder.path, "job", {0, 1});
  REQUIRE(journal);
  CHECK(journal->committed().size() == 50);
  CHECK(journal->quarantined() == std::vector<int>{99});
}

TEST_CASE("frames are removed from the scratch when their scene is done") {
  Setting setting;
  const fs::path frames = setting.folder.path / "frames";
  fs::create_directory(frames);
  Finisher finisher([](const RenderedScene& rendered) { return commit_of(rendered); },
                    setting.journal(), 1);
  RenderedScene rendered = scene(0);
  rendered.scratch = frames;
  finisher.submit(std::move(rendered));
  wait_for(finisher, 1);
  CHECK_FALSE(fs::exists(frames));
}

TEST_CASE("when the journal cannot be written, every scene comes back with the reason") {
  Setting setting;
  fs::create_directories(setting.folder.path / ".rtag");
  // A file stands where the journal's folder should be.
  fs::copy_file("/proc/self/comm", setting.folder.path / ".rtag" / "journal");
  Finisher finisher([](const RenderedScene& rendered) { return commit_of(rendered); },
                    setting.journal(), 2);
  for (int id = 0; id < 4; ++id) finisher.submit(scene(id));
  for (const auto& [id, finished] : wait_for(finisher, 4)) {
    REQUIRE(finished.fault);
    CHECK(finished.fault->kind == schema::FaultKind::kOutput);
  }
  CHECK_FALSE(finisher.close());
}

}  // namespace rtag::orchestrator
