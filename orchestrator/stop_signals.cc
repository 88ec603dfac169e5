// SPDX-License-Identifier: MIT
#include "orchestrator/stop_signals.h"

#include <initializer_list>
#include <sys/signalfd.h>
#include <unistd.h>

#include "schema/check.h"

namespace rtag::orchestrator {

StopSignals::StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2}) sigaddset(&signals, signal);
  RTAG_CHECK(pthread_sigmask(SIG_BLOCK, &signals, &previous_) == 0, "signals cannot be blocked");
  fd_ = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  RTAG_CHECK(fd_ >= 0, "no file descriptor is left for a signalfd");
}

StopSignals::~StopSignals() {
  take();  // What is still waiting has been obeyed, or comes too late to be.
  ::close(fd_);
  pthread_sigmask(SIG_SETMASK, &previous_, nullptr);
}

StopSignals::Wish StopSignals::take() {
  Wish wish = Wish::kNone;
  signalfd_siginfo info{};
  while (::read(fd_, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    if (info.ssi_signo == SIGINT) ++interrupts_;
    if (wish == Wish::kNone) wish = Wish::kStop;
    if (interrupts_ >= 2) wish = Wish::kStopNow;
  }
  return wish;
}

}  // namespace rtag::orchestrator
