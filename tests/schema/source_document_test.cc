// SPDX-License-Identifier: MIT
#include "schema/source_document.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "tests/temporary_folder.h"

namespace rtag::schema {
namespace {

using samples::TemporaryFolder;

using namespace std::string_literals;
using namespace std::string_view_literals;

std::string refusal(std::string_view text, SourceFormat format = SourceFormat::kYaml) {
  Problems problems;
  const auto root = parse_source(text, format, problems);
  if (root || problems.size() != 1) return "not refused with one problem";
  return to_string("f", problems.front());
}

}  // namespace

TEST_CASE("a text over 16 MB is refused before it is parsed") {
  const std::string largest = "a" + std::string(kLargestSource_bytes - 1, ' ');
  Problems problems;
  CHECK(parse_source(largest, SourceFormat::kYaml, problems).has_value());
  CHECK(refusal(largest + " ") == "f: is larger than 16 MB");
}

TEST_CASE("bytes that are not UTF-8 are refused at their line") {
  for (const std::string_view bytes :
       {"\xFF"sv, "\xC0\x80"sv, "\xC3"sv, "\xE0\x80\x80"sv, "\xED\xA0\x80"sv, "\xF4\x90\x80\x80"sv,
        "\xF0\x80\x80\x80"sv, "\x80"sv, "\xC3("sv}) {
    const std::string text = "a: 1\nb: " + std::string(bytes);
    CHECK(refusal(text) == "f:2: is not UTF-8 text");
    CHECK(refusal("[1,\n\"" + std::string(bytes) + "\"]", SourceFormat::kJson) ==
          "f:2: is not UTF-8 text");
  }
  Problems problems;
  CHECK(parse_source("a: \u00e9\u20ac\U0001F600\U0010FFFF\uD7FF", SourceFormat::kYaml, problems));
}

TEST_CASE("a NUL character is refused, raw or as an escape sequence") {
  CHECK(refusal("a: 1\nb: x\0y"sv) == "f:2: holds a NUL character");
  CHECK(refusal("a: 1\nb: \"x\\0y\"") == "f:2: holds a NUL character");
  CHECK(refusal("[1,\n\"\\u0000\"]", SourceFormat::kJson) == "f:2: holds a NUL character");
  CHECK(refusal("{\"a\\u0000\": 1}", SourceFormat::kJson) == "f:1: holds a NUL character");
}

TEST_CASE("a million values pass and one more is refused") {
  std::string text = "[1";
  for (std::size_t i = 2; i < kMostValues; ++i) text += ",1";
  Problems problems;
  CHECK(parse_source(text + "]", SourceFormat::kJson, problems).has_value());
  CHECK(refusal(text + ",1]", SourceFormat::kJson) == "f:1: holds more than 1000000 values");
}

TEST_CASE("a path has the line of its value, or of the nearest ancestor that is written") {
  Problems problems;
  const auto root =
      parse_source("a: 1\nb:\n  c: [1,\n    2]\n  d: 3\n", SourceFormat::kYaml, problems);
  REQUIRE(root);
  CHECK(place_of(*root, "a").line == 1);
  CHECK(place_of(*root, "b.d").line == 5);
  CHECK(place_of(*root, "b.c[1]").line == 4);
  CHECK(place_of(*root, "b.c[7]").line == 3);
  CHECK(place_of(*root, "b.missing.deeper").line == 2);
  CHECK(place_of(*root, "missing").line == 1);
  CHECK(place_of(*root, "").line == 1);
}

TEST_CASE("a problem is located by its line, or by its origin where the file does not hold it") {
  Problems problems;
  auto root = parse_source("a:\n  b: 1\n  c: 2\n", SourceFormat::kYaml, problems);
  REQUIRE(root.has_value());
  SourceEntry& b = root->entries[0].value.entries[0];
  b.line = 0;
  b.value.line = 0;
  b.value.origin = "preset p.q";
  problems = {{"a.c", 0, "x"}, {"a.b", 0, "x"}, {"a.b.d", 0, "x"}, {"a", 0, "x", "--preset z"}};
  locate(*root, problems);
  CHECK(to_string("f", problems) ==
        "preset p.q: a.b: x\npreset p.q: a.b.d: x\n--preset z: a: x\nf:3: a.c: x\n");
}

TEST_CASE("problems without a line get the line of their path, then all are sorted") {
  Problems problems;
  const auto root = parse_source("a: 1\nb: 2\nc: 3\n", SourceFormat::kYaml, problems);
  REQUIRE(root);
  problems = {{"c", 0, "x"}, {"b", 2, "y"}, {"a", 0, "z"}};
  locate(*root, problems);
  CHECK(to_string("f", problems) == "f:1: a: z\nf:2: b: y\nf:3: c: x\n");
  CHECK(problems.front().path == "a");
}

TEST_CASE("the extension tells the language") {
  CHECK(format_of("a/job.json") == SourceFormat::kJson);
  CHECK(format_of("job.yaml") == SourceFormat::kYaml);
  CHECK(format_of("job.yml") == SourceFormat::kYaml);
  CHECK(format_of("job") == SourceFormat::kYaml);
}

TEST_CASE("a file that cannot be read is told by name and reason") {
  const TemporaryFolder folder;
  const auto message = [](const std::filesystem::path& file) {
    const auto text = read_source_file(file);
    REQUIRE_FALSE(text.has_value());
    CHECK(text.error().kind == FaultKind::kInput);
    return text.error().message;
  };
  const auto missing = folder / "missing.yaml";
  CHECK(message(missing) == missing.string() + ": no such file");
  CHECK(message(folder / "") == (folder / "").string() + ": is a folder, expected a file");
  CHECK(message("/dev/null") == "/dev/null: is not a regular file");
  // A regular file whose reading fails (EIO): half a config would be another config.
  CHECK(message("/proc/self/mem") == "/proc/self/mem: cannot be read to its end");
  const auto large = folder / "large.yaml";
  std::ofstream(large).put('a');
  std::filesystem::resize_file(large, kLargestSource_bytes + 1);
  CHECK(message(large) == large.string() + ": is larger than 16 MB");
}

TEST_CASE("a file is read byte for byte") {
  const TemporaryFolder folder;
  const auto file = folder / "a.yaml";
  const std::string bytes = "a: 1\r\n\xFF\0b"s;
  std::ofstream(file, std::ios::binary) << bytes;
  const auto text = read_source_file(file);
  REQUIRE(text.has_value());
  CHECK(*text == bytes);
  std::ofstream(folder / "empty.yaml").flush();
  CHECK((*read_source_file(folder / "empty.yaml")).empty());
}

}  // namespace rtag::schema
