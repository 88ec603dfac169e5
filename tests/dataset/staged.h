// SPDX-License-Identifier: MIT
// A product that is written into a folder of its own.
#pragma once

#include <string>

#include <catch2/catch.hpp>

#include "dataset/staged_file.h"
#include "tests/dataset/sample_dataset.h"

namespace rtag::samples {

// Two files, of which the first is the product.
struct Staged {
  TemporaryFolder folder;
  dataset::PosixFileCalls calls;
  dataset::Storage storage{calls, "m1"};
  dataset::StagedFile file = *dataset::StagedFile::create(storage, folder.path() / "product");
  dataset::StagedFile scratch = *dataset::StagedFile::create(storage, folder.path() / "scratch");

  std::string bytes() {
    REQUIRE(file.seal());
    REQUIRE(file.publish());
    return bytes_of(folder.path() / "product");
  }
};

}  // namespace rtag::samples
