// SPDX-License-Identifier: MIT
#include "dataset/provenance.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "dataset/products.h"
#include "schema/typed_io.h"

namespace rtag::dataset {

std::size_t RendererTable::index_of(const RendererIdentity& renderer) {
  const auto found = std::find(identities_.begin(), identities_.end(), renderer);
  const auto index = static_cast<std::size_t>(found - identities_.begin());
  if (found == identities_.end()) identities_.push_back(renderer);
  return index;
}

ProvenanceWriter::ProvenanceWriter(StagedFile& file, StagedFile& images, const schema::JobSpec& job,
                                   RendererTable& renderers)
    : file_(file),
      images_file_(images),
      global_seed_(job.global_seed),
      renderers_(renderers),
      scenes_(file),
      images_(images) {
  file_.write(
      fmt::format("{{\n  \"version\": \"1.0\",\n  \"job_id\": {},\n  \"global_seed\": {},\n"
                  "  \"pixel_center\": {},\n  \"scenes\": {{",
                  schema::to_json(job.job_id), global_seed_, kPixelCenter));
}

void ProvenanceWriter::add(const SceneCommit& commit) {
  scenes_.add(std::to_string(commit.scene_id),
              fmt::format(R"({{"scene_seed":{},"renderer":{},"denoiser":{},"recipe":{}}})",
                          commit.recipe.random_seed, renderers_.index_of(commit.renderer),
                          schema::to_json(commit.denoiser), schema::to_json(commit.recipe)));
  for (const ImageCommit& image : commit.images) {
    images_.add(
        std::filesystem::path(image.file).stem().string(),
        fmt::format(R"({{"scene_id":{},"camera_index":{},"global_seed":{},"scene_seed":{},)"
                    R"("render_seed":{},"sha256":{}}})",
                    commit.scene_id, image.camera_index, global_seed_, commit.recipe.random_seed,
                    image.render_seed, schema::to_json(image.sha256)));
  }
}

void ProvenanceWriter::finish() {
  scenes_.end("}");
  images_.end("}");
  file_.write(",\n  \"images\": {");
  file_.append(images_file_);
  file_.write(",\n  \"renderers\": [");
  JsonRows rows(file_);
  for (const RendererIdentity& renderer : renderers_.identities()) {
    rows.add(schema::to_json(renderer));
  }
  rows.end("]");
  file_.write("\n}\n");
}

}  // namespace rtag::dataset
