// SPDX-License-Identifier: MIT
#include "schema/documents/unified_diff.h"

#include <catch2/catch.hpp>

namespace rtag::schema {

// The expected texts are GNU diff's: diff -u --label a --label b.
TEST_CASE("equal texts have no difference") {
  CHECK(unified_diff("", "", "a", "b").empty());
  CHECK(unified_diff("x\ny\n", "x\ny\n", "a", "b").empty());
}

TEST_CASE("a changed line is shown with three lines around it") {
  CHECK(unified_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", "a", "b") ==
        "--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST_CASE("changes far from each other stand in hunks of their own") {
  const char* before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";
  CHECK(unified_diff(before, "one\n2\n3\n4\n5\n6\n7\neight\n9\n10\n11\n12\n", "a", "b") ==
        "--- a\n+++ b\n@@ -1,11 +1,11 @@\n-1\n+one\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n+eight\n 9\n 10\n"
        " 11\n");
  CHECK(unified_diff(before, "one\n2\n3\n4\n5\n6\n7\n8\nnine\n10\n11\n12\n", "a", "b") ==
        "--- a\n+++ b\n@@ -1,4 +1,4 @@\n-1\n+one\n 2\n 3\n 4\n@@ -6,7 +6,7 @@\n 6\n 7\n 8\n-9\n"
        "+nine\n 10\n 11\n 12\n");
}

TEST_CASE("added and removed lines count on their own side") {
  CHECK(unified_diff("x\n", "x\ny\n", "a", "b") == "--- a\n+++ b\n@@ -1 +1,2 @@\n x\n+y\n");
  CHECK(unified_diff("x\ny\n", "y\n", "a", "b") == "--- a\n+++ b\n@@ -1,2 +1 @@\n-x\n y\n");
  CHECK(unified_diff("", "x\n", "a", "b") == "--- a\n+++ b\n@@ -0,0 +1 @@\n+x\n");
  CHECK(unified_diff("x\n", "", "a", "b") == "--- a\n+++ b\n@@ -1 +0,0 @@\n-x\n");
}

TEST_CASE("texts too long to compare line by line are shown whole") {
  std::string before;
  std::string after;
  for (int i = 0; i < 5000; ++i) {
    before += "a" + std::to_string(i) + "\n";
    after += "b" + std::to_string(i) + "\n";
  }
  const std::string diff = unified_diff(before, after, "a", "b");
  CHECK(diff.starts_with("--- a\n+++ b\n@@ -1,5000 +1,5000 @@\n-a0\n-a1\n"));
  CHECK(diff.ends_with("+b4999\n"));
}

}  // namespace rtag::schema
