// SPDX-License-Identifier: MIT
// A small dataset to write, break and merge: a job of some scenes with two images each, and the
// commits that a run of it would make.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "dataset/journal_format.h"
#include "dataset/storage.h"
#include "schema/job_spec.h"
#include "tests/temporary_folder.h"

namespace rtag::samples {

schema::JobSpec job(int scenes);

// Two images of 100 x 80, each with a tag of tag36h11 that is seen whole and one of tag16h5 that is
// half outside.
dataset::SceneCommit commit(int scene_id);

std::string image_bytes(const dataset::ImageCommit& image);
void write_images(const dataset::Storage& storage, const std::filesystem::path& output,
                  const dataset::SceneCommit& commit);

std::string bytes_of(const std::filesystem::path& file);
void write(const std::filesystem::path& file, const std::string& bytes);
std::vector<std::string> names_in(const std::filesystem::path& folder);  // sorted

}  // namespace rtag::samples
