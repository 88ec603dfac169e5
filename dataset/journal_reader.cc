// SPDX-License-Identifier: MIT
#include "dataset/journal_reader.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <regex>
#include <sstream>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

#include "schema/digest.h"
#include "schema/typed_io.h"

namespace rtag::dataset {
namespace {

namespace fs = std::filesystem;
using schema::Fault;
using schema::FaultKind;
using schema::Nothing;
using schema::Outcome;
using schema::Result;

constexpr std::string_view kLineHead = R"({"sha256":")";
constexpr std::string_view kBodyHead = R"(","body":)";
constexpr std::size_t kDigestLength = 64;

// The body of a line, if the line has its shape and the body its checksum.
std::optional<std::string_view> trusted_body(std::string_view line) {
  const std::size_t body_begin = kLineHead.size() + kDigestLength + kBodyHead.size();
  if (line.size() <= body_begin || !line.starts_with(kLineHead) || !line.ends_with('}')) return {};
  const std::string_view digest = line.substr(kLineHead.size(), kDigestLength);
  if (!line.substr(kLineHead.size() + kDigestLength).starts_with(kBodyHead)) return {};
  const std::string_view body = line.substr(body_begin, line.size() - body_begin - 1);
  if (schema::sha256_hex(body) != digest) return {};
  return body;
}

// The scene of {"kind":"<kind>","scene_id":<number>,...
std::optional<int> scene_of(std::string_view body, std::string_view kind) {
  const std::string head = fmt::format(R"({{"kind":"{}","scene_id":)", kind);
  if (!body.starts_with(head)) return {};
  int scene_id = 0;
  const char* const begin = body.data() + head.size();
  const auto [end, error] = std::from_chars(begin, body.data() + body.size(), scene_id);
  if (error != std::errc{} || end == body.data() + body.size() || *end != ',') return {};
  return scene_id;
}

template <schema::Described T>
Result<T> read_body(std::string_view body, const std::string& place) {
  schema::Problems problems;
  T value{};
  const auto root = schema::parse_source(body, schema::SourceFormat::kJson, problems);
  if (root) schema::Reader(schema::Completeness::kEveryKey, problems).read(*root, value, "");
  if (problems.empty()) return value;
  const schema::Problem& first = problems.front();
  return Fault{FaultKind::kInput,
               fmt::format("{}: {}{}{}; the line was written by another version of rtag", place,
                           first.path, first.path.empty() ? "" : ": ", first.message)};
}

Result<std::string> read_bytes(const fs::path& path, std::uint64_t offset, std::uint64_t length) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(length, '\0');
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(bytes.data(), static_cast<std::streamsize>(length));
  if (file) return bytes;
  return Fault{FaultKind::kOutput, fmt::format("{}: cannot be read", path.string())};
}

Result<std::string> read_segment(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  if (!error) return read_bytes(path, 0, size);
  return Fault{FaultKind::kOutput,
               fmt::format("{}: cannot be read ({})", path.string(), error.message())};
}

// The names in a folder, sorted, so that nothing depends on the file system's order. Names with a
// leading dot are someone's temporary files. Empty where there is no such folder.
Result<std::vector<std::string>> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with('.')) names.push_back(name);
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return Fault{FaultKind::kOutput,
                 fmt::format("{}: cannot be listed ({})", directory.string(), error.message())};
  }
  std::sort(names.begin(), names.end());
  return names;
}

Outcome check_header(std::string_view body, const fs::path& path, const std::string& job_id,
                     const Shard& shard) {
  const Result<SegmentHeader> header = read_body<SegmentHeader>(body, path.string() + ":1");
  if (!header) return header.error();
  std::string wrong;
  if (header->format != kJournalFormat) {
    wrong = fmt::format("has format {}, this rtag reads {}", header->format, kJournalFormat);
  } else if (header->job_id != job_id) {
    wrong = fmt::format("belongs to job {}, not to {}", header->job_id, job_id);
  } else if (header->shard != shard.index || header->total_shards != shard.count) {
    wrong = fmt::format("belongs to shard {} of {}, not to {} of {}", header->shard,
                        header->total_shards, shard.index, shard.count);
  }
  if (wrong.empty()) return Nothing{};
  return Fault{FaultKind::kInput, fmt::format("{}: {}; move it away", path.string(), wrong)};
}

}  // namespace

Result<JournalIndex> JournalIndex::read_shard(const fs::path& output, const std::string& job_id,
                                              const Shard& shard) {
  JournalIndex index;
  if (Outcome added = index.add_shard(output, job_id, shard); !added) return added.error();
  if (Outcome settled = index.settle_duplicates(); !settled) return settled.error();
  return index;
}

Result<JournalIndex> JournalIndex::read_all(const fs::path& output, const std::string& job_id,
                                            int total_shards) {
  JournalIndex index;
  for (int i = 0; i < total_shards; ++i) {
    if (Outcome added = index.add_shard(output, job_id, {i, total_shards}); !added) {
      return added.error();
    }
  }
  if (Outcome settled = index.settle_duplicates(); !settled) return settled.error();
  return index;
}

std::vector<int> JournalIndex::committed() const {
  std::vector<int> scenes;
  for (const JournalEntry& entry : entries_) {
    if (!entry.is_quarantine) scenes.push_back(entry.scene_id);
  }
  return scenes;
}

std::vector<int> JournalIndex::quarantined() const {
  std::vector<int> scenes;
  for (const JournalEntry& entry : entries_) {
    if (entry.is_quarantine) scenes.push_back(entry.scene_id);
  }
  return scenes;
}

Result<SceneCommit> JournalIndex::commit(const JournalEntry& entry) const {
  const Result<std::string> bytes = body(entry);
  if (!bytes) return bytes.error();
  return read_body<SceneCommit>(*bytes, place(entry));
}

Result<SceneQuarantine> JournalIndex::quarantine(const JournalEntry& entry) const {
  const Result<std::string> bytes = body(entry);
  if (!bytes) return bytes.error();
  return read_body<SceneQuarantine>(*bytes, place(entry));
}

std::string JournalIndex::place(const JournalEntry& entry) const {
  return fmt::format("{}:{}", segments_[entry.segment_index].string(), std::uint32_t{entry.line});
}

Outcome JournalIndex::add_shard(const fs::path& output, const std::string& job_id,
                                const Shard& shard) {
  const fs::path directory = journal_directory(output, shard);
  const Result<std::vector<std::string>> names = names_in(directory);
  if (!names) return names.error();
  static const std::regex kSegmentName(R"(.+-\d{4,}\.jsonl)");
  for (const std::string& name : *names) {
    if (!std::regex_match(name, kSegmentName)) {
      notes_.push_back(
          fmt::format("{}: is no journal segment, ignored", (directory / name).string()));
    } else if (Outcome added = add_segment(directory / name, job_id, shard); !added) {
      return added;
    }
  }
  return Nothing{};
}

Outcome JournalIndex::add_segment(const fs::path& path, const std::string& job_id,
                                  const Shard& shard) {
  const Result<std::string> bytes = read_segment(path);
  if (!bytes) return bytes.error();
  segments_.push_back(path);
  std::uint32_t number = 0;
  for (std::size_t begin = 0, end = 0; begin < bytes->size(); begin = end + 1) {
    end = bytes->find('\n', begin);
    if (end == std::string::npos) break;
    const std::string_view line = std::string_view(*bytes).substr(begin, end - begin);
    if (++number > 1) {
      add_line(path, line, begin, number);
    } else if (const auto header = trusted_body(line)) {
      if (Outcome checked = check_header(*header, path, job_id, shard); !checked) return checked;
    } else {
      notes_.push_back(
          fmt::format("{}:1: damaged header (its checksum does not match), the "
                      "segment is not trusted",
                      path.string()));
      break;
    }
  }
  return Nothing{};
}

void JournalIndex::add_line(const fs::path& path, std::string_view line, std::uint64_t offset,
                            std::uint32_t number) {
  JournalEntry entry;
  entry.segment_index = static_cast<std::uint32_t>(segments_.size() - 1);
  entry.offset = offset;
  entry.length = static_cast<std::uint32_t>(line.size());
  entry.line = number & 0x7FFFFFFFu;
  const std::optional<std::string_view> body = trusted_body(line);
  if (const auto scene = body ? scene_of(*body, "scene") : std::nullopt) {
    entry.scene_id = *scene;
  } else if (const auto given_up = body ? scene_of(*body, "quarantine") : std::nullopt) {
    entry.scene_id = *given_up;
    entry.is_quarantine = 1;
  } else {
    notes_.push_back(
        fmt::format("{}:{}: damaged line ({}), its scene is not trusted", path.string(), number,
                    body ? "neither a scene nor a quarantine" : "its checksum does not match"));
    return;
  }
  entries_.push_back(entry);
}

Outcome JournalIndex::settle_duplicates() {
  std::stable_sort(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
    return std::pair(a.scene_id, a.is_quarantine == 1) <
           std::pair(b.scene_id, b.is_quarantine == 1);
  });
  std::vector<JournalEntry> settled;
  for (const JournalEntry& entry : entries_) {
    if (settled.empty() || settled.back().scene_id != entry.scene_id) {
      settled.push_back(entry);
    } else if (!entry.is_quarantine) {
      if (Outcome same = check_same(settled.back(), entry); !same) return same;
    }
  }
  entries_ = std::move(settled);
  return Nothing{};
}

Outcome JournalIndex::check_same(const JournalEntry& first, const JournalEntry& other) const {
  const Result<SceneCommit> a = commit(first);
  if (!a) return a.error();
  const Result<SceneCommit> b = commit(other);
  if (!b) return b.error();
  if (is_same_content(*a, *b)) return Nothing{};
  return Fault{FaultKind::kInput,
               fmt::format("scene {} was committed twice with different content: {} and {}; two "
                           "renderers or two versions of the assets worked on this dataset",
                           first.scene_id, place(first), place(other))};
}

Result<std::string> JournalIndex::body(const JournalEntry& entry) const {
  const Result<std::string> line =
      read_bytes(segments_[entry.segment_index], entry.offset, entry.length);
  if (!line) return line.error();
  if (const auto trusted = trusted_body(*line)) return std::string(*trusted);
  return Fault{
      FaultKind::kInput,
      fmt::format("{}: changed while it was read; run the same command again", place(entry))};
}

bool images_are_there(const fs::path& output, const SceneCommit& commit) {
  return std::all_of(commit.images.begin(), commit.images.end(), [&](const ImageCommit& image) {
    std::error_code error;
    return fs::file_size(output / image.file, error) == image.bytes && !error;
  });
}

Result<std::vector<int>> intact_scenes(const fs::path& output, const JournalIndex& index) {
  std::vector<int> scenes;
  for (const JournalEntry& entry : index.entries()) {
    if (entry.is_quarantine) continue;
    const Result<SceneCommit> commit = index.commit(entry);
    if (!commit) return commit.error();
    if (images_are_there(output, *commit)) scenes.push_back(entry.scene_id);
  }
  return scenes;
}

}  // namespace rtag::dataset
