// SPDX-License-Identifier: MIT
#include "orchestrator/run_job.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "compiler/camera_template.h"
#include "compiler/scene_compiler.h"
#include "dataset/journal_writer.h"
#include "dataset/merge.h"
#include "dataset/texture_cache.h"
#include "orchestrator/blender_fleet.h"
#include "orchestrator/blender_install.h"
#include "orchestrator/exit_code.h"
#include "orchestrator/job_run.h"
#include "orchestrator/load_job.h"
#include "orchestrator/render_abilities.h"
#include "orchestrator/scratch.h"
#include "orchestrator/version.h"
#include "schema/geometry/recipe_geometry.h"
#include "schema/write.h"

namespace rtag::orchestrator {
namespace {

namespace fs = std::filesystem;
using schema::Fault;
using schema::FaultKind;
using schema::Outcome;
using schema::Result;

constexpr int kQuarantinedExitCode = 1;

Millis to_ms(double seconds) { return static_cast<Millis>(seconds * 1000); }

// What a run is about, once everything that can be wrong before it begins has been checked.
struct Request {
  LoadedJob loaded;
  ShardChoice shard;
  std::vector<int> scenes;  // of this shard
  bool is_whole_job = true;
  fs::path output;
  int workers = 1;
  int threads_per_worker = 1;
};

Result<Request> settle_request(const RunOptions& options, const Surroundings& surroundings) {
  const auto shard = choose_shard(options.shard, surroundings.environment);
  if (!shard) return shard.error();
  auto loaded = load_job(options.job, {options.additions, options.renderer_mode, std::nullopt});
  if (!loaded) return loaded.error();
  if (Outcome able = check_render_abilities(loaded->job.scene_config); !able) {
    return Fault{able.error().kind,
                 fmt::format("{}: {}", options.job.string(), able.error().message)};
  }
  tell(loaded->notes);
  const int num_scenes = loaded->job.scene_config.dataset.num_scenes;
  std::optional<std::vector<int>> chosen;
  if (options.scenes) {
    const auto scenes = parse_scene_list(*options.scenes, num_scenes);
    if (!scenes) return scenes.error();
    chosen = *scenes;
  }
  Request request{*std::move(loaded), *shard, {}, true, {}, 1, 1};
  request.scenes = scenes_of(shard->shard, num_scenes, chosen);
  request.is_whole_job = shard->shard.count == 1 && !chosen;
  request.output = fs::absolute(options.output.value_or(request.loaded.job.paths.output_dir));
  if (std::error_code absent;
      fs::exists(request.output, absent) && !fs::is_directory(request.output, absent)) {
    return Fault{FaultKind::kOutput,
                 fmt::format("{}: is a file, expected a folder", request.output.string())};
  }
  request.workers = options.workers.value_or(request.loaded.job.infrastructure.max_workers);
  request.threads_per_worker =
      options.threads_per_worker.value_or(std::max(1, surroundings.cores / request.workers));
  return request;
}

int dry_run(const Request& request) {
  const compiler::SceneCompiler compiler(request.loaded.job, floor_names(request.loaded.assets));
  int images = 0;
  for (const int scene : request.scenes) {
    const auto recipe = compiler.compile(scene);
    if (!recipe) return report(recipe.error());
    images += static_cast<int>(recipe->cameras.size());
  }
  fmt::print("{} scenes of {} images would be rendered into {}\n", request.scenes.size(), images,
             request.output.string());
  return 0;
}

Result<dataset::OpenedOutput> enter_output(const dataset::Storage& storage, const Request& request,
                                           dataset::OpenMode mode) {
  auto outcome =
      dataset::open_output(storage, request.output, request.loaded.job, request.shard.shard, mode);
  if (auto* opened = std::get_if<dataset::OpenedOutput>(&outcome)) return std::move(*opened);
  if (const auto* begun = std::get_if<dataset::AlreadyBegun>(&outcome)) {
    return Fault{FaultKind::kUsage, begun->message};
  }
  return std::get<Fault>(outcome);
}

Limits limits_of(const RunOptions& options, const Request& request) {
  Limits limits;
  limits.startup_ms = to_ms(options.startup_timeout_s);
  limits.render_ms = to_ms(request.loaded.job.infrastructure.timeout_seconds);
  limits.heartbeat_silence_ms = to_ms(options.heartbeat_timeout_s);
  limits.grace_ms = to_ms(options.grace_s);
  limits.max_renders_per_worker = options.max_renders_per_worker;
  return limits;
}

std::unique_ptr<ProgressDisplay> display_of(const RunOptions& options,
                                            const Surroundings& surroundings) {
  const ProgressStyle automatic =
      surroundings.is_terminal ? ProgressStyle::kBar : ProgressStyle::kPlain;
  return make_progress(options.progress.value_or(automatic), stderr);
}

// A run of one shard inside its output folder.
class ShardRun {
 public:
  ShardRun(const RunOptions& options, const Surroundings& surroundings, const Request& request,
           const dataset::Storage& storage)
      : options_(options), surroundings_(surroundings), request_(request), storage_(storage) {
    report_.tool_version = kVersion;
    report_.job_id = request.loaded.job.job_id;
    report_.shard = request.shard.shard.index;
    report_.total_shards = request.shard.shard.count;
    report_.attempt = surroundings.attempt;
    report_.host = surroundings.host;
    report_.started_at = surroundings.started_at;
    began_ = std::chrono::steady_clock::now();
  }

  int run(const BlenderInstall& install, StopSignals& signals);

 private:
  Result<std::vector<int>> scenes_to_do(const dataset::JournalIndex& journal);
  Outcome render(const BlenderInstall& install, const std::vector<int>& scenes,
                 ProgressDisplay& display, StopSignals& signals);
  std::uint64_t scratch_bytes() const;
  void conclude(const Outcome& rendered);
  void merge_products();
  void write_report();
  void end(int exit_code, std::string outcome);

  const RunOptions& options_;
  const Surroundings& surroundings_;
  const Request& request_;
  const dataset::Storage& storage_;
  RunReport report_;
  std::chrono::steady_clock::time_point began_;
};

int ShardRun::run(const BlenderInstall& install, StopSignals& signals) {
  auto opened = enter_output(storage_, request_, options_.mode);
  if (!opened) return report(opened.error());
  for (const std::string& note : opened->journal.notes()) fmt::print(stderr, "{}\n", note);
  const auto scenes = scenes_to_do(opened->journal);
  if (!scenes) return report(scenes.error());
  const auto display = display_of(options_, surroundings_);
  Outcome rendered = schema::Nothing{};
  if (!scenes->empty()) rendered = render(install, *scenes, *display, signals);
  conclude(rendered);
  if (report_.exit_code == 0 || report_.exit_code == kQuarantinedExitCode) merge_products();
  write_report();
  fmt::print(stderr, "{}\n", report_.outcome);
  return report_.exit_code;
}

Result<std::vector<int>> ShardRun::scenes_to_do(const dataset::JournalIndex& journal) {
  const auto done = dataset::intact_scenes(request_.output, journal);
  if (!done) return done.error();
  std::vector<int> scenes;
  std::set_difference(request_.scenes.begin(), request_.scenes.end(), done->begin(), done->end(),
                      std::back_inserter(scenes));
  report_.scenes_before = static_cast<int>(request_.scenes.size() - scenes.size());
  return scenes;
}

// Two scenes a worker, of the pictures that are rendered: 4 float channels of light and alpha, 1 of
// the index, which comes in a file of its own with light where the camera moves; with room to
// spare.
std::uint64_t ShardRun::scratch_bytes() const {
  const auto& camera = request_.loaded.job.scene_config.camera;
  const auto picture = geometry::rendered_camera(compiler::camera_template(camera).recipe);
  const auto pixels =
      static_cast<std::uint64_t>(picture.width) * static_cast<std::uint64_t>(picture.height);
  constexpr std::uint64_t kBytesPerPixel = 64;
  return pixels * kBytesPerPixel * static_cast<std::uint64_t>(camera.samples_per_scene) * 2 *
         static_cast<std::uint64_t>(request_.workers);
}

Outcome ShardRun::render(const BlenderInstall& install, const std::vector<int>& scenes,
                         ProgressDisplay& display, StopSignals& signals) {
  auto scratch = Scratch::create(surroundings_.environment, scratch_bytes());
  if (!scratch) return scratch.error();
  const fs::path logs = request_.output / ".rtag" / "logs" / surroundings_.attempt;
  if (Outcome made = storage_.ensure_directory(logs); !made) return made;
  BlenderFleet fleet(
      {install, *scratch, logs, surroundings_.environment, request_.threads_per_worker});
  ToneCurves tone_curves;
  LensWarps lens_warps;
  const FinishPlace place{storage_, tone_curves, lens_warps, request_.output,
                          request_.loaded.job.global_seed};
  Finisher finisher([&](const RenderedScene& scene) { return finish_scene(scene, place); },
                    {storage_, request_.output, request_.loaded.job.job_id, request_.shard.shard},
                    std::clamp(surroundings_.cores, 1, 4));
  dataset::TextureCache textures(storage_, request_.output);
  ScenePreparer preparer(request_.loaded.job, request_.loaded.assets, textures);
  JobRun job_run(
      {request_.loaded.job, scenes, report_.scenes_before, request_.workers,
       request_.threads_per_worker, limits_of(options_, request_), surroundings_.cpu_flags},
      {fleet, finisher, preparer, signals, display});
  job_run.run();
  const Outcome closed = finisher.close();
  job_run.describe(report_);
  if (job_run.fault()) return *job_run.fault();
  if (!closed) return closed;
  if (job_run.stopped() && report_.scenes_left > 0) {
    return Fault{FaultKind::kIncomplete,
                 fmt::format("stopped with {} of {} scenes left: run the same command again with "
                             "--resume",
                             report_.scenes_left, request_.scenes.size())};
  }
  return schema::Nothing{};
}

void ShardRun::end(int exit_code, std::string outcome) {
  report_.exit_code = exit_code;
  report_.outcome = std::move(outcome);
}

void ShardRun::conclude(const Outcome& rendered) {
  using namespace std::chrono;
  report_.duration_s = duration<double>(steady_clock::now() - began_).count();
  report_.images_per_s = report_.images_committed / std::max(report_.duration_s, 1e-9);
  const std::string place = request_.output.string();
  if (!rendered) {
    const bool resumable = rendered.error().kind == FaultKind::kIncomplete;
    end(resumable ? options_.resume_exit_code : exit_code_of(rendered.error().kind),
        rendered.error().message);
  } else if (!report_.quarantined.empty()) {
    end(kQuarantinedExitCode,
        fmt::format("{}: {} of {} scenes quarantined; --resume tries them again", place,
                    report_.quarantined.size(), request_.scenes.size()));
  } else if (report_.scenes_committed == 0) {
    end(0,
        fmt::format("{}: {} scenes committed, all of them earlier", place, report_.scenes_before));
  } else {
    end(0, fmt::format("{}: {} scenes committed, {} by this run, {:.1f} s, {:.0f} % of the "
                       "workers' time inside Blender's render call",
                       place, report_.scenes_before + report_.scenes_committed,
                       report_.scenes_committed, report_.duration_s, 100 * report_.render_share));
  }
}

// A part of a job leaves its products to `rtag merge`, which knows when all parts are there.
void ShardRun::merge_products() {
  if (!options_.merge) return;
  if (!request_.is_whole_job) {
    report_.outcome +=
        fmt::format("; when all scenes are there: rtag merge {}", request_.output.string());
    return;
  }
  const auto merged = dataset::merge(storage_, request_.output, {std::string(kVersion), false});
  if (!merged) end(exit_code_of(merged.error().kind), merged.error().message);
}

void ShardRun::write_report() {
  const std::string text = schema::to_pretty_json(report_);
  const auto& shard = request_.shard.shard;
  const fs::path own = request_.output / ".rtag" / "runs" /
                       fmt::format("{}-of-{}", shard.index, shard.count) /
                       (surroundings_.attempt + ".json");
  Outcome written = storage_.ensure_directory(own.parent_path());
  if (written) written = storage_.write_durably(own, text);
  if (written) written = storage_.write_durably(request_.output / "run.json", text);
  if (!written && report_.exit_code == 0) {
    end(exit_code_of(written.error().kind), written.error().message);
  }
}

}  // namespace

int run_job(const RunOptions& options, const Surroundings& surroundings) {
  if (options.dry_run) {
    const auto request = settle_request(options, surroundings);
    return request ? dry_run(*request) : report(request.error());
  }
  StopSignals signals;  // From here on a signal waits until the run can obey it.
  const auto request = settle_request(options, surroundings);
  if (!request) return report(request.error());
  const auto install =
      find_install(options.blender, surroundings.environment, surroundings.executable);
  if (!install) return report(install.error());
  dataset::PosixFileCalls calls;
  const dataset::Storage storage(calls, surroundings.attempt,
                                 dataset::staging_folder(request->output));
  return ShardRun(options, surroundings, *request, storage).run(*install, signals);
}

}  // namespace rtag::orchestrator
