// SPDX-License-Identifier: MIT
#include "orchestrator/command_line/sink.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "orchestrator/exit_code.h"

namespace rtag::orchestrator {

using schema::Fault;
using schema::FaultKind;
using schema::Outcome;
using schema::Result;

namespace {

Fault fault_of(const std::string& name) {
  return {FaultKind::kOutput, fmt::format("{}: {}", name, std::strerror(errno))};
}

}  // namespace

Result<Sink> Sink::open(const std::optional<std::filesystem::path>& file) {
  if (!file) return Sink(stdout, "standard output");
  std::FILE* stream = std::fopen(file->c_str(), "wb");
  if (stream == nullptr) return fault_of(file->string());
  return Sink(stream, file->string());
}

Sink::Sink(std::FILE* stream, std::string name) : stream_(stream), name_(std::move(name)) {}

Sink::Sink(Sink&& other) noexcept
    : stream_(std::exchange(other.stream_, nullptr)), name_(std::move(other.name_)) {}

Sink::~Sink() {
  if (stream_ != nullptr && stream_ != stdout) std::fclose(stream_);
}

void Sink::write(std::string_view text) {
  static_cast<void>(std::fwrite(text.data(), 1, text.size(), stream_));
}

Outcome Sink::close() {
  const bool wrote = std::ferror(stream_) == 0 && std::fflush(stream_) == 0;
  std::FILE* stream = std::exchange(stream_, nullptr);
  const bool closed = stream == stdout || std::fclose(stream) == 0;
  if (!wrote || !closed) return fault_of(name_);
  return schema::Nothing{};
}

int write_to(const std::optional<std::filesystem::path>& file, std::string_view text) {
  auto sink = Sink::open(file);
  if (!sink) return report(sink.error());
  sink->write(text);
  if (Outcome closed = sink->close(); !closed) return report(closed.error());
  return 0;
}

int replace(const std::filesystem::path& file, std::string_view text) {
  std::filesystem::path written = file;
  written += ".new";
  if (const int code = write_to(written, text); code != 0) return code;
  std::error_code error;
  std::filesystem::rename(written, file, error);
  if (!error) return 0;
  return report({FaultKind::kOutput, fmt::format("{}: {}", file.string(), error.message())});
}

}  // namespace rtag::orchestrator
