// SPDX-License-Identifier: MIT
#include "orchestrator/worker_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <string_view>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" {
#include <sys/pidfd.h>  // glibc 2.36 forgets the C linkage
}

#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/env.hpp>
#include <boost/process/error.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/start_dir.hpp>
#include <fmt/format.h>

#include "schema/check.h"

namespace rtag::orchestrator {
namespace {

namespace bp = boost::process;
namespace fs = std::filesystem;
using schema::Fault;
using schema::FaultKind;
using schema::Result;

constexpr int kExitWithoutExec = 127;

// Passed on from the host when it has them.
constexpr std::array<std::string_view, 12> kPassedOn{
    "CUDA_DEVICE_ORDER",          "CUDA_VISIBLE_DEVICES",      "GPU_DEVICE_ORDINAL",
    "HIP_VISIBLE_DEVICES",        "LD_LIBRARY_PATH",           "LIBGL_DRIVERS_PATH",
    "NVIDIA_DRIVER_CAPABILITIES", "NVIDIA_VISIBLE_DEVICES",    "PATH",
    "ROCR_VISIBLE_DEVICES",       "__EGL_VENDOR_LIBRARY_DIRS", "__EGL_VENDOR_LIBRARY_FILENAMES"};

// What runs in the child between fork and exec: system calls that are safe after a fork only.
struct Isolation : bp::extend::handler {
  int input;
  int log;
  pid_t parent;

  Isolation(int input_fd, int log_fd) : input(input_fd), log(log_fd), parent(::getpid()) {}

  template <class Executor>
  void on_exec_setup(Executor&) const {
    ::setpgid(0, 0);
    die_with_parent();
    forget_signals();
    ::dup2(input, STDIN_FILENO);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    close_others_on_exec();
  }

  // A parent that has died before the prctl is not noticed by it: look.
  void die_with_parent() const {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(kExitWithoutExec);
  }

  // The host blocks the signals that it reads from a signalfd, and may ignore some: both would be
  // inherited.
  static void forget_signals() {
    for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
  }

  // Not closed at once: Boost tells of a failed exec through one of them.
  static void close_others_on_exec() {
    constexpr unsigned kFirst = STDERR_FILENO + 1;
    if (::close_range(kFirst, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
    const long limit = ::sysconf(_SC_OPEN_MAX);  // a kernel before 5.11
    for (int fd = kFirst; fd < limit; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
};

// Above the standard ones, even where those were closed when the host started.
FileDescriptor open_above_stdio(const fs::path& path, int flags) {
  FileDescriptor opened(::open(path.c_str(), flags | O_CLOEXEC, 0644));
  if (!opened.is_open() || opened.get() > STDERR_FILENO) return opened;
  return FileDescriptor(::fcntl(opened.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}

FileDescriptor open_log(const fs::path& path) {
  std::error_code reported_by_open;
  fs::create_directories(path.parent_path(), reported_by_open);
  return open_above_stdio(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
}

bp::environment boost_environment(const Environment& variables) {
  bp::environment environment;
  for (const auto& [name, value] : variables) environment[name] = value;
  return environment;
}

Fault cannot_start(const fs::path& subject, std::string_view fact) {
  return {FaultKind::kUnavailable, fmt::format("{}: {}", subject.string(), fact)};
}

std::string without_controls(std::string text) {
  const auto is_control = [](char c) { return (c >= 0 && c < ' ' && c != '\n') || c == 0x7F; };
  std::replace_if(text.begin(), text.end(), is_control, ' ');
  return text;
}

}  // namespace

struct WorkerProcess::Child {
  bp::child process;
};

Environment worker_environment(const Environment& host, const fs::path& home) {
  Environment environment;
  for (const std::string_view name : kPassedOn) {
    if (const auto found = host.find(std::string(name)); found != host.end()) {
      environment.insert(*found);
    }
  }
  environment["HOME"] = home.string();
  environment["TMPDIR"] = home.string();
  environment["LANG"] = "C.UTF-8";
  return environment;
}

std::string to_string(const ProcessEnd& end) {
  if (end.signal == 0) return fmt::format("exited with code {}", end.exit_code);
  const char* name = ::sigabbrev_np(end.signal);
  if (name == nullptr) return fmt::format("killed by signal {}", end.signal);
  return fmt::format("killed by signal {} (SIG{})", end.signal, name);
}

Result<WorkerProcess> WorkerProcess::start(const ProcessOrder& order) {
  const FileDescriptor log = open_log(order.log);
  if (!log.is_open()) return cannot_start(order.log, std::strerror(errno));
  const FileDescriptor input = open_above_stdio("/dev/null", O_RDONLY);
  if (!input.is_open()) return cannot_start("/dev/null", std::strerror(errno));
  try {
    std::error_code error;
    bp::child process(bp::exe = order.program.string(), bp::args = order.arguments,
                      bp::start_dir = order.working_folder.string(),
                      boost_environment(order.environment), Isolation(input.get(), log.get()),
                      error);
    if (error) return cannot_start(order.program, error.message());
    FileDescriptor pidfd(::pidfd_open(process.id(), 0));
    if (!pidfd.is_open()) return cannot_start("pidfd_open", std::strerror(errno));
    return WorkerProcess(std::make_unique<Child>(Child{std::move(process)}), std::move(pidfd));
  } catch (const std::exception& error) {
    return cannot_start(order.program, error.what());
  }
}

WorkerProcess::WorkerProcess(std::unique_ptr<Child> child, FileDescriptor pidfd)
    : child_(std::move(child)), pidfd_(std::move(pidfd)) {}

WorkerProcess::WorkerProcess(WorkerProcess&&) noexcept = default;

WorkerProcess::~WorkerProcess() {
  if (!child_) return;
  kill();
  wait();
}

pid_t WorkerProcess::pid() const { return child_->process.id(); }

// The leader is waited for last, so that its number still means this group.
void WorkerProcess::kill() { ::kill(-pid(), SIGKILL); }

ProcessEnd WorkerProcess::wait() {
  siginfo_t ignored{};
  while (::waitid(P_PID, static_cast<id_t>(pid()), &ignored, WEXITED | WNOWAIT) != 0) {
    RTAG_CHECK(errno == EINTR, "a worker process was waited for twice");
  }
  kill();
  std::error_code error;
  child_->process.wait(error);
  const int status = child_->process.native_exit_code();
  child_.reset();
  if (WIFSIGNALED(status)) return {0, WTERMSIG(status)};
  return {WEXITSTATUS(status), 0};
}

std::string last_lines(const fs::path& file, int count) {
  constexpr std::streamoff kMost_bytes = 16384;
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  if (!stream) return {};
  const std::streamoff size = stream.tellg();
  stream.seekg(std::max<std::streamoff>(0, size - kMost_bytes));
  std::string text(std::istreambuf_iterator<char>(stream), {});
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::size_t start = text.size();
  for (int line = 0; line < count && start != 0; ++line) {
    const std::size_t feed = text.rfind('\n', start - 1);
    if (feed == std::string::npos) return without_controls(std::move(text));
    start = feed;
  }
  return without_controls(text.substr(std::min(start + 1, text.size())));
}

}  // namespace rtag::orchestrator
