// SPDX-License-Identifier: MIT
// TextureCache: marker art as files that Blender can load, in <output>/.rtag/cache/. A file's name
// carries the hash of its bytes, so a file is right or it is rewritten, and two processes may share
// the folder. One thread.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "dataset/storage.h"
#include "schema/result.h"

namespace rtag::dataset {

class TextureCache {
 public:
  // `storage` must outlive the cache. Nothing is created before the first path_for().
  TextureCache(const Storage& storage, const std::filesystem::path& output);

  // The absolute path of a file with the bytes that `png_bytes` makes; made once a process and
  // name. `name` is the portable name in a recipe, such as tag36h11_5_m1.png.
  schema::Result<std::filesystem::path> path_for(const std::string& name,
                                                 const std::function<std::string()>& png_bytes);

 private:
  const Storage& storage_;
  std::filesystem::path directory_;
  std::map<std::string, std::filesystem::path> verified_;
};

}  // namespace rtag::dataset
