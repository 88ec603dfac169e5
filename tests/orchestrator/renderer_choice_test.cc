// SPDX-License-Identifier: MIT
#include "orchestrator/renderer_choice.h"

#include <catch2/catch.hpp>

namespace rtag::orchestrator {
namespace {

schema::Capabilities blender(std::vector<std::string> engines, std::vector<std::string> denoisers) {
  schema::Capabilities capabilities;
  capabilities.blender_version = "3.4.1";
  capabilities.engines = std::move(engines);
  capabilities.denoisers = std::move(denoisers);
  return capabilities;
}

schema::RendererConfig renderer(std::optional<bool> enable_denoising) {
  schema::RendererConfig config;
  config.enable_denoising = enable_denoising;
  return config;
}

}  // namespace

TEST_CASE("a denoiser is taken where it is to be had, unless the job says otherwise") {
  const auto with = blender({"cycles"}, {"OPENIMAGEDENOISE"});
  const auto without = blender({"cycles"}, {});
  CHECK(*choose_denoiser(renderer(std::nullopt), with) == "OPENIMAGEDENOISE");
  CHECK(*choose_denoiser(renderer(std::nullopt), without) == "none");
  CHECK(*choose_denoiser(renderer(true), with) == "OPENIMAGEDENOISE");
  CHECK(*choose_denoiser(renderer(false), with) == "none");
}

TEST_CASE("a denoiser that must be and cannot is refused") {
  const auto refused = choose_denoiser(renderer(true), blender({"cycles"}, {}));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == schema::FaultKind::kUnavailable);
  CHECK(refused.error().message ==
        "renderer.enable_denoising: true, but this Blender 3.4.1 was built without it: set it to "
        "false, or use a Blender that has OPENIMAGEDENOISE");
  schema::RendererConfig workbench = renderer(true);
  workbench.mode = schema::RendererMode::kWorkbench;
  const auto by_engine = choose_denoiser(workbench, blender({"workbench"}, {"OPENIMAGEDENOISE"}));
  REQUIRE_FALSE(by_engine);
  CHECK(by_engine.error().message ==
        "renderer.enable_denoising: true, but only Cycles denoises: set it to false, or use a "
        "Blender that has OPENIMAGEDENOISE");
}

TEST_CASE("engine and version must be what the job asks for") {
  schema::JobSpec job;
  CHECK(check_renderer(job, blender({"cycles"}, {})));
  job.scene_config.renderer.mode = schema::RendererMode::kEevee;
  const auto engine = check_renderer(job, blender({"cycles"}, {}));
  REQUIRE_FALSE(engine);
  CHECK(engine.error().message ==
        "renderer.mode: eevee is not to be had from this Blender 3.4.1, which offers cycles; eevee "
        "and workbench need EGL, for example Debian's package libegl1");
  job.blender_version = "4.2.0";
  const auto version = check_renderer(job, blender({"eevee"}, {}));
  REQUIRE_FALSE(version);
  CHECK(version.error().kind == schema::FaultKind::kInput);
  CHECK(version.error().message == "blender_version: the job asks for Blender 4.2.0, found 3.4.1");
}

TEST_CASE("the renderer's identity names the level of the processor") {
  const auto level = [](const char* flags) {
    return renderer_identity(blender({}, {}), flags).cpu_features;
  };
  CHECK(level("fpu sse4_1 avx2 avx512f") == "avx512");
  CHECK(level("fpu sse4_1 avx2") == "avx2");
  CHECK(level("fpu sse4_1 avx") == "sse4.1");
  CHECK(level("fpu xavx2") == "sse2");
}

}  // namespace rtag::orchestrator
