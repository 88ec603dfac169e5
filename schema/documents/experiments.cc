// SPDX-License-Identifier: MIT
#include "schema/documents/experiments.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "schema/documents/document.h"
#include "schema/documents/read_config.h"
#include "schema/documents/sweep.h"
#include "schema/job_identity.h"
#include "schema/read.h"

namespace rtag::schema {
namespace {

namespace fs = std::filesystem;
using Kind = SourceNode::Kind;

struct ExperimentFields {
  std::string name;
  std::string description;
  bool lock_layout = true;
  bool lock_lighting = true;
  bool lock_camera = false;
};
constexpr auto fields_of(std::type_identity<ExperimentFields>) {
  using S = ExperimentFields;
  return table<S>(field("name", &S::name, "", "A folder's name.", required()),
                  field("description", &S::description, "", "For people."),
                  field("lock_layout", &S::lock_layout, "", "Same tags in all variants."),
                  field("lock_lighting", &S::lock_lighting, "", "Same light in all variants."),
                  field("lock_camera", &S::lock_camera, "", "Same cameras in all variants."));
}

struct CampaignFields {
  std::string output_dir;
};
constexpr auto fields_of(std::type_identity<CampaignFields>) {
  using S = CampaignFields;
  return table<S>(field("output_dir", &S::output_dir, "", "Folder of all variants.", required()));
}

struct EntryFields {
  std::string name;
  std::string config;
};
constexpr auto fields_of(std::type_identity<EntryFields>) {
  using S = EntryFields;
  return table<S>(field("name", &S::name, "", "A folder's name.", required()),
                  field("config", &S::config, "", "Path of a config.", required()));
}

// A config to make variants of.
struct Stem {
  SourceNode document;
  fs::path file;  // where the document's lines are
};

// What the problems of many variants come to: each is told once.
class VariantProblems {
 public:
  void add(const std::string& variant, const fs::path& file, const Problems& problems) {
    for (const Problem& problem : problems) {
      const std::string text = to_string(file.string(), problem);
      const auto [told, is_new] = places_.emplace(text, told_.size());
      if (is_new) told_.push_back({text, variant, 0});
      ++told_[told->second].variants;
    }
  }

  bool empty() const { return told_.empty(); }

  // REQUIRES: !empty().
  Fault fault(std::size_t all_variants) const {
    std::string message;
    for (const Told& told : told_) {
      message += (message.empty() ? "" : "\n") + told.text;
      if (told.variants >= all_variants) continue;
      message += fmt::format(", in variant {}", told.variant);
      if (told.variants > 1) message += fmt::format(" and {} more", told.variants - 1);
    }
    return Fault{FaultKind::kInput, std::move(message)};
  }

 private:
  struct Told {
    std::string text;
    std::string variant;  // the first that has it
    std::size_t variants;
  };
  std::vector<Told> told_;
  std::map<std::string, std::size_t> places_;
};

bool is_folder_name(std::string_view name) {
  return !name.empty() && name[0] != '.' && name.find('/') == std::string_view::npos;
}

// Reads one file into a WorkList.
class WorkReader {
 public:
  WorkReader(const fs::path& file, const ConfigAdditions& additions,
             std::vector<Override> overrides)
      : file_(file), additions_(additions), overrides_(std::move(overrides)) {}

  Result<WorkList> read(SourceNode root) {
    const SourceNode document = root;
    if (root.find("experiments") != nullptr || root.find("matrices") != nullptr) {
      read_campaign(std::move(root));
    } else if (root.find("base_config") != nullptr) {
      read_experiment(std::move(root));
    } else {
      complain("",
               "expected an experiment, with base_config, or a campaign, with experiments or "
               "matrices");
    }
    if (usage_fault_) return *usage_fault_;
    if (!problems_.empty()) {
      locate(document, problems_);
      return input_fault(file_, problems_);
    }
    if (!of_variants_.empty()) return of_variants_.fault(work_.variants.size());
    return std::move(work_);
  }

 private:
  void complain(std::string path, std::string message) {
    problems_.push_back({std::move(path), 0, std::move(message)});
  }

  // --- experiments ---

  void read_experiment(SourceNode root) {
    const auto stem_node = take_at(root, "base_config");
    const auto sweeps = take_at(root, "sweeps");
    ExperimentFields fields;
    Reader(Completeness::kDefaultsAllowed, problems_).read(root, fields, "");
    check_name("name", fields.name);
    const auto stem = stem_of(*stem_node, "base_config");
    std::vector<Axis> axes;
    for (const auto& [path, sweep] : items_of(sweeps, "sweeps")) {
      axes.push_back(read_sweep(sweep, path, file_.string(), problems_));
    }
    if (!can_expand(axes, "sweeps") || !stem) return;
    work_.name = fields.name;
    work_.description = fields.description;
    std::size_t number = 0;
    for (const Combination& combination : combinations_of(axes)) {
      Variant variant;
      variant.name = axes.empty() ? "base" : fmt::format("v{:03}", number);
      variant.description = fmt::format("{}", fmt::join(combination.texts, ", "));
      add_variant("", std::move(variant), *stem, combination,
                  [&](GenConfig& config, Variant& made, Problems& problems) {
                    set_seeds(fields, number, config.dataset.seeds, made, problems);
                    config.dataset.output_dir =
                        (fs::path(config.dataset.output_dir) / fields.name / made.name).string();
                  });
      ++number;
    }
  }

  // Streams that are not locked begin elsewhere in every variant, as published.
  static void set_seeds(const ExperimentFields& fields, std::size_t number, SeedsConfig& seeds,
                        Variant& variant, Problems& problems) {
    const auto set = [&](std::string_view name, bool locked, std::size_t stride,
                         std::optional<std::uint32_t>& seed) {
      if (locked) return;
      const std::uint64_t value = seeds.global_seed + stride * number;
      const std::string path = fmt::format("dataset.seeds.{}", name);
      if (value > std::numeric_limits<std::uint32_t>::max()) {
        problems.push_back(
            {"dataset.seeds.global_seed", 0,
             fmt::format("is too large for {} (found {})", path, seeds.global_seed)});
        return;
      }
      seed = static_cast<std::uint32_t>(value);
      variant.overrides.push_back(fmt::format("{}={}", path, value));
    };
    set("layout", fields.lock_layout, 100, seeds.layout);
    set("lighting", fields.lock_lighting, 200, seeds.lighting);
    set("camera", fields.lock_camera, 300, seeds.camera);
  }

  // --- campaigns ---

  void read_campaign(SourceNode root) {
    const auto experiments = take_at(root, "experiments");
    const auto matrices = take_at(root, "matrices");
    metadata_ = take_at(root, "metadata");
    CampaignFields fields;
    Reader reader(Completeness::kDefaultsAllowed, problems_);
    reader.read(root, fields, "");
    if (metadata_) reader.read(*metadata_, work_.metadata, "metadata", {});
    if (metadata_) stamp_with_lines(*metadata_, file_.string());
    work_.name = file_.stem().string();
    for (const auto& [path, entry] : items_of(experiments, "experiments")) {
      add_entry(entry, path, {}, fields.output_dir);
    }
    for (const auto& [path, matrix] : items_of(matrices, "matrices")) {
      add_matrix(matrix, path, fields.output_dir);
    }
    if (!problems_.empty()) return;
    if (work_.variants.empty()) complain("", "expected at least one experiment or matrix");
  }

  void add_matrix(SourceNode matrix, const std::string& path, const std::string& output_dir) {
    if (matrix.kind != Kind::kMap) return complain(path, "expected a map of base and axes");
    const auto entry = take_at(matrix, "base");
    const auto axis_nodes = take_at(matrix, "axes");
    for (const SourceEntry& unknown : matrix.entries) {
      complain(fmt::format("{}.{}", path, unknown.key),
               "unknown field" + did_you_mean(unknown.key, {"base", "axes"}));
    }
    std::vector<Axis> axes;
    for (const auto& [axis_path, axis] : items_of(axis_nodes, path + ".axes")) {
      axes.push_back(read_axis(axis, axis_path, file_.string(), problems_));
    }
    if (axes.empty()) complain(path + ".axes", "must hold at least one axis");
    if (!entry) return complain(path + ".base", "required, but missing");
    if (can_expand(axes, path + ".axes")) add_entry(*entry, path + ".base", axes, output_dir);
  }

  // One config of a campaign, along axes if there are any.
  void add_entry(SourceNode entry, const std::string& path, const std::vector<Axis>& axes,
                 const std::string& output_dir) {
    auto overrides = take_at(entry, "overrides");
    EntryFields fields;
    Reader(Completeness::kDefaultsAllowed, problems_).read(entry, fields, path);
    check_name(path + ".name", fields.name);
    if (fields.name.empty() || fields.config.empty()) return;
    auto stem = stem_of(text_node(fields.config), path + ".config");
    if (!stem) return;
    put_on_top(stem->document, std::move(overrides), path + ".overrides");
    for (const Combination& combination : combinations_of(axes)) {
      Variant variant;
      variant.name = fields.name + combination.slug;
      variant.description = fmt::format("{}", fmt::join(combination.texts, ", "));
      add_variant(path, std::move(variant), *stem, combination,
                  [&](GenConfig& config, Variant& made, Problems&) {
                    config.dataset.output_dir = (fs::path(output_dir) / made.name).string();
                  });
    }
  }

  // An entry's overrides merge with its config; the campaign's metadata replace the config's.
  void put_on_top(SourceNode& config, std::optional<SourceNode> overrides,
                  const std::string& path) {
    if (overrides && overrides->kind == Kind::kMap) {
      stamp_with_lines(*overrides, file_.string());
      config = merged(std::move(config), *overrides);
    } else if (overrides && overrides->kind != Kind::kNull) {
      complain(path, "expected a map");
    }
    if (!metadata_) return;
    for (const SourceEntry& entry : metadata_->entries) {
      set_at(config, Path{{"dataset", {}}, {"metadata", {}}, {entry.key, {}}},
             SourceNode(entry.value));
    }
  }

  // --- both ---

  void check_name(const std::string& path, const std::string& name) {
    if (name.empty() || is_folder_name(name)) return;
    complain(path, fmt::format("must be good as a folder's name: no '/', no '.' at the front "
                               "(found '{}')",
                               name));
  }

  // A list's items with their paths.
  std::vector<std::pair<std::string, SourceNode>> items_of(const std::optional<SourceNode>& list,
                                                           const std::string& path) {
    std::vector<std::pair<std::string, SourceNode>> items;
    if (!list || list->kind == Kind::kNull) return items;
    if (list->kind != Kind::kSequence) {
      complain(path, "expected a list");
      return items;
    }
    for (const SourceNode& item : list->items) {
      items.emplace_back(fmt::format("{}[{}]", path, items.size()), item);
    }
    return items;
  }

  // A config written inline, or the one in the file that is named.
  std::optional<Stem> stem_of(const SourceNode& node, const std::string& path) {
    Stem stem{node, file_};
    if (node.kind == Kind::kScalar) {
      stem.file = (file_.parent_path() / node.text).lexically_normal();
      auto document = parse_file(stem.file);
      if (!document) {
        complain(path, document.error().message);
        return std::nullopt;
      }
      stem.document = *std::move(document);
    }
    if (stem.document.kind == Kind::kNull) stem.document.kind = Kind::kMap;
    if (stem.document.kind != Kind::kMap) {
      complain(path, "expected a config, or the path of one");
    } else if (stem.document.find("scene_config") != nullptr) {
      complain(path, "expected a config (found a locked job)");
    } else {
      return stem;
    }
    return std::nullopt;
  }

  bool can_expand(const std::vector<Axis>& axes, const std::string& path) {
    for (const Axis& axis : axes) {
      for (std::size_t i = 0; i < overrides_.size() && !axis.path.empty(); ++i) {
        if (overrides_[i].path != axis.path) continue;
        usage_fault_ =
            Fault{FaultKind::kUsage,
                  fmt::format("-D {}: {} varies {}, so it cannot be set", additions_.overrides[i],
                              file_.string(), to_string(axis.path))};
      }
    }
    if (!problems_.empty()) return false;
    if (work_.variants.size() + count_combinations(axes) <= kMostVariants) return true;
    complain(path, fmt::format("makes more than {} variants", kMostVariants));
    return false;
  }

  template <class Finish>
  void add_variant(const std::string& path, Variant variant, const Stem& stem,
                   const Combination& combination, Finish finish) {
    if (!names_.insert(variant.name).second) {
      return complain(path, fmt::format("two variants have the name '{}'", variant.name));
    }
    std::vector<Override> overrides = combination.overrides;
    overrides.insert(overrides.end(), overrides_.begin(), overrides_.end());
    variant.overrides = combination.texts;
    variant.config_file = stem.file;
    Problems problems;
    std::vector<std::string> notes;
    GenConfig config = read_config(stem.document, additions_.presets, overrides, notes, problems);
    if (problems.empty()) finish(config, variant, problems);
    locate(stem.document, problems);
    of_variants_.add(variant.name, stem.file, problems);
    for (const std::string& note : notes) add_note(stem.file.string() + ": " + note);
    variant.job = job_from(config);
    work_.variants.push_back(std::move(variant));
  }

  void add_note(std::string note) {
    if (noted_.insert(note).second) work_.notes.push_back(std::move(note));
  }

  const fs::path& file_;
  const ConfigAdditions& additions_;
  const std::vector<Override> overrides_;
  std::optional<SourceNode> metadata_;  // of a campaign, stamped
  WorkList work_;
  std::set<std::string> names_;
  std::set<std::string> noted_;
  Problems problems_;            // of the file itself
  VariantProblems of_variants_;  // of the configs that it makes
  std::optional<Fault> usage_fault_;
};

}  // namespace

Result<WorkList> read_work_list(const fs::path& file, const ConfigAdditions& additions) {
  auto overrides = parse_overrides(additions.overrides);
  if (!overrides) return overrides.error();
  auto root = parse_file(file);
  if (!root) return root.error();
  return WorkReader(file, additions, *std::move(overrides)).read(*std::move(root));
}

}  // namespace rtag::schema
