// SPDX-License-Identifier: MIT
#include "schema/documents/sweep.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "schema/documents/document_text.h"
#include "schema/read.h"

namespace rtag::schema {
namespace {

using Kind = SourceNode::Kind;

enum class SweepType { kCategorical, kLinear };
constexpr auto choices_of(std::type_identity<SweepType>) {
  return Words<SweepType, 2>{
      {{"categorical", SweepType::kCategorical}, {"linear", SweepType::kLinear}}};
}

struct SweepFields {
  std::string parameter;
  SweepType type = SweepType::kCategorical;
  std::optional<double> min;
  std::optional<double> max;
  std::optional<double> step;
  std::optional<int> steps;
};
constexpr auto fields_of(std::type_identity<SweepFields>) {
  using S = SweepFields;
  return table<S>(field("parameter", &S::parameter, "", "Path of what varies.", required()),
                  field("type", &S::type, "", "How the values are given.", required()),
                  field("min", &S::min, "", "First value."),
                  field("max", &S::max, "", "Last value, or the one before it."),
                  field("step", &S::step, "", "From value to value.", above(0)),
                  field("steps", &S::steps, "", "Number of values.",
                        between(1, static_cast<double>(kMostVariants))));
}

struct AxisFields {
  std::string parameter;
};
constexpr auto fields_of(std::type_identity<AxisFields>) {
  using S = AxisFields;
  return table<S>(field("parameter", &S::parameter, "", "Path of what varies.", required()));
}

// Complains about one sweep or axis, whose place in the file is known.
struct Complaints {
  const SourceNode& node;
  const std::string& path;
  Problems& problems;

  void add(std::string_view field, std::string message) const {
    const SourcePlace place = place_of(node, field);
    problems.push_back({fmt::format("{}.{}", path, field), place.line, std::move(message)});
  }
};

std::vector<SourceNode> listed_values(const std::optional<SourceNode>& values,
                                      const Complaints& complaints) {
  if (!values) {
    complaints.add("values", "required, but missing");
  } else if (values->kind != Kind::kSequence || values->items.empty()) {
    complaints.add("values", "expected a list of at least one value");
  } else {
    return values->items;
  }
  return {};
}

// One more than kMostVariants at most.
std::vector<double> stepped(double min, double max, double step) {
  std::vector<double> values;
  for (double value = min; value <= max + 1e-9 && values.size() <= kMostVariants; value += step) {
    values.push_back(value);
  }
  return values;
}

std::vector<double> evenly_spaced(double min, double max, int steps) {
  std::vector<double> values;
  for (int i = 0; i + 1 < steps; ++i) values.push_back(min + i * ((max - min) / (steps - 1)));
  values.push_back(steps == 1 ? min : max);
  return values;
}

std::vector<double> linear_values(const SweepFields& fields, const Complaints& complaints) {
  if (!fields.min) complaints.add("min", "required, but missing");
  if (!fields.max) complaints.add("max", "required, but missing");
  if (fields.step.has_value() == fields.steps.has_value()) {
    complaints.add(fields.steps ? "steps" : "step", "expected one of step and steps");
    return {};
  }
  if (!fields.min || !fields.max) return {};
  if (*fields.min > *fields.max) {
    complaints.add("min", fmt::format("must be <= max, {} (found {})", to_json(*fields.max),
                                      to_json(*fields.min)));
    return {};
  }
  if (fields.steps) return evenly_spaced(*fields.min, *fields.max, *fields.steps);
  auto values = stepped(*fields.min, *fields.max, *fields.step);
  if (values.size() <= kMostVariants) return values;
  complaints.add("step", fmt::format("makes more than {} values", kMostVariants));
  return {};
}

std::vector<SourceNode> nodes_of(const std::vector<double>& numbers, int line) {
  std::vector<SourceNode> nodes;
  for (const double number : numbers) {
    nodes.push_back(plain_node(to_json(number)));
    nodes.back().line = line;
  }
  return nodes;
}

Axis make_axis(const std::string& parameter, std::vector<SourceNode> values,
               const std::string& file, const Complaints& complaints) {
  Axis axis{parameter, {}, std::move(values)};
  for (SourceNode& value : axis.values) stamp_with_lines(value, file);
  if (parameter.empty()) return axis;
  if (auto path = parse_override_path(parameter)) {
    axis.path = *std::move(path);
  } else {
    complaints.add("parameter", path.error().message);
  }
  return axis;
}

// As Python prints a value of a YAML file.
std::string python_text(const SourceNode& node) {
  if (node.kind == Kind::kNull) return "None";
  const auto number = number_of(node);
  const bool is_float = number && node.text.find_first_of(".eE") != std::string::npos;
  return is_float ? to_json(*number) : node.text;
}

std::string slug_of(const SourceNode& value) {
  if (value.kind == Kind::kSequence) {
    std::vector<std::string> items;
    for (const SourceNode& item : value.items) items.push_back(slug_of(item));
    return fmt::format("{}", fmt::join(items, "x"));
  }
  std::string slug = value.kind == Kind::kMap ? to_flow_text(value) : python_text(value);
  std::replace(slug.begin(), slug.end(), '.', 'p');
  std::replace(slug.begin(), slug.end(), '/', '_');
  std::replace(slug.begin(), slug.end(), ' ', '_');
  return slug;
}

std::string slug_of(const Axis& axis, const SourceNode& value) {
  std::string parameter = axis.parameter;
  std::replace(parameter.begin(), parameter.end(), '.', '_');
  return fmt::format("__{}-{}", parameter, slug_of(value));
}

void vary(Combination& combination, const Axis& axis, const SourceNode& value) {
  combination.overrides.push_back({axis.path, value});
  combination.texts.push_back(fmt::format("{}={}", to_string(axis.path), to_flow_text(value)));
  combination.slug += slug_of(axis, value);
}

}  // namespace

Axis read_sweep(SourceNode sweep, const std::string& path, const std::string& file,
                Problems& problems) {
  const SourceNode whole = sweep;
  const Complaints complaints{whole, path, problems};
  const auto values = take_at(sweep, "values");
  SweepFields fields;
  const std::size_t problems_before = problems.size();
  Reader(Completeness::kDefaultsAllowed, problems).read(sweep, fields, path);
  if (problems.size() > problems_before) return {};
  if (fields.type == SweepType::kLinear) {
    if (values) complaints.add("values", "has no effect on a linear sweep: remove it");
    const auto numbers = linear_values(fields, complaints);
    return make_axis(fields.parameter, nodes_of(numbers, whole.line), file, complaints);
  }
  for (const std::string_view name : {"min", "max", "step", "steps"}) {
    const SourceNode* field = whole.find(name);
    if (field == nullptr || field->kind == Kind::kNull) continue;
    complaints.add(name, "has no effect on a categorical sweep: remove it");
  }
  return make_axis(fields.parameter, listed_values(values, complaints), file, complaints);
}

Axis read_axis(SourceNode axis, const std::string& path, const std::string& file,
               Problems& problems) {
  const SourceNode whole = axis;
  const Complaints complaints{whole, path, problems};
  const auto values = take_at(axis, "values");
  AxisFields fields;
  const std::size_t problems_before = problems.size();
  Reader(Completeness::kDefaultsAllowed, problems).read(axis, fields, path);
  if (problems.size() > problems_before) return {};
  return make_axis(fields.parameter, listed_values(values, complaints), file, complaints);
}

std::vector<Combination> combinations_of(const std::vector<Axis>& axes) {
  std::vector<Combination> all(1);
  for (const Axis& axis : axes) {
    std::vector<Combination> longer;
    for (const Combination& combination : all) {
      for (const SourceNode& value : axis.values) {
        longer.push_back(combination);
        vary(longer.back(), axis, value);
      }
    }
    all = std::move(longer);
  }
  return all;
}

std::size_t count_combinations(const std::vector<Axis>& axes) {
  std::size_t count = 1;
  for (const Axis& axis : axes) {
    count *= axis.values.size();
    if (count > kMostVariants) break;
  }
  return count;
}

}  // namespace rtag::schema
