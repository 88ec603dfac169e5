// SPDX-License-Identifier: MIT
// The folder of a dataset: whose it is, and how a start of the program may enter it.
//
//   <output>/job.json            the job, without what differs between machines
//   <output>/images/             scene_0000_cam_0000.png ...
//   <output>/.rtag/layout.json   {format, job_id, total_shards}: written by the first start, and
//                                every later one must agree
//   <output>/.rtag/journal/      docs/journal.md
//   <output>/.rtag/cache/        marker art, rebuilt when missing
//   <output>/.rtag/staging/      files that are not whole yet
//
// Shards may enter at the same moment: they write the same bytes. Not for more than one thread.
#pragma once

#include <filesystem>
#include <string>
#include <variant>

#include "dataset/journal_reader.h"
#include "dataset/storage.h"
#include "schema/job_spec.h"
#include "schema/result.h"

namespace rtag::dataset {

inline constexpr std::string_view kLayoutFormat = "rtag-dataset/1";

struct Layout {
  std::string format{kLayoutFormat};
  std::string job_id;
  int total_shards = 1;
  bool operator==(const Layout&) const = default;
};
constexpr auto fields_of(std::type_identity<Layout>) {
  using S = Layout;
  using schema::field;
  return schema::table<S>(field("format", &S::format, "", "rtag-dataset/1."),
                          field("job_id", &S::job_id, "", "The only job of this folder."),
                          field("total_shards", &S::total_shards, "", "", schema::at_least(1)));
}

enum class OpenMode {
  kFresh,      // nothing of this shard may be there
  kResume,     // goes on with what is there, if anything
  kOverwrite,  // removes what this shard wrote, and the products; other shards stay
};

struct OpenedOutput {
  std::filesystem::path path;
  JournalIndex journal;  // of this shard
};

// kFresh, and the shard has been begun: the command line must choose.
struct AlreadyBegun {
  std::string message;
};

// A Fault is kInput where the folder belongs to something else, kOutput where it cannot be written.
using OpenOutcome = std::variant<OpenedOutput, AlreadyBegun, schema::Fault>;

OpenOutcome open_output(const Storage& storage, const std::filesystem::path& path,
                        const schema::JobSpec& job, const Shard& shard, OpenMode mode);

// The job as it stands in job.json: what its identity covers (schema/job_identity.h) and nothing
// else, so that the same job gives the same bytes on every machine. Limits of one machine, times
// and places are gone; floor images, where there are any, are looked for in `assets`.
schema::JobSpec portable_job(const schema::JobSpec& job);

// Of a folder that was opened before; kInput where it is not a dataset of rtag.
schema::Result<Layout> read_layout(const std::filesystem::path& output);
schema::Result<schema::JobSpec> read_job(const std::filesystem::path& output);

}  // namespace rtag::dataset
