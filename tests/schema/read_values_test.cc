// SPDX-License-Identifier: MIT
#include <limits>

#include <catch2/catch.hpp>

#include "schema/read.h"
#include "tests/schema/reading.h"

namespace rtag::schema {

struct Values {
  double at_least_2 = 5;
  double above_2 = 5;
  double between_2_and_8 = 5;
  double inside_2_and_8 = 5;
  double number = 5;
  int count = 5;
  std::int64_t wide = 5;
  std::uint32_t seed = 5;
  std::uint64_t wide_seed = 5;
  bool flag = false;
  std::string text = "t";
  std::optional<double> maybe;
  std::array<double, 2> pair{5, 5};
  std::vector<int> list{5};
  ToneMapping word = ToneMapping::kLinear;
  CountRange range{5, 5};
  std::vector<PpmConstraint> sections{{}, {}};
  bool operator==(const Values&) const = default;
};
constexpr auto fields_of(std::type_identity<Values>) {
  using S = Values;
  return table<S>(field("at_least_2", &S::at_least_2, "", "", at_least(2)),
                  field("above_2", &S::above_2, "", "", above(2)),
                  field("between_2_and_8", &S::between_2_and_8, "", "", between(2, 8)),
                  field("inside_2_and_8", &S::inside_2_and_8, "", "", inside(2, 8)),
                  field("number", &S::number, "", ""), field("count", &S::count, "", ""),
                  field("wide", &S::wide, "", ""), field("seed", &S::seed, "", ""),
                  field("wide_seed", &S::wide_seed, "", ""), field("flag", &S::flag, "", ""),
                  field("text", &S::text, "", ""), field("maybe", &S::maybe, "", "", above(0)),
                  field("pair", &S::pair, "", "", at_least(0.5)),
                  field("list", &S::list, "", "", at_least(1) | non_empty()),
                  field("word", &S::word, "", ""), field("range", &S::range, "", "", between(1, 9)),
                  field("sections", &S::sections, "", "", list_or_item()));
}

namespace {

std::string said_of(std::string_view yaml) { return yaml_complaints<Values>(yaml); }
Values value_of(std::string_view yaml) { return read_yaml<Values>(yaml); }

}  // namespace

TEST_CASE("each bound holds, and is named with the value that breaks it") {
  CHECK(said_of("at_least_2: 1.99") == "f:1: at_least_2: must be >= 2 (found 1.99)");
  CHECK(said_of("above_2: 2") == "f:1: above_2: must be > 2 (found 2)");
  CHECK(said_of("between_2_and_8: 1") == "f:1: between_2_and_8: must be >= 2 (found 1)");
  CHECK(said_of("between_2_and_8: 8.01") == "f:1: between_2_and_8: must be <= 8 (found 8.01)");
  CHECK(said_of("inside_2_and_8: 2.0") == "f:1: inside_2_and_8: must be > 2 (found 2.0)");
  CHECK(said_of("inside_2_and_8: 8") == "f:1: inside_2_and_8: must be < 8 (found 8)");
  CHECK(said_of("{at_least_2: 2, above_2: 2.01, between_2_and_8: 8, inside_2_and_8: 7.99}") == "");
}

TEST_CASE("bounds hold for each item of a list, with its index in the path") {
  CHECK(said_of("pair: [3, 0.25]") == "f:1: pair[1]: must be >= 0.5 (found 0.25)");
  CHECK(said_of("list:\n- 1\n- 0\n") == "f:3: list[1]: must be >= 1 (found 0)");
  CHECK(said_of("maybe: 0") == "f:1: maybe: must be > 0 (found 0)");
}

TEST_CASE("numbers are decimal, as YAML 1.2 and JSON write them") {
  CHECK(value_of("number: 1").number == 1);
  CHECK(value_of("number: +1.5").number == 1.5);
  CHECK(value_of("number: -.5").number == -0.5);
  CHECK(value_of("number: 5.").number == 5);
  CHECK(value_of("number: 1e3").number == 1000);
  CHECK(value_of("number: 1E-3").number == 0.001);
  CHECK(value_of("number: 0.1").number == 0.1);
  CHECK(value_of("number: -0").number == 0);
  CHECK(value_of("number: 1.7976931348623157e308").number == std::numeric_limits<double>::max());
  CHECK(value_of("number: 5e-324").number == std::numeric_limits<double>::denorm_min());
}

TEST_CASE("YAML 1.1's other spellings of numbers are refused, not guessed at") {
  CHECK(said_of("number: 0x10") == "f:1: number: expected a number (found 0x10)");
  CHECK(said_of("number: 0o17") == "f:1: number: expected a number (found 0o17)");
  CHECK(said_of("number: 1_000") == "f:1: number: expected a number (found 1_000)");
  CHECK(said_of("number: 12:30:45") == "f:1: number: expected a number (found 12:30:45)");
  CHECK(said_of("number: 1,5") == "f:1: number: expected a number (found 1,5)");
  CHECK(said_of("number: 1e") == "f:1: number: expected a number (found 1e)");
  CHECK(said_of("number: .") == "f:1: number: expected a number (found .)");
  CHECK(said_of("number: 1 2") == "f:1: number: expected a number (found 1 2)");
}

TEST_CASE("a leading zero is octal to some and decimal to others, so it is refused") {
  CHECK(said_of("count: 010") == "f:1: count: has a leading zero, write it without (found 010)");
  CHECK(said_of("number: 007.5") ==
        "f:1: number: has a leading zero, write it without (found 007.5)");
  CHECK(said_of("number: -01") == "f:1: number: has a leading zero, write it without (found -01)");
  CHECK(said_of("number: 0.5") == "");
  CHECK(said_of("count: 0") == "");
}

TEST_CASE("numbers must be finite and within double precision") {
  CHECK(said_of("number: .nan") == "f:1: number: must be a finite number (found .nan)");
  CHECK(said_of("number: NaN") == "f:1: number: must be a finite number (found NaN)");
  CHECK(said_of("number: -.inf") == "f:1: number: must be a finite number (found -.inf)");
  CHECK(said_of("number: Infinity") == "f:1: number: must be a finite number (found Infinity)");
  CHECK(said_of("number: 1e999") ==
        "f:1: number: is beyond the range of double precision (found 1e999)");
  CHECK(said_of("number: 1e-999") ==
        "f:1: number: is beyond the range of double precision (found 1e-999)");
  CHECK(said_of("count: .inf") == "f:1: count: must be a finite number (found .inf)");
}

TEST_CASE("quoted text is text, never a number or a truth value") {
  CHECK(said_of("number: '5'") == "f:1: number: expected a number (found the text '5')");
  CHECK(said_of("count: \"5\"") == "f:1: count: expected a whole number (found the text '5')");
  CHECK(said_of("flag: 'true'") == "f:1: flag: expected true or false (found the text 'true')");
  CHECK(json_complaints<Values>(R"({"number": "5"})") ==
        "f:1: number: expected a number (found the text '5')");
}

TEST_CASE("whole numbers keep all their digits and reject fractions") {
  CHECK(value_of("count: 16.0").count == 16);
  CHECK(value_of("count: 1.6e1").count == 16);
  CHECK(value_of("count: +7").count == 7);
  CHECK(value_of("count: -2147483648").count == std::numeric_limits<int>::min());
  CHECK(value_of("wide: 9007199254740993").wide == 9007199254740993);
  CHECK(value_of("wide_seed: 18446744073709551615").wide_seed ==
        std::numeric_limits<std::uint64_t>::max());
  CHECK(said_of("count: 16.5") == "f:1: count: expected a whole number (found 16.5)");
  CHECK(said_of("count: 2147483648") ==
        "f:1: count: must be between -2147483648 and 2147483647 (found 2147483648)");
  CHECK(said_of("seed: -1") == "f:1: seed: must be between 0 and 4294967295 (found -1)");
  CHECK(said_of("wide_seed: 1e20") ==
        "f:1: wide_seed: must be between 0 and 18446744073709551615 (found 1e20)");
}

TEST_CASE("truth is written true or false, nothing else") {
  CHECK(value_of("flag: true").flag);
  for (const std::string word : {"yes", "no", "on", "off", "True", "FALSE", "y", "1", "0"}) {
    CHECK(said_of("flag: " + word) == "f:1: flag: expected true or false (found " + word + ")");
  }
  CHECK(said_of("flag: null") == "f:1: flag: expected true or false (found null)");
}

TEST_CASE("text that looks like a number or a truth value must be quoted") {
  CHECK(said_of("text: 0.2") == "f:1: text: expected text (found 0.2), write \"0.2\"");
  CHECK(said_of("text: true") == "f:1: text: expected text (found true), write \"true\"");
  CHECK(said_of("text: null") == "f:1: text: expected text (found null)");
  CHECK(said_of("text: [a]") == "f:1: text: expected text (found a list of 1)");
  CHECK(value_of("text: '0.2'").text == "0.2");
  CHECK(value_of("text: plain words").text == "plain words");
  CHECK(value_of("text: yes").text == "yes");
  CHECK(value_of("text: ''").text.empty());
}

TEST_CASE("null stands for nothing where nothing is allowed, and is refused elsewhere") {
  for (const std::string word : {"null", "~", "Null", "NULL", ""}) {
    CHECK_FALSE(value_of("maybe: " + word).maybe.has_value());
    CHECK(said_of("number: " + word) == "f:1: number: expected a number (found null)");
  }
  CHECK(value_of("maybe: 2").maybe == 2.0);
  CHECK(said_of("maybe: 'null'") == "f:1: maybe: expected a number (found the text 'null')");
  CHECK(said_of("list: null") == "f:1: list: expected a list (found null)");
}

TEST_CASE("a wrong kind names what was expected and what was found") {
  CHECK(said_of("number: [1]") == "f:1: number: expected a number (found a list of 1)");
  CHECK(said_of("number: {a: 1}") == "f:1: number: expected a number (found a map)");
  CHECK(said_of("list: 3") == "f:1: list: expected a list (found 3)");
  CHECK(said_of("- 1") == "f:1: expected a map (found a list of 1)");
  CHECK(said_of("word") == "f:1: expected a map (found word)");
}

TEST_CASE("a list has the length that it must have") {
  CHECK(said_of("pair: [1, 2, 3]") == "f:1: pair: expected a list of 2 (found a list of 3)");
  CHECK(said_of("pair: 1") == "f:1: pair: expected a list of 2 (found 1)");
  CHECK(said_of("list: []") == "f:1: list: must hold at least one item (is empty)");
  CHECK(value_of("list: [3, 1, 2]").list == std::vector<int>{3, 1, 2});
}

TEST_CASE("where a table allows it, one item stands for its list and null for an empty one") {
  const std::vector<PpmConstraint> one{{2, 3, PpmDistribution::kUniform}};
  CHECK(value_of("sections: {min: 2, max: 3}").sections == one);
  CHECK(value_of("sections: [{min: 2, max: 3}]").sections == one);
  CHECK(value_of("sections: null").sections.empty());
  CHECK(value_of("sections: []").sections.empty());
  CHECK(said_of("sections: {min: 0}") == "f:1: sections.min: must be > 0 (found 0)");
  CHECK(said_of("sections: [{min: 0}]") == "f:1: sections[0].min: must be > 0 (found 0)");
  CHECK(said_of("sections: [null]") == "f:1: sections[0]: expected a map (found null)");
  CHECK(said_of("sections: 3") == "f:1: sections: expected a list (found 3)");
}

TEST_CASE("a word outside the choices is refused with the choices, and the nearest one") {
  CHECK(value_of("word: srgb").word == ToneMapping::kSrgb);
  CHECK(said_of("word: filmc") ==
        "f:1: word: expected one of linear, srgb, filmic (found filmc), did you mean 'filmic'?");
  CHECK(said_of("word: 5") == "f:1: word: expected one of linear, srgb, filmic (found 5)");
  CHECK(said_of("word: Linear") ==
        "f:1: word: expected one of linear, srgb, filmic (found Linear), did you mean 'linear'?");
  CHECK(said_of("word: null") == "f:1: word: expected one of linear, srgb, filmic (found null)");
}

TEST_CASE("a count range is a number or a pair") {
  CHECK(value_of("range: 3").range == CountRange{3, 3});
  CHECK(value_of("range: [3, 4]").range == CountRange{3, 4});
  CHECK(said_of("range: 10") == "f:1: range: must be <= 9 (found 10)");
  CHECK(said_of("range: [0, 10]") ==
        "f:1: range[0]: must be >= 1 (found 0)\nf:1: range[1]: must be <= 9 (found 10)");
  CHECK(said_of("range: [1]") == "f:1: range: expected a list of 2 (found a list of 1)");
  CHECK(said_of("range: many") == "f:1: range: expected a whole number (found many)");
}

TEST_CASE("a value with a problem keeps its default") {
  Problems problems;
  const auto values = read_text<Values>("{number: x, count: 3}", SourceFormat::kYaml,
                                        Completeness::kDefaultsAllowed, problems);
  CHECK(problems.size() == 1);
  CHECK(values.number == 5);
  CHECK(values.count == 3);
}

TEST_CASE("a long value is cut between characters, not inside one") {
  std::string text(59, 'a');
  text += "\u00e9\u00e9";
  CHECK(said_of("number: " + text) ==
        "f:1: number: expected a number (found " + std::string(59, 'a') + "...)");
}

}  // namespace rtag::schema
