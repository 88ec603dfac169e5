// SPDX-License-Identifier: MIT
#include "schema/documents/migrations.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "schema/config.h"
#include "schema/documents/config_version.h"
#include "schema/documents/document.h"
#include "schema/write.h"

namespace rtag::schema {
namespace {

using Kind = SourceNode::Kind;

// One config on its way, and what is said about it.
struct Migration {
  SourceNode& config;
  std::vector<std::string>& notes;
  Problems& problems;
  bool is_old;  // of a version before the current one

  bool has(std::string_view path) const { return find_at(std::as_const(config), path) != nullptr; }

  void note(std::string_view before, std::string_view after) {
    notes.push_back(fmt::format("{} -> {}", before, after));
  }

  void complain(std::string_view path, const SourceNode& node, std::string message) {
    problems.push_back({std::string(path), node.line, std::move(message), node.origin});
  }

  // A value that the config does not hold, for a place in the section that stands for it.
  SourceNode made(SourceNode value, std::string_view section) const {
    const SourcePlace place = place_of(config, section);
    value.line = place.line;
    value.origin = place.origin;
    return value;
  }

  void move(std::string_view before, std::string_view after) {
    auto value = take_at(config, before);
    if (!value) return;
    set_at(config, after, *std::move(value));
    note(before, after);
  }

  // What the new field says wins.
  void move_unless_given(std::string_view before, std::string_view after) {
    if (!has(after)) return move(before, after);
    drop(before, fmt::format("removed: {} is given", after));
  }

  void drop(std::string_view path, std::string_view what_becomes_of_it) {
    if (take_at(config, path)) note(path, what_becomes_of_it);
  }

  // Refuses what is left of a section that was moved, and cuts it out.
  void refuse_rest(std::string_view section, const std::vector<std::string_view>& known) {
    const SourceNode* node = find_at(std::as_const(config), section);
    if (node == nullptr || (node->kind != Kind::kMap && node->kind != Kind::kNull)) return;
    const SourceNode rest = *take_at(config, section);
    for (const SourceEntry& entry : rest.entries) {
      problems.push_back({fmt::format("{}.{}", section, entry.key), entry.line,
                          "unknown field" + did_you_mean(entry.key, known), entry.value.origin});
    }
  }

  // What is no number is moved as it is, for the reader to find.
  void move_thousandfold(std::string_view before, std::string_view after, std::string_view units) {
    auto value = take_at(config, before);
    if (!value) return;
    if (const auto number = number_of(*value)) value->text = to_json(1000 * *number);
    set_at(config, after, *std::move(value));
    note(before, fmt::format("{} ({})", after, units));
  }
};

constexpr std::string_view kMetresToMillimetres = "m to mm";
constexpr std::string_view kSecondsToMilliseconds = "s to ms";

struct FlatKey {
  std::string_view before;
  std::string_view after;
};
constexpr FlatKey kFlatKeys[] = {
    {"resolution", "camera.resolution"},
    {"samples", "camera.samples_per_scene"},
    {"tag_family", "tag.family"},
    {"lighting", "scene.lighting"},
    {"output_dir", "dataset.output_dir"},
    {"intent", "dataset.intent"},
    {"num_scenes", "dataset.num_scenes"},
    {"seed", "dataset.seed"},
    {"backgrounds", "scene.background_hdri and scene.texture_dir"},
};

// What a flat key is called today; two of them were renamed again since.
std::string_view modern_name(const FlatKey& key) {
  if (key.before == "tag_family") return "scenario.subject.tag_families";
  if (key.before == "intent") return "dataset.evaluation_scopes";
  if (key.before == "seed") return "dataset.seeds.global_seed";
  return key.after;
}

// The section that shows that a config is not of the flat form.
const SourceEntry* modern_section(const SourceNode& config) {
  for (const SourceEntry& entry : config.entries) {
    for (const std::string_view name :
         {"camera", "dataset", "environment", "force_reload_assets", "presets", "renderer",
          "scenario", "scene", "sequence", "tag"}) {
      if (entry.key == name) return &entry;
    }
  }
  return nullptr;
}

void refuse_flat_keys(Migration& migration, const std::string& why) {
  for (const FlatKey& key : kFlatKeys) {
    const auto value = take_at(migration.config, key.before);
    if (!value) continue;
    migration.complain(key.before, *value,
                       fmt::format("{}: write {} instead", why, modern_name(key)));
  }
}

void nest_flat_keys(Migration& migration) {
  const bool is_flat = std::any_of(std::begin(kFlatKeys), std::end(kFlatKeys),
                                   [&](const FlatKey& key) { return migration.has(key.before); });
  if (!is_flat) return;
  if (!migration.is_old) {
    return refuse_flat_keys(
        migration,
        fmt::format("is a key of configs before version 0.1, not of \"{}\"", kConfigVersion));
  }
  if (const SourceEntry* section = modern_section(migration.config)) {
    return refuse_flat_keys(
        migration,
        fmt::format("is a key of flat configs, which have no section '{}'", section->key));
  }
  for (const FlatKey& key : kFlatKeys) {
    if (key.before != "backgrounds") migration.move(key.before, key.after);
  }
  migration.move("backgrounds.hdri_path", "scene.background_hdri");
  migration.move("backgrounds.texture_dir", "scene.texture_dir");
  migration.refuse_rest("backgrounds", {"hdri_path", "texture_dir"});
}

bool is_board_scenario(const Migration& migration) {
  if (migration.has("scenario.board")) return true;
  const SourceNode* layout = find_at(std::as_const(migration.config), "scenario.layout");
  return layout != nullptr && layout->text == "board";
}

void move_families(Migration& migration) {
  constexpr std::string_view kAfter = "scenario.subject.tag_families";
  if (migration.has("scenario.tag_families")) {
    return migration.move("scenario.tag_families", kAfter);
  }
  auto family = take_at(migration.config, "tag.family");
  if (!family) return;
  SourceNode list;
  list.kind = Kind::kSequence;
  list.line = family->line;
  list.items.push_back(*std::move(family));
  set_at(migration.config, kAfter, std::move(list));
  migration.note("tag.family", kAfter);
}

// A list meant its last item there; the recipes of old jobs follow from it.
void move_tags_per_scene(Migration& migration) {
  constexpr std::string_view kBefore = "scenario.tags_per_scene";
  constexpr std::string_view kAfter = "scenario.subject.tags_per_scene";
  auto count = take_at(migration.config, kBefore);
  if (!count) return;
  const bool is_list = count->kind == Kind::kSequence && !count->items.empty();
  if (is_list) count = SourceNode(count->items.back());
  set_at(migration.config, kAfter, *std::move(count));
  migration.note(kBefore, fmt::format("{}{}", kAfter, is_list ? " (its last item)" : ""));
}

// Before version 0.2 tags stood in `scenario` and `tag`.
void make_subject(Migration& migration) {
  if (!migration.is_old || migration.has("scenario.subject") || is_board_scenario(migration))
    return;
  const bool says_something = migration.has("scenario.tag_families") ||
                              migration.has("scenario.tags_per_scene") ||
                              migration.has("scenario.tag_size") || migration.has("tag.family") ||
                              migration.has("tag.size_meters");
  if (!says_something) return;
  set_at(migration.config, "scenario.subject.type",
         migration.made(text_node("TAGS"), migration.has("scenario") ? "scenario" : "tag"));
  move_families(migration);
  move_tags_per_scene(migration);
  const bool in_scenario = migration.has("scenario.tag_size");
  migration.move_thousandfold(in_scenario ? "scenario.tag_size" : "tag.size_meters",
                              "scenario.subject.size_mm", kMetresToMillimetres);
}

SourceNode list_of_words(std::initializer_list<std::string_view> words, const SourceNode& like) {
  SourceNode list;
  list.kind = Kind::kSequence;
  list.line = like.line;
  for (const std::string_view word : words) {
    list.items.push_back(text_node(word));
    list.items.back().line = like.line;
  }
  return list;
}

void migrate_intent(Migration& migration) {
  constexpr std::string_view kScopes = "dataset.evaluation_scopes";
  if (migration.has(kScopes)) {
    return migration.drop("dataset.intent", "removed: dataset.evaluation_scopes is given");
  }
  const auto intent = take_at(migration.config, "dataset.intent");
  if (!intent) return;
  if (intent->text == "calibration") {
    set_at(migration.config, kScopes, list_of_words({"calibration"}, *intent));
    migration.note("dataset.intent", "dataset.evaluation_scopes [calibration]");
  } else if (intent->text.find("pose") != std::string::npos) {
    set_at(migration.config, kScopes,
           list_of_words({"detection", "pose_estimation", "corner_accuracy"}, *intent));
    migration.note("dataset.intent",
                   "dataset.evaluation_scopes [detection, pose_estimation, corner_accuracy]");
  } else {
    migration.note("dataset.intent", "removed: it meant nothing else than the default");
  }
}

void migrate_seed(Migration& migration) {
  constexpr std::string_view kAfter = "dataset.seeds.global_seed";
  if (!migration.has(kAfter)) return migration.move("dataset.seed", kAfter);
  const auto seed = take_at(migration.config, "dataset.seed");
  if (!seed) return;
  migration.complain("dataset.seed", *seed, fmt::format("stands beside {}: remove one", kAfter));
}

void drop_tag_fields(Migration& migration) {
  migration.drop("tag.family", "removed: scenario.subject says the families");
  migration.drop("tag.size_meters", "removed: scenario.subject says the size");
  migration.drop("tag.size_mm", "removed: scenario.subject says the size");
}

void migrate_sensor_dynamics(Migration& migration) {
  constexpr std::string_view kShutter = "camera.sensor_dynamics.shutter_time_ms";
  migration.move_unless_given("camera.velocity_mean", "camera.sensor_dynamics.velocity_mean");
  migration.move_unless_given("camera.velocity_std", "camera.sensor_dynamics.velocity_std");
  migration.move_unless_given("camera.shutter_time_ms", kShutter);
  migration.move_thousandfold("camera.shutter_speed", kShutter, kSecondsToMilliseconds);
  migration.move_unless_given("camera.rolling_shutter_readout",
                              "camera.sensor_dynamics.rolling_shutter_duration_ms");
}

void migrate_board_size(Migration& migration) {
  SourceNode cols = migration.made(plain_node("3"), "scenario");
  SourceNode rows = cols;
  const auto size = take_at(migration.config, "scenario.grid_size");
  if (size && (size->kind != Kind::kSequence || size->items.size() != 2)) {
    migration.complain("scenario.grid_size", *size, "expected [columns, rows]");
  } else if (size) {
    cols = size->items[0];
    rows = size->items[1];
    migration.note("scenario.grid_size", "scenario.subject.cols and scenario.subject.rows");
  }
  set_at(migration.config, "scenario.subject.cols", std::move(cols));
  set_at(migration.config, "scenario.subject.rows", std::move(rows));
}

// A board was a layout of the scenario, with its fields there or in scenario.board.
void make_board(Migration& migration) {
  if (!is_board_scenario(migration) || migration.has("scenario.subject")) return;
  set_at(migration.config, "scenario.subject.type", migration.made(text_node("BOARD"), "scenario"));
  const std::vector<std::string_view> keys{"grid_size", "marker_size", "square_size", "tag_family"};
  for (const std::string_view key : keys) {
    migration.move_unless_given(fmt::format("scenario.board.{}", key),
                                fmt::format("scenario.{}", key));
  }
  if (migration.has("scenario.board")) {
    migration.note("scenario.board", "scenario.subject of type BOARD");
    migration.refuse_rest("scenario.board", keys);
  }
  migrate_board_size(migration);
  migration.move_thousandfold("scenario.marker_size", "scenario.subject.marker_size_mm",
                              kMetresToMillimetres);
  if (!migration.has("scenario.subject.marker_size_mm")) {
    set_at(migration.config, "scenario.subject.marker_size_mm",
           migration.made(plain_node("80.0"), "scenario"));
  }
  migration.move("scenario.tag_family", "scenario.subject.dictionary");
  migration.move_thousandfold("scenario.square_size", "scenario.subject.square_size_mm",
                              kMetresToMillimetres);
}

void drop_layout(Migration& migration) {
  const SourceNode* layout = find_at(std::as_const(migration.config), "scenario.layout");
  const bool was_board = layout != nullptr && layout->text == "board";
  migration.drop("scenario.layout", was_board ? "scenario.subject of type BOARD"
                                              : "removed: it had no effect, see "
                                                "scenario.subject.layout");
}

void migrate_subject_units(Migration& migration) {
  for (const auto& [before, after] :
       {std::pair<std::string_view, std::string_view>{"size_meters", "size_mm"},
        {"marker_size", "marker_size_mm"},
        {"square_size", "square_size_mm"}}) {
    migration.move_thousandfold(fmt::format("scenario.subject.{}", before),
                                fmt::format("scenario.subject.{}", after), kMetresToMillimetres);
  }
}

struct Step {
  void (*apply)(Migration&);
  MigrationStep description;
};

constexpr Step kSteps[] = {
    {nest_flat_keys,
     {"0.1",
      "flat keys: resolution, samples, tag_family, lighting, output_dir, intent, "
      "num_scenes, seed, backgrounds",
      "the sections camera, tag, scene and dataset"}},
    {make_subject,
     {"0.2",
      "scenario.tag_families, scenario.tags_per_scene, scenario.tag_size (m), tag.family, "
      "tag.size_meters",
      "scenario.subject of type TAGS"}},
    {migrate_intent, {"0.6", "dataset.intent", "dataset.evaluation_scopes"}},
    {migrate_seed, {"0.6", "dataset.seed", "dataset.seeds.global_seed"}},
    {drop_tag_fields, {"0.7", "tag.family, tag.size_meters, tag.size_mm", "removed"}},
    {migrate_sensor_dynamics,
     {"0.6",
      "camera.velocity_mean, velocity_std, shutter_time_ms, shutter_speed (s), "
      "rolling_shutter_readout",
      "camera.sensor_dynamics"}},
    {make_board,
     {"0.7",
      "scenario.layout board or scenario.board, with grid_size, marker_size (m), "
      "square_size (m), tag_family",
      "scenario.subject of type BOARD"}},
    {drop_layout, {"0.7", "scenario.layout", "removed"}},
    {migrate_subject_units,
     {"0.7", "scenario.subject.size_meters, marker_size, square_size (m)",
      "size_mm, marker_size_mm, square_size_mm"}},
};

}  // namespace

std::span<const MigrationStep> migration_steps() {
  static const auto steps = [] {
    std::array<MigrationStep, std::size(kSteps)> descriptions;
    std::transform(std::begin(kSteps), std::end(kSteps), descriptions.begin(),
                   [](const Step& step) { return step.description; });
    return descriptions;
  }();
  return steps;
}

bool migrate_config(SourceNode& config, std::vector<std::string>& notes, Problems& problems) {
  Migration migration{config, notes, problems, !is_of_current_version(config)};
  if (!migrate_version(config, notes, problems)) return false;
  take_repeated_keys(config, "", problems);  // No step may lose one of them.
  for (const Step& step : kSteps) step.apply(migration);
  return true;
}

}  // namespace rtag::schema
