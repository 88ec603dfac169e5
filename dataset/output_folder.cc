// SPDX-License-Identifier: MIT
#include "dataset/output_folder.h"

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "dataset/products.h"
#include "schema/job_identity.h"
#include "schema/typed_io.h"

namespace rtag::dataset {
namespace {

namespace fs = std::filesystem;
using schema::Fault;
using schema::FaultKind;
using schema::Nothing;
using schema::Outcome;
using schema::Result;

fs::path layout_file(const fs::path& output) { return output / ".rtag" / "layout.json"; }

Fault input_fault(const fs::path& path, std::string_view text) {
  return {FaultKind::kInput, fmt::format("{}: {}", path.string(), text)};
}

template <schema::Described T>
Result<T> read_json(const fs::path& file, schema::Completeness completeness) {
  const Result<std::string> text = schema::read_source_file(file);
  if (!text) return text.error();
  schema::Problems problems;
  T value = schema::read_text<T>(*text, schema::SourceFormat::kJson, completeness, problems);
  if (problems.empty()) return value;
  std::string message = schema::to_string(file.string(), problems);
  message.pop_back();  // its last line feed
  return Fault{FaultKind::kInput, std::move(message)};
}

// The first name that shows that a folder is in use. A dot in front is a file system's or a tool's
// own business, and lost+found is in every fresh ext4.
Result<std::optional<std::string>> foreign_name_in(const fs::path& output) {
  std::optional<std::string> found;
  std::error_code error;
  for (fs::directory_iterator entry(output, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with('.') || name == "lost+found") continue;
    if (!found || name < *found) found = name;
  }
  if (error) return output_fault(output, error.value());
  return found;
}

Outcome check_layout(const fs::path& output, const Layout& found, const Layout& ours) {
  if (found.job_id != ours.job_id) {
    return input_fault(output, fmt::format("belongs to job {}, this is job {}; choose another "
                                           "output folder",
                                           found.job_id, ours.job_id));
  }
  if (found.total_shards != ours.total_shards) {
    return input_fault(output, fmt::format("was begun with {} shard{}, this start has {}; every "
                                           "start must give the same --total-shards",
                                           found.total_shards, found.total_shards == 1 ? "" : "s",
                                           ours.total_shards));
  }
  return Nothing{};
}

Outcome claim_folder(const Storage& storage, const fs::path& output, const Layout& ours) {
  std::error_code error;
  if (!fs::exists(layout_file(output), error)) {
    const auto foreign = foreign_name_in(output);
    if (!foreign) return foreign.error();
    if (*foreign) {
      return input_fault(output, fmt::format("is not empty and no dataset of rtag (it holds {}); "
                                             "choose another output folder",
                                             **foreign));
    }
    const fs::path file = layout_file(output);
    if (Outcome made = storage.ensure_directory(file.parent_path()); !made) return made;
    const std::string text = schema::to_pretty_json(ours);
    if (Outcome written = storage.write_durably(file, text); !written) return written;
  }
  // Read even when just written: another shard may have claimed the folder at the same moment.
  const Result<Layout> found = read_layout(output);
  if (!found) return found.error();
  return check_layout(output, *found, ours);
}

Outcome agree_on_job(const Storage& storage, const fs::path& output, const schema::JobSpec& job) {
  const schema::JobSpec ours = portable_job(job);
  const fs::path file = output / kJobFile;
  std::error_code error;
  if (!fs::exists(file, error)) {
    return storage.write_durably(file, schema::to_pretty_json(ours));
  }
  const Result<schema::JobSpec> found = read_job(output);
  if (!found) return found.error();
  if (*found == ours) return Nothing{};
  return input_fault(file, fmt::format("holds job {} with other content than the job that was "
                                       "given; lock the config again to get a new job_id, and "
                                       "choose another output folder",
                                       job.job_id));
}

// Whether the shard has any segment, even one that nobody can read.
bool is_begun(const fs::path& directory) {
  std::error_code error;
  const fs::directory_iterator entries(directory, error);
  return !error && std::any_of(begin(entries), end(entries), [](const fs::directory_entry& entry) {
    return entry.path().extension() == ".jsonl";
  });
}

// The journal goes first: were images removed before it and the process killed, a later --resume
// would trust a journal whose images are gone.
Outcome remove_shard(const Storage& storage, const fs::path& output, const std::string& job_id,
                     const Shard& shard) {
  const Result<JournalIndex> journal = JournalIndex::read_shard(output, job_id, shard);
  if (!journal) return journal.error();
  std::vector<std::string> images;
  for (const JournalEntry& entry : journal->entries()) {
    if (entry.is_quarantine) continue;
    const Result<SceneCommit> commit = journal->commit(entry);
    if (!commit) return commit.error();
    for (const ImageCommit& image : commit->images) images.push_back(image.file);
  }
  std::vector<fs::path> doomed = journal->segments();
  for (const std::string_view product : kProducts) doomed.push_back(output / product);
  for (const std::string& image : images) doomed.push_back(output / image);
  for (const fs::path& path : doomed) {
    if (Outcome removed = storage.remove(path); !removed) return removed;
  }
  return storage.sync_directory(output);
}

Outcome prepare(const Storage& storage, const fs::path& output, const schema::JobSpec& job,
                const Shard& shard) {
  if (Outcome made = storage.ensure_directory(output); !made) return made;
  const Layout ours{std::string(kLayoutFormat), job.job_id, shard.count};
  if (Outcome claimed = claim_folder(storage, output, ours); !claimed) return claimed;
  if (Outcome agreed = agree_on_job(storage, output, job); !agreed) return agreed;
  return storage.ensure_directory(output / "images");
}

}  // namespace

OpenOutcome open_output(const Storage& storage, const fs::path& path, const schema::JobSpec& job,
                        const Shard& shard, OpenMode mode) {
  if (Outcome prepared = prepare(storage, path, job, shard); !prepared) return prepared.error();
  if (mode == OpenMode::kFresh && is_begun(journal_directory(path, shard))) {
    return AlreadyBegun{fmt::format(
        "{}: shard {} of {} of this job has been begun; --resume renders only what is missing, "
        "--overwrite removes the shard's scenes and renders them all again",
        path.string(), shard.index, shard.count)};
  }
  if (mode == OpenMode::kOverwrite) {
    if (Outcome removed = remove_shard(storage, path, job.job_id, shard); !removed) {
      return removed.error();
    }
  }
  Result<JournalIndex> journal = JournalIndex::read_shard(path, job.job_id, shard);
  if (!journal) return journal.error();
  return OpenedOutput{path, *std::move(journal)};
}

schema::JobSpec portable_job(const schema::JobSpec& job) {
  schema::JobSpec portable;
  portable.version = job.version;
  portable.job_id = job.job_id;
  portable.paths.output_dir = std::string(".");  // a bare "." makes g++ 12 warn (bug 105651)
  portable.global_seed = job.global_seed;
  portable.scene_config = job.scene_config;
  portable.scene_config.dataset.output_dir = portable.paths.output_dir;
  if (job.scene_config.scene.texture_dir) {
    portable.scene_config.scene.texture_dir = portable.paths.assets_dir;
  }
  portable.scene_config.presets.clear();
  auto& environment = portable.scene_config.scene.background_hdri;
  if (environment && !schema::is_blender_asset(*environment)) {
    environment = std::filesystem::path(*environment).filename().string();
  }
  portable.env_hash = job.env_hash;
  portable.assets_hash = job.assets_hash;
  portable.config_hash = schema::config_hash(portable.scene_config);
  return portable;
}

Result<Layout> read_layout(const fs::path& output) {
  std::error_code error;
  const fs::path file = layout_file(output);
  if (!fs::exists(file, error)) {
    return input_fault(output, "is no dataset of rtag (it has no .rtag/layout.json)");
  }
  Result<Layout> layout = read_json<Layout>(file, schema::Completeness::kEveryKey);
  if (layout && layout->format != kLayoutFormat) {
    return input_fault(
        file, fmt::format("has format {}, this rtag reads {}", layout->format, kLayoutFormat));
  }
  return layout;
}

Result<schema::JobSpec> read_job(const fs::path& output) {
  return read_json<schema::JobSpec>(output / kJobFile, schema::Completeness::kDefaultsAllowed);
}

}  // namespace rtag::dataset
