// SPDX-License-Identifier: MIT
// Where a command's result goes: standard output, or a file that is named on the command line.
#pragma once

#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "schema/result.h"

namespace rtag::orchestrator {

class Sink {
 public:
  // kOutput when the file cannot be opened.
  static schema::Result<Sink> open(const std::optional<std::filesystem::path>& file);
  Sink(Sink&& other) noexcept;
  Sink& operator=(Sink&&) = delete;
  ~Sink();

  void write(std::string_view text);  // close() tells whether it arrived
  schema::Outcome close();

 private:
  Sink(std::FILE* stream, std::string name);

  std::FILE* stream_;
  std::string name_;
};

// Writes it all; the exit code.
int write_to(const std::optional<std::filesystem::path>& file, std::string_view text);

// Puts the text in a file's place, which stays as it is if that fails; the exit code.
int replace(const std::filesystem::path& file, std::string_view text);

}  // namespace rtag::orchestrator
