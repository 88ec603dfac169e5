// SPDX-License-Identifier: MIT
#include "orchestrator/scratch.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>

namespace rtag::orchestrator {
namespace {

namespace fs = std::filesystem;
using schema::Fault;
using schema::FaultKind;
using schema::Result;

// No name that a person would choose: what bears it may be removed.
constexpr std::string_view kPrefix = "rtag-scratch-";
constexpr std::string_view kLockFile = "lock";
constexpr std::size_t kLongestSocketPath = 107;  // sun_path holds 108 bytes with its end
constexpr std::size_t kSocketNameLength = 40;    // "/w123.456.telemetry" and to spare

fs::path place_in(const std::map<std::string, std::string>& environment, const char* name) {
  const auto found = environment.find(name);
  if (found == environment.end() || !fs::path(found->second).is_absolute()) return {};
  return found->second;
}

// Removes the folders of runs that have ended without doing so.
void sweep(const fs::path& parent) {
  std::error_code error;
  for (fs::directory_iterator it(parent, error), end; !error && it != end; it.increment(error)) {
    if (!it->path().filename().string().starts_with(kPrefix)) continue;
    const int lock = ::open((it->path() / kLockFile).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (lock < 0) continue;  // not ours to open, or still being made
    std::error_code ignored;
    if (::flock(lock, LOCK_EX | LOCK_NB) == 0) fs::remove_all(it->path(), ignored);
    ::close(lock);
  }
}

// The lock appears under its name when it is held, so that nobody takes the folder for a left-over.
int take_lock(const fs::path& folder) {
  const fs::path unready = folder / "lock.new";
  const int fd = ::open(unready.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return -1;
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0 &&
      ::rename(unready.c_str(), (folder / kLockFile).c_str()) == 0) {
    return fd;
  }
  ::close(fd);
  return -1;
}

std::uint64_t free_bytes(const fs::path& place) {
  std::error_code error;
  const fs::space_info space = fs::space(place, error);
  return error ? 0 : space.available;
}

Result<PrivateFolder> folder_with_room(const std::vector<fs::path>& places, std::uint64_t needed) {
  std::string tried;
  for (const fs::path& place : places) {
    const std::uint64_t room = free_bytes(place);
    if (room >= needed) {
      auto folder = PrivateFolder::create(place);
      if (folder) return folder;
      tried += fmt::format("; {}", folder.error().message);
    } else {
      tried += fmt::format("; {} has {} MB", place.string(), room >> 20);
    }
  }
  return Fault{FaultKind::kOutput, fmt::format("no room for raw frames: {} MB are needed{}",
                                               (needed >> 20) + 1, tried)};
}

Result<PrivateFolder> folder_with_short_path(const std::vector<fs::path>& places) {
  std::string tried;
  for (const fs::path& place : places) {
    if (place.string().size() + kPrefix.size() + 7 + kSocketNameLength > kLongestSocketPath) {
      tried += fmt::format("; {} is too long a path", place.string());
      continue;
    }
    auto folder = PrivateFolder::create(place);
    if (folder) return folder;
    tried += fmt::format("; {}", folder.error().message);
  }
  return Fault{FaultKind::kOutput, "no place for sockets" + tried};
}

}  // namespace

std::string name_of(WorkerId worker) {
  return fmt::format("{}.{}", worker.slot, worker.incarnation);
}

Result<PrivateFolder> PrivateFolder::create(const fs::path& parent) {
  std::string name = (parent / fmt::format("{}XXXXXX", kPrefix)).string();
  if (::mkdtemp(name.data()) == nullptr) {
    return Fault{FaultKind::kOutput, fmt::format("{}: {}", parent.string(), std::strerror(errno))};
  }
  const int lock = take_lock(name);
  if (lock >= 0) return PrivateFolder(name, lock);
  const Fault fault{FaultKind::kOutput, fmt::format("{}: {}", name, std::strerror(errno))};
  std::error_code ignored;
  fs::remove_all(name, ignored);
  return fault;
}

PrivateFolder::~PrivateFolder() {
  if (path_.empty()) return;
  std::error_code ignored;  // The next run sweeps what stays behind.
  fs::remove_all(path_, ignored);
  ::close(lock_fd_);
}

Result<Scratch> Scratch::create(const std::map<std::string, std::string>& environment,
                                std::uint64_t needed_bytes) {
  std::vector<fs::path> frame_places{"/dev/shm"};
  std::vector<fs::path> socket_places;
  const fs::path temporary = place_in(environment, "TMPDIR");
  if (!temporary.empty()) frame_places.push_back(temporary);
  frame_places.emplace_back("/tmp");
  const fs::path runtime = place_in(environment, "XDG_RUNTIME_DIR");
  if (!runtime.empty()) socket_places.push_back(runtime);
  if (!temporary.empty()) socket_places.push_back(temporary);
  socket_places.emplace_back("/tmp");
  socket_places.emplace_back("/dev/shm");
  return create_in(frame_places, socket_places, needed_bytes);
}

Result<Scratch> Scratch::create_in(const std::vector<fs::path>& frame_places,
                                   const std::vector<fs::path>& socket_places,
                                   std::uint64_t needed_bytes) {
  for (const fs::path& place : frame_places) sweep(place);
  for (const fs::path& place : socket_places) sweep(place);
  auto frames = folder_with_room(frame_places, needed_bytes);
  if (!frames) return frames.error();
  auto sockets = folder_with_short_path(socket_places);
  if (!sockets) return sockets.error();
  return Scratch(*std::move(frames), *std::move(sockets));
}

Result<fs::path> Scratch::folder_of(WorkerId worker) const {
  const fs::path folder = frames_.path() / ("w" + name_of(worker));
  std::error_code error;
  fs::create_directory(folder, error);
  if (error) {
    return Fault{FaultKind::kOutput, fmt::format("{}: {}", folder.string(), error.message())};
  }
  return folder;
}

void Scratch::remove_folder_of(WorkerId worker) const {
  std::error_code ignored;
  fs::remove_all(frames_.path() / ("w" + name_of(worker)), ignored);
}

std::string Scratch::endpoint_of(WorkerId worker) const {
  return fmt::format("ipc://{}/w{}.req", sockets_.path().string(), name_of(worker));
}

std::string Scratch::telemetry_endpoint_of(WorkerId worker) const {
  return fmt::format("ipc://{}/w{}.pub", sockets_.path().string(), name_of(worker));
}

}  // namespace rtag::orchestrator
