// SPDX-License-Identifier: MIT
// What scripts/update_golden writes: a program prints the text, or compares a file with it.
#pragma once

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace rtag::schema {

// The program's exit code: 0 where the file is the text.
inline int compare_with_file(const std::string& text, const char* file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string checked_in{std::istreambuf_iterator<char>(stream), {}};
  if (checked_in == text) return 0;
  std::cerr << file << ": is not what the field tables say, run scripts/update_golden\n";
  return 1;
}

}  // namespace rtag::schema
