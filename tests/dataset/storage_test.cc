// SPDX-License-Identifier: MIT
#include "dataset/storage.h"

#include <cerrno>
#include <chrono>
#include <filesystem>

#include <catch2/catch.hpp>

#include "dataset/staged_file.h"
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

struct Disk {
  TemporaryFolder folder;
  FaultyFileCalls calls;
  Storage storage{calls, "a1"};
  fs::path file = folder.path() / "label.json";

  std::string fault_of_write() {
    const schema::Outcome outcome = storage.write_durably(file, "new");
    REQUIRE(!outcome);
    CHECK(outcome.error().kind == schema::FaultKind::kOutput);
    return outcome.error().message;
  }
};

TEST_CASE("a file is written, synced, closed, renamed and its folder synced, in this order") {
  Disk disk;
  REQUIRE(disk.storage.write_durably(disk.file, "new"));
  CHECK(disk.calls.trace() ==
        Names{"open", "write", "sync", "close", "rename", "open", "sync", "close"});
  CHECK(bytes_of(disk.file) == "new");
  CHECK(names_in(disk.folder.path()) == Names{"label.json"});
}

TEST_CASE("a file is written whole through short writes and interrupting signals") {
  Disk disk;
  disk.calls.write_at_most(3);
  disk.calls.interrupt();
  const std::string bytes = "twenty-three characters";
  REQUIRE(disk.storage.write_durably(disk.file, bytes));
  CHECK(bytes_of(disk.file) == bytes);
}

TEST_CASE(
    "a failing call leaves the old file, no private file, and a sentence that says what to do") {
  Disk disk;
  REQUIRE(disk.storage.write_durably(disk.file, "old"));
  const std::string path = disk.file.string();

  disk.calls.fail("write", ENOSPC);
  CHECK(disk.fault_of_write() ==
        path + ": no space left on device; free some space and run again with --resume");
  disk.calls.fail("sync", EDQUOT);
  CHECK(disk.fault_of_write() == path +
                                     ": disk quota exceeded; free some space or raise the "
                                     "quota, and run again with --resume");
  disk.calls.fail("open", EROFS);
  CHECK(disk.fault_of_write() ==
        path + ": read-only file system; mount it writable or choose another output folder");
  disk.calls.fail("rename", EACCES);
  CHECK(disk.fault_of_write() ==
        path + ": permission denied; make it writable or choose another output folder");
  disk.calls.fail("close", EIO);
  CHECK(disk.fault_of_write() == path +
                                     ": cannot be written (Input/output error); what was "
                                     "committed is safe, mend this and run again with --resume");

  CHECK(bytes_of(disk.file) == "old");
  CHECK(names_in(disk.folder.path()) == Names{"label.json"});
}

TEST_CASE("a rename that was done and reported as failed is done") {
  Disk disk;
  disk.calls.misreport_renames(ENOENT);
  REQUIRE(disk.storage.write_durably(disk.file, "new"));
  CHECK(bytes_of(disk.file) == "new");
}

TEST_CASE("a folder that its file system cannot sync is no failure; a broken one is") {
  Disk disk;
  disk.calls.fail("sync", EINVAL, 1);
  CHECK(disk.storage.write_durably(disk.file, "new"));
  disk.calls.fail("sync", EIO, 1);
  CHECK(disk.fault_of_write().starts_with(disk.folder.path().string() + ": cannot be written"));
}

TEST_CASE("a power cut after success changes nothing") {
  Disk disk;
  REQUIRE(disk.storage.write_durably(disk.file, "old"));
  REQUIRE(disk.storage.write_durably(disk.file, "new"));
  disk.calls.lose_power();
  CHECK(bytes_of(disk.file) == "new");
}

TEST_CASE("killed or without power at any call, a reader finds the old file or the new one") {
  const bool has_power = GENERATE(true, false);
  for (int calls = 0; calls < 8; ++calls) {
    Disk disk;
    REQUIRE(disk.storage.write_durably(disk.file, "old"));
    disk.calls.die_after(calls);
    CHECK(!disk.storage.write_durably(disk.file, "new"));
    if (!has_power) disk.calls.lose_power();
    const std::string found = bytes_of(disk.file);
    CHECK((found == "old" || found == "new"));
  }
}

TEST_CASE("folders are made with those above them, and a file in the way is named") {
  Disk disk;
  const fs::path deep = disk.folder.path() / "a" / "b" / "c";
  REQUIRE(disk.storage.ensure_directory(deep / ""));
  CHECK(fs::is_directory(deep));
  REQUIRE(disk.storage.write_durably(disk.file, "in the way"));
  const auto outcome = disk.storage.ensure_directory(disk.file / "images");
  REQUIRE(!outcome);
  CHECK(outcome.error().message.starts_with(disk.file.string() + ": cannot be written"));
}

TEST_CASE("a name that is taken is not appended to") {
  Disk disk;
  REQUIRE(disk.storage.create(disk.file));
  const auto again = disk.storage.create(disk.file);
  REQUIRE(!again);
  CHECK(again.error().message.find("File exists") != std::string::npos);
}

TEST_CASE("a file that cannot be read is named; one that is absent can be removed") {
  Disk disk;
  const auto bytes = disk.storage.read_file(disk.file);
  REQUIRE(!bytes);
  CHECK(bytes.error().message ==
        disk.file.string() + ": cannot be read (No such file or directory)");
  CHECK(disk.storage.remove(disk.file));
  CHECK(*disk.storage.free_bytes(disk.folder.path()) > 0);
}

TEST_CASE("a staged file takes over another's bytes, and its digest is that of what it holds") {
  Disk disk;
  auto whole = StagedFile::create(disk.storage, disk.file);
  auto part = StagedFile::create(disk.storage, disk.folder.path() / "part");
  whole->write("a");
  part->write("bc");
  whole->append(*part);
  REQUIRE(whole->seal());
  // FIPS 180-2, appendix B.1.
  CHECK(whole->digest() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  REQUIRE(whole->publish());
  CHECK(bytes_of(disk.file) == "abc");
}

TEST_CASE("a staged file keeps the first fault of its writes until it is sealed") {
  Disk disk;
  auto staged = StagedFile::create(disk.storage, disk.file);
  disk.calls.fail("write", ENOSPC);
  for (int i = 0; i < 3; ++i) staged->write(std::string(1 << 20, 'x'));
  const auto sealed = staged->seal();
  REQUIRE(!sealed);
  CHECK(sealed.error().message.find("no space left") != std::string::npos);
}

TEST_CASE("left-overs are swept when nobody has touched them for the lease, and only ours") {
  Disk disk;
  const fs::path folder = disk.folder.path();
  for (const char* name : {".scene_1.png.a0.tmp", ".scene_2.png.a0.tmp", ".other.tmp", "kept"}) {
    samples::write(folder / name, "x");
  }
  for (const char* name : {".scene_1.png.a0.tmp", ".other.tmp", "kept"}) {
    fs::last_write_time(folder / name, fs::last_write_time(folder / name) - std::chrono::hours(2));
  }
  sweep_leftovers(folder, "scene_", folder / ".scene_2.png.a0.tmp", 3600);
  CHECK(names_in(folder) == Names{".other.tmp", ".scene_2.png.a0.tmp", "kept"});
}

}  // namespace
}  // namespace rtag::dataset
