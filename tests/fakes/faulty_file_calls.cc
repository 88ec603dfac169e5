// SPDX-License-Identifier: MIT
#include "tests/fakes/faulty_file_calls.h"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace rtag::fakes {
namespace {

namespace fs = std::filesystem;

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return std::move(bytes).str();
}

}  // namespace

void FaultyFileCalls::fail(const std::string& call, int error_number, int passes) {
  planned_ = Planned{call, error_number, passes};
}

void FaultyFileCalls::lose_power() {
  Names all = names_;
  all.insert(durable_names_.begin(), durable_names_.end());
  for (const auto& [path, inode] : all) {
    const auto durable = durable_names_.find(path);
    if (durable == durable_names_.end()) {
      fs::remove(path);
    } else {
      std::ofstream(path, std::ios::binary) << durable->second->durable;
    }
  }
  names_ = durable_names_;
}

int FaultyFileCalls::open(const std::string& path, int flags) {
  if (const int error = trouble("open")) return error;
  const bool is_new = !fs::exists(path);
  const int descriptor = real_.open(path, flags);
  if (descriptor < 0) return descriptor;
  open_paths_[descriptor] = path;
  if (is_new) names_[path] = std::make_shared<Inode>();
  return descriptor;
}

ssize_t FaultyFileCalls::write(int descriptor, std::string_view bytes) {
  if (const int error = trouble("write")) return error;
  return real_.write(descriptor, bytes.substr(0, most_bytes_.value_or(bytes.size())));
}

int FaultyFileCalls::sync(int descriptor) {
  if (const int error = trouble("sync")) return error;
  const std::string& path = open_paths_[descriptor];
  if (fs::is_directory(path)) {
    sync_names(path);
  } else if (const auto found = names_.find(path); found != names_.end()) {
    found->second->durable = bytes_of(path);
  }
  return 0;  // what is durable is up to the model
}

int FaultyFileCalls::close(int descriptor) {
  open_paths_.erase(descriptor);
  const int error = trouble("close");
  const int result = real_.close(descriptor);  // the test itself must not run out of them
  return error ? error : result;
}

int FaultyFileCalls::rename(const std::string& from, const std::string& to) {
  if (const int error = trouble("rename")) return error;
  const int result = real_.rename(from, to);
  if (result == 0) {
    names_[to] = names_[from];
    names_.erase(from);
  }
  return result == 0 ? -misreported_rename_ : result;
}

int FaultyFileCalls::remove(const std::string& path) {
  if (const int error = trouble("remove")) return error;
  names_.erase(path);
  return real_.remove(path);
}

int FaultyFileCalls::trouble(const std::string& call) {
  if (is_dead()) return -EIO;
  if (is_interrupted_ && call != "close" && call != "rename" && call != "remove") {
    interrupts_next_ = !interrupts_next_;
    if (!interrupts_next_) return -EINTR;
  }
  trace_.push_back(call);
  if (calls_to_live_) --*calls_to_live_;
  if (!planned_ || planned_->call != call || planned_->passes-- > 0) return 0;
  const int error_number = planned_->error_number;
  planned_.reset();
  return -error_number;
}

void FaultyFileCalls::sync_names(const std::string& directory) {
  const auto is_inside = [&](const auto& name) {
    return fs::path(name.first).parent_path() == fs::path(directory);
  };
  std::erase_if(durable_names_, is_inside);
  for (const auto& name : names_) {
    if (is_inside(name)) durable_names_.insert(name);
  }
}

}  // namespace rtag::fakes
