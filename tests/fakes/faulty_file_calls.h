// SPDX-License-Identifier: MIT
// FaultyFileCalls: real files that fail on demand, and a disk that forgets what was not synced.
//
// The model of a power cut is the harshest that POSIX allows: a file keeps the bytes of its last
// fsync, a folder the names of its last fsync. Files that did not come through these calls are left
// alone. One thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dataset/storage.h"

namespace rtag::fakes {

class FaultyFileCalls final : public dataset::FileCalls {
 public:
  // The next call of that name fails with this errno after `passes` that do not.
  void fail(const std::string& call, int error_number, int passes = 0);
  // Every such rename is done and then reported as failed, as NFS may do.
  void misreport_renames(int error_number) { misreported_rename_ = error_number; }
  void write_at_most(std::size_t bytes) { most_bytes_ = bytes; }
  // Every other call is interrupted by a signal.
  void interrupt() { is_interrupted_ = true; }

  // The process is killed after so many more calls: later ones do nothing and fail.
  void die_after(int calls) { calls_to_live_ = calls; }
  bool is_dead() const { return calls_to_live_ && *calls_to_live_ <= 0; }
  // The machine is switched off: files and names go back to their last fsync.
  void lose_power();

  const std::vector<std::string>& trace() const { return trace_; }  // names of the calls made
  void clear_trace() { trace_.clear(); }

  int open(const std::string& path, int flags) override;
  ssize_t write(int descriptor, std::string_view bytes) override;
  int sync(int descriptor) override;
  int close(int descriptor) override;
  int rename(const std::string& from, const std::string& to) override;
  int remove(const std::string& path) override;

 private:
  struct Inode {
    std::string durable;
  };
  using Names = std::map<std::string, std::shared_ptr<Inode>>;
  struct Planned {
    std::string call;
    int error_number;
    int passes;
  };

  int trouble(const std::string& call);  // 0 or -errno
  void sync_names(const std::string& directory);

  dataset::PosixFileCalls real_;
  std::vector<std::string> trace_;
  std::optional<Planned> planned_;
  std::optional<int> calls_to_live_;
  std::optional<std::size_t> most_bytes_;
  int misreported_rename_ = 0;
  bool is_interrupted_ = false;
  bool interrupts_next_ = true;
  std::map<int, std::string> open_paths_;
  Names names_;          // as programs see them
  Names durable_names_;  // as a power cut leaves them
};

}  // namespace rtag::fakes
