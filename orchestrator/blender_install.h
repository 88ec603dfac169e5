// SPDX-License-Identifier: MIT
// Where Blender is, where our worker program for it is, and how a Python package that is missing
// there gets installed. Looks at the file system, changes nothing.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "orchestrator/environment.h"
#include "schema/result.h"

namespace rtag::orchestrator {

struct BlenderInstall {
  std::filesystem::path program;  // absolute
  std::filesystem::path shim;     // the folder worker_shim, with main.py
};

// Blender as named, or else `blender` on `path_variable` (folders joined by colons). kUnavailable
// when it is not there or cannot be executed.
schema::Result<std::filesystem::path> find_blender(
    const std::optional<std::filesystem::path>& named, std::string_view path_variable);

// ../share/rtag/worker_shim beside the folder of `executable`: so it is in a build tree and in an
// installed one, wherever they are moved to. kUnavailable when it is not there.
schema::Result<std::filesystem::path> find_shim(const std::filesystem::path& executable);

schema::Result<BlenderInstall> find_install(const std::optional<std::filesystem::path>& named,
                                            const Environment& environment,
                                            const std::filesystem::path& executable);

// colormanagement/config.ocio of a Blender that is not running: beside the program, or in the share
// folder of its distribution. Nullopt when it stands elsewhere.
std::optional<std::filesystem::path> find_color_config(const std::filesystem::path& blender);

enum class PythonPackage { kPyzmq, kNumpy };

// The command that gives Blender's Python this package: Blender's own builds bring a Python along,
// distributions' builds use the system's.
std::string install_command(const std::filesystem::path& blender, PythonPackage package);

}  // namespace rtag::orchestrator
