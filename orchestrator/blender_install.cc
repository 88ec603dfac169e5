// SPDX-License-Identifier: MIT
#include "orchestrator/blender_install.h"

#include <unistd.h>

#include <fmt/format.h>

namespace rtag::orchestrator {
namespace {

namespace fs = std::filesystem;
using schema::Fault;
using schema::FaultKind;
using schema::Result;

constexpr std::string_view kAptInstall = "apt-get install --no-install-recommends";

Fault unavailable(std::string message) { return {FaultKind::kUnavailable, std::move(message)}; }

bool is_program(const fs::path& path) {
  std::error_code absent;  // then it is no program
  return fs::is_regular_file(path, absent) && ::access(path.c_str(), X_OK) == 0;
}

Result<fs::path> check_named(const fs::path& named) {
  std::error_code absent;
  if (is_program(named)) return fs::absolute(named, absent);
  if (!fs::exists(named, absent)) {
    return unavailable(fmt::format(
        "blender: {} does not exist, name the program itself with --blender", named.string()));
  }
  if (fs::is_directory(named, absent)) {
    return unavailable(fmt::format("blender: {} is a folder, name the program in it with --blender",
                                   named.string()));
  }
  return unavailable(fmt::format("blender: {} is not a file that may be executed", named.string()));
}

// <folder of the program>/4.2/python/bin/python3.11
std::optional<fs::path> bundled_python(const fs::path& blender) {
  std::error_code absent;  // then there is nothing to iterate over
  const fs::path folder = fs::canonical(blender, absent).parent_path();
  for (fs::directory_iterator version(folder, absent), end; version != end;
       version.increment(absent)) {
    std::error_code none;
    for (fs::directory_iterator it(version->path() / "python" / "bin", none); it != end;
         it.increment(none)) {
      if (it->path().filename().string().starts_with("python3")) return it->path();
    }
  }
  return std::nullopt;
}

}  // namespace

Result<fs::path> find_blender(const std::optional<fs::path>& named,
                              std::string_view path_variable) {
  if (named) return check_named(*named);
  while (!path_variable.empty()) {
    const std::size_t colon = path_variable.find(':');
    const fs::path candidate = fs::path(path_variable.substr(0, colon)) / "blender";
    if (candidate.is_absolute() && is_program(candidate)) return candidate;
    if (colon == std::string_view::npos) break;
    path_variable.remove_prefix(colon + 1);
  }
  return unavailable(fmt::format(
      "blender: not found on PATH; install it with: {} blender python3-zmq python3-numpy, or name "
      "it with --blender PATH",
      kAptInstall));
}

Result<fs::path> find_shim(const fs::path& executable) {
  const fs::path shim = executable.parent_path().parent_path() / "share" / "rtag" / "worker_shim";
  std::error_code absent;
  if (fs::is_regular_file(shim / "main.py", absent)) return shim;
  return unavailable(fmt::format(
      "worker_shim: not found at {}, which belongs to this program; install rtag again, its bin "
      "and share folders together",
      shim.string()));
}

Result<BlenderInstall> find_install(const std::optional<fs::path>& named,
                                    const Environment& environment, const fs::path& executable) {
  const auto path = environment.find("PATH");
  const auto program = find_blender(named, path == environment.end() ? "" : path->second);
  if (!program) return program.error();
  const auto shim = find_shim(executable);
  if (!shim) return shim.error();
  return BlenderInstall{*program, *shim};
}

std::optional<fs::path> find_color_config(const fs::path& blender) {
  const fs::path in_datafiles = fs::path("datafiles") / "colormanagement" / "config.ocio";
  std::error_code absent;  // then there is nothing to iterate over
  const fs::path folder = fs::canonical(blender, absent).parent_path();
  const fs::path share = folder.parent_path() / "share" / "blender";
  for (const fs::path& place : {folder, share}) {
    if (fs::exists(place / in_datafiles, absent)) return place / in_datafiles;
    for (fs::directory_iterator version(place, absent), end; version != end;
         version.increment(absent)) {
      std::error_code none;
      if (fs::exists(version->path() / in_datafiles, none)) return version->path() / in_datafiles;
    }
  }
  return std::nullopt;
}

std::string install_command(const fs::path& blender, PythonPackage package) {
  const bool is_pyzmq = package == PythonPackage::kPyzmq;
  if (const auto python = bundled_python(blender)) {
    return fmt::format("'{}' -m pip install {}", python->string(), is_pyzmq ? "pyzmq" : "numpy");
  }
  return fmt::format("{} {}", kAptInstall, is_pyzmq ? "python3-zmq" : "python3-numpy");
}

}  // namespace rtag::orchestrator
