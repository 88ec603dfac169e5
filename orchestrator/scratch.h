// SPDX-License-Identifier: MIT
// Scratch: a run's private folders - raw frames and temporary files of the workers, and the
// sockets. Only this user may enter them (0700). Frames go to memory (/dev/shm) if it has room,
// else to $TMPDIR or /tmp. Sockets always stand under a short path, for a socket's name holds 107
// bytes.
//
// Both folders go with the object. A run that is killed leaves them behind; a lock file that the
// kernel releases with the process tells the next run, which removes them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/events.h"
#include "schema/result.h"

namespace rtag::orchestrator {

class PrivateFolder {  // Made by Scratch; removed with the object.
 public:
  static schema::Result<PrivateFolder> create(const std::filesystem::path& parent);
  PrivateFolder(PrivateFolder&& other) noexcept
      : path_(std::exchange(other.path_, {})), lock_fd_(std::exchange(other.lock_fd_, -1)) {}
  PrivateFolder& operator=(PrivateFolder&&) = delete;
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  ~PrivateFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  PrivateFolder(std::filesystem::path path, int lock_fd)
      : path_(std::move(path)), lock_fd_(lock_fd) {}
  std::filesystem::path path_;
  int lock_fd_;
};

class Scratch {
 public:
  // kOutput when no place has `needed_bytes`.
  static schema::Result<Scratch> create(const std::map<std::string, std::string>& environment,
                                        std::uint64_t needed_bytes);

  // As above, with the places to try given: for frames, then for sockets.
  static schema::Result<Scratch> create_in(const std::vector<std::filesystem::path>& frame_places,
                                           const std::vector<std::filesystem::path>& socket_places,
                                           std::uint64_t needed_bytes);

  // A folder for one worker's frames and temporary files; made if it is not there.
  schema::Result<std::filesystem::path> folder_of(WorkerId worker) const;
  void remove_folder_of(WorkerId worker) const;

  std::string endpoint_of(WorkerId worker) const;            // "ipc://..."
  std::string telemetry_endpoint_of(WorkerId worker) const;  // "ipc://..."
  const std::filesystem::path& frames() const { return frames_.path(); }

 private:
  Scratch(PrivateFolder frames, PrivateFolder sockets)
      : frames_(std::move(frames)), sockets_(std::move(sockets)) {}
  PrivateFolder frames_;
  PrivateFolder sockets_;
};

// "0.1": how a worker is called in names and messages.
std::string name_of(WorkerId worker);

}  // namespace rtag::orchestrator
