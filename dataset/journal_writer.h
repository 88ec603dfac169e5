// SPDX-License-Identifier: MIT
// JournalWriter: makes scenes committed. It belongs to one attempt at one shard and to one thread.
//
// append() gathers lines in memory, sync() makes all of them durable with one write and one fsync
// (group commit): a scene is committed when the sync() after its append() has succeeded. Images
// must be durable before append(). Lines go to segment files of this attempt, which are closed
// after 64 scenes or 30 s and never opened again.
//
// After a fault the disk's state is unknown: every later call returns the same fault, and the run
// ends. What a reader then finds in the segment counts, line by line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "dataset/journal_format.h"
#include "dataset/storage.h"
#include "schema/result.h"

namespace rtag::dataset {

struct SegmentLimits {
  int scenes = 64;
  std::int64_t age_ms = 30'000;
};

class JournalWriter {
 public:
  // `storage` must outlive the writer. Nothing is created before the first sync().
  JournalWriter(const Storage& storage, const std::filesystem::path& output, std::string job_id,
                const Shard& shard, const SegmentLimits& limits = {});

  void append(const SceneCommit& commit);
  void append(const SceneQuarantine& quarantine);

  // `now_ms` is any clock that does not run backwards. To be called now and then even when nothing
  // was appended, so that an old segment is closed.
  schema::Outcome sync(std::int64_t now_ms);

  // sync(), then closes the segment.
  schema::Outcome close(std::int64_t now_ms);

 private:
  schema::Outcome write_pending(std::int64_t now_ms);
  schema::Outcome open_segment(std::int64_t now_ms);
  schema::Outcome close_segment();
  schema::Outcome remember(schema::Outcome outcome);

  const Storage& storage_;
  std::filesystem::path directory_;
  SegmentHeader header_;
  SegmentLimits limits_;
  std::string pending_;
  int pending_scenes_ = 0;
  std::optional<OpenFile> segment_;
  int scenes_in_segment_ = 0;
  std::int64_t opened_ms_ = 0;
  std::optional<schema::Fault> fault_;
};

// One line of a journal, line feed and all.
std::string journal_line(const std::string& body);

}  // namespace rtag::dataset
