// SPDX-License-Identifier: MIT
// StagedFile: a file that is written in pieces under a private name and appears under its own name
// when it is whole.
//
//   StagedFile::create -> write... -> seal -> publish (then Storage::sync_directory)
//
// write() does not fail: the first fault is kept, later writes are ignored, and seal() returns it.
// A file that is not published is removed by the destructor; one whose process is killed stays
// behind under that private name (storage.h). One thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "dataset/storage.h"
#include "schema/result.h"

namespace rtag::dataset {

class StagedFile {
 public:
  static schema::Result<StagedFile> create(const Storage& storage, std::filesystem::path target);
  StagedFile(StagedFile&& other) noexcept;
  StagedFile& operator=(StagedFile&&) = delete;
  ~StagedFile();

  void write(std::string_view bytes);
  // Appends everything written to `other`, which is not published and may be dropped afterwards.
  void append(StagedFile& other);

  schema::Outcome seal();     // all bytes are on the disk
  schema::Outcome publish();  // REQUIRES: seal() succeeded. The target is this file now.

  const std::filesystem::path& target() const { return target_; }
  const std::string& digest() const { return digest_; }  // SHA-256 in hex; REQUIRES: sealed

 private:
  class Hash;
  StagedFile(const Storage& storage, std::filesystem::path target, OpenFile file);

  void flush();
  bool target_is_ours() const;

  FileCalls* calls_;
  std::filesystem::path target_;
  std::filesystem::path private_name_;
  OpenFile file_;  // its faults name the target
  std::unique_ptr<Hash> hash_;
  std::string buffer_;
  std::optional<schema::Fault> fault_;
  std::string digest_;
  bool is_pending_ = true;  // the private file exists and is ours to remove
};

}  // namespace rtag::dataset
