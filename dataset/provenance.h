// SPDX-License-Identifier: MIT
// provenance.json: what every image was made from. `scenes` holds each recipe once, `images` leads
// from an image to its scene, seeds and SHA-256, `renderers` lists the identities that scenes name
// by index. No time stamps, host names or attempts: those are in run.json.
#pragma once

#include <vector>

#include "dataset/journal_format.h"
#include "dataset/json_rows.h"
#include "dataset/staged_file.h"
#include "schema/job_spec.h"

namespace rtag::dataset {

// Identities in the order in which scenes first name them.
class RendererTable {
 public:
  std::size_t index_of(const RendererIdentity& renderer);  // adds a new one
  const std::vector<RendererIdentity>& identities() const { return identities_; }

 private:
  std::vector<RendererIdentity> identities_;
};

// `images` is scratch for the second map, which grows beside the first. Files and table must
// outlive the writer.
class ProvenanceWriter {
 public:
  ProvenanceWriter(StagedFile& file, StagedFile& images, const schema::JobSpec& job,
                   RendererTable& renderers);
  void add(const SceneCommit& commit);
  void finish();

 private:
  StagedFile& file_;
  StagedFile& images_file_;
  std::uint32_t global_seed_;
  RendererTable& renderers_;
  JsonRows scenes_;
  JsonRows images_;
};

}  // namespace rtag::dataset
