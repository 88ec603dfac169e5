// SPDX-License-Identifier: MIT
// Runs json_oracle.py, so that canonical JSON is compared with Python's own.
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

namespace rtag::schema {

// What the oracle prints about `input`. Throws where Python refuses it.
inline std::string ask_python(const std::string& question, const std::string& input) {
  std::string folder = (std::filesystem::temp_directory_path() / "rtag_oracle_XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no temporary folder");
  const std::string file = folder + "/input";
  std::ofstream(file, std::ios::binary) << input;
  const std::string command =
      std::string(RTAG_PYTHON) + " " + RTAG_JSON_ORACLE + " " + question + " " + file;
  std::string output;
  FILE* pipe = ::popen(command.c_str(), "r");
  std::array<char, 65536> block;
  while (const std::size_t size = std::fread(block.data(), 1, block.size(), pipe)) {
    output.append(block.data(), size);
  }
  const int status = ::pclose(pipe);
  std::filesystem::remove_all(folder);
  if (status != 0) throw std::runtime_error("Python refuses: " + command);
  return output;
}

}  // namespace rtag::schema
