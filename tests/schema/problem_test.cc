// SPDX-License-Identifier: MIT
#include "schema/problem.h"

#include <catch2/catch.hpp>

namespace rtag::schema {

TEST_CASE("a problem is printed as file, line, path and message, without empty parts") {
  CHECK(to_string("job.yaml", Problem{"camera.fov", 4, "must be < 180 (found 200)"}) ==
        "job.yaml:4: camera.fov: must be < 180 (found 200)");
  CHECK(to_string("job.yaml", Problem{"", 4, "is not UTF-8 text"}) ==
        "job.yaml:4: is not UTF-8 text");
  CHECK(to_string("job.yaml", Problem{"", 0, "is larger than 16 MB"}) ==
        "job.yaml: is larger than 16 MB");
}

TEST_CASE("a problem in a value that is not the file's own says whose it is") {
  CHECK(to_string("job.yaml",
                  Problem{"camera.fov", 0, "must be < 180 (found 200)", "-D camera.fov=200"}) ==
        "-D camera.fov=200: camera.fov: must be < 180 (found 200)");
  CHECK(to_string("f", Problem{"a", 3, "x", "preset p.q"}) == "preset p.q: a: x");
}

TEST_CASE("problems are printed in the order of their lines, ties in the order they were found") {
  const Problems problems{{"b", 7, "second"}, {"a", 2, "first"}, {"c", 7, "third"}};
  CHECK(to_string("f", problems) == "f:2: a: first\nf:7: b: second\nf:7: c: third\n");
  CHECK(to_string("f", Problems{}).empty());
}

TEST_CASE("a line feed or an escape sequence in a quoted key cannot break the line") {
  CHECK(to_string("f", Problem{"a\nb", 1, "unknown\x1b[31m field\x7f"}) ==
        "f:1: a b: unknown [31m field ");
  CHECK(to_string("f", Problem{"\u00e9", 1, "stays"}) == "f:1: \u00e9: stays");
}

TEST_CASE("did-you-mean names the nearest word, and none when nothing is near") {
  CHECK(did_you_mean("resolutoin", {"fov", "resolution"}) == ", did you mean 'resolution'?");
  CHECK(did_you_mean("fob", {"fov", "iso"}) == ", did you mean 'fov'?");
  CHECK(did_you_mean("CYCLES", {"eevee", "cycles"}) == ", did you mean 'cycles'?");
  CHECK(did_you_mean("tgas", {"TAGS", "BOARD"}) == ", did you mean 'TAGS'?");
  CHECK(did_you_mean("nothing_like_it", {"fov", "iso"}).empty());
  CHECK(did_you_mean("ab", {"ax", "ay"}) == ", did you mean 'ax'?");  // Ties: the first.
  CHECK(did_you_mean("", {"a"}) == ", did you mean 'a'?");
  CHECK(did_you_mean("a", {}).empty());
  CHECK(did_you_mean(std::string(101, 'a'), {"a"}).empty());
}

TEST_CASE("a third of the letters may be wrong, not more") {
  CHECK(did_you_mean("abcdef", {"abcdxy"}) == ", did you mean 'abcdxy'?");
  CHECK(did_you_mean("abcdef", {"abcxyz"}).empty());
}

TEST_CASE("two neighbours in the wrong order are one wrong letter") {
  CHECK(did_you_mean("INTLE", {"OPTIX", "INTEL"}) == ", did you mean 'INTEL'?");
  CHECK(did_you_mean("rnu", {"run"}) == ", did you mean 'run'?");
  CHECK(did_you_mean("nur", {"run"}).empty());
}

}  // namespace rtag::schema
