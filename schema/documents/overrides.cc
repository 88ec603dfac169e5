// SPDX-License-Identifier: MIT
#include "schema/documents/overrides.h"

#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "schema/check.h"
#include "schema/config.h"
#include "schema/typed_io.h"

namespace rtag::schema {
namespace {

using Kind = SourceNode::Kind;
using Size_px = std::array<double, 2>;

// Published short paths, and what they stand for.
constexpr std::pair<std::string_view, std::string_view> kShortPaths[] = {
    {"camera.velocity_mean", "camera.sensor_dynamics.velocity_mean"},
    {"camera.velocity_std", "camera.sensor_dynamics.velocity_std"},
    {"camera.shutter_time_ms", "camera.sensor_dynamics.shutter_time_ms"},
    {"dataset.seed", "dataset.seeds.global_seed"},
};

// Intrinsics in pixels, and the axis that they scale with.
constexpr std::pair<std::string_view, std::size_t> kScaledIntrinsics[] = {
    {"camera.intrinsics.k_matrix[0][0]", 0}, {"camera.intrinsics.k_matrix[0][2]", 0},
    {"camera.intrinsics.k_matrix[1][1]", 1}, {"camera.intrinsics.k_matrix[1][2]", 1},
    {"camera.intrinsics.focal_length_x", 0}, {"camera.intrinsics.principal_point_x", 0},
    {"camera.intrinsics.focal_length_y", 1}, {"camera.intrinsics.principal_point_y", 1},
    {"camera.intrinsics.focal_length", 0},
};

// What a config that says nothing says.
const SourceNode& default_config() {
  static const SourceNode config = [] {
    Problems problems;
    auto parsed = parse_source(to_json(GenConfig{}), SourceFormat::kJson, problems);
    RTAG_CHECK(parsed.has_value(), "the default config is not valid JSON");
    return *std::move(parsed);
  }();
  return config;
}

bool is_number(std::string_view key) {
  return !key.empty() && key.find_first_not_of("0123456789") == std::string_view::npos;
}

// Published paths say directional.0.azimuth: a number after a list is an index.
Path with_indices(const SourceNode& config, Path path) {
  for (std::size_t i = 1; i < path.size(); ++i) {
    if (path[i].index || !is_number(path[i].key)) continue;
    const Path list(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(i));
    const SourceNode* node = find_at(config, list);
    if (node == nullptr) node = find_at(default_config(), list);
    if (node == nullptr || node->kind != Kind::kSequence) continue;
    const auto indexed = parse_path("list[" + path[i].key + "]");
    if (indexed) path[i] = indexed->back();
  }
  return path;
}

// An index needs a list to stand in: the one that is there by default, or the one item that may
// stand without its list.
void make_lists(SourceNode& config, const Path& path, const SourceNode& value) {
  for (std::size_t i = 1; i < path.size(); ++i) {
    if (!path[i].index) continue;
    const Path list(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(i));
    const SourceNode* by_default = find_at(default_config(), list);
    if (by_default == nullptr || by_default->kind != Kind::kSequence) continue;
    SourceNode* node = find_at(config, list);
    if (node == nullptr) {
      SourceNode made = *by_default;
      stamp(made, value.origin);
      set_at(config, list, std::move(made));
    } else if (node->kind == Kind::kMap) {
      SourceNode made = *node;
      made.kind = Kind::kSequence;
      made.entries.clear();
      made.items.assign(1, *node);
      *node = std::move(made);
    }
  }
}

std::optional<Size_px> resolution_of(const SourceNode& config) {
  const SourceNode* node = find_at(config, "camera.resolution");
  if (node == nullptr) node = find_at(default_config(), "camera.resolution");
  if (node->kind != Kind::kSequence || node->items.size() != 2) return std::nullopt;
  const auto width = number_of(node->items[0]);
  const auto height = number_of(node->items[1]);
  if (!width || !height || *width <= 0 || *height <= 0) return std::nullopt;
  return Size_px{*width, *height};
}

// A pinhole sees the same when its matrix grows with the image.
void scale_intrinsics(SourceNode& config, const Size_px& before, const Size_px& after,
                      const std::string& origin) {
  for (const auto& [path, axis] : kScaledIntrinsics) {
    SourceNode* node = find_at(config, path);
    const auto value = node == nullptr ? std::nullopt : number_of(*node);
    if (!value) continue;
    *node = plain_node(to_json(*value * (after[axis] / before[axis])));
    node->origin = origin;
  }
}

// Why no value can be set there. REQUIRES: an index of the path meets no item.
std::string missing_item(const SourceNode& config, const Path& path) {
  for (std::size_t i = 1; i < path.size(); ++i) {
    if (!path[i].index) continue;
    const Path list(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(i));
    const SourceNode* node = find_at(config, list);
    if (node == nullptr || node->kind != Kind::kSequence) {
      return fmt::format("{} is no list", to_string(list));
    }
    const std::size_t count = node->items.size();
    if (*path[i].index < count) continue;
    if (count == 0) return fmt::format("there is no item {}, the list is empty", *path[i].index);
    return fmt::format("there is no item {} (found {}, counted from 0)", *path[i].index, count);
  }
  return {};
}

Fault usage(std::string message) { return Fault{FaultKind::kUsage, std::move(message)}; }

Result<SourceNode> parse_value(std::string_view text) {
  Problems problems;
  auto value = parse_source(text, SourceFormat::kYaml, problems);
  if (!value) return usage(problems.front().message);
  return *std::move(value);
}

// A config that names no subject photographs TAGS: a value of one begins from there.
void name_default_subject(SourceNode& config, const Path& path, const std::string& origin) {
  if (!to_string(path).starts_with("scenario.subject.")) return;
  if (find_at(config, "scenario.subject") != nullptr) return;
  SourceNode tags = plain_node("TAGS");
  tags.origin = origin;
  set_at(config, "scenario.subject.type", std::move(tags));
}

}  // namespace

Result<Path> parse_override_path(std::string_view text) {
  for (const auto& [short_path, whole] : kShortPaths) {
    if (text == short_path) return *parse_path(whole);
  }
  constexpr std::string_view kRoot = "scenario.subject.root";
  if (text == kRoot || text.starts_with("scenario.subject.root.")) {
    return usage(fmt::format("'{}' is a path of render-tag's program, write scenario.subject{}",
                             text, text.substr(kRoot.size())));
  }
  auto path = parse_path(text);
  if (path && path->front().key == "presets") {
    return usage("presets cannot be set by a path: list them in the config, or use --preset");
  }
  if (!path || text.find('=') != std::string_view::npos) {
    return usage(
        fmt::format("'{}' is no path, expected one such as camera.fov or "
                    "camera.intrinsics.k_matrix[0][2]",
                    text));
  }
  return *std::move(path);
}

Result<std::vector<Override>> parse_overrides(const std::vector<std::string>& texts) {
  std::vector<Override> overrides;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
      return usage(fmt::format("-D {}: expected PATH=VALUE, such as camera.fov=50", text));
    }
    auto path = parse_override_path(std::string_view(text).substr(0, equals));
    if (!path) return usage(fmt::format("-D {}: {}", text, path.error().message));
    auto value = parse_value(std::string_view(text).substr(equals + 1));
    if (!value) return usage(fmt::format("-D {}: {}", text, value.error().message));
    stamp(*value, "-D " + text);
    overrides.push_back({*std::move(path), *std::move(value)});
  }
  return overrides;
}

void apply_overrides(SourceNode& config, const std::vector<Override>& overrides,
                     Problems& problems) {
  for (const Override& override_ : overrides) {
    const std::string& origin = override_.value.origin;
    const Path path = with_indices(config, override_.path);
    make_lists(config, path, override_.value);
    name_default_subject(config, path, origin);
    const auto before = resolution_of(config);
    if (!set_at(config, path, override_.value)) {
      problems.push_back({to_string(path), 0, missing_item(config, path), origin});
      continue;
    }
    const auto after = resolution_of(config);
    if (before && after && before != after) scale_intrinsics(config, *before, *after, origin);
  }
}

}  // namespace rtag::schema
