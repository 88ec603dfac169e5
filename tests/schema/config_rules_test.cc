// SPDX-License-Identifier: MIT
// The rules that tie several fields together, each with its whole sentence.
#include <catch2/catch.hpp>

#include "schema/config.h"
#include "schema/idle_settings.h"
#include "schema/job_spec.h"
#include "tests/schema/reading.h"

namespace rtag::schema {
namespace {

std::string said_of(const GenConfig& config) {
  Problems problems;
  check_config(config, problems);
  std::string lines;
  for (const Problem& problem : problems) lines += problem.path + ": " + problem.message + "\n";
  return lines;
}

std::string said_of(std::string_view yaml) { return said_of(read_yaml(yaml)); }
std::string said_of_camera(const std::string& yaml) { return said_of("camera: {" + yaml + "}"); }
std::string said_of_intrinsics(const std::string& yaml) {
  return said_of("camera: {intrinsics: {" + yaml + "}}");
}
std::string said_of_board(const std::string& yaml) {
  return said_of("scenario: {subject: {type: BOARD, " + yaml + "}}");
}
std::string said_of_tags(const std::string& yaml) {
  return said_of("scenario: {subject: {type: TAGS, " + yaml + "}}");
}

}  // namespace

TEST_CASE("the default config breaks no rule") { CHECK(said_of(GenConfig{}).empty()); }

TEST_CASE("only one schema version is read") {
  CHECK(said_of("version: '0.1'") ==
        "version: expected \"0.2\", the only version that is read (found \"0.1\")\n");
}

TEST_CASE("the low end of every range is at most its high end") {
  CHECK(said_of_camera("min_distance: 3, max_distance: 2.5") ==
        "camera.min_distance: must be <= camera.max_distance, 2.5 (found 3.0)\n");
  CHECK(said_of_camera("min_elevation: 0.95") ==
        "camera.min_elevation: must be <= camera.max_elevation, 0.9 (found 0.95)\n");
  CHECK(said_of_camera("min_roll: 10, max_roll: -10") ==
        "camera.min_roll: must be <= camera.max_roll, -10.0 (found 10.0)\n");
  CHECK(said_of_camera("ppm_constraint: {min: 200}") ==
        "camera.ppm_constraint.min: must be <= camera.ppm_constraint.max, 100.0 (found 200.0)\n");
  CHECK(said_of_camera("min_tag_pixels: 50, max_tag_pixels: 40") ==
        "camera.min_tag_pixels: must be <= camera.max_tag_pixels, 40 (found 50)\n");
  CHECK(said_of("scene: {lighting: {intensity_min: 600}}") ==
        "scene.lighting.intensity_min: must be <= scene.lighting.intensity_max, 500.0 "
        "(found 600.0)\n");
  CHECK(said_of("scene: {lighting: {num_lights_max: 2}}") ==
        "scene.lighting.num_lights_min: must be <= scene.lighting.num_lights_max, 2 (found 3)\n");
  CHECK(said_of("scene: {lighting: {radius_min: 0.5}}") ==
        "scene.lighting.radius_min: must be <= scene.lighting.radius_max, 0.0 (found 0.5)\n");
  CHECK(said_of("scene: {texture_scale_max: 0.5}") ==
        "scene.texture_scale_min: must be <= scene.texture_scale_max, 0.5 (found 1.0)\n");
  CHECK(said_of("tag: {material: {roughness_min: 0.5}}") ==
        "tag.material.roughness_min: must be <= tag.material.roughness_max, 0.4 (found 0.5)\n");
  CHECK(said_of("tag: {material: {specular_max: 0.1}}") ==
        "tag.material.specular_min: must be <= tag.material.specular_max, 0.1 (found 0.2)\n");
}

TEST_CASE("a range may be a single point") {
  CHECK(said_of_camera("min_distance: 2, max_distance: 2, min_roll: 1, max_roll: 1, "
                       "min_tag_pixels: 5, max_tag_pixels: 5")
            .empty());
}

TEST_CASE("settings that come in pairs need each other") {
  CHECK(said_of_intrinsics("focal_length_x: 900") ==
        "camera.intrinsics.focal_length_x: needs camera.intrinsics.focal_length_y too\n");
  CHECK(said_of_intrinsics("focal_length_y: 900") ==
        "camera.intrinsics.focal_length_y: needs camera.intrinsics.focal_length_x too\n");
  CHECK(said_of_intrinsics("sensor_width_mm: 36") ==
        "camera.intrinsics.sensor_width_mm: needs camera.intrinsics.focal_length_mm too\n");
  CHECK(said_of_intrinsics("focal_length_mm: 50") ==
        "camera.intrinsics.focal_length_mm: needs camera.intrinsics.sensor_width_mm too\n");
  CHECK(said_of_intrinsics("focal_length_x: 900, focal_length_y: 901").empty());
  CHECK(said_of_intrinsics("sensor_width_mm: 36, focal_length_mm: 50").empty());
}

TEST_CASE("two ways of saying the focal length contradict each other") {
  CHECK(said_of_intrinsics("focal_length: 900, focal_length_x: 900, focal_length_y: 900") ==
        "camera.intrinsics.focal_length: has no effect beside "
        "camera.intrinsics.focal_length_x: remove one\n");
  CHECK(said_of_intrinsics("focal_length: 900, sensor_width_mm: 36, focal_length_mm: 50") ==
        "camera.intrinsics.focal_length_mm: has no effect beside camera.intrinsics.focal_length: "
        "remove one\n");
  const std::string k = "k_matrix: [[900, 0, 640], [0, 900, 360], [0, 0, 1]]";
  CHECK(said_of_intrinsics(k + ", principal_point_x: 640, principal_point_y: 360") ==
        "camera.intrinsics.principal_point_x: has no effect beside camera.intrinsics.k_matrix: "
        "remove one\n"
        "camera.intrinsics.principal_point_y: has no effect beside camera.intrinsics.k_matrix: "
        "remove one\n");
  CHECK(said_of_intrinsics("focal_length: 900, principal_point_x: 640").empty());
  CHECK(said_of_intrinsics(k).empty());
}

TEST_CASE("a camera matrix has positive focal lengths, no skew and the last row 0 0 1") {
  CHECK(said_of_intrinsics("k_matrix: [[0, 0, 640], [0, 900, 360], [0, 0, 1]]") ==
        "camera.intrinsics.k_matrix: focal lengths must be > 0\n");
  CHECK(said_of_intrinsics("k_matrix: [[900, 0, 640], [0, -900, 360], [0, 0, 1]]") ==
        "camera.intrinsics.k_matrix: focal lengths must be > 0\n");
  CHECK(said_of_intrinsics("k_matrix: [[900, 1, 640], [0, 900, 360], [0, 0, 1]]") ==
        "camera.intrinsics.k_matrix: must have no skew: [0][1] and [1][0] are 0\n");
  CHECK(said_of_intrinsics("k_matrix: [[900, 0, 640], [0, 900, 360], [0, 0, 2]]") ==
        "camera.intrinsics.k_matrix: must end with the row [0, 0, 1]\n");
}

TEST_CASE("tags are the only subject of this version") {
  CHECK(said_of("scenario: {subject: null}") == "scenario.subject: expected a map (found null)\n");
  CHECK(said_of_board("rows: 6, cols: 6, marker_size_mm: 30") ==
        "scenario.subject: needs spacing_ratio (an AprilGrid) or square_size_mm (a ChArUco "
        "board)\n");
}

TEST_CASE("tags are counted from low to high") {
  CHECK(said_of_tags("tags_per_scene: [5, 2]") ==
        "scenario.subject.tags_per_scene: must be [min, max] (found [5,2])\n");
  CHECK(said_of_tags("tags_per_scene: [2, 5]").empty());
}

TEST_CASE("a marker family must be known") {
  CHECK(said_of_tags("tag_families: [tag36h11, tag36h12]") ==
        "scenario.subject.tag_families[1]: unknown marker family (found 'tag36h12'), "
        "did you mean 'tag36h10'?\n");
  CHECK(said_of_tags("tag_families: [nonsense_of_a_name]") ==
        "scenario.subject.tag_families[0]: unknown marker family (found 'nonsense_of_a_name')\n");
}

TEST_CASE("in a grid no quiet zone covers a neighbour's border") {
  const auto config = [](const std::string& subject, int margin_bits) {
    return "scenario: {subject: {type: TAGS, " + subject +
           "}}\ntag: {margin_bits: " + std::to_string(margin_bits) + "}";
  };
  CHECK(said_of(config("tag_spacing_bits: 2", 3)) ==
        "tag.margin_bits: the quiet zone of tag36h11 covers its neighbour's border: must be <= 2 "
        "with scenario.subject.tag_spacing_bits 2.0 (found 3)\n");
  CHECK(said_of(config("tag_spacing_bits: 2", 2)).empty());
  CHECK(said_of(config("tag_spacing_bits: 2, tags_per_scene: 1", 9)).empty());
  // The gap is two modules of tag36h11 (8 a border): 2 / 8 * 6 = 1.5 modules of tag16h5.
  CHECK(said_of(config("tag_families: [tag36h11, tag16h5]", 2)) ==
        "tag.margin_bits: the quiet zone of tag16h5 covers its neighbour's border: must be <= 1 "
        "with scenario.subject.tag_spacing_bits 2.0 (found 2)\n");
  CHECK(said_of(config("tag_families: [tag36h11, tag16h5]", 1)).empty());
}

TEST_CASE("all broken rules are told at once") {
  CHECK(said_of("version: '3'\ncamera: {min_distance: 3, min_roll: 4}\n") ==
        "version: expected \"0.2\", the only version that is read (found \"3\")\n"
        "camera.min_distance: must be <= camera.max_distance, 2.0 (found 3.0)\n"
        "camera.min_roll: must be <= camera.max_roll, 0.0 (found 4.0)\n");
}

TEST_CASE("a job's config obeys the same rules, under its own path") {
  JobSpec job;
  job.scene_config.camera.min_distance = 3;
  job.version = "0.1";
  job.global_seed = 7;
  Problems problems;
  check_job(job, problems);
  CHECK(to_string("f", problems) ==
        "f: scene_config.camera.min_distance: must be <= camera.max_distance, 2.0 (found 3.0)\n"
        "f: version: expected \"0.2\", the only version that is read (found \"0.1\")\n"
        "f: global_seed: must equal scene_config.dataset.seeds.global_seed, 42 (found 7)\n");
}

TEST_CASE("a board is an AprilGrid or a ChArUco board") {
  CHECK(said_of_board("rows: 6, cols: 6, marker_size_mm: 30, spacing_ratio: 0.3").empty());
  CHECK(said_of_board("rows: 5, cols: 7, marker_size_mm: 30, square_size_mm: 40").empty());
  CHECK(said_of_board("rows: 5, cols: 7, marker_size_mm: 30, square_size_mm: 40, "
                      "spacing_ratio: 0.3") ==
        "scenario.subject.square_size_mm: has no effect beside spacing_ratio: remove one\n");
  CHECK(said_of_board("rows: 5, cols: 7, marker_size_mm: 40, square_size_mm: 40") ==
        "scenario.subject.marker_size_mm: must be < scenario.subject.square_size_mm, 40.0 (found "
        "40.0)\n");
  CHECK(said_of_board("rows: 6, cols: 6, marker_size_mm: 30, spacing_ratio: 0.3, "
                      "first_square: black") ==
        "scenario.subject.first_square: has no effect on an AprilGrid: remove it\n");
}

TEST_CASE("ink is no brighter than paper") {
  CHECK(said_of("tag: {material: {ink: 0.5, paper: 0.4}}") ==
        "tag.material.ink: must be <= tag.material.paper, 0.4 (found 0.5)\n");
  CHECK(said_of_board("rows: 6, cols: 6, marker_size_mm: 30, spacing_ratio: 0.3, "
                      "material: {ink: 0.5, paper: 0.4}") ==
        "scenario.subject.material.ink: must be <= scenario.subject.material.paper, 0.4 (found "
        "0.5)\n");
}

TEST_CASE("a board has one good id for each marker") {
  const std::string grid = "rows: 1, cols: 3, marker_size_mm: 30, spacing_ratio: 0.3, ";
  CHECK(said_of_board(grid + "ids: [7, 3, 586]").empty());
  CHECK(said_of_board(grid + "ids: [7, 3]") ==
        "scenario.subject.ids: must hold one id for each of the board's 3 markers (found 2)\n");
  CHECK(said_of_board(grid + "ids: [7, 3, 7]") ==
        "scenario.subject.ids[2]: stands twice on the board (found 7)\n");
  CHECK(said_of_board(grid + "ids: [7, 3, 587]") ==
        "scenario.subject.ids[2]: must be < 587, the size of tag36h11 (found 587)\n");
  CHECK(said_of_board("rows: 6, cols: 6, marker_size_mm: 30, spacing_ratio: 0.3, "
                      "dictionary: tag16h5") ==
        "scenario.subject.dictionary: has 30 markers, the board needs 36 (found tag16h5)\n");
  CHECK(said_of_board(grid + "dictionary: tag36h12") ==
        "scenario.subject.dictionary: unknown marker family (found 'tag36h12'), did you mean "
        "'tag36h10'?\n");
}

TEST_CASE("a ChArUco board of black first squares has the markers of the other colour") {
  // 3 x 3: five white squares, or four.
  const std::string board = "rows: 3, cols: 3, marker_size_mm: 30, square_size_mm: 40, ";
  CHECK(said_of_board(board + "ids: [0, 1, 2, 3, 4]").empty());
  CHECK(said_of_board(board + "first_square: black, ids: [0, 1, 2, 3]").empty());
  CHECK(said_of_board(board + "first_square: black, ids: [0, 1, 2, 3, 4]") ==
        "scenario.subject.ids: must hold one id for each of the board's 4 markers (found 5)\n");
}

TEST_CASE("a field of view of 180 degrees and more needs a fisheye") {
  CHECK(said_of_camera("fov: 180") ==
        "camera.fov: must be < 180 unless camera.intrinsics.distortion_model is kannala_brandt "
        "(found 180.0)\n");
  CHECK(said_of_camera("fov: 190, intrinsics: {distortion_model: kannala_brandt}").empty());
}

TEST_CASE("a lens that turns back before the image's border is refused") {
  CHECK(said_of_camera("fov: 90, intrinsics: {distortion_model: brown_conrady, k1: -0.1}").empty());
  const std::string said =
      said_of_camera("fov: 90, intrinsics: {distortion_model: brown_conrady, k1: -0.3}");
  CHECK(said ==
        "camera.intrinsics.distortion_model: the lens has no ray for pixel (0, 0): its "
        "polynomial turns back before it reaches the image's border; use other "
        "coefficients or a smaller field of view (found brown_conrady)\n");
}

TEST_CASE("what is printed around tags needs a board and room") {
  const std::string checkers = "layout: cb, tag_spacing_bits: 2";
  CHECK(said_of_tags(checkers).empty());
  CHECK(said_of("scenario: {use_board: false, subject: {type: TAGS, " + checkers + "}}") ==
        "scenario.subject.layout: must be plain without scenario.use_board: it is printed on the "
        "board (found cb)\n");
  CHECK(said_of("scenario: {flying: true, subject: {type: TAGS, " + checkers + "}}") ==
        "scenario.subject.layout: must be plain with scenario.flying: tags afloat share no board "
        "(found cb)\n");
  CHECK(said_of_tags("layout: cb, tag_spacing_bits: 1") ==
        "tag.margin_bits: the quiet zone of tag36h11 covers what is printed around it: must be <= "
        "0 with scenario.subject.tag_spacing_bits 1.0 (found 1)\n");
  CHECK(said_of_tags("layout: aprilgrid") ==
        "tag.margin_bits: the quiet zone of tag36h11 covers what is printed around it: must be <= "
        "0 with scenario.subject.tag_spacing_bits 2.0 (found 1)\n");
}

TEST_CASE("occluders have ordered ranges, and a board does not fly") {
  CHECK(said_of("scenario: {occluders: {height_min_m: 0.3}}") ==
        "scenario.occluders.height_min_m: must be <= scenario.occluders.height_max_m, 0.2 (found "
        "0.3)\n");
  CHECK(said_of("scenario: {flying: true, subject: {type: BOARD, rows: 6, cols: 6, "
                "marker_size_mm: 30, spacing_ratio: 0.3}}") ==
        "scenario.flying: has no effect on a BOARD: remove it (found true)\n");
}

TEST_CASE("an environment that Blender should bring is one that it brings") {
  CHECK(said_of("scene: {background_hdri: 'blender:city.exr'}").empty());
  CHECK(said_of("scene: {background_hdri: 'blender:citi.exr'}") ==
        "scene.background_hdri: expected a file, or one of blender:city.exr, "
        "blender:courtyard.exr, blender:forest.exr, blender:interior.exr, blender:night.exr, "
        "blender:studio.exr (found 'blender:citi.exr'), did you mean 'blender:city.exr'?\n");
}

TEST_CASE("settings that others leave without work are told, each with its reason") {
  const auto idle = [](std::string_view yaml) {
    std::string all;
    for (const std::string& note : idle_settings(read_yaml(yaml))) all += note + "\n";
    return all;
  };
  CHECK(idle("{}").empty());
  CHECK(idle("camera: {iso: 800, intrinsics: {k1: 0.1}}") ==
        "camera.iso: has no effect without camera.iso_coupling\n"
        "camera.intrinsics: k1, k2, k3, p1, p2: has no effect with distortion_model none\n");
  CHECK(idle("camera: {ppm_constraint: {}, elevation: 0.5}\nscenario: {sampling_mode: angle}") ==
        "camera.ppm_constraint: has no effect in a sweep (scenario.sampling_mode)\n"
        "camera.elevation: has no effect in a sweep of angles (scenario.sampling_mode)\n");
  CHECK(idle("scenario: {occluders: {}}") ==
        "scenario.occluders: has no effect without a sun above the horizon "
        "(scene.lighting.directional)\n");
  CHECK(idle("tag: {material: {roughness_max: 0.9}}\nscene: {hdri_strength: 2}") ==
        "tag.material: has no effect without tag.material.randomize\n"
        "scene.hdri_strength: has no effect without scene.background_hdri\n");
}

}  // namespace rtag::schema
