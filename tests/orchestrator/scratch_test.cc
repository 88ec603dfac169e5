// SPDX-License-Identifier: MIT
#include "orchestrator/scratch.h"

#include <fstream>
#include <limits>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

namespace rtag::orchestrator {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kTooMuch = std::numeric_limits<std::uint64_t>::max();

// A place for scratch folders that goes with the test.
struct Place {
  PrivateFolder folder = *PrivateFolder::create("/tmp");
  fs::path path = folder.path();

  fs::path sub(const std::string& name) const {
    fs::create_directories(path / name);
    return path / name;
  }
  schema::Result<Scratch> scratch(std::uint64_t needed_bytes = 1) const {
    return Scratch::create_in({sub("frames")}, {sub("sockets")}, needed_bytes);
  }
  std::size_t folders() const { return count(sub("frames")) + count(sub("sockets")); }
  static std::size_t count(const fs::path& where) {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(where), fs::directory_iterator()));
  }
};

unsigned mode_of(const fs::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777U;
}

fs::path folder_of_endpoint(const std::string& endpoint) {
  REQUIRE(endpoint.rfind("ipc:///", 0) == 0);
  return fs::path(endpoint.substr(6)).parent_path();
}

// Runs it in a process that then ends without a word, as one that is killed does.
template <class Work>
void in_a_killed_process(Work&& work) {
  const pid_t process = ::fork();
  if (process == 0) {
    const auto kept = work();
    ::kill(::getpid(), SIGKILL);
  }
  REQUIRE(::waitpid(process, nullptr, 0) == process);
}

}  // namespace

TEST_CASE("only the user can enter a run's folders, and they go with the run") {
  const Place place;
  {
    const auto scratch = place.scratch();
    REQUIRE(scratch);
    CHECK(mode_of(scratch->frames()) == 0700);
    CHECK(mode_of(folder_of_endpoint(scratch->endpoint_of({0, 1}))) == 0700);
    std::ofstream(*scratch->folder_of({0, 1}) / "frame") << "x";
    CHECK(place.folders() == 2);
  }
  CHECK(place.folders() == 0);
}

TEST_CASE("each incarnation of a worker has its own folder and sockets") {
  const Place place;
  const auto scratch = place.scratch();
  REQUIRE(scratch);
  const auto first = scratch->folder_of({3, 1});
  REQUIRE(first);
  CHECK(*first == scratch->frames() / "w3.1");
  CHECK(fs::is_directory(*first));
  CHECK(*scratch->folder_of({3, 1}) == *first);
  CHECK(*scratch->folder_of({3, 2}) != *first);
  CHECK(scratch->endpoint_of({3, 1}) != scratch->endpoint_of({3, 2}));
  CHECK(scratch->endpoint_of({3, 1}) != scratch->telemetry_endpoint_of({3, 1}));
  scratch->remove_folder_of({3, 1});
  CHECK_FALSE(fs::exists(*first));
  CHECK(fs::is_directory(scratch->frames() / "w3.2"));
}

TEST_CASE("frames go to the first place with room") {
  const Place place;
  const fs::path absent = place.path / "absent";
  const fs::path second = place.sub("second");
  const auto scratch = Scratch::create_in({absent, second, place.sub("third")}, {"/tmp"}, 1);
  REQUIRE(scratch);
  CHECK(scratch->frames().parent_path() == second);
}

TEST_CASE("without room for the frames every place is told with what it has") {
  const Place place;
  const auto scratch = Scratch::create_in({place.path / "absent"}, {"/tmp"}, 5'000'000);
  REQUIRE_FALSE(scratch);
  CHECK(scratch.error().kind == schema::FaultKind::kOutput);
  CHECK(scratch.error().message == "no room for raw frames: 5 MB are needed; " +
                                       (place.path / "absent").string() + " has 0 MB");
  CHECK_FALSE(place.scratch(kTooMuch));
  CHECK(place.folders() == 0);
}

TEST_CASE("sockets keep short paths, however long the first places are") {
  const Place place;
  const fs::path longest = place.sub(std::string(200, 'x') + "/" + std::string(100, 'y'));
  const auto scratch = Scratch::create_in({longest}, {longest, place.sub("s")}, 1);
  REQUIRE(scratch);
  CHECK(scratch->frames().parent_path() == longest);
  const std::string endpoint = scratch->telemetry_endpoint_of({9999, 9999999});
  CHECK(endpoint.size() - std::string("ipc://").size() < sizeof(sockaddr_un::sun_path));
  CHECK(folder_of_endpoint(endpoint).parent_path() == place.sub("s"));
  const auto none = Scratch::create_in({longest}, {longest}, 1);
  REQUIRE_FALSE(none);
  CHECK(none.error().message ==
        "no place for sockets; " + longest.string() + " is too long a path");
}

TEST_CASE("a place may have blanks and letters of any language") {
  const Place place;
  const fs::path odd = place.sub("mein Ördner/日本");
  const auto scratch = Scratch::create_in({odd}, {odd}, 1);
  REQUIRE(scratch);
  CHECK(fs::is_directory(*scratch->folder_of({0, 1})));
}

TEST_CASE("what a killed run has left is removed by the next one") {
  const Place place;
  in_a_killed_process([&] {
    auto scratch = place.scratch();
    std::ofstream(*scratch->folder_of({0, 1}) / "frame") << "x";
    return scratch;
  });
  REQUIRE(place.folders() == 2);
  const auto next = place.scratch();
  REQUIRE(next);
  CHECK(place.folders() == 2);  // its own
}

TEST_CASE("what a living run has is left alone") {
  const Place place;
  const auto living = place.scratch();
  REQUIRE(living);
  const auto next = place.scratch();
  REQUIRE(next);
  CHECK(fs::is_directory(living->frames()));
  CHECK(place.folders() == 4);
}

TEST_CASE("a run in the middle of making its folder is left alone") {
  const Place place;
  fs::create_directory(place.sub("frames") / "rtag-scratch-abcdef");
  REQUIRE(place.scratch());
  CHECK(fs::is_directory(place.sub("frames") / "rtag-scratch-abcdef"));
}

TEST_CASE("what a user calls rtag is no left-over, even with a file called lock in it") {
  const Place place;
  fs::create_directory(place.sub("frames") / "rtag-output");
  std::ofstream(place.sub("frames") / "rtag-output" / "lock") << "";
  REQUIRE(place.scratch());
  CHECK(fs::exists(place.sub("frames") / "rtag-output" / "lock"));
}

TEST_CASE("a link with the name of a left-over is not followed") {
  const Place place;
  const fs::path precious = place.sub("precious");
  std::ofstream(precious / "lock") << "";
  fs::create_symlink(precious, place.sub("frames") / "rtag-scratch-abcdef");
  REQUIRE(place.scratch());
  CHECK(fs::exists(precious / "lock"));
}

TEST_CASE("the environment's places count when they are absolute") {
  const Place place;
  const std::string full = place.sub("t").string();
  const auto absolute =
      Scratch::create(std::map<std::string, std::string>{{"TMPDIR", full}}, kTooMuch);
  REQUIRE_FALSE(absolute);
  CHECK_THAT(absolute.error().message, Catch::Contains("; " + full + " has "));
  const auto relative =
      Scratch::create(std::map<std::string, std::string>{{"TMPDIR", "t"}}, kTooMuch);
  REQUIRE_FALSE(relative);
  CHECK_THAT(relative.error().message, !Catch::Contains("; t has "));
  const auto runtime =
      Scratch::create(std::map<std::string, std::string>{{"XDG_RUNTIME_DIR", full}}, 1);
  REQUIRE(runtime);
  CHECK(folder_of_endpoint(runtime->endpoint_of({0, 1})).parent_path() == full);
}

TEST_CASE("a worker's name is its slot and its incarnation") { CHECK(name_of({12, 3}) == "12.3"); }

}  // namespace rtag::orchestrator
