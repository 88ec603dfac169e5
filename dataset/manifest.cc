// SPDX-License-Identifier: MIT
#include "dataset/manifest.h"

#include <variant>

#include <nlohmann/json.hpp>

#include "dataset/coco.h"
#include "dataset/products.h"
#include "schema/write.h"

namespace rtag::dataset {
namespace {

using Json = nlohmann::ordered_json;

Json intrinsics_json(const std::optional<schema::IntrinsicsRecipe>& intrinsics) {
  if (!intrinsics) return nullptr;
  const schema::Matrix3& k = intrinsics->k_matrix;
  return {{"fx", k[0][0]},
          {"fy", k[1][1]},
          {"cx", k[0][2]},
          {"cy", k[1][2]},
          {"width", intrinsics->resolution[0]},
          {"height", intrinsics->resolution[1]}};
}

double tag_size_m(const schema::JobSpec& job) {
  const auto& subject = job.scene_config.scenario.subject;
  if (!subject) return 0;
  const auto* board = std::get_if<schema::BoardSubject>(&*subject);
  return (board ? board->marker_size_mm : std::get<schema::TagsSubject>(*subject).size_mm) / 1000;
}

Json tags_json(const schema::JobSpec& job) {
  const std::vector<std::string> families = coco_categories(job);
  if (families.empty()) return nullptr;
  return {{"tag_family", families.front()},
          {"tag_families", families},
          {"tag_size_m", tag_size_m(job)}};
}

Json renderers_json(const std::vector<RendererIdentity>& renderers) {
  Json list = Json::array();
  for (const RendererIdentity& renderer : renderers) {
    Json item;
    schema::for_each_field<RendererIdentity>(
        [&](const auto& field) { item[std::string(field.name)] = renderer.*field.member; });
    list.push_back(item);
  }
  return list;
}

Json counts_json(const ManifestInput& input) {
  return {{"scenes", input.counts.scenes},
          {"images", input.counts.images},
          {"records", input.counts.records},
          {"coco_annotations", input.counts.annotations},
          {"quarantined", input.quarantined.size()}};
}

}  // namespace

std::string manifest_json(const schema::JobSpec& job, const ManifestInput& input) {
  Json scopes = Json::array();
  for (const schema::EvaluationScope scope : job.scene_config.dataset.evaluation_scopes) {
    scopes.push_back(std::string(schema::word_of(scope)));
  }
  Json manifest;
  manifest["provenance"] = {{"rtag_version", input.tool_version},
                            {"job_id", job.job_id},
                            {"global_seed", job.global_seed},
                            {"renderers", renderers_json(input.renderers)}};
  manifest["camera_intrinsics"] = intrinsics_json(input.intrinsics);
  manifest["tag_specification"] = tags_json(job);
  manifest["pose_convention"] = "wxyz";
  manifest["pixel_center"] = kPixelCenter;
  manifest["evaluation_scopes"] = scopes;
  manifest["experiment"] = nullptr;
  manifest["metadata"] = job.scene_config.dataset.metadata;
  manifest["counts"] = counts_json(input);
  manifest["quarantined"] = input.quarantined;
  return schema::to_pretty_json(manifest);
}

}  // namespace rtag::dataset
