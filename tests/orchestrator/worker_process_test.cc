// SPDX-License-Identifier: MIT
#include "orchestrator/worker_process.h"

#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "orchestrator/scratch.h"

namespace rtag::orchestrator {
namespace {

namespace fs = std::filesystem;

constexpr int kPatience_ms = 20'000;

PrivateFolder new_folder() {
  auto folder = PrivateFolder::create("/tmp");
  REQUIRE(folder);
  return *std::move(folder);
}

ProcessOrder order(const PrivateFolder& folder, std::vector<std::string> arguments) {
  const std::string program = arguments.front();
  arguments.erase(arguments.begin());
  return {program,
          std::move(arguments),
          {{"PATH", "/usr/bin:/bin"}},
          folder.path(),
          folder.path() / "log"};
}

ProcessOrder script(const PrivateFolder& folder, const std::string& text) {
  return order(folder, {"/bin/sh", "-c", text});
}

std::string text_of(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string log_of(const ProcessOrder& what) {
  auto process = WorkerProcess::start(what);
  REQUIRE(process);
  REQUIRE(process->wait() == ProcessEnd{});
  return text_of(what.log);
}

bool ends(int pidfd) {
  pollfd item{pidfd, POLLIN, 0};
  return ::poll(&item, 1, kPatience_ms) == 1;
}

FileDescriptor open_pidfd(pid_t pid) {
  return FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

// A named pipe in which a script tells a number; reading waits for it.
class Whisper {
 public:
  explicit Whisper(const PrivateFolder& folder) : path_(folder.path() / "whisper") {
    REQUIRE(::mkfifo(path_.c_str(), 0600) == 0);
  }
  pid_t heard() const {
    std::ifstream stream(path_);
    pid_t number = 0;
    stream >> number;
    return number;
  }

 private:
  fs::path path_;
};

ProcessEnd end_of(const std::string& text) {
  const PrivateFolder folder = new_folder();
  auto process = WorkerProcess::start(script(folder, text));
  REQUIRE(process);
  CHECK(ends(process->pidfd()));
  return process->wait();
}

}  // namespace

TEST_CASE("a worker sees where programs and graphics cards are, and nothing else of the host") {
  const Environment host{{"PATH", "/usr/bin"},     {"CUDA_VISIBLE_DEVICES", "1"},
                         {"HOME", "/somewhere"},   {"TMPDIR", "/elsewhere"},
                         {"LANG", "de_DE.UTF-8"},  {"LC_ALL", "de_DE.UTF-8"},
                         {"PYTHONPATH", "/wrong"}, {"BLENDER_USER_SCRIPTS", "/wrong"},
                         {"OCIO", "/wrong"},       {"CYCLES_CPU_NO_AVX2", "1"},
                         {"SECRET", "x"}};
  CHECK(worker_environment(host, "/own") == Environment{{"PATH", "/usr/bin"},
                                                        {"CUDA_VISIBLE_DEVICES", "1"},
                                                        {"HOME", "/own"},
                                                        {"TMPDIR", "/own"},
                                                        {"LANG", "C.UTF-8"}});
  CHECK(worker_environment({}, "/own").count("PATH") == 0);
}

TEST_CASE("a process has exactly the environment that it is given") {
  const PrivateFolder folder = new_folder();
  ProcessOrder what = order(folder, {"/usr/bin/env"});
  what.environment = {{"A", "1"}, {"B", "two words = \"ü\""}};
  CHECK(log_of(what) == "A=1\nB=two words = \"ü\"\n");
}

TEST_CASE("a process has a folder of its own to be in, and an empty standard input") {
  const PrivateFolder folder = new_folder();
  CHECK(log_of(script(folder, "pwd; cat; echo err >&2")) == folder.path().string() + "\nerr\n");
}

TEST_CASE("a process inherits no open file of the host") {
  const FileDescriptor inheritable(::open("/dev/null", O_RDONLY));
  const PrivateFolder folder = new_folder();
  CHECK(log_of(order(folder, {"/bin/ls", "/proc/self/fd"})) == "0\n1\n2\n3\n");  // 3: ls's own
}

TEST_CASE("a process inherits no blocked and no ignored signal") {
  sigset_t blocked;
  sigset_t before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::sigaddset(&blocked, SIGINT);
  REQUIRE(::pthread_sigmask(SIG_BLOCK, &blocked, &before) == 0);
  const auto previous = ::signal(SIGHUP, SIG_IGN);
  const PrivateFolder folder = new_folder();
  const std::string log =
      log_of(order(folder, {"/bin/grep", "-E", "SigBlk|SigIgn", "/proc/self/status"}));
  ::signal(SIGHUP, previous);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  CHECK(log == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_CASE("a process leads a group of its own") {
  const PrivateFolder folder = new_folder();
  auto process = WorkerProcess::start(script(folder, "exec tail -f /dev/null"));
  REQUIRE(process);
  CHECK(::getpgid(process->pid()) == process->pid());
}

TEST_CASE("the end of a process is told in words") {
  CHECK(to_string(end_of("exit 0")) == "exited with code 0");
  CHECK(to_string(end_of("exit 3")) == "exited with code 3");
  CHECK(to_string(end_of("kill -SEGV $$")) == "killed by signal 11 (SIGSEGV)");
  CHECK(to_string(ProcessEnd{0, 40}) == "killed by signal 40");
}

TEST_CASE("a program that cannot be executed is named, with the reason") {
  const PrivateFolder folder = new_folder();
  const auto absent = WorkerProcess::start(order(folder, {"/no/such/program"}));
  REQUIRE_FALSE(absent);
  CHECK(absent.error().message == "/no/such/program: No such file or directory");
  const auto file = WorkerProcess::start(order(folder, {"/etc/passwd"}));
  REQUIRE_FALSE(file);
  CHECK(file.error().message == "/etc/passwd: Permission denied");
}

TEST_CASE("a log that cannot be written is named, with the reason") {
  const PrivateFolder folder = new_folder();
  ProcessOrder what = script(folder, "exit 0");
  what.log = "/dev/null/log";
  const auto process = WorkerProcess::start(what);
  REQUIRE_FALSE(process);
  CHECK(process.error().message == "/dev/null/log: Not a directory");
}

TEST_CASE("a log gets its folders, whatever their names, and begins empty") {
  const PrivateFolder folder = new_folder();
  ProcessOrder what = script(folder, "echo first");
  what.log = folder.path() / "zwei Wörter" / "日本" / "log";
  CHECK(log_of(what) == "first\n");
  what.arguments = {"-c", "echo second"};
  CHECK(log_of(what) == "second\n");
}

TEST_CASE("killing a process kills its children") {
  const PrivateFolder folder = new_folder();
  const Whisper whisper(folder);
  auto process =
      WorkerProcess::start(script(folder, "tail -f /dev/null & echo $! > whisper; wait"));
  REQUIRE(process);
  const FileDescriptor grandchild = open_pidfd(whisper.heard());
  REQUIRE(grandchild.is_open());
  process->kill();
  CHECK(ends(process->pidfd()));
  CHECK(ends(grandchild.get()));
  CHECK(to_string(process->wait()) == "killed by signal 9 (SIGKILL)");
}

TEST_CASE("children do not outlive the end of their process") {
  const PrivateFolder folder = new_folder();
  const Whisper whisper(folder);
  auto process = WorkerProcess::start(
      script(folder, "tail -f /dev/null & echo $! > whisper; exec tail -f /dev/null"));
  REQUIRE(process);
  const FileDescriptor grandchild = open_pidfd(whisper.heard());
  REQUIRE(grandchild.is_open());
  REQUIRE(::kill(process->pid(), SIGTERM) == 0);  // the leader alone
  CHECK(to_string(process->wait()) == "killed by signal 15 (SIGTERM)");
  CHECK(ends(grandchild.get()));
}

TEST_CASE("a process goes with its object") {
  const PrivateFolder folder = new_folder();
  FileDescriptor pidfd;
  {
    auto process = WorkerProcess::start(script(folder, "exec tail -f /dev/null"));
    REQUIRE(process);
    pidfd = open_pidfd(process->pid());
    REQUIRE(pidfd.is_open());
  }
  CHECK(ends(pidfd.get()));
}

TEST_CASE("a process dies with a host that is killed") {
  const PrivateFolder folder = new_folder();
  int tell[2];
  REQUIRE(::pipe2(tell, O_CLOEXEC) == 0);
  const pid_t host = ::fork();
  if (host == 0) {
    auto process = WorkerProcess::start(script(folder, "exec tail -f /dev/null"));
    const pid_t pid = process ? process->pid() : 0;
    const bool told = ::write(tell[1], &pid, sizeof pid) == sizeof pid;
    while (told) ::pause();
    ::_exit(1);
  }
  ::close(tell[1]);
  pid_t worker = 0;
  REQUIRE(::read(tell[0], &worker, sizeof worker) == sizeof worker);
  ::close(tell[0]);
  const FileDescriptor pidfd = open_pidfd(worker);
  REQUIRE(pidfd.is_open());
  REQUIRE(::kill(host, SIGKILL) == 0);
  REQUIRE(::waitpid(host, nullptr, 0) == host);
  CHECK(ends(pidfd.get()));
}

TEST_CASE("the last lines of a log are what it says at the end") {
  const PrivateFolder folder = new_folder();
  const fs::path log = folder.path() / "log";
  const auto last = [&](const std::string& text, int count) {
    std::ofstream(log) << text;
    return last_lines(log, count);
  };
  CHECK(last("a\nb\nc\n", 2) == "b\nc");
  CHECK(last("a\nb\nc", 2) == "b\nc");
  CHECK(last("a\nb\n\n\n", 5) == "a\nb");
  CHECK(last("a", 1) == "a");
  CHECK(last("\na", 1) == "a");
  CHECK(last("", 3).empty());
  CHECK(last("\x1B[31mred\r\n", 1) == " [31mred ");
  CHECK(last(std::string(100'000, 'x') + "\nend\n", 1) == "end");
  CHECK(last_lines(folder.path() / "absent", 3).empty());
}

}  // namespace rtag::orchestrator
