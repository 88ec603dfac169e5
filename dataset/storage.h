// SPDX-License-Identifier: MIT
// Storage: small files written so that they survive a power cut, on any file system a cluster may
// mount (docs/journal.md, "Rules of writing").
//
// Every path has one writer. A file is written to a name private to this attempt; then fsync,
// close, rename, fsync of the target's folder. Nothing is locked, appended to by two processes, or
// linked. A reader therefore sees the old file, the new one, or none.
//
// Storage holds no state but the attempt's id: its functions may run on any thread, as long as no
// two threads write the same path. Faults are kOutput: "<path>: <reason>; <remedy>".
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "schema/result.h"

namespace rtag::dataset {

// The system calls that change files. They return what the call returns, or -errno. Tests put an
// implementation here that fails, writes short, dies or loses what was not synced.
class FileCalls {
 public:
  virtual ~FileCalls() = default;
  virtual int open(const std::string& path, int flags) = 0;
  virtual ssize_t write(int descriptor, std::string_view bytes) = 0;
  virtual int sync(int descriptor) = 0;
  virtual int close(int descriptor) = 0;
  virtual int rename(const std::string& from, const std::string& to) = 0;
  virtual int remove(const std::string& path) = 0;
};

class PosixFileCalls final : public FileCalls {
 public:
  int open(const std::string& path, int flags) override;
  ssize_t write(int descriptor, std::string_view bytes) override;
  int sync(int descriptor) override;
  int close(int descriptor) override;
  int rename(const std::string& from, const std::string& to) override;
  int remove(const std::string& path) override;
};

// What a failed system call means for a run, e.g. "out/a.png: no space left on device; free some
// space and run again with --resume".
schema::Fault output_fault(const std::filesystem::path& path, int error_number);

// An open file that only grows. Owned by one thread at a time; closed by the destructor, whose
// result nobody sees, so call close().
class OpenFile {
 public:
  // `known_as` is the path that faults name. `calls` must outlive the file.
  static schema::Result<OpenFile> open(FileCalls& calls, const std::filesystem::path& path,
                                       int flags, const std::filesystem::path& known_as);
  OpenFile(OpenFile&& other) noexcept;
  OpenFile& operator=(OpenFile&&) = delete;
  ~OpenFile();

  schema::Outcome write(std::string_view bytes);  // all of them, or a Fault
  schema::Outcome sync();                         // what was written is on the disk
  schema::Outcome sync_names();                   // of a folder, where its file system can
  schema::Outcome close();

 private:
  OpenFile(FileCalls& calls, std::filesystem::path path, int descriptor);

  FileCalls* calls_;
  std::filesystem::path path_;
  int descriptor_;  // -1 once closed
};

class Storage {
 public:
  // `attempt` names this start of the program among all others, past and present; it becomes part
  // of file names. `calls` must outlive the Storage and everything made by it.
  // `staging`: a folder on the file system of all targets where files stand until they are whole;
  // empty: beside their targets.
  Storage(FileCalls& calls, std::string attempt, std::filesystem::path staging = {});

  const std::string& attempt() const { return attempt_; }
  const std::filesystem::path& staging() const { return staging_; }
  FileCalls& calls() const { return *calls_; }

  // When it returns, the file is there, whole, and stays. Replaces an older file of that name.
  schema::Outcome write_durably(const std::filesystem::path& path, std::string_view bytes) const;

  // A new file of this attempt that will be appended to; a Fault if the name is taken.
  schema::Result<OpenFile> create(const std::filesystem::path& path) const;

  // The folder and those above it.
  schema::Outcome ensure_directory(const std::filesystem::path& path) const;

  // Makes names that were created, renamed or removed in `directory` last.
  schema::Outcome sync_directory(const std::filesystem::path& directory) const;

  schema::Outcome remove(const std::filesystem::path& path) const;  // absent is fine
  schema::Result<std::string> read_file(const std::filesystem::path& path) const;
  schema::Result<std::uint64_t> free_bytes(const std::filesystem::path& path) const;

  // ".<name>.<attempt>.tmp", in the staging folder.
  std::filesystem::path private_name(const std::filesystem::path& path) const;

 private:
  FileCalls* calls_;
  std::string attempt_;
  std::filesystem::path staging_;
};

// Removes files named ".<prefix>....tmp" that nothing has touched for `lease_s` seconds, measured
// against the time stamp of `now_file`, which was just written to the same file system: clocks of
// two machines need not agree. An attempt that is alive keeps its files.
void sweep_leftovers(const std::filesystem::path& directory, std::string_view prefix,
                     const std::filesystem::path& now_file, int lease_s);

// Where a dataset's files stand until they are whole: a part of no dataset's content.
std::filesystem::path staging_folder(const std::filesystem::path& output);

}  // namespace rtag::dataset
