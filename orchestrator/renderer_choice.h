// SPDX-License-Identifier: MIT
// Whether the Blender at hand can do what a job asks for, and which denoiser it gets. Pure
// functions of the job and of what a worker said of itself.
#pragma once

#include <string>
#include <string_view>

#include "dataset/journal_format.h"
#include "schema/job_spec.h"
#include "schema/result.h"
#include "schema/worker_protocol.h"

namespace rtag::orchestrator {

// Faults: kInput when the job asks for another version of Blender, kUnavailable when this one lacks
// the engine.
schema::Outcome check_renderer(const schema::JobSpec& job,
                               const schema::Capabilities& capabilities);

// A denoiser of the worker, or "none". renderer.enable_denoising true must, false must not, and
// null takes it where it is to be had. kUnavailable when it must and cannot.
schema::Result<std::string> choose_denoiser(const schema::RendererConfig& renderer,
                                            const schema::Capabilities& capabilities);

// `cpu_flags`: the flags of /proc/cpuinfo. Cycles chooses its kernels by them, and its pixels
// differ in their last bits between the levels.
dataset::RendererIdentity renderer_identity(const schema::Capabilities& capabilities,
                                            std::string_view cpu_flags);

}  // namespace rtag::orchestrator
