// SPDX-License-Identifier: MIT
#include <cstdio>

#include <fmt/format.h>

#include "orchestrator/command_line/commands.h"
#include "orchestrator/command_line/sink.h"
#include "orchestrator/exit_code.h"
#include "orchestrator/load_job.h"
#include "schema/documents/experiments.h"
#include "schema/typed_io.h"

namespace rtag::orchestrator {
namespace {

namespace fs = std::filesystem;
using schema::Fault;
using schema::FaultKind;
using schema::Result;

// A variant whose job has its identity.
struct LockedVariant {
  const schema::Variant* variant;
  schema::JobSpec job;
};

Result<std::vector<LockedVariant>> locked(const schema::WorkList& work) {
  std::vector<LockedVariant> all;
  for (const schema::Variant& variant : work.variants) {
    auto loaded = settle_job(variant.job, variant.config_file);
    if (!loaded) {
      return Fault{loaded.error().kind,
                   fmt::format("variant {}: {}", variant.name, loaded.error().message)};
    }
    all.push_back({&variant, std::move(loaded->job)});
  }
  return all;
}

std::string listing_of(const LockedVariant& variant) {
  return fmt::format(
      R"({{"name":{},"job":{},"job_id":{},"output_dir":{},"description":{}}})",
      schema::to_json(variant.variant->name), schema::to_json(variant.variant->name + ".json"),
      schema::to_json(variant.job.job_id), schema::to_json(variant.job.paths.output_dir),
      schema::to_json(variant.variant->description));
}

}  // namespace

int experiment_list(const ExperimentListOptions& options) {
  const auto work = schema::read_work_list(options.file, options.additions);
  if (!work) return report(work.error());
  const auto variants = locked(*work);
  if (!variants) return report(variants.error());
  tell(work->notes);
  for (const LockedVariant& variant : *variants) {
    fmt::print("{}  {} scenes  job {:.12}  {}\n", variant.variant->name,
               variant.job.scene_config.dataset.num_scenes, variant.job.job_id,
               variant.variant->description);
  }
  return 0;
}

int experiment_lock(const ExperimentLockOptions& options) {
  const auto work = schema::read_work_list(options.file, options.additions);
  if (!work) return report(work.error());
  auto variants = locked(*work);
  if (!variants) return report(variants.error());
  tell(work->notes);
  std::error_code error;
  fs::create_directories(options.output, error);
  if (error) {
    return report(
        {FaultKind::kOutput, fmt::format("{}: {}", options.output.string(), error.message())});
  }
  std::string list;
  for (LockedVariant& variant : *variants) {
    const fs::path file = options.output / (variant.variant->name + ".json");
    variant.job.paths.assets_dir =
        assets_folder_from(variant.variant->config_file, variant.job.paths.assets_dir, file);
    list += listing_of(variant) + "\n";
    if (const int code = write_to(file, schema::to_pretty_json(variant.job)); code != 0) {
      return code;
    }
  }
  return write_to(options.output / "worklist.jsonl", list);
}

}  // namespace rtag::orchestrator
