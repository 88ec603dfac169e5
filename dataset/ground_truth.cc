// SPDX-License-Identifier: MIT
#include "dataset/ground_truth.h"

#include <utility>

#include <fmt/format.h>

#include "dataset/board_truth.h"
#include "dataset/face_truth.h"
#include "schema/check.h"
#include "schema/geometry/recipe_geometry.h"
#include "schema/marker_families.h"

namespace rtag::dataset {
namespace {

using schema::DetectionRecord;

DetectionRecord tag_record(const schema::ObjectRecipe& object, std::int32_t object_number,
                           const ImageView& image) {
  const auto* tag = std::get_if<schema::TagProperties>(&object.properties);
  RTAG_CHECK(tag != nullptr, "a TAG object has tag properties");
  const schema::MarkerFamily* family = schema::find_marker_family(tag->tag_family);
  RTAG_CHECK(family != nullptr, "a recipe's marker families are known");
  const double edge_m = tag->tag_size * object.scale[0];
  const Face border{image.camera_from_world * geometry::world_from_object(object), edge_m, edge_m};
  const double plane_m =
      edge_m * geometry::plane_edge_over_border_edge(family->grid_modules, tag->margin_bits);
  const Face paper{border.camera_from_face, plane_m, plane_m};
  const Plane plane = plane_of(corners_of(paper), object_number, image);
  DetectionRecord record = marker_record(border, plane, image, family->grid_modules);
  record.tag_id = tag->tag_id;
  record.tag_family = tag->tag_family;
  return record;
}

std::vector<DetectionRecord> object_records(const schema::ObjectRecipe& object,
                                            std::int32_t object_number, const ImageView& image) {
  if (object.type == schema::ObjectType::kTag) return {tag_record(object, object_number, image)};
  if (object.board) return board_records(object, object_number, image);
  return {};
}

double point_light_w(const schema::WorldRecipe& world) {
  double sum_w = 0;
  for (const schema::LightRecipe& light : world.lights) {
    if (light.type == schema::LightType::kPoint) sum_w += light.intensity;
  }
  return sum_w;
}

}  // namespace

std::string image_id(int scene_id, int camera_index) {
  return fmt::format("scene_{:04}_cam_{:04}", scene_id, camera_index);
}

std::vector<DetectionRecord> ground_truth(const schema::SceneRecipe& recipe, int camera_index,
                                          const IndexImage& index, std::uint64_t global_seed) {
  const std::size_t camera_at = static_cast<std::size_t>(camera_index);
  RTAG_CHECK(camera_index >= 0 && camera_at < recipe.cameras.size(), "no camera of this number");
  const schema::CameraRecipe& camera = recipe.cameras[camera_at];
  const std::array<int, 2> index_size_px{index.width_px, index.height_px};
  RTAG_CHECK(index_size_px == camera.intrinsics.resolution, "an index image of another size");
  const ImageView image{camera, moving_camera(camera), inverse(geometry::world_from_camera(camera)),
                        index};
  std::vector<DetectionRecord> records;
  for (std::size_t i = 0; i < recipe.objects.size(); ++i) {
    const auto object_number = static_cast<std::int32_t>(i) + 1;
    for (DetectionRecord& record : object_records(recipe.objects[i], object_number, image)) {
      record.image_id = image_id(recipe.scene_id, camera_index);
      record.global_seed = global_seed;
      record.scene_seed = recipe.random_seed;
      record.lighting_intensity = point_light_w(recipe.world);
      records.push_back(std::move(record));
    }
  }
  return records;
}

}  // namespace rtag::dataset
