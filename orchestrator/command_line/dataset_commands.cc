// SPDX-License-Identifier: MIT
#include <cstdio>

#include <fmt/format.h>

#include "dataset/contact_sheet.h"
#include "dataset/merge.h"
#include "orchestrator/command_line/commands.h"
#include "orchestrator/exit_code.h"
#include "orchestrator/version.h"

namespace rtag::orchestrator {

using schema::Outcome;

int merge_dataset(const MergeCommandOptions& options, const std::string& attempt) {
  dataset::PosixFileCalls calls;
  const dataset::Storage storage(calls, attempt, dataset::staging_folder(options.dataset));
  const auto summary =
      dataset::merge(storage, options.dataset, {std::string(kVersion), options.same_renderer});
  if (!summary) return report(summary.error());
  for (const std::string& note : summary->notes) fmt::print(stderr, "{}\n", note);
  fmt::print("{}: {} scenes, {} images, {} labels\n", options.dataset.string(),
             summary->counts.scenes, summary->counts.images, summary->counts.records);
  if (summary->quarantined.empty()) return 0;
  for (const auto& scene : summary->quarantined) {
    fmt::print(stderr, "scene {}: quarantined: {}\n", scene.scene_id, scene.reason);
  }
  return 1;
}

int contact_sheet(const ContactSheetOptions& options) {
  const Outcome drawn =
      dataset::write_contact_sheet(options.dataset, options.output, options.max_images);
  return drawn ? 0 : report(drawn.error());
}

}  // namespace rtag::orchestrator
