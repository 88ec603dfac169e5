// SPDX-License-Identifier: MIT
#include "schema/documents/experiments.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "tests/temporary_folder.h"

namespace rtag::schema {
namespace {

using samples::TemporaryFolder;

constexpr std::string_view kIsoSweep =
    "name: iso\ndescription: noise\nbase_config:\n  dataset: {output_dir: out}\n"
    "sweeps:\n- {parameter: camera.iso, type: categorical, values: [100, 800]}\n"
    "- {parameter: camera.tone_mapping, type: categorical, values: [linear, srgb]}\n";

class Files : public TemporaryFolder {
 public:
  WorkList list(std::string_view text, const ConfigAdditions& additions = {}) const {
    const auto read = read_work_list(write("work.yaml", text), additions);
    if (!read) throw read.error().message;
    return *read;
  }

  Fault fault(std::string_view text, const ConfigAdditions& additions = {}) const {
    const auto read = read_work_list(write("work.yaml", text), additions);
    if (read) return {FaultKind::kRejected, "read without a fault"};
    return {read.error().kind, relative(read.error().message)};
  }

  std::string complaints(std::string_view text) const {
    const Fault found = fault(text);
    CHECK(found.kind == FaultKind::kInput);
    return found.message;
  }
};

std::vector<std::string> names_of(const WorkList& work) {
  std::vector<std::string> names;
  for (const Variant& variant : work.variants) names.push_back(variant.name);
  return names;
}

}  // namespace

TEST_CASE("an experiment makes one variant for each combination of its sweeps") {
  const WorkList work = Files().list(kIsoSweep);
  CHECK(work.name == "iso");
  CHECK(work.description == "noise");
  CHECK(names_of(work) == std::vector<std::string>{"v000", "v001", "v002", "v003"});
  const Variant& variant = work.variants[1];
  CHECK(variant.description == "camera.iso=100, camera.tone_mapping=srgb");
  CHECK(variant.job.scene_config.camera.iso == 100);
  CHECK(variant.job.scene_config.camera.tone_mapping == ToneMapping::kSrgb);
  CHECK(variant.job.job_id.empty());
  CHECK(variant.job.paths.output_dir == "out/iso/v001");
  CHECK(variant.job.scene_config.dataset.output_dir == "out/iso/v001");
  CHECK(variant.config_file.filename() == "work.yaml");
  CHECK(work.variants[2].job.scene_config.camera.iso == 800);
}

TEST_CASE("an experiment without sweeps has the variant 'base'") {
  const WorkList work = Files().list("name: one\nbase_config:\n");
  CHECK(names_of(work) == std::vector<std::string>{"base"});
  CHECK(work.variants[0].description.empty());
  CHECK(work.variants[0].job.paths.output_dir == "output/one/base");
}

TEST_CASE("streams that are not locked get seeds of their own in every variant") {
  const auto seeds_of = [](std::string_view locks, std::size_t variant) {
    return Files()
        .list(fmt::format("name: n\nbase_config: {{dataset: {{seeds: {{global_seed: 7}}}}}}\n{}"
                          "sweeps: [{{parameter: camera.iso, type: categorical, "
                          "values: [100, 200, 300]}}]\n",
                          locks))
        .variants[variant];
  };
  SeedsConfig expected{7, {}, {}, 607, {}};
  CHECK(seeds_of("", 2).job.scene_config.dataset.seeds == expected);
  CHECK(seeds_of("", 2).overrides ==
        std::vector<std::string>{"camera.iso=300", "dataset.seeds.camera=607"});
  expected = {7, 7, 7, 7, {}};
  const char* none_locked = "lock_layout: false\nlock_lighting: false\nlock_camera: false\n";
  CHECK(seeds_of(none_locked, 0).job.scene_config.dataset.seeds == expected);
  expected = {7, 207, 407, 607, {}};
  CHECK(seeds_of(none_locked, 2).job.scene_config.dataset.seeds == expected);
  expected = {7, {}, {}, {}, {}};
  CHECK(seeds_of("lock_camera: true\n", 2).job.scene_config.dataset.seeds == expected);
}

TEST_CASE("a seed with no room for its variants is refused") {
  CHECK(
      Files().complaints("name: n\nbase_config:\n  dataset:\n    seeds: {global_seed: 4294967295}\n"
                         "sweeps: [{parameter: camera.iso, type: categorical, values: [100, "
                         "200]}]\n") ==
      "work.yaml:4: dataset.seeds.global_seed: is too large for dataset.seeds.camera (found "
      "4294967295), in variant v001");
}

TEST_CASE("a base config may be old, use presets and stand in a file of its own") {
  const Files files;
  files.write("configs/base.yaml",
              "version: 0.1\npresets: [lighting.factory]\ndataset: {seed: 5}\n");
  const WorkList work = files.list("name: n\nbase_config: configs/base.yaml\n");
  const Variant& variant = work.variants[0];
  CHECK(variant.job.global_seed == 5);
  CHECK(variant.job.applied_presets == std::vector<std::string>{"lighting.factory"});
  CHECK(files.relative(variant.config_file.string()) == "configs/base.yaml");
  REQUIRE(work.notes.size() == 2);
  CHECK(files.relative(work.notes[1]) ==
        "configs/base.yaml: dataset.seed -> dataset.seeds.global_seed");
}

TEST_CASE("additions of the command line hold for every variant") {
  const WorkList work =
      Files().list(kIsoSweep, {{"lighting.factory"}, {"renderer.max_samples=16"}});
  for (const Variant& variant : work.variants) {
    CHECK(variant.job.scene_config.renderer.max_samples == 16);
    CHECK(variant.job.scene_config.scene.lighting.intensity_max == 400);
  }
}

TEST_CASE("what is swept cannot be set from the command line") {
  const Fault fault = Files().fault(kIsoSweep, {{}, {"camera.iso=100"}});
  CHECK(fault.kind == FaultKind::kUsage);
  CHECK(fault.message == "-D camera.iso=100: work.yaml varies camera.iso, so it cannot be set");
}

TEST_CASE("a mistyped path in a sweep is refused, once") {
  CHECK(Files().complaints("name: n\nbase_config: {}\nsweeps:\n- parameter: camera.isoo\n"
                           "  type: categorical\n  values: [100, 200]\n") ==
        "work.yaml:6: camera.isoo: unknown field, did you mean 'iso'?");
}

TEST_CASE("a problem of some variants names the first of them") {
  CHECK(Files().complaints("name: n\nbase_config: {}\nsweeps:\n- parameter: camera.iso\n"
                           "  type: categorical\n  values:\n  - 100\n  - 9000\n"
                           "- {parameter: camera.fov, type: categorical, values: [50, 60]}\n") ==
        "work.yaml:8: camera.iso: must be <= 6400 (found 9000), in variant v002 and 1 more");
}

TEST_CASE("a problem of the base config stands on its line, once") {
  CHECK(
      Files().complaints("name: n\nbase_config:\n  camera:\n    iso: 9000\nsweeps:\n"
                         "- {parameter: camera.fov, type: linear, min: 50, max: 60, steps: 3}\n") ==
      "work.yaml:4: camera.iso: must be <= 6400 (found 9000)");
}

TEST_CASE("all problems of an experiment's own fields are found at once") {
  CHECK(Files().complaints("name: ../n\nlock_layuot: true\nbase_config: {scene_config: {}}\n"
                           "sweeps:\n- {parameter: camera.iso, type: categorical}\n- 5\n") ==
        "work.yaml:1: name: must be good as a folder's name: no '/', no '.' at the front (found "
        "'../n')\n"
        "work.yaml:2: lock_layuot: unknown field, did you mean 'lock_layout'?\n"
        "work.yaml:3: base_config: expected a config (found a locked job)\n"
        "work.yaml:5: sweeps[0].values: required, but missing\n"
        "work.yaml:6: sweeps[1]: expected a map (found 5)");
  CHECK(Files().complaints("name: n\nbase_config: none.yaml\n") ==
        "work.yaml:2: base_config: none.yaml: no such file");
  CHECK(Files().complaints("name: n\nbase_config: [1]\n") ==
        "work.yaml:2: base_config: expected a config, or the path of one");
  CHECK(Files().complaints("base_config: {}\n") == "work.yaml:1: name: required, but missing");
  CHECK(Files().complaints("camera: {fov: 50}\n") ==
        "work.yaml:1: expected an experiment, with base_config, or a campaign, with experiments or "
        "matrices");
}

TEST_CASE("too many variants are refused before they are made") {
  const std::string sweep = "{parameter: camera.fov, type: linear, min: 50, max: 60, steps: 200}";
  CHECK(Files().complaints("name: n\nbase_config: {}\nsweeps:\n- " + sweep + "\n- " + sweep +
                           "\n") == "work.yaml:3: sweeps: makes more than 10000 variants");
}

TEST_CASE("the published campaign has the published names") {
  const Files files;
  files.write("c/locus_v1_tag36h11.yaml",
              "presets: [locus.v1_baseline, subject.tag36h11_standard]\nversion: '0.2'\n");
  files.write("c/locus_v1_high_iso.yaml", "camera: {iso: 3200}\n");
  const WorkList work = files.list(
      "output_dir: benchmarks_v1\nmetadata: {campaign: benchmarks_v1}\nmatrices:\n"
      "- base: {name: locus_v1_tag36h11, config: c/locus_v1_tag36h11.yaml}\n"
      "  axes:\n"
      "  - {parameter: camera.resolution, values: [[640, 480], [1280, 720], [1920, 1080]]}\n"
      "- base: {name: locus_v1_high_iso, config: c/locus_v1_high_iso.yaml}\n"
      "  axes: [{parameter: camera.resolution, values: [[1920, 1080]]}]\n");
  CHECK(names_of(work) ==
        std::vector<std::string>{"locus_v1_tag36h11__camera_resolution-640x480",
                                 "locus_v1_tag36h11__camera_resolution-1280x720",
                                 "locus_v1_tag36h11__camera_resolution-1920x1080",
                                 "locus_v1_high_iso__camera_resolution-1920x1080"});
  CHECK(work.name == "work");
  CHECK(work.metadata == nlohmann::ordered_json{{"campaign", "benchmarks_v1"}});
  const Variant& variant = work.variants[0];
  CHECK(variant.job.scene_config.camera.resolution == std::array<int, 2>{640, 480});
  CHECK(variant.job.scene_config.dataset.metadata["campaign"] == "benchmarks_v1");
  CHECK(variant.job.paths.output_dir ==
        "benchmarks_v1/locus_v1_tag36h11__camera_resolution-640x480");
  CHECK(variant.overrides == std::vector<std::string>{"camera.resolution=[640, 480]"});
  CHECK(variant.job.scene_config.dataset.seeds == SeedsConfig{});
}

TEST_CASE("an axis over the resolution scales intrinsics in pixels") {
  const Files files;
  files.write("c.yaml", "camera: {resolution: [1000, 500], intrinsics: {focal_length: 800}}\n");
  const WorkList work = files.list(
      "output_dir: o\nmatrices:\n- base: {name: a, config: c.yaml}\n"
      "  axes: [{parameter: camera.resolution, values: [[500, 250]]}]\n");
  CHECK(work.variants[0].job.scene_config.camera.intrinsics.focal_length == 400);
}

TEST_CASE("a campaign's experiment merges its overrides, and the campaign's metadata win") {
  const Files files;
  files.write("c.yaml",
              "dataset: {metadata: {a: 1, b: [x]}, evaluation_scopes: [detection]}\n"
              "camera: {iso: 200, fov: 50}\n");
  const WorkList work = files.list(
      "output_dir: o\nmetadata: {b: [y], c.d: 3}\nexperiments:\n"
      "- {name: plain, config: c.yaml}\n"
      "- name: ablation\n  config: c.yaml\n"
      "  overrides: {camera: {iso: 400}, dataset: {evaluation_scopes: [calibration]}}\n");
  CHECK(names_of(work) == std::vector<std::string>{"plain", "ablation"});
  const GenConfig& plain = work.variants[0].job.scene_config;
  CHECK(plain.camera.iso == 200);
  CHECK(plain.dataset.metadata ==
        nlohmann::ordered_json::parse(R"({"a": 1, "b": ["y"], "c.d": 3})"));
  const GenConfig& ablation = work.variants[1].job.scene_config;
  CHECK(ablation.camera.iso == 400);
  CHECK(ablation.camera.fov == 50);
  CHECK(ablation.dataset.evaluation_scopes.size() == 2);
  CHECK(ablation.dataset.output_dir == "o/ablation");
}

TEST_CASE("a problem in a campaign names the file that it is in") {
  const Files files;
  files.write("c.yaml", "camera:\n  iso: 9000\n");
  CHECK(files.complaints("output_dir: o\nexperiments:\n- {name: a, config: c.yaml}\n"
                         "- name: b\n  config: c.yaml\n  overrides:\n    camera: {iso: 9001}\n") ==
        "c.yaml:2: camera.iso: must be <= 6400 (found 9000), in variant a\n"
        "work.yaml:7: camera.iso: must be <= 6400 (found 9001), in variant b");
}

TEST_CASE("all problems of a campaign's own fields are found at once") {
  const Files files;
  files.write("c.yaml", "");
  CHECK(files.complaints("experiments:\n- {name: a, config: none.yaml}\n- {config: c.yaml}\n"
                         "- {name: b, config: c.yaml, overrides: 5}\nmatrices:\n"
                         "- {base: {name: c, config: c.yaml}, axis: []}\n- {axes: 5}\n") ==
        "work.yaml:1: output_dir: required, but missing\n"
        "work.yaml:2: experiments[0].config: none.yaml: no such file\n"
        "work.yaml:3: experiments[1].name: required, but missing\n"
        "work.yaml:4: experiments[2].overrides: expected a map\n"
        "work.yaml:6: matrices[0].axis: unknown field, did you mean 'axes'?\n"
        "work.yaml:6: matrices[0].axes: must hold at least one axis\n"
        "work.yaml:7: matrices[1].axes: expected a list\n"
        "work.yaml:7: matrices[1].axes: must hold at least one axis\n"
        "work.yaml:7: matrices[1].base: required, but missing");
  CHECK(files.complaints("output_dir: o\nexperiments: []\n") ==
        "work.yaml:1: expected at least one experiment or matrix");
  CHECK(files.complaints("output_dir: o\nexperiments:\n- {name: a, config: c.yaml}\n"
                         "- {name: a, config: c.yaml}\n") ==
        "work.yaml:4: experiments[1]: two variants have the name 'a'");
}

}  // namespace rtag::schema
