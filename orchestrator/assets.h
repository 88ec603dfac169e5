// SPDX-License-Identifier: MIT
// The files that a job is made of besides its own text: floor images and an environment map. They
// are listed in the order of their names and known by their bytes, so that the same files give the
// same dataset wherever they stand. What Blender brings ("blender:city.exr") is known by its name.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "schema/job_spec.h"
#include "schema/result.h"

namespace rtag::orchestrator {

struct Asset {
  std::string name;            // as recipes say it: "oak/01.png", '/' on every system
  std::filesystem::path path;  // absolute
  std::string sha256;
};

struct Assets {
  std::vector<Asset> floors;         // ascending by name
  std::optional<Asset> environment;  // nullopt also for one that Blender brings
  std::string hash;                  // over names and digests; "none" without assets
};

// Relative paths in a job begin at paths.assets_dir, which begins at the folder of the job's file.
// kInput when a folder is missing, holds no image, or a file cannot be read: "scene.texture_dir:
// ...".
schema::Result<Assets> find_assets(const schema::JobSpec& job,
                                   const std::filesystem::path& job_file);

// paths.assets_dir for a job that is written to `output`, so that its assets are found where they
// were from `job_file`; absolute where there is no such file.
std::string assets_folder_from(const std::filesystem::path& job_file, const std::string& assets_dir,
                               const std::optional<std::filesystem::path>& output);

}  // namespace rtag::orchestrator
