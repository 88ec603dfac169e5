// SPDX-License-Identifier: MIT
// SceneCompiler: from a job to its scenes. Scene i is a pure function of the job, the names of the
// floor images and i: nothing is read, no clock, no state, so any thread may compile any scene in
// any order. Copies what it needs of the job.
//
// A scene is drawn in attempts of seeds derived from the job's seeds (scene_seeds.h): the first
// that meets every constraint is taken. Draws, their order and their seeds are those of the
// published recipes of config version 0.2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/camera_template.h"
#include "compiler/layout_constraint.h"
#include "compiler/plate_visibility.h"
#include "compiler/scene_seeds.h"
#include "schema/job_spec.h"
#include "schema/result.h"
#include "schema/scene_recipe.h"

namespace rtag::compiler {

class SceneCompiler {
 public:
  // `floor_textures`: the floor images, named as recipes shall name them; none: no floor.
  // REQUIRES: a job that passed check_job; names sorted and relative.
  SceneCompiler(const schema::JobSpec& job, std::vector<std::string> floor_textures);

  // A Fault (kInput) says which constraints could not be met, and how often.
  // REQUIRES: 0 <= scene_id < dataset.num_scenes.
  schema::Result<schema::SceneRecipe> compile(int scene_id) const;

 private:
  std::variant<schema::SceneRecipe, Constraint> attempt(int scene_id,
                                                        const AttemptSeeds& seeds) const;
  std::vector<schema::ObjectRecipe> subject(const AttemptSeeds& seeds) const;
  std::variant<std::vector<schema::CameraRecipe>, Constraint> cameras(
      int scene_id, const std::vector<schema::ObjectRecipe>& objects,
      const AttemptSeeds& seeds) const;
  schema::WorldRecipe world(int scene_id, const AttemptSeeds& seeds) const;

  schema::GenConfig config_;
  std::vector<std::string> floor_textures_;
  schema::RendererRecipe renderer_;
  CameraTemplate camera_;
  FieldOfView field_of_view_;
  std::optional<schema::ObjectRecipe> board_;  // of a BOARD subject, at the origin
};

}  // namespace rtag::compiler
