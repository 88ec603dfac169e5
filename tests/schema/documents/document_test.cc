// SPDX-License-Identifier: MIT
#include "schema/documents/document.h"

#include <catch2/catch.hpp>

#include "schema/documents/document_text.h"
#include "tests/schema/parsed.h"

namespace rtag::schema {
namespace {

// What a map with target comes to when source is merged into it.
std::string merge(std::string_view target, std::string_view source) {
  return to_flow_text(merged(parsed(target), parsed(source)));
}

std::string set(std::string_view document, std::string_view path, std::string_view value) {
  SourceNode root = parsed(document);
  if (!set_at(root, *parse_path(path), parsed(value))) return "not set";
  return to_flow_text(root);
}

}  // namespace

TEST_CASE("a path is keys and indices") {
  const auto path = parse_path("camera.intrinsics.k_matrix[0][12]");
  REQUIRE(path.has_value());
  CHECK(*path == Path{{"camera", {}}, {"intrinsics", {}}, {"k_matrix", {}}, {"", 0}, {"", 12}});
  CHECK(to_string(*path) == "camera.intrinsics.k_matrix[0][12]");
  CHECK(to_string(*parse_path("a[1].b")) == "a[1].b");
  for (const char* text : {"", ".", "a.", ".a", "a..b", "[0]", "a[", "a[]", "a[x]", "a[-1]", "a[0",
                           "a]", "a[0]b", "a.[0]", "a[12345678]"}) {
    INFO(text);
    CHECK_FALSE(parse_path(text).has_value());
  }
  std::string deep = "a";
  for (std::size_t i = 1; i < kDeepestNesting; ++i) deep += "[0]";
  CHECK(parse_path(deep).has_value());
  CHECK_FALSE(parse_path(deep + "[0]").has_value());
}

TEST_CASE("a value is found by its path") {
  const SourceNode root = parsed("a:\n  b: [x, [y, z]]\n");
  CHECK(find_at(root, *parse_path("a.b[1][0]"))->text == "y");
  CHECK(find_at(root, "a.b")->items.size() == 2);
  CHECK(find_at(root, *parse_path("a.b[2]")) == nullptr);
  CHECK(find_at(root, *parse_path("a.b[0].c")) == nullptr);
  CHECK(find_at(root, *parse_path("a[0]")) == nullptr);
  CHECK(find_at(root, "a.c") == nullptr);
}

TEST_CASE("a value is set in place of what is there, and maps are made on the way") {
  CHECK(set("a: {b: 1, c: 2}", "a.b", "3") == "{a: {b: 3, c: 2}}");
  CHECK(set("a: {b: [1, 2]}", "a.b", "[3]") == "{a: {b: [3]}}");
  CHECK(set("a: 1", "x.b.c", "3") == "{a: 1, x: {b: {c: 3}}}");
  CHECK(set("a: 1", "a.b", "3") == "{a: {b: 3}}");
  CHECK(set("a: null", "a.b", "3") == "{a: {b: 3}}");
  CHECK(set("", "a.b", "3") == "{a: {b: 3}}");
  CHECK(set("a: [[1, 2], [3, 4]]", "a[1][0]", "9") == "{a: [[1, 2], [9, 4]]}");
  CHECK(set("a: [{b: 1}]", "a[0].c.d", "9") == "{a: [{b: 1, c: {d: 9}}]}");
}

TEST_CASE("nothing is set at an index that is not there") {
  CHECK(set("a: [1, 2]", "a[2]", "9") == "not set");
  CHECK(set("a: {b: 1}", "a[0]", "9") == "not set");
  CHECK(set("a: 1", "b.c[0].d", "9") == "not set");
}

TEST_CASE("what is made on the way has the line and the origin of the value") {
  SourceNode root = parsed("a: 1\nb: 2\n");
  SourceNode value = parsed("3");
  value.line = 7;
  set_at(root, "c.d", value);
  CHECK(place_of(root, "c") == SourcePlace{7, ""});
  set_at(root, "a", value);
  CHECK(place_of(root, "a") == SourcePlace{7, ""});
  CHECK(place_of(root, "c.d.e") == SourcePlace{7, ""});
  stamp(value, "-D c.d=3");
  set_at(root, "b", value);
  CHECK(place_of(root, "b") == SourcePlace{0, "-D c.d=3"});
}

TEST_CASE("a value is cut out of its map") {
  SourceNode root = parsed("a: {b: 1, c: 2}");
  const auto taken = take_at(root, "a.b");
  REQUIRE(taken.has_value());
  CHECK(taken->text == "1");
  CHECK(to_flow_text(root) == "{a: {c: 2}}");
  CHECK_FALSE(take_at(root, "a.b").has_value());
  CHECK_FALSE(take_at(root, "x.y").has_value());
}

TEST_CASE("maps merge key by key, and the source is on top") {
  CHECK(merge("{a: {b: 1, c: 2}, d: 3}", "{a: {c: 9, e: 8}, f: 7}") ==
        "{a: {b: 1, c: 9, e: 8}, d: 3, f: 7}");
  CHECK(merge("{a: {b: 1}}", "{a: 2}") == "{a: 2}");
  CHECK(merge("{a: 2}", "{a: {b: 1}}") == "{a: {b: 1}}");
  CHECK(merge("{a: {b: 1}}", "{a: null}") == "{a: null}");
  CHECK(merge("{a: 1}", "{}") == "{a: 1}");
}

TEST_CASE("two lists of texts are joined without repetitions, other lists are replaced") {
  CHECK(merge("{a: [x, y]}", "{a: [z, x]}") == "{a: [x, y, z]}");
  CHECK(merge("{a: [x, x]}", "{a: [y]}") == "{a: [x, y]}");
  CHECK(merge("{a: [x]}", "{a: ['7']}") == "{a: [x, \"7\"]}");
  CHECK(merge("{a: [x, y]}", "{a: []}") == "{a: []}");
  CHECK(merge("{a: []}", "{a: [x]}") == "{a: [x]}");
  CHECK(merge("{a: [1, 2]}", "{a: [2, 3]}") == "{a: [2, 3]}");
  CHECK(merge("{a: [x]}", "{a: [y, 1]}") == "{a: [y, 1]}");
  CHECK(merge("{a: [x]}", "{a: [true]}") == "{a: [true]}");
  CHECK(merge("{a: [x]}", "{a: [{b: c}]}") == "{a: [{b: c}]}");
}

TEST_CASE(
    "a merge with nothing is the same document, and a document merged with itself is itself") {
  for (const char* text : {"{a: {b: [x, y], c: null}, d: [1, 2], e: [{f: 1}]}", "{}", "[1]"}) {
    INFO(text);
    CHECK(merge(text, text) == to_flow_text(parsed(text)));
    CHECK(merge("{}", text) == to_flow_text(parsed(text)));
  }
}

TEST_CASE("merged values keep where they are from, and a section is where its last writer is") {
  SourceNode below = parsed("a: {b: 1, c: [x], d: 4}");
  stamp(below, "preset p.q");
  const SourceNode root = merged(below, parsed("\n\na:\n  e: 5\n  c: [y]\n"));
  CHECK(place_of(root, "a.b") == SourcePlace{0, "preset p.q"});
  CHECK(place_of(root, "a") == SourcePlace{3, ""});
  CHECK(place_of(root, "a.missing") == SourcePlace{3, ""});
  CHECK(place_of(root, "a.e") == SourcePlace{4, ""});
  CHECK(place_of(root, "a.c[0]") == SourcePlace{0, "preset p.q"});
  CHECK(place_of(root, "a.c[1]") == SourcePlace{5, ""});
}

TEST_CASE("a key that the source repeats is still repeated after a merge") {
  CHECK(merge("{a: 1}", "{a: 2, a: 3}") == "{a: 2, a: 3}");
  CHECK(merge("{}", "{a: 2, a: 3}") == "{a: 2, a: 3}");
}

TEST_CASE("a stamp marks a whole tree") {
  SourceNode root = parsed("a:\n  - b: 1\n");
  SourceNode with_lines = root;
  stamp(root, "preset p.q");
  CHECK(place_of(root, "a[0].b") == SourcePlace{0, "preset p.q"});
  stamp_with_lines(with_lines, "f.yaml");
  CHECK(place_of(with_lines, "a[0].b") == SourcePlace{0, "f.yaml:2"});
}

TEST_CASE("a number is one that is not in quotes") {
  CHECK(number_of(parsed("1.5")) == 1.5);
  CHECK(number_of(parsed("+2e3")) == 2000);
  CHECK(number_of(parsed("-0.25")) == -0.25);
  for (const char* text : {"'1'", "x", "1x", "null", "[1]", "nan", "inf", "1 2"}) {
    INFO(text);
    CHECK_FALSE(number_of(parsed(text)).has_value());
  }
}

}  // namespace rtag::schema
