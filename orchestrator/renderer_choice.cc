// SPDX-License-Identifier: MIT
#include "orchestrator/renderer_choice.h"

#include <algorithm>

#include <fmt/format.h>

namespace rtag::orchestrator {
namespace {

using schema::Fault;
using schema::FaultKind;

constexpr std::string_view kOptix = "OPTIX";

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool has_flag(std::string_view flags, std::string_view flag) {
  const std::string padded = fmt::format(" {} ", flags);
  return padded.find(fmt::format(" {} ", flag)) != std::string::npos;
}

std::string_view kernel_level(std::string_view cpu_flags) {
  if (has_flag(cpu_flags, "avx512f")) return "avx512";
  if (has_flag(cpu_flags, "avx2")) return "avx2";
  return has_flag(cpu_flags, "sse4_1") ? "sse4.1" : "sse2";
}

Fault cannot_denoise(std::string_view wanted, bool is_cycles,
                     const schema::Capabilities& capabilities) {
  constexpr std::string_view kBegin = "renderer.enable_denoising: true, but";
  if (is_cycles && wanted == kOptix) {
    return {FaultKind::kUnavailable,
            fmt::format("{} {} needs a GPU, and this version renders on the CPU: set it to false, "
                        "or denoiser_type to INTEL",
                        kBegin, wanted)};
  }
  const std::string fact =
      is_cycles ? fmt::format("this Blender {} was built without it", capabilities.blender_version)
                : "only Cycles denoises";
  return {
      FaultKind::kUnavailable,
      fmt::format("{} {}: set it to false, or use a Blender that has {}", kBegin, fact, wanted)};
}

}  // namespace

schema::Outcome check_renderer(const schema::JobSpec& job,
                               const schema::Capabilities& capabilities) {
  if (job.blender_version != "unknown" && job.blender_version != capabilities.blender_version) {
    return Fault{FaultKind::kInput,
                 fmt::format("blender_version: the job asks for Blender {}, found {}",
                             job.blender_version, capabilities.blender_version)};
  }
  const std::string_view mode = word_of(job.scene_config.renderer.mode);
  if (!contains(capabilities.engines, mode)) {
    return Fault{
        FaultKind::kUnavailable,
        fmt::format("renderer.mode: {} is not to be had from this Blender {}, which offers "
                    "{}; eevee and workbench need EGL, for example Debian's package "
                    "libegl1",
                    mode, capabilities.blender_version, fmt::join(capabilities.engines, ", "))};
  }
  return schema::Nothing{};
}

schema::Result<std::string> choose_denoiser(const schema::RendererConfig& renderer,
                                            const schema::Capabilities& capabilities) {
  const bool is_intel = renderer.denoiser_type == schema::DenoiserType::kIntel;
  const std::string wanted = is_intel ? "OPENIMAGEDENOISE" : std::string(kOptix);
  const bool cycles = renderer.mode == schema::RendererMode::kCycles;
  const bool can = cycles && contains(capabilities.denoisers, wanted);
  if (renderer.enable_denoising.value_or(can)) {
    if (can) return wanted;
    return cannot_denoise(wanted, cycles, capabilities);
  }
  return std::string("none");
}

dataset::RendererIdentity renderer_identity(const schema::Capabilities& capabilities,
                                            std::string_view cpu_flags) {
  return {capabilities.blender_version, capabilities.blender_build_hash, "CPU", "",
          std::string(kernel_level(cpu_flags))};
}

}  // namespace rtag::orchestrator
