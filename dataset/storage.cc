// SPDX-License-Identifier: MIT
#include "dataset/storage.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "dataset/staged_file.h"

namespace rtag::dataset {
namespace {

namespace fs = std::filesystem;
using schema::Fault;
using schema::FaultKind;
using schema::Nothing;
using schema::Outcome;
using schema::Result;

constexpr mode_t kFileMode = 0666;

int or_error(int result) { return result < 0 ? -errno : result; }

std::string_view reason_of(int error_number) {
  switch (error_number) {
    case ENOSPC:
      return "no space left on device; free some space and run again with --resume";
    case EDQUOT:
      return "disk quota exceeded; free some space or raise the quota, and run again with --resume";
    case EROFS:
      return "read-only file system; mount it writable or choose another output folder";
    case EACCES:
    case EPERM:
      return "permission denied; make it writable or choose another output folder";
    default:
      return {};
  }
}

// Signals are no failure: the orchestrator lives on them.
template <class Call>
auto retrying(Call&& call) {
  auto result = call();
  while (result == -EINTR) result = call();
  return result;
}

// Some file systems cannot sync a folder and say so; their names last without it.
bool cannot_sync_directories(int error_number) {
  return error_number == EINVAL || error_number == ENOTSUP || error_number == ENOSYS;
}

}  // namespace

int PosixFileCalls::open(const std::string& path, int flags) {
  return or_error(::open(path.c_str(), flags | O_CLOEXEC, kFileMode));
}

ssize_t PosixFileCalls::write(int descriptor, std::string_view bytes) {
  const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
  return written < 0 ? -errno : written;
}

int PosixFileCalls::sync(int descriptor) { return or_error(::fsync(descriptor)); }

int PosixFileCalls::close(int descriptor) { return or_error(::close(descriptor)); }

int PosixFileCalls::rename(const std::string& from, const std::string& to) {
  return or_error(std::rename(from.c_str(), to.c_str()));
}

int PosixFileCalls::remove(const std::string& path) { return or_error(::unlink(path.c_str())); }

Fault output_fault(const fs::path& path, int error_number) {
  const std::string_view reason = reason_of(error_number);
  if (!reason.empty()) {
    return {FaultKind::kOutput, fmt::format("{}: {}", path.string(), reason)};
  }
  return {FaultKind::kOutput,
          fmt::format("{}: cannot be written ({}); what was committed is safe, mend this and run "
                      "again with --resume",
                      path.string(), std::generic_category().message(error_number))};
}

OpenFile::OpenFile(FileCalls& calls, fs::path path, int descriptor)
    : calls_(&calls), path_(std::move(path)), descriptor_(descriptor) {}

OpenFile::OpenFile(OpenFile&& other) noexcept
    : calls_(other.calls_),
      path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

OpenFile::~OpenFile() {
  if (descriptor_ >= 0) calls_->close(descriptor_);
}

Result<OpenFile> OpenFile::open(FileCalls& calls, const fs::path& path, int flags,
                                const fs::path& known_as) {
  const int descriptor = retrying([&] { return calls.open(path.string(), flags); });
  if (descriptor < 0) return output_fault(known_as, -descriptor);
  return OpenFile(calls, known_as, descriptor);
}

Outcome OpenFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = retrying([&] { return calls_->write(descriptor_, bytes); });
    if (written < 0) return output_fault(path_, static_cast<int>(-written));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return Nothing{};
}

// A failed sync is final: the kernel may have dropped the pages, and a second call that succeeds
// would prove nothing.
Outcome OpenFile::sync() {
  const int result = retrying([&] { return calls_->sync(descriptor_); });
  if (result < 0) return output_fault(path_, -result);
  return Nothing{};
}

Outcome OpenFile::sync_names() {
  const int result = retrying([&] { return calls_->sync(descriptor_); });
  if (result < 0 && !cannot_sync_directories(-result)) return output_fault(path_, -result);
  return Nothing{};
}

Outcome OpenFile::close() {
  const int result = calls_->close(std::exchange(descriptor_, -1));
  // On Linux the descriptor is gone after EINTR too, and the bytes were synced before.
  if (result < 0 && result != -EINTR) return output_fault(path_, -result);
  return Nothing{};
}

Storage::Storage(FileCalls& calls, std::string attempt, fs::path staging)
    : calls_(&calls), attempt_(std::move(attempt)), staging_(std::move(staging)) {}

Outcome Storage::write_durably(const fs::path& path, std::string_view bytes) const {
  Result<StagedFile> staged = StagedFile::create(*this, path);
  if (!staged) return staged.error();
  staged->write(bytes);
  if (Outcome sealed = staged->seal(); !sealed) return sealed;
  if (Outcome published = staged->publish(); !published) return published;
  return sync_directory(path.parent_path());
}

Result<OpenFile> Storage::create(const fs::path& path) const {
  return OpenFile::open(*calls_, path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND, path);
}

Outcome Storage::ensure_directory(const fs::path& path) const {
  std::error_code error;
  if (path.empty() || fs::is_directory(path, error)) return Nothing{};
  const fs::path parent =
      path.has_filename() ? path.parent_path() : path.parent_path().parent_path();
  if (Outcome above = ensure_directory(parent); !above) return above;
  fs::create_directory(path, error);  // no error where another process was faster
  if (error) return output_fault(path, error.value());
  return sync_directory(parent);
}

Outcome Storage::sync_directory(const fs::path& directory) const {
  const fs::path path = directory.empty() ? fs::path(".") : directory;
  Result<OpenFile> names = OpenFile::open(*calls_, path, O_RDONLY | O_DIRECTORY, path);
  if (!names) return names.error();
  if (Outcome synced = names->sync_names(); !synced) return synced;
  return names->close();
}

Outcome Storage::remove(const fs::path& path) const {
  const int result = calls_->remove(path.string());
  if (result < 0 && result != -ENOENT) return output_fault(path, -result);
  return Nothing{};
}

Result<std::string> Storage::read_file(const fs::path& path) const {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  if (file) bytes << file.rdbuf();
  if (!file) {
    return Fault{FaultKind::kOutput,
                 fmt::format("{}: cannot be read ({})", path.string(),
                             std::generic_category().message(errno == 0 ? EIO : errno))};
  }
  return std::move(bytes).str();
}

Result<std::uint64_t> Storage::free_bytes(const fs::path& path) const {
  std::error_code error;
  const fs::space_info space = fs::space(path, error);
  if (error) return output_fault(path, error.value());
  return std::uint64_t{space.available};
}

fs::path Storage::private_name(const fs::path& path) const {
  const fs::path folder = staging_.empty() ? path.parent_path() : staging_;
  return folder / fmt::format(".{}.{}.tmp", path.filename().string(), attempt_);
}

fs::path staging_folder(const fs::path& output) { return output / ".rtag" / "staging"; }

void sweep_leftovers(const fs::path& directory, std::string_view prefix, const fs::path& now_file,
                     int lease_s) {
  std::error_code error;
  const auto now = fs::last_write_time(now_file, error);
  if (error) return;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(fmt::format(".{}", prefix)) || !name.ends_with(".tmp")) continue;
    std::error_code gone;  // its owner may publish it at this very moment
    const auto touched = entry.last_write_time(gone);
    if (!gone && now - touched > std::chrono::seconds(lease_s)) fs::remove(entry.path(), gone);
  }
}

}  // namespace rtag::dataset
