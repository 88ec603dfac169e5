// SPDX-License-Identifier: MIT
// JournalIndex: which scenes are settled, and where their lines are. Read from the segments of one
// shard or of all; some 24 bytes a scene, bodies are read on demand. Immutable, any thread.
//
// A scene has one entry. Equal commits of two attempts count once (the first, by shard and file
// name); a commit wins over a quarantine; two commits with different content are a Fault (kInput)
// that names both places. What cannot be trusted is left out and told in notes(): a line whose
// checksum does not match, a file that is no segment. A last line without a line feed was being
// written when its process ended; it is dropped without a word.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "dataset/journal_format.h"
#include "schema/result.h"

namespace rtag::dataset {

struct JournalEntry {
  int scene_id = 0;
  std::uint32_t segment_index = 0;
  std::uint64_t offset = 0;  // of the line in its segment, bytes
  std::uint32_t length = 0;  // of the line, line feed excluded
  std::uint32_t line : 31 = 0;
  std::uint32_t is_quarantine : 1 = 0;
};

class JournalIndex {
 public:
  // The segments of one shard. A folder that does not exist is an empty journal.
  static schema::Result<JournalIndex> read_shard(const std::filesystem::path& output,
                                                 const std::string& job_id, const Shard& shard);
  // The segments of all shards.
  static schema::Result<JournalIndex> read_all(const std::filesystem::path& output,
                                               const std::string& job_id, int total_shards);

  const std::vector<JournalEntry>& entries() const { return entries_; }  // by scene_id
  const std::vector<std::filesystem::path>& segments() const { return segments_; }
  const std::vector<std::string>& notes() const { return notes_; }

  std::vector<int> committed() const;    // ascending
  std::vector<int> quarantined() const;  // ascending

  // REQUIRES: an entry of this index, of the right kind.
  schema::Result<SceneCommit> commit(const JournalEntry& entry) const;
  schema::Result<SceneQuarantine> quarantine(const JournalEntry& entry) const;

  std::string place(const JournalEntry& entry) const;  // "<segment>:<line>"

 private:
  schema::Outcome add_shard(const std::filesystem::path& output, const std::string& job_id,
                            const Shard& shard);
  schema::Outcome add_segment(const std::filesystem::path& path, const std::string& job_id,
                              const Shard& shard);
  void add_line(const std::filesystem::path& path, std::string_view line, std::uint64_t offset,
                std::uint32_t number);
  schema::Outcome settle_duplicates();
  schema::Outcome check_same(const JournalEntry& first, const JournalEntry& other) const;
  schema::Result<std::string> body(const JournalEntry& entry) const;

  std::vector<std::filesystem::path> segments_;
  std::vector<JournalEntry> entries_;
  std::vector<std::string> notes_;
};

// Whether every image of a commit is in the dataset with its size.
bool images_are_there(const std::filesystem::path& output, const SceneCommit& commit);

// The committed scenes whose images are there: what a resumed shard need not do again. Someone may
// have tidied up, and a scene that is rendered again is committed with the same content.
schema::Result<std::vector<int>> intact_scenes(const std::filesystem::path& output,
                                               const JournalIndex& index);

}  // namespace rtag::dataset
