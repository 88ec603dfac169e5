// SPDX-License-Identifier: MIT
// WorkerProcess: one child process - started, killed, waited for. It has a process group of its own
// (Ctrl-C does not reach it, kill() reaches its children too), an environment that is a value, no
// file descriptor of ours, no blocked or ignored signal, nothing on its standard input, and its
// output in a log file. The kernel kills it when the thread that started it ends.
//
// Owns the process: the destructor kills it and waits for its end. One thread.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <sys/types.h>
#include <vector>

#include "orchestrator/environment.h"
#include "orchestrator/file_descriptor.h"
#include "schema/result.h"

namespace rtag::orchestrator {

// What a worker sees of the host's environment: where programs, libraries and graphics cards are.
// Not its locale, nor PYTHON*, BLENDER_*, OCIO, CYCLES_*: they would change the picture or break
// the worker. `home` is its home and the place of its temporary files.
Environment worker_environment(const Environment& host, const std::filesystem::path& home);

struct ProcessOrder {
  std::filesystem::path program;  // absolute
  std::vector<std::string> arguments;
  Environment environment;
  std::filesystem::path working_folder;
  std::filesystem::path log;  // emptied, made with its folders
};

// How a process ended.
struct ProcessEnd {
  int exit_code = 0;  // of an exit
  int signal = 0;     // other than 0: killed by it
  bool operator==(const ProcessEnd&) const = default;
};

// "exited with code 3", "killed by signal 11 (SIGSEGV)"
std::string to_string(const ProcessEnd& end);

class WorkerProcess {
 public:
  // kUnavailable when the program cannot be executed or the log cannot be written.
  static schema::Result<WorkerProcess> start(const ProcessOrder& order);
  WorkerProcess(WorkerProcess&&) noexcept;
  WorkerProcess& operator=(WorkerProcess&&) = delete;
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;
  ~WorkerProcess();

  pid_t pid() const;
  int pidfd() const { return pidfd_.get(); }  // readable when the process has ended
  void kill();                                // the whole group, at once
  ProcessEnd wait();  // REQUIRES: called once. Ends what is left of the group.

 private:
  struct Child;  // of Boost.Process
  WorkerProcess(std::unique_ptr<Child> child, FileDescriptor pidfd);

  std::unique_ptr<Child> child_;  // null: waited for, or moved from
  FileDescriptor pidfd_;
};

// The last lines of a text file, at most `count`, without control characters; empty when it cannot
// be read.
std::string last_lines(const std::filesystem::path& file, int count);

}  // namespace rtag::orchestrator
