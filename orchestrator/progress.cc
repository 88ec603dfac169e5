// SPDX-License-Identifier: MIT
#include "orchestrator/progress.h"

#include <algorithm>
#include <cmath>
#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "schema/check.h"

namespace rtag::orchestrator {
namespace {

constexpr Millis kBarInterval_ms = 200;
constexpr Millis kLineInterval_ms = 5'000;
constexpr int kBarWidth = 24;

char letter_of(WorkerState state) {
  switch (state) {
    case WorkerState::kStarting:
      return 's';
    case WorkerState::kIdle:
      return 'i';
    case WorkerState::kRendering:
      return 'R';
    case WorkerState::kStopping:
      return 'e';
    case WorkerState::kKilled:
      return 'k';
  }
  return '?';
}

int settled(const Snapshot& s) {
  return s.scenes_before + s.progress.committed + s.progress.quarantined;
}

double images_per_second(const Snapshot& s) {
  return s.elapsed_ms > 0 ? 1000.0 * s.images_committed / static_cast<double>(s.elapsed_ms) : 0;
}

class Bar final : public ProgressDisplay {
 public:
  explicit Bar(std::FILE* stream) : stream_(stream) {}

  void update(const Snapshot& snapshot) override {
    const double share = snapshot.scenes_total > 0
                             ? static_cast<double>(settled(snapshot)) / snapshot.scenes_total
                             : 1.0;
    const auto filled = static_cast<std::size_t>(std::lround(share * kBarWidth));
    std::string line =
        fmt::format("[{:<{}}] {}", std::string(filled, '#'), kBarWidth, describe(snapshot));
    if (line.size() > columns()) line.resize(columns());
    fmt::print(stream_, "\r\x1b[K{}", line);
    std::fflush(stream_);
  }
  void note(std::string_view line) override { fmt::print(stream_, "\r\x1b[K{}\n", line); }
  void end(const Snapshot& snapshot) override {
    update(snapshot);
    fmt::print(stream_, "\n");
  }
  Millis interval_ms() const override { return kBarInterval_ms; }

 private:
  std::size_t columns() const {
    winsize size{};
    const bool known = ::ioctl(::fileno(stream_), TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    return known ? size.ws_col - 1u : 79u;
  }
  std::FILE* stream_;
};

class PlainLines final : public ProgressDisplay {
 public:
  explicit PlainLines(std::FILE* stream) : stream_(stream) {}
  void update(const Snapshot& snapshot) override { note(describe(snapshot)); }
  void note(std::string_view line) override {
    fmt::print(stream_, "{}\n", line);
    std::fflush(stream_);
  }
  void end(const Snapshot& snapshot) override { update(snapshot); }
  Millis interval_ms() const override { return kLineInterval_ms; }

 private:
  std::FILE* stream_;
};

class JsonLines final : public ProgressDisplay {
 public:
  explicit JsonLines(std::FILE* stream) : stream_(stream) {}
  void update(const Snapshot& s) override {
    std::string states;
    for (const LiveWorker& worker : s.workers) states += letter_of(worker.state);
    print(fmt::format(R"({{"type":"progress","scenes":{},"settled":{},"rendering":{},)"
                      R"("quarantined":{},"retries":{},"images":{},"elapsed_ms":{},)"
                      R"("images_per_s":{:.3f},"workers":"{}"}})",
                      s.scenes_total, settled(s), s.progress.rendering, s.progress.quarantined,
                      s.progress.retries, s.images_committed, s.elapsed_ms, images_per_second(s),
                      states));
  }
  void note(std::string_view line) override {
    using nlohmann::json;
    const json text(line);
    print(fmt::format(R"({{"type":"note","message":{}}})",
                      text.dump(-1, ' ', false, json::error_handler_t::replace)));
  }
  void end(const Snapshot& snapshot) override { update(snapshot); }
  Millis interval_ms() const override { return kLineInterval_ms; }

 private:
  void print(const std::string& line) {
    fmt::print(stream_, "{}\n", line);
    std::fflush(stream_);
  }
  std::FILE* stream_;
};

class Silence final : public ProgressDisplay {
 public:
  void update(const Snapshot&) override {}
  void note(std::string_view) override {}
  void end(const Snapshot&) override {}
  Millis interval_ms() const override { return 3'600'000; }
};

}  // namespace

std::string spoken_duration(double seconds) {
  const auto whole = static_cast<long>(std::ceil(seconds));
  if (whole < 90) return fmt::format("{} s", whole);
  const long minutes = (whole + 30) / 60;
  if (minutes < 90) return fmt::format("{} min", minutes);
  return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

double seconds_left(const Snapshot& snapshot) {
  const int done = snapshot.progress.committed + snapshot.progress.quarantined;
  if (done == 0 || snapshot.elapsed_ms <= 0) return -1;
  const int left = snapshot.scenes_total - settled(snapshot);
  return static_cast<double>(left) * static_cast<double>(snapshot.elapsed_ms) / 1000.0 / done;
}

std::string describe(const Snapshot& snapshot) {
  std::string text = fmt::format("{}/{} scenes, {:.2f} images/s", settled(snapshot),
                                 snapshot.scenes_total, images_per_second(snapshot));
  if (const double left = seconds_left(snapshot); left >= 0 && !snapshot.stopping) {
    text += fmt::format(", {} left", spoken_duration(left));
  }
  if (snapshot.progress.retries > 0) text += fmt::format(", {} retries", snapshot.progress.retries);
  if (snapshot.progress.quarantined > 0) {
    text += fmt::format(", {} quarantined", snapshot.progress.quarantined);
  }
  text += ", workers ";
  for (const LiveWorker& worker : snapshot.workers) text += letter_of(worker.state);
  if (snapshot.workers.empty()) text += '-';
  return snapshot.stopping ? text + ", stopping" : text;
}

std::unique_ptr<ProgressDisplay> make_progress(ProgressStyle style, std::FILE* stream) {
  switch (style) {
    case ProgressStyle::kBar:
      return std::make_unique<Bar>(stream);
    case ProgressStyle::kPlain:
      return std::make_unique<PlainLines>(stream);
    case ProgressStyle::kJson:
      return std::make_unique<JsonLines>(stream);
    case ProgressStyle::kNone:
      return std::make_unique<Silence>();
  }
  RTAG_CHECK(false, "a progress style without a display");
  return nullptr;
}

}  // namespace rtag::orchestrator
