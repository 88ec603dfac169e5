// SPDX-License-Identifier: MIT
#include "schema/documents/config_version.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "schema/documents/document_text.h"
#include "tests/schema/parsed.h"

namespace rtag::schema {
namespace {

struct Verdict {
  bool is_read;
  std::string document;
  std::string notes_and_problems;
};

Verdict verdict_on(std::string_view yaml) {
  SourceNode document = parsed(yaml);
  std::vector<std::string> notes;
  Problems problems;
  Verdict verdict{migrate_version(document, notes, problems), to_flow_text(document), {}};
  for (const std::string& note : notes) verdict.notes_and_problems += note + "\n";
  verdict.notes_and_problems += to_string("f", problems);
  return verdict;
}

}  // namespace

TEST_CASE("an old version is stamped with the current one, in quotes or not") {
  for (const char* yaml : {"version: '0.1'", "version: 0.1", "version: \"0.1\""}) {
    INFO(yaml);
    const Verdict verdict = verdict_on(yaml);
    CHECK(verdict.is_read);
    CHECK(verdict.document == "{version: \"0.2\"}");
    CHECK(verdict.notes_and_problems == "version 0.1 -> 0.2\n");
  }
  CHECK(verdict_on("version: '0.0'").notes_and_problems == "version 0.0 -> 0.2\n");
}

TEST_CASE("the current version, and none, stay as they are") {
  for (const char* yaml : {"version: \"0.2\"", "camera: {fov: 50}"}) {
    INFO(yaml);
    const Verdict verdict = verdict_on(yaml);
    CHECK(verdict.is_read);
    CHECK(verdict.document == "{" + std::string(yaml) + "}");
    CHECK(verdict.notes_and_problems.empty());
  }
  CHECK(is_of_current_version(parsed("version: '0.2'")));
  CHECK(is_of_current_version(parsed("version: 0.2")));
  CHECK_FALSE(is_of_current_version(parsed("version: '0.1'")));
  CHECK_FALSE(is_of_current_version(parsed("camera: {fov: 50}")));
}

TEST_CASE("a later version is refused, and its parts are compared as numbers") {
  CHECK(verdict_on("version: '0.3'").notes_and_problems ==
        "f:1: version: is of a later rtag, this one reads up to \"0.2\" (found 0.3)\n");
  CHECK(verdict_on("version: '0.10'").notes_and_problems ==
        "f:1: version: is of a later rtag, this one reads up to \"0.2\" (found 0.10)\n");
  CHECK(verdict_on("version: '1.0'").notes_and_problems ==
        "f:1: version: is of a later rtag, this one reads up to \"0.2\" (found 1.0)\n");
  CHECK_FALSE(verdict_on("version: '0.3'").is_read);
}

TEST_CASE("what is no version is refused") {
  using Case = std::pair<std::string_view, std::string_view>;
  for (const auto& [version, found] :
       {Case{"x", "x"}, Case{"'0'", "0"}, Case{"[0, 2]", "a list"}, Case{"'0.2.1'", "0.2.1"},
        Case{"'-1.0'", "-1.0"}, Case{"'0.'", "0."}, Case{"null", "null"},
        Case{"{a: 1}", "a map"}}) {
    const Verdict verdict = verdict_on(fmt::format("version: {}", version));
    CHECK_FALSE(verdict.is_read);
    CHECK(verdict.notes_and_problems ==
          fmt::format("f:1: version: expected a version such as \"0.2\" (found {})\n", found));
  }
}

}  // namespace rtag::schema
