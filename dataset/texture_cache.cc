// SPDX-License-Identifier: MIT
#include "dataset/texture_cache.h"

#include <algorithm>
#include <system_error>

#include "schema/digest.h"

namespace rtag::dataset {
namespace {

namespace fs = std::filesystem;
using schema::Outcome;
using schema::Result;

constexpr std::size_t kHashDigits = 16;

bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
         c == '_';
}

// "tags/tag36h11 5.png" -> "tags_tag36h11_5-<hash>.png". The hash keeps apart what the underscores
// bring together.
std::string file_name(const std::string& name, const std::string& digest) {
  const std::size_t dot = name.rfind('.');
  const std::string extension = dot == std::string::npos ? "" : name.substr(dot);
  std::string stem = name.substr(0, dot);
  std::replace_if(
      stem.begin(), stem.end(), [](char c) { return !is_plain(c); }, '_');
  return stem + "-" + digest.substr(0, kHashDigits) + extension;
}

}  // namespace

TextureCache::TextureCache(const Storage& storage, const fs::path& output)
    : storage_(storage), directory_(output / ".rtag" / "cache") {}

Result<fs::path> TextureCache::path_for(const std::string& name,
                                        const std::function<std::string()>& png_bytes) {
  if (const auto known = verified_.find(name); known != verified_.end()) return known->second;
  const std::string bytes = png_bytes();
  std::error_code error;
  const fs::path directory = fs::absolute(directory_, error);
  if (error) return output_fault(directory_, error.value());
  if (Outcome made = storage_.ensure_directory(directory); !made) return made.error();
  const fs::path path = directory / file_name(name, schema::sha256_hex(bytes));
  const bool is_there = fs::exists(path, error);
  const Result<std::string> found = is_there ? storage_.read_file(path) : std::string();
  if (!is_there || !found || *found != bytes) {
    if (Outcome written = storage_.write_durably(path, bytes); !written) return written.error();
  }
  verified_[name] = path;
  return path;
}

}  // namespace rtag::dataset
