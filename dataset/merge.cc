// SPDX-License-Identifier: MIT
#include "dataset/merge.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "dataset/coco.h"
#include "dataset/csv.h"
#include "dataset/journal_reader.h"
#include "dataset/json_rows.h"
#include "dataset/output_folder.h"
#include "dataset/products.h"
#include "dataset/provenance.h"
#include "dataset/rich_truth.h"
#include "dataset/staged_file.h"
#include "schema/digest.h"

namespace rtag::dataset {
namespace {

namespace fs = std::filesystem;
using schema::Fault;
using schema::FaultKind;
using schema::JobSpec;
using schema::Nothing;
using schema::Outcome;
using schema::Result;

constexpr int kLease_s = 60 * 60;  // a file that nobody touched for so long has no living owner

// All files of a merge, written side by side.
struct Products {
  StagedFile csv;
  StagedFile coco;
  StagedFile coco_annotations;
  StagedFile rich_truth;
  StagedFile provenance;
  StagedFile provenance_images;
  StagedFile manifest;
  StagedFile checksums;

  static Result<Products> stage(const Storage& storage, const fs::path& output);
};

constexpr std::array<std::string_view, 8> kStagedNames{
    kCsvFile,        kCocoFile,           "coco_annotations", kRichTruthFile,
    kProvenanceFile, "provenance_images", kManifestFile,      kChecksumsFile};

Result<Products> Products::stage(const Storage& storage, const fs::path& output) {
  std::vector<StagedFile> files;
  for (const std::string_view name : kStagedNames) {
    Result<StagedFile> file = StagedFile::create(storage, output / name);
    if (!file) return file.error();
    files.push_back(*std::move(file));
  }
  return Products{std::move(files[0]), std::move(files[1]), std::move(files[2]),
                  std::move(files[3]), std::move(files[4]), std::move(files[5]),
                  std::move(files[6]), std::move(files[7])};
}

// One merge, from the first scene to the last product.
class Merger {
 public:
  Merger(const fs::path& output, const JobSpec& job, const MergeOptions& options, Products& files)
      : output_(output),
        job_(job),
        options_(options),
        files_(files),
        csv_(files.csv),
        coco_(files.coco, files.coco_annotations, job, options.tool_version),
        rich_truth_(files.rich_truth, job),
        provenance_(files.provenance, files.provenance_images, job, renderers_),
        checksum_rows_(files.checksums) {
    files_.checksums.write(
        fmt::format("{{\n  \"job_id\": {},\n  \"files\": {{", schema::to_json(job.job_id)));
  }

  Outcome add_all(const JournalIndex& index);
  Result<MergeSummary> publish(const Storage& storage);

 private:
  Outcome add(const SceneCommit& commit);
  Outcome check_renderers() const;
  Outcome check_images() const;
  void write_manifest();
  Outcome write_checksums(const Storage& storage);

  const fs::path& output_;
  const JobSpec& job_;
  const MergeOptions& options_;
  Products& files_;
  CsvWriter csv_;
  CocoWriter coco_;
  RichTruthWriter rich_truth_;
  RendererTable renderers_;
  ProvenanceWriter provenance_;
  JsonRows checksum_rows_;
  std::optional<schema::IntrinsicsRecipe> intrinsics_;
  std::vector<int> scenes_without_images_;
  MergeSummary summary_;
};

Outcome Merger::add_all(const JournalIndex& index) {
  summary_.notes = index.notes();
  for (const JournalEntry& entry : index.entries()) {
    if (entry.is_quarantine) {
      Result<SceneQuarantine> quarantine = index.quarantine(entry);
      if (!quarantine) return quarantine.error();
      summary_.quarantined.push_back(*std::move(quarantine));
      continue;
    }
    const Result<SceneCommit> commit = index.commit(entry);
    if (!commit) return commit.error();
    if (Outcome added = add(*commit); !added) return added;
  }
  if (Outcome checked = check_images(); !checked) return checked;
  return check_renderers();
}

Outcome Merger::add(const SceneCommit& commit) {
  if (!images_are_there(output_, commit)) scenes_without_images_.push_back(commit.scene_id);
  if (Outcome added = coco_.add(commit); !added) return added;
  csv_.add(commit);
  rich_truth_.add(commit);
  provenance_.add(commit);
  for (const ImageCommit& image : commit.images) {
    checksum_rows_.add(image.file, schema::to_json(image.sha256));
  }
  if (!intrinsics_ && !commit.recipe.cameras.empty()) {
    intrinsics_ = commit.recipe.cameras.front().intrinsics;
  }
  ++summary_.counts.scenes;
  summary_.counts.images += static_cast<std::int64_t>(commit.images.size());
  summary_.counts.records += static_cast<std::int64_t>(commit.records.size());
  return Nothing{};
}

Outcome Merger::check_images() const {
  if (scenes_without_images_.empty()) return Nothing{};
  return Fault{FaultKind::kIncomplete,
               fmt::format("{}: images are gone or cut short in scenes {}; run their shards again "
                           "with --resume",
                           output_.string(), scene_ranges(scenes_without_images_))};
}

Outcome Merger::check_renderers() const {
  const std::vector<RendererIdentity>& found = renderers_.identities();
  if (!options_.same_renderer || found.size() < 2) return Nothing{};
  std::string list;
  for (const RendererIdentity& renderer : found) {
    list += (list.empty() ? "" : " and ") + schema::to_json(renderer);
  }
  return Fault{FaultKind::kInput,
               fmt::format("{}: scenes were rendered by {} renderers: {}; leave out "
                           "--same-renderer to merge them",
                           output_.string(), found.size(), list)};
}

void Merger::write_manifest() {
  ManifestInput input{summary_.counts, {}, summary_.renderers, intrinsics_, options_.tool_version};
  for (const SceneQuarantine& scene : summary_.quarantined) {
    input.quarantined.push_back(scene.scene_id);
  }
  files_.manifest.write(manifest_json(job_, input));
}

Outcome Merger::write_checksums(const Storage& storage) {
  const Result<std::string> job = storage.read_file(output_ / kJobFile);
  if (!job) return job.error();
  checksum_rows_.add(kJobFile, schema::to_json(schema::sha256_hex(*job)));
  for (StagedFile* file :
       {&files_.csv, &files_.coco, &files_.rich_truth, &files_.provenance, &files_.manifest}) {
    if (Outcome sealed = file->seal(); !sealed) return sealed;
    checksum_rows_.add(file->target().filename().string(), schema::to_json(file->digest()));
  }
  checksum_rows_.end("}");
  files_.checksums.write("\n}\n");
  return files_.checksums.seal();
}

Result<MergeSummary> Merger::publish(const Storage& storage) {
  coco_.finish();
  rich_truth_.finish();
  provenance_.finish();
  summary_.counts.annotations = coco_.annotation_count();
  summary_.renderers = renderers_.identities();
  write_manifest();
  if (Outcome written = write_checksums(storage); !written) return written.error();
  for (StagedFile* file : {&files_.csv, &files_.coco, &files_.rich_truth, &files_.provenance,
                           &files_.manifest, &files_.checksums}) {
    if (Outcome published = file->publish(); !published) return published.error();
  }
  if (Outcome synced = storage.sync_directory(output_); !synced) return synced.error();
  return summary_;
}

Outcome check_complete(const fs::path& output, const JobSpec& job, const JournalIndex& index) {
  const int count = job.scene_config.dataset.num_scenes;
  const std::vector<JournalEntry>& entries = index.entries();
  if (!entries.empty() && entries.back().scene_id >= count) {
    return Fault{FaultKind::kInput,
                 fmt::format("{}: scene {} is not in the job, which has {} scenes",
                             index.place(entries.back()), entries.back().scene_id, count)};
  }
  std::vector<int> missing;
  auto entry = entries.begin();
  for (int scene = 0; scene < count; ++scene) {
    if (entry != entries.end() && entry->scene_id == scene) {
      ++entry;
    } else {
      missing.push_back(scene);
    }
  }
  if (missing.empty()) return Nothing{};
  return Fault{FaultKind::kIncomplete,
               fmt::format("{}: {} of {} scenes are missing: {}; run their shards again with "
                           "--resume",
                           output.string(), missing.size(), count, scene_ranges(missing))};
}

// What killed merges and shards left behind.
void sweep(const Storage& storage, const fs::path& output) {
  const fs::path just_written = storage.private_name(output / kCsvFile);
  for (const std::string_view name : kStagedNames) {
    sweep_leftovers(just_written.parent_path(), name, just_written, kLease_s);
  }
  const fs::path image = storage.private_name(output / "images" / "scene_");
  sweep_leftovers(image.parent_path(), "scene_", just_written, kLease_s);
}

}  // namespace

Result<MergeSummary> merge(const Storage& storage, const fs::path& output,
                           const MergeOptions& options) {
  const Result<Layout> layout = read_layout(output);
  if (!layout) return layout.error();
  const Result<JobSpec> job = read_job(output);
  if (!job) return job.error();
  const Result<JournalIndex> index =
      JournalIndex::read_all(output, layout->job_id, layout->total_shards);
  if (!index) return index.error();
  if (Outcome complete = check_complete(output, *job, *index); !complete) return complete.error();
  Result<Products> files = Products::stage(storage, output);
  if (!files) return files.error();
  sweep(storage, output);
  Merger merger(output, *job, options, *files);
  if (Outcome added = merger.add_all(*index); !added) return added.error();
  return merger.publish(storage);
}

std::string scene_ranges(const std::vector<int>& scenes) {
  constexpr int kMostRanges = 20;
  std::string text;
  int ranges = 0;
  for (std::size_t begin = 0, end = 0; begin < scenes.size(); begin = end) {
    if (ranges++ == kMostRanges) return text + fmt::format(" and {} more", scenes.size() - begin);
    end = begin + 1;
    while (end < scenes.size() && scenes[end] == scenes[end - 1] + 1) ++end;
    text += fmt::format("{}{}", text.empty() ? "" : ", ", scenes[begin]);
    if (end - begin > 1) text += fmt::format("-{}", scenes[end - 1]);
  }
  return text;
}

}  // namespace rtag::dataset
