// SPDX-License-Identifier: MIT
// Problems: what is wrong with a user's input. All of a file's problems are collected and printed
// in one run, one sentence each: "job.yaml:4: camera.fov: must be < 180 (found 200)". A value that
// is not the file's own says whose it is: "-D camera.fov=200: camera.fov: must be ...".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rtag::schema {

struct Problem {
  std::string path;      // camera.resolution[1]; empty for the document as a whole
  int line = 0;          // 1-based; 0 where the source has no lines
  std::string message;   // "must be > 0 (found 0)": what was expected, and what it is
  std::string origin{};  // SourceNode::origin of the value; stands in place of file and line
};

using Problems = std::vector<Problem>;

// "file:line: path: message" or "origin: path: message", without the parts that are empty; control
// characters become spaces.
std::string to_string(std::string_view file, const Problem& problem);

// All problems in the order of their lines, one a line of text; ends with a line feed.
std::string to_string(std::string_view file, const Problems& problems);

// ", did you mean 'x'?" for the candidate nearest to `word` by edit distance, capitals or not,
// if one is near enough; otherwise empty. Ties go to the first candidate.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace rtag::schema
