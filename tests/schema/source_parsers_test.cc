// SPDX-License-Identifier: MIT
// What the two parsers make of a text: its kinds, its lines, and what they refuse.
#include "schema/source_parsers.h"

#include <catch2/catch.hpp>

#include "schema/source_document.h"

namespace rtag::schema {
namespace {

using Kind = SourceNode::Kind;

SourceNode parsed(std::string_view text, SourceFormat format) {
  Problems problems;
  auto root = parse_source(text, format, problems);
  if (!root) throw to_string("f", problems);
  return std::move(*root);
}
SourceNode json(std::string_view text) { return parsed(text, SourceFormat::kJson); }
SourceNode yaml(std::string_view text) { return parsed(text, SourceFormat::kYaml); }

std::string refusal(std::string_view text, SourceFormat format) {
  Problems problems;
  const auto root = parse_source(text, format, problems);
  if (root || problems.size() != 1) return "not refused with one problem";
  return to_string("f", problems.front());
}
std::string json_refusal(std::string_view text) { return refusal(text, SourceFormat::kJson); }
std::string yaml_refusal(std::string_view text) { return refusal(text, SourceFormat::kYaml); }

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("JSON values know their lines, a number at the end of its line too") {
  const SourceNode root = json(
      "{\n"
      "  \"a\": 1\n"
      "  ,\"b\": [2\n"
      "  ,3\n"
      "  ],\n"
      "  \"c\":\n"
      "    {\"d\": null}\n"
      "}");
  CHECK(root.line == 1);
  REQUIRE(root.entries.size() == 3);
  CHECK(root.entries[0].line == 2);
  CHECK(root.find("a")->line == 2);
  CHECK(root.entries[1].line == 3);
  CHECK(root.find("b")->items[0].line == 3);
  CHECK(root.find("b")->items[1].line == 4);
  CHECK(root.entries[2].line == 6);
  CHECK(root.find("c")->line == 7);
  CHECK(root.find("c")->find("d")->kind == Kind::kNull);
}

TEST_CASE("numbers keep the digits that were written") {
  const SourceNode root = json("[1.50, 18446744073709551616, 1E2, -0.0, 12]");
  CHECK(root.items[0].text == "1.50");
  CHECK(root.items[1].text == "18446744073709551616");
  CHECK(root.items[2].text == "1E2");
  CHECK(root.items[3].text == "-0.0");
  CHECK(root.items[4].text == "12");
  CHECK_FALSE(root.items[4].quoted);
}

TEST_CASE("surrogate pairs of JSON are one character, lone surrogates are refused") {
  CHECK(json(R"(["\ud83d\ude00"])").items[0].text == "\U0001F600");
  CHECK(json_refusal("[1,\n\"\\ud83d\"]") ==
        "f:2: is not valid JSON: syntax error while parsing value - invalid string: surrogate "
        "U+D800..U+DBFF must be followed by U+DC00..U+DFFF; last read: '\"\\ud83d\"'");
  CHECK(json_refusal(R"(["\ude00"])").starts_with("f:1: is not valid JSON: "));
  CHECK(yaml(R"(["\U0001F600"])").items[0].text == "\U0001F600");
  CHECK(yaml_refusal(R"(["\ud83d"])") == "f:1: is not valid YAML: invalid unicode: 55357");
}

TEST_CASE("JSON is read strictly, and a fault is told at its line") {
  CHECK(json_refusal("{\"a\": 1,\n}") ==
        "f:2: is not valid JSON: syntax error while parsing object key - unexpected '}'; "
        "expected string literal");
  CHECK(json_refusal("[1,]").starts_with("f:1: is not valid JSON: "));
  CHECK(json_refusal("{\n// no\n}").starts_with("f:2: is not valid JSON: "));
  CHECK(json_refusal("{\n/* no */}").starts_with("f:2: is not valid JSON: "));
  CHECK(json_refusal("[NaN]").starts_with("f:1: is not valid JSON: "));
  CHECK(json_refusal("[010]").starts_with("f:1: is not valid JSON: "));
  CHECK(json_refusal("['a']").starts_with("f:1: is not valid JSON: "));
  CHECK(json_refusal("[1\n2]").starts_with("f:2: is not valid JSON: "));
  CHECK(json_refusal("[\n1 2\n]").starts_with("f:2: is not valid JSON: "));
  CHECK(json_refusal("[\"a\nb\"]").starts_with("f:1: is not valid JSON: "));
  CHECK(json_refusal("{} {}").starts_with("f:1: is not valid JSON: "));
  CHECK(json_refusal("[1e999]") == "f:1: is not valid JSON: number overflow parsing '1e999'");
}

TEST_CASE("YAML values know their lines in block and in flow style") {
  const SourceNode root = yaml("# first\na: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n");
  CHECK(root.line == 2);
  CHECK(root.entries[0].line == 2);
  CHECK(root.entries[1].line == 3);
  CHECK(root.find("b")->items[0].line == 4);
  CHECK(root.find("b")->items[1].find("d")->line == 6);
}

TEST_CASE("quotes are remembered, in both languages") {
  CHECK(yaml("'5'").quoted);
  CHECK(yaml("\"5\"").quoted);
  CHECK_FALSE(yaml("5").quoted);
  CHECK(yaml("|\n  5\n").quoted);
  CHECK(json("\"5\"").quoted);
  CHECK(yaml("''").kind == Kind::kScalar);
  CHECK(yaml("~").kind == Kind::kNull);
}

TEST_CASE("an alias stands for what its anchor holds") {
  const SourceNode root = yaml("a: &x [1, 2]\nb: *x\n");
  CHECK(root.find("b")->items.size() == 2);
  CHECK(yaml("a: &x 'it''s'\nb: *x\n").find("b")->text == "it's");
}

TEST_CASE("an alias inside its own anchor is refused") {
  CHECK(yaml_refusal("&a [*a]") == "f:1: holds an alias inside its own anchor");
  CHECK(yaml_refusal("a: &x\n  b: *x\n") == "f:2: holds an alias inside its own anchor");
  CHECK(yaml_refusal("a: *x\n") == "f:1: is not valid YAML: the referenced anchor is not defined");
}

TEST_CASE("a bomb of aliases is refused before it goes off") {
  std::string text = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
  for (int i = 1; i < 20; ++i) {
    const std::string below = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + below;
    for (int k = 1; k < 10; ++k) text += ", " + below;
    text += "]\n";
  }
  CHECK(yaml_refusal(text) == "f:6: holds more than 1000000 values");
}

TEST_CASE("anchors within anchors cannot fill the memory either") {
  std::string text;
  for (int i = 0; i < 60; ++i) text += "[&a" + std::to_string(i) + " ";
  text += "[1";
  for (int i = 0; i < 50'000; ++i) text += ",1";
  text += "]" + std::string(60, ']');
  CHECK(yaml_refusal(text) == "f:1: holds more than 1000000 values");
}

TEST_CASE("nesting ends at 64 levels in JSON and in YAML") {
  for (const SourceFormat format : {SourceFormat::kJson, SourceFormat::kYaml}) {
    CHECK(parsed(nested(64), format).kind == Kind::kSequence);
    CHECK(refusal(nested(65), format) == "f:1: is nested deeper than 64 levels");
    CHECK(refusal(nested(100'000), format) == "f:1: is nested deeper than 64 levels");
  }
  std::string block;
  for (std::size_t level = 0; level < 64; ++level) block += std::string(level, ' ') + "a:\n";
  CHECK(yaml(block).kind == Kind::kMap);
  block += std::string(64, ' ') + "a:\n";
  CHECK(yaml_refusal(block) == "f:65: is nested deeper than 64 levels");
}

TEST_CASE("aliases cannot nest deeper than what is written out") {
  CHECK(yaml("[&a " + nested(30) + ", " + std::string(33, '[') + "*a" + std::string(33, ']') + "]")
            .items.size() == 2);
  CHECK(yaml_refusal("[&a " + nested(30) + ",\n" + std::string(34, '[') + "*a" +
                     std::string(34, ']') + "]") == "f:2: is nested deeper than 64 levels");
}

TEST_CASE("explicit tags are refused, also where they would change nothing") {
  CHECK(yaml_refusal("a: !!str 5") == "f:1: holds the YAML tag tag:yaml.org,2002:str");
  CHECK(yaml_refusal("a: !!int '5'") == "f:1: holds the YAML tag tag:yaml.org,2002:int");
  CHECK(yaml_refusal("a: !mine [1]") == "f:1: holds the YAML tag !mine");
  CHECK(yaml_refusal("!!map {a: 1}") == "f:1: holds the YAML tag tag:yaml.org,2002:map");
  CHECK(yaml_refusal("a: 1\nb: ! 5") == "f:2: holds the YAML tag !");
  CHECK(yaml_refusal("a: &x ! 5") == "f:1: holds the YAML tag !");
}

TEST_CASE("a second document is refused, whatever it holds") {
  CHECK(yaml_refusal("a: 1\n---\nb: 2\n") == "f:2: holds more than one YAML document");
  CHECK(yaml_refusal("a: 1\n---\n!!int 5\n") == "f:2: holds more than one YAML document");
  CHECK(yaml_refusal("a: 1\n---\n[\n") == "f:2: holds more than one YAML document");
  CHECK(yaml("---\na: 1\n...\n").find("a")->text == "1");
}

TEST_CASE("a quoted text that is never closed does not swallow the rest of the file") {
  CHECK(yaml_refusal("a: \"out\nb: 5\n") ==
        "f:1: is not valid YAML: a quoted text has no closing quote");
  CHECK(yaml_refusal("a: 1\nb: 'it''s\nc: 5\n") ==
        "f:2: is not valid YAML: a quoted text has no closing quote");
  CHECK(yaml_refusal("a: &x \"\\\"\nb: 5\n") ==
        "f:1: is not valid YAML: a quoted text has no closing quote");
  CHECK(yaml("\xEF\xBB\xBF# \u00e9\r\na: '\u00e9'''\r\nb: \"\\\"\"\r\n").find("a")->text ==
        "\u00e9'");
}

TEST_CASE("line ends of Windows and a byte-order mark change nothing") {
  const SourceNode root = yaml(
      "\xEF\xBB\xBF"
      "a: word\r\nb:\r\n  - 5\r\n");
  CHECK(root.find("a")->text == "word");
  CHECK(root.find("b")->items[0].text == "5");
  CHECK(root.find("b")->items[0].line == 3);
  CHECK(json("\xEF\xBB\xBF{\r\n\"a\": 5\r\n}").find("a")->line == 2);
}

TEST_CASE("a tab in the indentation is refused and called by its name") {
  CHECK(yaml_refusal("a:\n\tb: 1\n") ==
        "f:2: is not valid YAML: a tab in the indentation, write spaces");
  CHECK(yaml("a:\t5\nb: {c:\t1}\n").find("a")->text == "5");
}

TEST_CASE("other faults of YAML are told at their line") {
  CHECK(yaml_refusal("a: {b: 1\n") == "f:2: is not valid YAML: a '{' without its '}'");
  CHECK(yaml_refusal("a: 1\n b: 2\n") ==
        "f:2: is not valid YAML: a ': ' inside a value, check the indentation or put the value in "
        "quotes");
  CHECK(yaml_refusal("? [1]\n: 2\n") == "f:1: holds a key that is not a word");
  CHECK(yaml_refusal("a: %x\n").starts_with("f:1: is not valid YAML: "));
}

TEST_CASE("an empty text is an empty YAML document, and no JSON document") {
  CHECK(yaml("").kind == Kind::kNull);
  CHECK(yaml("# nothing\n").kind == Kind::kNull);
  CHECK(yaml("---\n").kind == Kind::kNull);
  CHECK(json_refusal("") == "f: is empty, expected JSON");
  CHECK(json_refusal(" \r\n\t") == "f: is empty, expected JSON");
}

}  // namespace rtag::schema
