// SPDX-License-Identifier: MIT
#include "dataset/texture_cache.h"

#include <cerrno>
#include <filesystem>

#include <catch2/catch.hpp>

#include "tests/dataset/sample_dataset.h"
#include "tests/fakes/faulty_file_calls.h"

namespace rtag::dataset {
namespace {

namespace fs = std::filesystem;
using samples::bytes_of;

struct Cached {
  samples::TemporaryFolder folder;
  fakes::FaultyFileCalls calls;
  Storage storage{calls, "a1"};
  TextureCache cache{storage, folder.path()};
  int made = 0;

  fs::path path_for(const std::string& name, const std::string& bytes) {
    const auto path = cache.path_for(name, [&] {
      ++made;
      return bytes;
    });
    REQUIRE(path);
    return *path;
  }
};

TEST_CASE("a texture lies under its name and the hash of its bytes, and is made once") {
  Cached cached;
  const fs::path path = cached.path_for("tags/tag36h11 5.png", "abc");
  CHECK(path.is_absolute());
  CHECK(path == cached.folder.path() / ".rtag/cache/tags_tag36h11_5-ba7816bf8f01cfea.png");
  CHECK(bytes_of(path) == "abc");
  CHECK(cached.path_for("tags/tag36h11 5.png", "abc") == path);
  CHECK(cached.made == 1);
}

TEST_CASE("a texture that another process left is used, and rewritten when it is damaged") {
  Cached first;
  const fs::path path = first.path_for("tag.png", "abc");
  first.calls.clear_trace();
  CHECK(TextureCache(first.storage, first.folder.path()).path_for("tag.png", [] { return "abc"; }));
  CHECK(first.calls.trace().empty());
  samples::write(path, "abX");
  CHECK(TextureCache(first.storage, first.folder.path()).path_for("tag.png", [] { return "abc"; }));
  CHECK(bytes_of(path) == "abc");
}

TEST_CASE("other bytes under the same name are another file") {
  Cached cached;
  const fs::path path = cached.path_for("tag.png", "abc");
  TextureCache changed(cached.storage, cached.folder.path());
  CHECK(*changed.path_for("tag.png", [] { return "abd"; }) != path);
  CHECK(bytes_of(path) == "abc");
}

TEST_CASE("a texture that cannot be written is a fault") {
  Cached cached;
  cached.calls.fail("write", ENOSPC);
  const auto path = cached.cache.path_for("tag.png", [] { return "abc"; });
  REQUIRE(!path);
  CHECK(path.error().message.find("no space left on device") != std::string::npos);
}

}  // namespace
}  // namespace rtag::dataset
