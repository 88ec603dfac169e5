// SPDX-License-Identifier: MIT
#include "dataset/journal_writer.h"

#include <utility>

#include <fmt/format.h>

#include "schema/digest.h"
#include "schema/typed_io.h"

namespace rtag::dataset {

namespace fs = std::filesystem;
using schema::Nothing;
using schema::Outcome;

bool is_same_content(const SceneCommit& a, const SceneCommit& b) {
  return a.scene_id == b.scene_id && a.images == b.images && a.records == b.records &&
         a.recipe == b.recipe;
}

fs::path journal_directory(const fs::path& output, const Shard& shard) {
  return output / ".rtag" / "journal" / fmt::format("{}-of-{}", shard.index, shard.count);
}

std::string journal_line(const std::string& body) {
  return fmt::format("{{\"sha256\":\"{}\",\"body\":{}}}\n", schema::sha256_hex(body), body);
}

JournalWriter::JournalWriter(const Storage& storage, const fs::path& output, std::string job_id,
                             const Shard& shard, const SegmentLimits& limits)
    : storage_(storage), directory_(journal_directory(output, shard)), limits_(limits) {
  header_.job_id = std::move(job_id);
  header_.shard = shard.index;
  header_.total_shards = shard.count;
  header_.attempt = storage.attempt();
}

void JournalWriter::append(const SceneCommit& commit) {
  pending_ += journal_line(schema::to_json(commit));
  ++pending_scenes_;
}

void JournalWriter::append(const SceneQuarantine& quarantine) {
  pending_ += journal_line(schema::to_json(quarantine));
  ++pending_scenes_;
}

Outcome JournalWriter::sync(std::int64_t now_ms) {
  if (fault_) return *fault_;
  if (Outcome written = remember(write_pending(now_ms)); !written) return written;
  const bool is_due = scenes_in_segment_ >= limits_.scenes || now_ms - opened_ms_ >= limits_.age_ms;
  return segment_ && is_due ? remember(close_segment()) : Nothing{};
}

Outcome JournalWriter::close(std::int64_t now_ms) {
  if (Outcome synced = sync(now_ms); !synced) return synced;
  return segment_ ? remember(close_segment()) : Nothing{};
}

Outcome JournalWriter::write_pending(std::int64_t now_ms) {
  if (pending_.empty()) return Nothing{};
  const bool is_new = !segment_;
  if (is_new) {
    if (Outcome opened = open_segment(now_ms); !opened) return opened;
  }
  if (Outcome written = segment_->write(pending_); !written) return written;
  if (Outcome synced = segment_->sync(); !synced) return synced;
  scenes_in_segment_ += std::exchange(pending_scenes_, 0);
  pending_.clear();
  return is_new ? storage_.sync_directory(directory_) : Nothing{};
}

Outcome JournalWriter::open_segment(std::int64_t now_ms) {
  if (Outcome made = storage_.ensure_directory(directory_); !made) return made;
  const std::string name = fmt::format("{}-{:04d}.jsonl", header_.attempt, header_.segment);
  auto file = storage_.create(directory_ / name);
  if (!file) return file.error();
  segment_.emplace(*std::move(file));
  pending_.insert(0, journal_line(schema::to_json(header_)));
  ++header_.segment;
  scenes_in_segment_ = 0;
  opened_ms_ = now_ms;
  return Nothing{};
}

Outcome JournalWriter::close_segment() {
  Outcome closed = segment_->close();
  segment_.reset();
  return closed;
}

Outcome JournalWriter::remember(Outcome outcome) {
  if (!outcome) fault_ = outcome.error();
  return outcome;
}

}  // namespace rtag::dataset
