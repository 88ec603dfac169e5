// SPDX-License-Identifier: MIT
#include "dataset/merge.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <numeric>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "dataset/journal_writer.h"
#include "dataset/output_folder.h"
#include "dataset/products.h"
#include "schema/digest.h"
#include "tests/dataset/sample_dataset.h"
#include "tests/fakes/faulty_file_calls.h"

namespace rtag::dataset {
namespace {

namespace fs = std::filesystem;
using samples::bytes_of;
using samples::names_in;
using Names = std::vector<std::string>;
using Scenes = std::vector<int>;
using Products = std::map<std::string, std::string>;

constexpr int kScenes = 7;
const MergeOptions kOptions{.tool_version = "0.1.0"};

// A dataset whose scenes are committed by the given shards, in the given order.
struct Dataset {
  samples::TemporaryFolder folder;
  fakes::FaultyFileCalls calls;
  Storage storage{calls, "m1"};
  fs::path path = folder.path() / "out";
  int shards;

  explicit Dataset(int shard_count = 1) : shards(shard_count) {
    for (int i = 0; i < shards; ++i) {
      const auto outcome =
          open_output(storage, path, samples::job(kScenes), {i, shards}, OpenMode::kFresh);
      REQUIRE(std::holds_alternative<OpenedOutput>(outcome));
    }
  }

  void commit(const Scenes& scenes, const std::string& attempt = "a1",
              const SegmentLimits& limits = {}) {
    fakes::FaultyFileCalls shard_calls;
    const Storage shard_storage(shard_calls, attempt);
    std::vector<std::unique_ptr<JournalWriter>> writers;
    for (int i = 0; i < shards; ++i) {
      writers.push_back(
          std::make_unique<JournalWriter>(shard_storage, path, "5eed", Shard{i, shards}, limits));
    }
    for (const int scene : scenes) {
      samples::write_images(shard_storage, path, samples::commit(scene));
      writers[static_cast<std::size_t>(scene % shards)]->append(samples::commit(scene));
      REQUIRE(writers[static_cast<std::size_t>(scene % shards)]->sync(0));
    }
  }

  void give_up(int scene) {
    JournalWriter writer(storage, path, "5eed", {0, shards});
    writer.append(SceneQuarantine{"quarantine", scene, "worker 3 was killed", 3});
    REQUIRE(writer.close(0));
  }

  MergeSummary merged() {
    const auto summary = merge(storage, path, kOptions);
    if (!summary) FAIL(summary.error().message);
    return *summary;
  }

  std::string refused(schema::FaultKind kind, const MergeOptions& options = kOptions) {
    const auto summary = merge(storage, path, options);
    REQUIRE(!summary);
    CHECK(summary.error().kind == kind);
    return summary.error().message;
  }

  Products products() const {
    Products found;
    for (const std::string_view name : kProducts) {
      if (fs::exists(path / name)) found[std::string(name)] = bytes_of(path / name);
    }
    return found;
  }
};

Scenes all_scenes() {
  Scenes scenes(kScenes);
  std::iota(scenes.begin(), scenes.end(), 0);
  return scenes;
}

Products undisturbed() {
  Dataset dataset;
  dataset.commit(all_scenes());
  dataset.merged();
  return dataset.products();
}

TEST_CASE("the products are the same bytes whatever the shards, order, segments and attempts") {
  const Products expected = undisturbed();
  REQUIRE(expected.size() == kProducts.size());
  SECTION("three shards") {
    Dataset dataset(3);
    dataset.commit(all_scenes());
    dataset.merged();
    CHECK(dataset.products() == expected);
  }
  SECTION("another order, small segments") {
    Dataset dataset(3);
    dataset.commit({6, 1, 5, 0, 3, 2, 4}, "a1", {.scenes = 2, .age_ms = 30'000});
    dataset.merged();
    CHECK(dataset.products() == expected);
  }
  SECTION("two attempts that overlap") {
    Dataset dataset(2);
    dataset.commit({4, 3, 2}, "b");
    dataset.commit({0, 1, 2, 3, 5, 6}, "a");
    dataset.merged();
    CHECK(dataset.products() == expected);
  }
  SECTION("merged twice") {
    Dataset dataset;
    dataset.commit(all_scenes());
    dataset.merged();
    dataset.merged();
    CHECK(dataset.products() == expected);
  }
}

TEST_CASE("a merge says what it merged and leaves nothing but products") {
  Dataset dataset;
  dataset.commit(all_scenes());
  const MergeSummary summary = dataset.merged();
  CHECK(summary.counts == DatasetCounts{7, 14, 28, 28});
  CHECK(summary.quarantined.empty());
  CHECK(summary.renderers == std::vector<RendererIdentity>{{"3.4.1", "abc", "CPU", "", "avx2"}});
  CHECK(names_in(dataset.path) == Names{".rtag", "checksums.json", "coco_labels.json",
                                        "ground_truth.csv", "images", "job.json", "manifest.json",
                                        "provenance.json", "rich_truth.json"});
}

TEST_CASE("a merge with scenes missing is refused, names them and writes nothing") {
  Dataset dataset(2);
  dataset.commit({0, 4});
  CHECK(dataset.refused(schema::FaultKind::kIncomplete) ==
        dataset.path.string() +
            ": 5 of 7 scenes are missing: 1-3, 5-6; run their shards again with --resume");
  CHECK(dataset.products().empty());
}

TEST_CASE("long lists of scenes are cut after twenty ranges, with the number of the rest") {
  CHECK(scene_ranges({3, 7, 8, 9, 10, 11, 12}) == "3, 7-12");
  CHECK(scene_ranges({5}) == "5");
  Scenes every_other;
  for (int i = 0; i < 60; i += 2) every_other.push_back(i);
  CHECK(scene_ranges(every_other) ==
        "0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38 and 10 more");
}

TEST_CASE("a scene that the job does not have is refused") {
  Dataset dataset;
  dataset.commit({0, 1, 2, 3, 4, 5, 6, 7});
  CHECK(dataset.refused(schema::FaultKind::kInput) ==
        (dataset.path / ".rtag/journal/0-of-1/a1-0000.jsonl").string() +
            ":9: scene 7 is not in the job, which has 7 scenes");
}

TEST_CASE("a quarantined scene is settled, and the manifest lists it") {
  Dataset dataset;
  dataset.commit({0, 1, 2, 4, 5, 6});
  dataset.give_up(3);
  const MergeSummary summary = dataset.merged();
  REQUIRE(summary.quarantined.size() == 1);
  CHECK(summary.quarantined[0].reason == "worker 3 was killed");
  const auto manifest = nlohmann::json::parse(dataset.products()["manifest.json"]);
  CHECK(manifest["quarantined"] == nlohmann::json({3}));
  CHECK(manifest["counts"]["scenes"] == 6);
}

TEST_CASE("a dataset of which every scene was given up still merges") {
  Dataset dataset;
  for (const int scene : all_scenes()) {
    fakes::FaultyFileCalls calls;
    const Storage storage(calls, fmt::format("a{}", scene));
    JournalWriter writer(storage, dataset.path, "5eed", {0, 1});
    writer.append(SceneQuarantine{"quarantine", scene, "no", 3});
    REQUIRE(writer.close(0));
  }
  CHECK(dataset.merged().counts.images == 0);
  for (const auto& [name, bytes] : dataset.products()) {
    if (name != kCsvFile) CHECK_NOTHROW(nlohmann::json::parse(bytes));
  }
}

TEST_CASE("images that are gone are missing work") {
  Dataset dataset;
  dataset.commit(all_scenes());
  fs::remove(dataset.path / "images/scene_0002_cam_0001.png");
  fs::remove(dataset.path / "images/scene_0003_cam_0000.png");
  CHECK(dataset.refused(schema::FaultKind::kIncomplete) ==
        dataset.path.string() +
            ": images are gone or cut short in scenes 2-3; run their shards "
            "again with --resume");
}

TEST_CASE("checksums cover the images, the products and the job") {
  Dataset dataset;
  dataset.commit(all_scenes());
  dataset.merged();
  const auto checksums = nlohmann::json::parse(dataset.products()["checksums.json"]);
  CHECK(checksums["job_id"] == "5eed");
  CHECK(checksums["files"].size() == 14 + 6);
  for (const auto& [name, digest] : checksums["files"].items()) {
    CHECK(schema::sha256_hex(bytes_of(dataset.path / name)) == digest);
  }
}

TEST_CASE("killed or without power at any call, each product is the old or the new one, whole") {
  const bool has_power = GENERATE(true, false);
  const Products expected = undisturbed();
  bool is_done = false;
  for (int calls = 0; !is_done; calls += 3) {
    Dataset dataset;
    dataset.commit(all_scenes());
    Products old;
    for (const auto& [name, bytes] : expected) {
      old[name] = "old " + name;
      REQUIRE(dataset.storage.write_durably(dataset.path / name, old[name]));
    }
    dataset.calls.die_after(calls);
    is_done = merge(dataset.storage, dataset.path, kOptions).has_value();
    if (!has_power) dataset.calls.lose_power();
    for (const auto& [name, bytes] : dataset.products()) {
      CHECK((bytes == old[name] || bytes == expected.at(name)));
    }
    CHECK(dataset.products().size() == expected.size());
    if (is_done) CHECK(dataset.products() == expected);
    fakes::FaultyFileCalls healthy;
    REQUIRE(merge(Storage(healthy, "m2"), dataset.path, kOptions));
    CHECK(dataset.products() == expected);
  }
}

TEST_CASE("a full disk is a fault, and the old products stay") {
  Dataset dataset;
  dataset.commit(all_scenes());
  dataset.merged();
  const Products before = dataset.products();
  dataset.calls.fail("write", ENOSPC, 1);
  CHECK(dataset.refused(schema::FaultKind::kOutput)
            .ends_with(": no space left on device; free some space and run again with --resume"));
  CHECK(dataset.products() == before);
  CHECK(names_in(dataset.path).front() == ".rtag");
}

TEST_CASE("what a killed merge and a killed shard left behind is swept by a later merge") {
  Dataset dataset;
  dataset.commit(all_scenes());
  const fs::path merge_left = dataset.path / ".coco_labels.json.m0.tmp";
  const fs::path shard_left = dataset.path / "images/.scene_0001_cam_0000.png.a0.tmp";
  for (const fs::path& file : {merge_left, shard_left}) {
    samples::write(file, "half");
    fs::last_write_time(file, fs::last_write_time(file) - std::chrono::hours(2));
  }
  dataset.merged();
  CHECK(!fs::exists(merge_left));
  CHECK(!fs::exists(shard_left));
}

TEST_CASE("a merge that is at work beside this one keeps its files") {
  Dataset dataset;
  dataset.commit(all_scenes());
  const fs::path alive = dataset.path / ".coco_labels.json.m0.tmp";
  samples::write(alive, "half");
  dataset.merged();
  CHECK(fs::exists(alive));
}

TEST_CASE("scenes of two renderers merge and are named, and can be refused") {
  Dataset dataset;
  dataset.commit({0, 1, 2, 3, 4, 5});
  SceneCommit other = samples::commit(6);
  other.renderer.cpu_features = "avx512";
  samples::write_images(dataset.storage, dataset.path, other);
  JournalWriter writer(dataset.storage, dataset.path, "5eed", {0, 1});
  writer.append(other);
  REQUIRE(writer.close(0));
  CHECK(dataset.merged().renderers.size() == 2);
  MergeOptions strict = kOptions;
  strict.same_renderer = true;
  CHECK(dataset.refused(schema::FaultKind::kInput, strict) ==
        dataset.path.string() +
            ": scenes were rendered by 2 renderers: "
            R"({"blender_version":"3.4.1","blender_build_hash":"abc","device":"CPU","driver":"",)"
            R"("cpu_features":"avx2"} and {"blender_version":"3.4.1","blender_build_hash":"abc",)"
            R"("device":"CPU","driver":"","cpu_features":"avx512"}; leave out --same-renderer to )"
            "merge them");
}

TEST_CASE("a folder that is no dataset is not merged") {
  samples::TemporaryFolder folder;
  PosixFileCalls calls;
  const auto summary = merge(Storage(calls, "m1"), folder.path(), kOptions);
  REQUIRE(!summary);
  CHECK(summary.error().message ==
        folder.path().string() + ": is no dataset of rtag (it has no .rtag/layout.json)");
}

}  // namespace
}  // namespace rtag::dataset
