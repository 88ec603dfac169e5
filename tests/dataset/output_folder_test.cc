// SPDX-License-Identifier: MIT
#include "dataset/output_folder.h"

#include <cerrno>
#include <filesystem>

#include <catch2/catch.hpp>

#include "dataset/journal_writer.h"
#include "dataset/products.h"
#include "schema/job_identity.h"
#include "schema/typed_io.h"
#include "tests/dataset/sample_dataset.h"
#include "tests/fakes/faulty_file_calls.h"
#include "tests/schema/locked_job.h"

namespace rtag::dataset {
namespace {

namespace fs = std::filesystem;
using samples::bytes_of;
using samples::names_in;
using Names = std::vector<std::string>;

struct Output {
  samples::TemporaryFolder folder;
  fakes::FaultyFileCalls calls;
  Storage storage{calls, "a1"};
  schema::JobSpec job = samples::job(3);
  fs::path path = folder.path() / "out";

  OpenOutcome open(OpenMode mode, Shard shard = {0, 1}) {
    return open_output(storage, path, job, shard, mode);
  }
  std::vector<int> opened(OpenMode mode, Shard shard = {0, 1}) {
    const OpenOutcome outcome = open(mode, shard);
    if (const auto* fault = std::get_if<schema::Fault>(&outcome)) FAIL(fault->message);
    REQUIRE(std::holds_alternative<OpenedOutput>(outcome));
    return std::get<OpenedOutput>(outcome).journal.committed();
  }
  std::string refused(OpenMode mode, Shard shard = {0, 1},
                      schema::FaultKind kind = schema::FaultKind::kInput) {
    const OpenOutcome outcome = open(mode, shard);
    REQUIRE(std::holds_alternative<schema::Fault>(outcome));
    CHECK(std::get<schema::Fault>(outcome).kind == kind);
    return std::get<schema::Fault>(outcome).message;
  }
  void commit(int scene, Shard shard = {0, 1}) {
    samples::write_images(storage, path, samples::commit(scene));
    JournalWriter writer(storage, path, job.job_id, shard);
    writer.append(samples::commit(scene));
    REQUIRE(writer.close(0));
  }
};

TEST_CASE("a fresh output holds layout, job and a folder for images") {
  Output output;
  CHECK(output.opened(OpenMode::kFresh).empty());
  CHECK(names_in(output.path) == Names{".rtag", "images", "job.json"});
  CHECK(bytes_of(output.path / ".rtag/layout.json") ==
        "{\n  \"format\": \"rtag-dataset/1\",\n  \"job_id\": \"5eed\",\n"
        "  \"total_shards\": 1\n}\n");
  CHECK(*read_job(output.path) == portable_job(output.job));
}

TEST_CASE("every mode opens an empty folder, with what file systems and tools leave in one") {
  const OpenMode mode = GENERATE(OpenMode::kFresh, OpenMode::kResume, OpenMode::kOverwrite);
  Output output;
  fs::create_directories(output.path / "lost+found");
  samples::write(output.path / ".DS_Store", "x");
  CHECK(output.opened(mode).empty());
}

TEST_CASE("a folder with something else in it is refused and left alone") {
  const OpenMode mode = GENERATE(OpenMode::kFresh, OpenMode::kResume, OpenMode::kOverwrite);
  Output output;
  samples::write(output.path / "thesis.tex", "x");
  samples::write(output.path / "zebra.png", "x");
  CHECK(output.refused(mode) == output.path.string() +
                                    ": is not empty and no dataset of rtag (it holds thesis.tex); "
                                    "choose another output folder");
  CHECK(names_in(output.path) == Names{"thesis.tex", "zebra.png"});
}

TEST_CASE("another job's folder is refused in every mode") {
  const OpenMode mode = GENERATE(OpenMode::kFresh, OpenMode::kResume, OpenMode::kOverwrite);
  Output output;
  output.opened(OpenMode::kFresh);
  output.commit(0);
  output.job.job_id = "0dd";
  CHECK(output.refused(mode) == output.path.string() +
                                    ": belongs to job 5eed, this is job 0dd; choose another "
                                    "output folder");
  output.job.job_id = "5eed";
  CHECK(output.opened(OpenMode::kResume) == std::vector<int>{0});
}

TEST_CASE("the same job_id with other content is refused") {
  Output output;
  output.opened(OpenMode::kFresh);
  output.job.scene_config.dataset.num_scenes = 4;
  CHECK(output.refused(OpenMode::kResume) ==
        (output.path / "job.json").string() +
            ": holds job 5eed with other content than the job that was given; lock the config "
            "again to get a new job_id, and choose another output folder");
}

TEST_CASE("every start must agree on the number of shards") {
  Output output;
  output.opened(OpenMode::kFresh, {0, 4});
  CHECK(output.refused(OpenMode::kResume, {0, 3}) ==
        output.path.string() +
            ": was begun with 4 shards, this start has 3; every start must "
            "give the same --total-shards");
  CHECK(output.opened(OpenMode::kFresh, {1, 4}).empty());
}

TEST_CASE("a shard that was begun needs a word, and the sentence says which") {
  Output output;
  output.opened(OpenMode::kFresh);
  output.commit(0);
  const OpenOutcome outcome = output.open(OpenMode::kFresh);
  REQUIRE(std::holds_alternative<AlreadyBegun>(outcome));
  CHECK(std::get<AlreadyBegun>(outcome).message ==
        output.path.string() +
            ": shard 0 of 1 of this job has been begun; --resume renders only what is missing, "
            "--overwrite removes the shard's scenes and renders them all again");
  CHECK(output.opened(OpenMode::kResume) == std::vector<int>{0});
}

TEST_CASE("a shard may begin beside another that has begun") {
  Output output;
  output.opened(OpenMode::kFresh, {0, 2});
  output.commit(0, {0, 2});
  CHECK(output.opened(OpenMode::kFresh, {1, 2}).empty());
}

TEST_CASE("overwriting removes what the shard wrote, and the products, and nothing else") {
  Output output;
  output.opened(OpenMode::kFresh, {0, 2});
  output.commit(0, {0, 2});
  output.commit(1, {1, 2});
  samples::write(output.path / kCocoFile, "{}");
  samples::write(output.path / "mine.txt", "x");
  CHECK(output.opened(OpenMode::kOverwrite, {0, 2}).empty());
  CHECK(names_in(output.path) == Names{".rtag", "images", "job.json", "mine.txt"});
  CHECK(names_in(output.path / "images") ==
        Names{"scene_0001_cam_0000.png", "scene_0001_cam_0001.png"});
  CHECK(output.opened(OpenMode::kResume, {1, 2}) == std::vector<int>{1});
}

TEST_CASE("overwriting that is killed anywhere never leaves a journal without its images") {
  for (int calls = 0; calls < 24; ++calls) {
    Output output;
    output.opened(OpenMode::kFresh);
    output.commit(0);
    output.calls.die_after(calls);
    (void)output.open(OpenMode::kOverwrite);
    const auto journal = JournalIndex::read_shard(output.path, "5eed", {0, 1});
    REQUIRE(journal);
    CHECK(*intact_scenes(output.path, *journal) == journal->committed());
  }
}

TEST_CASE("killed at any call while the folder is made, the next start goes on") {
  for (int calls = 0; calls < 32; ++calls) {
    Output output;
    output.calls.die_after(calls);
    (void)output.open(OpenMode::kFresh);
    output.calls.lose_power();
    output.calls.die_after(1000);
    CHECK(output.opened(OpenMode::kFresh).empty());
    CHECK(read_job(output.path));
  }
}

TEST_CASE("an output that cannot be written is a fault of the output") {
  Output output;
  output.calls.fail("open", EROFS);
  CHECK(output.refused(OpenMode::kFresh, {0, 1}, schema::FaultKind::kOutput)
            .ends_with(": read-only file system; mount it writable or choose another output "
                       "folder"));
}

TEST_CASE("a layout of another format is refused") {
  Output output;
  samples::write(output.path / ".rtag/layout.json",
                 R"({"format":"rtag-dataset/2","job_id":"5eed","total_shards":1})");
  CHECK(output.refused(OpenMode::kResume) ==
        (output.path / ".rtag/layout.json").string() +
            ": has format rtag-dataset/2, this rtag reads rtag-dataset/1");
}

TEST_CASE("a folder that is no dataset cannot be read as one") {
  Output output;
  CHECK(read_layout(output.path).error().message ==
        output.path.string() + ": is no dataset of rtag (it has no .rtag/layout.json)");
}

TEST_CASE("job.json is the same wherever and however the job is run, and is a valid job") {
  schema::JobSpec here = schema::lock_config(samples::job(3).scene_config, "unknown");
  here.scene_config.scene.texture_dir = "/mnt/here/floors";
  here.job_id = schema::job_identity(here, "unknown");
  here.config_hash = schema::config_hash(here.scene_config);
  schema::JobSpec there = here;
  there.created_at = "2024-01-01T00:00:00Z";
  there.paths = {.output_dir = "/mnt/there/out", .assets_dir = "/mnt/there/assets"};
  there.infrastructure.max_workers = 64;
  there.scene_config.scene.texture_dir = "floors";
  there.scene_config.dataset.output_dir = "/mnt/there/out";
  CHECK(portable_job(here) == portable_job(there));
  CHECK(portable_job(here).job_id == here.job_id);
  CHECK(schema::to_json(portable_job(there)).find("/mnt") == std::string::npos);

  samples::TemporaryFolder folder;
  samples::write(folder.path() / "job.json", schema::to_pretty_json(portable_job(there)));
  const auto read = schema::read_job_file(folder.path() / "job.json");
  if (!read) FAIL(read.error().message);
  CHECK(read->job == portable_job(there));
}

}  // namespace
}  // namespace rtag::dataset
