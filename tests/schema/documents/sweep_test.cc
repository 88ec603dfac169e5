// SPDX-License-Identifier: MIT
#include "schema/documents/sweep.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "schema/documents/document_text.h"
#include "tests/schema/parsed.h"

namespace rtag::schema {
namespace {

// A sweep's values, or what is wrong with it.
std::string values_of(std::string_view yaml) {
  Problems problems;
  const Axis axis = read_sweep(parsed(yaml), "sweeps[0]", "f", problems);
  std::string text;
  for (const SourceNode& value : axis.values)
    text += (text.empty() ? "" : " ") + to_flow_text(value);
  if (problems.empty()) return text;
  const std::string complaints = to_string("f", problems);
  return complaints.substr(0, complaints.size() - 1);
}

Axis axis_of(std::string_view yaml) {
  Problems problems;
  Axis axis = read_axis(parsed(yaml), "axes[0]", "f", problems);
  CHECK(to_string("f", problems) == "");
  return axis;
}

std::string slug_of(std::string_view value) {
  return combinations_of({axis_of(fmt::format("{{parameter: a.b, values: [{}]}}", value))})[0].slug;
}

}  // namespace

TEST_CASE("a categorical sweep takes its values as they are written") {
  CHECK(values_of("{parameter: a, type: categorical, values: [linear, 0.50, null, [1, 2]]}") ==
        "linear 0.50 null [1, 2]");
}

// Python: v = 0.0; while v <= 1 + 1e-9: print(v); v += 0.1
TEST_CASE("a linear sweep with a step adds up, as published") {
  CHECK(values_of("{parameter: a, type: linear, min: 0, max: 1, step: 0.1}") ==
        "0.0 0.1 0.2 0.30000000000000004 0.4 0.5 0.6 0.7 0.7999999999999999 0.8999999999999999 "
        "0.9999999999999999");
  CHECK(values_of("{parameter: a, type: linear, min: 100, max: 350, step: 100}") ==
        "100.0 200.0 300.0");
  CHECK(values_of("{parameter: a, type: linear, min: 0, max: 0.3, step: 0.1}") ==
        "0.0 0.1 0.2 0.30000000000000004");
  CHECK(values_of("{parameter: a, type: linear, min: 1, max: 1, step: 1}") == "1.0");
}

TEST_CASE("a linear sweep with a number of steps includes both ends") {
  CHECK(values_of("{parameter: a, type: linear, min: 0, max: 1, steps: 5}") ==
        "0.0 0.25 0.5 0.75 1.0");
  CHECK(values_of("{parameter: a, type: linear, min: 2, max: 3, steps: 1}") == "2.0");
}

TEST_CASE("a sweep that says too little or too much is refused") {
  CHECK(values_of("{parameter: a, type: categorical}") ==
        "f:1: sweeps[0].values: required, but missing");
  CHECK(values_of("{parameter: a, type: categorical, values: []}") ==
        "f:1: sweeps[0].values: expected a list of at least one value");
  CHECK(values_of("{parameter: a, type: categorical, values: [1], step: 2}") ==
        "f:1: sweeps[0].step: has no effect on a categorical sweep: remove it");
  CHECK(values_of("{type: lineer, min: 1}") ==
        "f:1: sweeps[0].parameter: required, but missing\n"
        "f:1: sweeps[0].type: expected one of categorical, linear (found lineer), did you mean "
        "'linear'?");
  CHECK(values_of("{parameter: a, type: linear, min: 1, max: 2}") ==
        "f:1: sweeps[0].step: expected one of step and steps");
  CHECK(values_of("{parameter: a, type: linear, min: 1, max: 2, step: 1, steps: 2}") ==
        "f:1: sweeps[0].steps: expected one of step and steps");
  CHECK(values_of("{parameter: a, type: linear, step: 1, values: [1]}") ==
        "f:1: sweeps[0].values: has no effect on a linear sweep: remove it\n"
        "f:1: sweeps[0].min: required, but missing\nf:1: sweeps[0].max: required, but missing");
  CHECK(values_of("{parameter: a, type: linear, min: 3, max: 2, step: 1}") ==
        "f:1: sweeps[0].min: must be <= max, 2.0 (found 3.0)");
  CHECK(values_of("{parameter: a, type: linear, min: 0, max: 1, step: 0}") ==
        "f:1: sweeps[0].step: must be > 0 (found 0)");
  CHECK(values_of("{parameter: a..b, type: linear, min: 0, max: 1, step: 1}") ==
        "f:1: sweeps[0].parameter: 'a..b' is no path, expected one such as camera.fov or "
        "camera.intrinsics.k_matrix[0][2]");
  CHECK(values_of("{parameter: a=b, type: linear, min: 0, max: 1, step: 1}")
            .starts_with("f:1: sweeps[0].parameter: 'a=b' is no path, "));
  CHECK(values_of("5") == "f:1: sweeps[0]: expected a map (found 5)");
}

TEST_CASE("a step too small to get anywhere is refused") {
  const char* expected = "f:1: sweeps[0].step: makes more than 10000 values";
  CHECK(values_of("{parameter: a, type: linear, min: 0, max: 1, step: 1e-9}") == expected);
  CHECK(values_of("{parameter: a, type: linear, min: 1e17, max: 2e17, step: 1}") == expected);
}

TEST_CASE("the path of render-tag's program is refused in a sweep too") {
  CHECK(values_of("{parameter: scenario.subject.root.size_mm, type: categorical, values: [1]}") ==
        "f:1: sweeps[0].parameter: 'scenario.subject.root.size_mm' is a path of render-tag's "
        "program, write scenario.subject.size_mm");
}

TEST_CASE("all combinations are made, the last axis fastest") {
  const auto all = combinations_of({axis_of("{parameter: a, values: [1, 2]}"),
                                    axis_of("{parameter: b.c, values: [x, [3, 4]]}")});
  REQUIRE(all.size() == 4);
  CHECK(all[0].texts == std::vector<std::string>{"a=1", "b.c=x"});
  CHECK(all[1].texts == std::vector<std::string>{"a=1", "b.c=[3, 4]"});
  CHECK(all[2].texts == std::vector<std::string>{"a=2", "b.c=x"});
  CHECK(all[3].slug == "__a-2__b_c-3x4");
  CHECK(all[3].overrides[1].value.origin == "f:1");
  CHECK(combinations_of({}).size() == 1);
}

TEST_CASE("a value becomes part of a name as published") {
  CHECK(slug_of("[640, 480]") == "__a_b-640x480");
  CHECK(slug_of("0.5") == "__a_b-0p5");
  CHECK(slug_of("0.50") == "__a_b-0p5");
  CHECK(slug_of("true") == "__a_b-true");
  CHECK(slug_of("null") == "__a_b-None");
  CHECK(slug_of("assets/hdri/a b.exr") == "__a_b-assets_hdri_a_bpexr");
  CHECK(slug_of("[0.5, x]") == "__a_b-0p5xx");
}

TEST_CASE("combinations are counted up to their limit") {
  const Axis axis{"a", {}, std::vector<SourceNode>(100)};
  CHECK(count_combinations({}) == 1);
  CHECK(count_combinations({axis, axis}) == 10000);
  CHECK(count_combinations({axis, axis, axis, axis, axis, axis, axis, axis, axis, axis, axis}) >
        kMostVariants);
}

}  // namespace rtag::schema
