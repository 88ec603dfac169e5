// SPDX-License-Identifier: MIT
// The program: looks at the world once, then runs one command.
#include <chrono>
#include <csignal>
#include <fstream>
#include <random>
#include <sched.h>
#include <unistd.h>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "orchestrator/command_line/command_line.h"
#include "orchestrator/command_line/commands.h"
#include "orchestrator/run_job.h"

extern char** environ;

namespace rtag::orchestrator {
namespace {

Environment read_environment() {
  Environment environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text(*entry);
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) environment[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return environment;
}

std::string read_cpu_flags() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    if (line.starts_with("flags")) return line.substr(std::min(line.find(':') + 1, line.size()));
  }
  return {};
}

int usable_cores() {
  cpu_set_t cores;
  return ::sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
}

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}

// Unlike any other start, on this machine or another: time, process, and chance.
std::string new_attempt(std::chrono::sys_seconds now) {
  std::random_device chance;
  return fmt::format("{:%Y%m%dT%H%M%SZ}-{}-{:08x}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(now)), ::getpid(), chance());
}

Surroundings look_around() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  Surroundings surroundings;
  surroundings.environment = read_environment();
  std::error_code unknown;  // leaves the path empty, and the shim is then not found, which is told
  surroundings.executable = std::filesystem::read_symlink("/proc/self/exe", unknown);
  surroundings.attempt = new_attempt(now);
  surroundings.host = host_name();
  surroundings.started_at =
      fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
  surroundings.cpu_flags = read_cpu_flags();
  surroundings.cores = usable_cores();
  surroundings.is_terminal = ::isatty(STDERR_FILENO) == 1;
  return surroundings;
}

struct Execute {
  int operator()(const RunOptions& options) const { return run_job(options, look_around()); }
  int operator()(const InitOptions& options) const { return init(options); }
  int operator()(const ValidateOptions& options) const { return validate(options); }
  int operator()(const LockOptions& options) const { return lock(options); }
  int operator()(const CompileOptions& options) const { return compile(options); }
  int operator()(const PreviewOptions& options) const {
    return preview(options, read_environment());
  }
  int operator()(const PresetListOptions& options) const { return preset_list(options); }
  int operator()(const PresetShowOptions& options) const { return preset_show(options); }
  int operator()(const PresetResolveOptions& options) const { return preset_resolve(options); }
  int operator()(const ExperimentListOptions& options) const { return experiment_list(options); }
  int operator()(const ExperimentLockOptions& options) const { return experiment_lock(options); }
  int operator()(const MigrateOptions& options) const { return migrate(options); }
  int operator()(const SchemaOptions& options) const { return print_schema(options); }
  int operator()(const MergeCommandOptions& options) const {
    return merge_dataset(options, look_around().attempt);
  }
  int operator()(const ContactSheetOptions& options) const { return contact_sheet(options); }
};

int say(const Farewell& farewell) {
  fmt::print(farewell.exit_code == 0 ? stdout : stderr, "{}", farewell.text);
  return farewell.exit_code;
}

}  // namespace
}  // namespace rtag::orchestrator

int main(int argc, char** argv) {
  using namespace rtag::orchestrator;
  std::signal(SIGPIPE, SIG_IGN);  // A reader that leaves is an error of writing, not the end.
  const std::string program =
      argc > 0 ? std::filesystem::path(argv[0]).filename().string() : "rtag";
  const auto parsed = parse_command_line(program, {argv + std::min(argc, 1), argv + argc});
  if (const auto* farewell = std::get_if<Farewell>(&parsed)) return say(*farewell);
  return std::visit(Execute{}, std::get<Command>(parsed));
}
