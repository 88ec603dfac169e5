// SPDX-License-Identifier: MIT
#include "schema/documents/document_text.h"

#include <catch2/catch.hpp>

#include "tests/schema/parsed.h"

namespace rtag::schema {
namespace {

std::string rewritten(std::string_view yaml) { return to_yaml(parsed(yaml)); }

}  // namespace

TEST_CASE("a document is written as YAML with its keys in their order") {
  CHECK(rewritten("b: 1\na: {d: x, c: [1, 2]}  # a comment\nlist:\n- {x: 1, z: 2}\n- z\n") ==
        "b: 1\na:\n  d: x\n  c: [1, 2]\nlist:\n  - x: 1\n    z: 2\n  - z\n");
}

TEST_CASE("numbers and words are written as they were") {
  CHECK(rewritten("a: 1.50\nb: 1e-3\nc: ~\nd: true\ne: hello world\nf: 010\n") ==
        "a: 1.50\nb: 1e-3\nc: null\nd: true\ne: hello world\nf: 010\n");
}

TEST_CASE("quotes stay where the text would be something else without them") {
  CHECK(rewritten("a: '0.2'\nb: 'true'\nc: 'null'\nd: 'linear'\ne: 'a/b-c.d'\nf: ''\n"
                  "g: 'x: y'\nh: \"a\\nb\"\ni: 'off'\nj: ' x'\nk: '# x'\n") ==
        "a: \"0.2\"\nb: \"true\"\nc: \"null\"\nd: linear\ne: a/b-c.d\nf: \"\"\n"
        "g: \"x: y\"\nh: \"a\\nb\"\ni: \"off\"\nj: \" x\"\nk: \"# x\"\n");
}

TEST_CASE("empty maps and lists keep their brackets, long lists take one line an item") {
  CHECK(rewritten("a: {}\nb: []\nc: [[1, 0], [0, 1]]\n") == "a: {}\nb: []\nc: [[1, 0], [0, 1]]\n");
  const std::string word(40, 'w');
  CHECK(rewritten("a: [" + word + ", " + word + "]") == "a:\n  - " + word + "\n  - " + word + "\n");
}

TEST_CASE("YAML that is written is read back as the same document") {
  for (const char* text :
       {"a: 'it''s'\n", "a: |\n  two\n  lines\n", "'a: b': {'1': x}\n", "a: \"\\u00e9\\t\\\\\"\n",
        "a: '%'\nb: '@x'\nc: '-'\nd: '- x'\ne: '{'\n", "- - 1\n- {}\n", "a: [x, 'y, z', '[']\n"}) {
    INFO(text);
    const SourceNode first = parsed(text);
    const SourceNode second = parsed(to_yaml(first));
    CHECK(to_flow_text(second) == to_flow_text(first));
    CHECK(to_flow_text(parsed(to_flow_text(first))) == to_flow_text(first));
  }
  CHECK(parsed(to_yaml(parsed("a: |\n  two\n  lines\n"))).find("a")->text == "two\nlines\n");
  CHECK(parsed(to_yaml(parsed("a: '1'"))).find("a")->quoted);
  CHECK(parsed(to_yaml(parsed("a: b\rc"))).find("a")->text == "b\rc");
}

TEST_CASE("a document is written as JSON with its numbers as they were") {
  const SourceNode root = parsed(R"({"b": [1.50, 1e-3], "a": {"c": "x\"y", "d": null, "e": true}})",
                                 SourceFormat::kJson);
  CHECK(to_json_text(root) ==
        "{\n  \"b\": [1.50, 1e-3],\n  \"a\": {\n    \"c\": \"x\\\"y\",\n    \"d\": null,\n"
        "    \"e\": true\n  }\n}\n");
  CHECK(to_text(root, SourceFormat::kJson) == to_json_text(root));
  CHECK(to_text(root, SourceFormat::kYaml) == to_yaml(root));
}

TEST_CASE("a value on one line is as -D takes it") {
  CHECK(to_flow_text(parsed("[640, 480]")) == "[640, 480]");
  CHECK(to_flow_text(parsed("{min: 5, max: [1]}")) == "{min: 5, max: [1]}");
  CHECK(to_flow_text(parsed("linear")) == "linear");
  CHECK(to_flow_text(parsed("'5'")) == "\"5\"");
}

}  // namespace rtag::schema
