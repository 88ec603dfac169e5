// SPDX-License-Identifier: MIT
#include "orchestrator/commands.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>

#include "compiler/scene_compiler.h"
#include "dataset/contact_sheet.h"
#include "dataset/merge.h"
#include "orchestrator/load_job.h"
#include "orchestrator/scene_preparer.h"
#include "orchestrator/version.h"
#include "schema/typed_io.h"

namespace rtag::orchestrator {
namespace {

using schema::Fault;
using schema::FaultKind;
using schema::Outcome;
using schema::Result;

// Standard output, or a file that is named on the command line.
class Sink {
 public:
  static Result<Sink> open(const std::optional<std::filesystem::path>& file) {
    if (!file) return Sink(stdout, "standard output");
    std::FILE* stream = std::fopen(file->c_str(), "wb");
    if (stream == nullptr) return fault_of(file->string());
    return Sink(stream, file->string());
  }
  Sink(Sink&& other) noexcept
      : stream_(std::exchange(other.stream_, nullptr)), name_(std::move(other.name_)) {}
  Sink& operator=(Sink&&) = delete;
  ~Sink() {
    if (stream_ != nullptr && stream_ != stdout) std::fclose(stream_);
  }

  void write(std::string_view text) {
    static_cast<void>(std::fwrite(text.data(), 1, text.size(), stream_));  // close() tells
  }

  Outcome close() {
    const bool wrote = std::ferror(stream_) == 0 && std::fflush(stream_) == 0;
    std::FILE* stream = std::exchange(stream_, nullptr);
    const bool closed = stream == stdout || std::fclose(stream) == 0;
    if (!wrote || !closed) return fault_of(name_);
    return schema::Nothing{};
  }

 private:
  Sink(std::FILE* stream, std::string name) : stream_(stream), name_(std::move(name)) {}
  static Fault fault_of(const std::string& name) {
    return {FaultKind::kOutput, fmt::format("{}: {}", name, std::strerror(errno))};
  }
  std::FILE* stream_;
  std::string name_;
};

int write_to(const std::optional<std::filesystem::path>& file, const std::string& text) {
  auto sink = Sink::open(file);
  if (!sink) return report(sink.error());
  sink->write(text);
  if (Outcome closed = sink->close(); !closed) return report(closed.error());
  return 0;
}

Result<std::vector<int>> chosen_scenes(const std::optional<std::string>& text, int num_scenes) {
  if (text) return parse_scene_list(*text, num_scenes);
  return scenes_of(dataset::Shard{}, num_scenes, std::nullopt);
}

}  // namespace

int exit_code_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::kUsage:
      return 64;
    case FaultKind::kInput:
      return 65;
    case FaultKind::kUnavailable:
      return 69;
    case FaultKind::kOutput:
      return 74;
    case FaultKind::kIncomplete:
      return 75;
    case FaultKind::kRejected:
      return 70;  // Such faults end at the scene that they belong to.
  }
  return 70;
}

int report(const Fault& fault) {
  fmt::print(stderr, "{}\n", fault.message);
  return exit_code_of(fault.kind);
}

int validate(const ValidateOptions& options) {
  const auto loaded = load_job(options.file, {});
  if (!loaded) return report(loaded.error());
  const auto& config = loaded->job.scene_config;
  fmt::print("{}: good: {} scenes of {} images, job {}\n", options.file.string(),
             config.dataset.num_scenes, config.camera.samples_per_scene, loaded->job.job_id);
  return 0;
}

int lock(const LockOptions& options) {
  const auto loaded = load_job(options.config, {});
  if (!loaded) return report(loaded.error());
  return write_to(options.output, schema::to_pretty_json(loaded->job));
}

int compile(const CompileOptions& options) {
  const auto loaded = load_job(options.job, {std::nullopt, options.seed});
  if (!loaded) return report(loaded.error());
  const auto scenes = chosen_scenes(options.scenes, loaded->job.scene_config.dataset.num_scenes);
  if (!scenes) return report(scenes.error());
  auto sink = Sink::open(options.output);
  if (!sink) return report(sink.error());
  const compiler::SceneCompiler compiler(loaded->job, floor_names(loaded->assets));
  for (const int scene : *scenes) {
    const auto recipe = compiler.compile(scene);
    if (!recipe) return report(recipe.error());
    sink->write(schema::to_json(*recipe) + "\n");
  }
  if (Outcome closed = sink->close(); !closed) return report(closed.error());
  return 0;
}

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
