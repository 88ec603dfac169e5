// SPDX-License-Identifier: MIT
#include "orchestrator/blender_install.h"

#include <fstream>

#include <catch2/catch.hpp>

#include "orchestrator/scratch.h"

namespace rtag::orchestrator {
namespace {

namespace fs = std::filesystem;

// A tree of files that goes with the test.
struct Tree {
  PrivateFolder folder = *PrivateFolder::create("/tmp");
  fs::path root = folder.path();

  fs::path file(const fs::path& name, bool executable) const {
    fs::create_directories((root / name).parent_path());
    std::ofstream(root / name) << "#!/bin/sh\n";
    if (executable) fs::permissions(root / name, fs::perms::owner_all);
    return root / name;
  }
};

template <class T>
std::string why_not(const schema::Result<T>& result) {
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == schema::FaultKind::kUnavailable);
  return result.error().message;
}

}  // namespace

TEST_CASE("Blender is the first program of that name on PATH") {
  const Tree tree;
  tree.file("a/blender", false);
  fs::create_directories(tree.root / "b/blender");
  const fs::path first = tree.file("c c/blender", true);
  tree.file("d/blender", true);
  const std::string root = tree.root.string();
  const auto found =
      find_blender(std::nullopt, "::relative:" + root + "/absent:" + root + "/a:" + root +
                                     "/b:" + root + "/c c:" + root + "/d");
  REQUIRE(found);
  CHECK(*found == first);
}

TEST_CASE("without Blender on PATH the remedy is told") {
  for (const std::string path : {"", ":", "/nowhere"}) {
    CHECK(why_not(find_blender(std::nullopt, path)) ==
          "blender: not found on PATH; install it with: apt-get install --no-install-recommends "
          "blender python3-zmq python3-numpy, or name it with --blender PATH");
  }
}

TEST_CASE("a Blender that was named is taken, or it is told why not") {
  const Tree tree;
  const fs::path good = tree.file("good", true);
  const fs::path plain = tree.file("plain", false);
  const auto found = find_blender(good, "");
  REQUIRE(found);
  CHECK(*found == good);
  CHECK(why_not(find_blender("/no/such/blender", "/usr/bin")) ==
        "blender: /no/such/blender does not exist, name the program itself with --blender");
  CHECK(why_not(find_blender(tree.root, "/usr/bin")) ==
        "blender: " + tree.root.string() + " is a folder, name the program in it with --blender");
  CHECK(why_not(find_blender(plain, "/usr/bin")) ==
        "blender: " + plain.string() + " is not a file that may be executed");
}

TEST_CASE("a relative Blender becomes an absolute one") {
  const Tree tree;
  const fs::path good = tree.file("good", true);
  const auto found = find_blender(fs::relative(good), "");
  REQUIRE(found);
  CHECK(found->is_absolute());
  CHECK(fs::equivalent(*found, good));
}

TEST_CASE("the shim is found beside the program, wherever both are") {
  const Tree tree;
  tree.file("opt/rtag/share/rtag/worker_shim/main.py", false);
  const auto shim = find_shim(tree.root / "opt/rtag/bin/rtag");
  REQUIRE(shim);
  CHECK(*shim == tree.root / "opt/rtag/share/rtag/worker_shim");
  CHECK(why_not(find_shim("/nowhere/bin/rtag")) ==
        "worker_shim: not found at /nowhere/share/rtag/worker_shim, which belongs to this program; "
        "install rtag again, its bin and share folders together");
}

TEST_CASE("a build tree has the shim where an installed one has it") {
  CHECK(find_shim(fs::read_symlink("/proc/self/exe")));
}

TEST_CASE("an install is a Blender and a shim") {
  const Tree tree;
  const fs::path blender = tree.file("programs/blender", true);
  tree.file("share/rtag/worker_shim/main.py", false);
  const Environment host{{"PATH", (tree.root / "programs").string()}};
  const auto install = find_install(std::nullopt, host, tree.root / "bin/rtag");
  REQUIRE(install);
  CHECK(install->program == blender);
  CHECK(install->shim == tree.root / "share/rtag/worker_shim");
  CHECK_FALSE(find_install(std::nullopt, {}, tree.root / "bin/rtag"));
}

TEST_CASE("a missing Python package is installed where this Blender looks for it") {
  const Tree tree;
  const fs::path debian = tree.file("usr/bin/blender", true);
  CHECK(install_command(debian, PythonPackage::kPyzmq) ==
        "apt-get install --no-install-recommends python3-zmq");
  CHECK(install_command(debian, PythonPackage::kNumpy) ==
        "apt-get install --no-install-recommends python3-numpy");
  const fs::path bundled = tree.file("opt/blender-4.2/blender", true);
  const fs::path python = tree.file("opt/blender-4.2/4.2/python/bin/python3.11", true);
  fs::create_symlink(bundled, tree.root / "link");
  for (const fs::path& blender : {bundled, tree.root / "link"}) {
    CHECK(install_command(blender, PythonPackage::kPyzmq) ==
          "'" + python.string() + "' -m pip install pyzmq");
  }
}

}  // namespace rtag::orchestrator
