// SPDX-License-Identifier: MIT
// The labels of a picture, from the recipe alone: where the corners of its markers are, through the
// lens. What hides them is not looked at. Pure functions, any thread.
//
// Pixels are continuous: the first one's centre is (0.5, 0.5).
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "compiler/preview_texture.h"
#include "schema/scene_recipe.h"

namespace rtag::compiler {

using ImagePoint = std::optional<Eigen::Vector2d>;  // nullopt: the camera has no image of it

struct MarkerLabel {
  int id = 0;
  std::string family;
  bool facing = false;                // the printed side is towards the camera
  std::array<ImagePoint, 4> corners;  // TL, TR, BR, BL of the black border; inside the image or not
  std::vector<ImagePoint> outline;  // along the border, from TL; closed, and curved as the lens is
};

struct PictureLabels {
  std::vector<MarkerLabel> markers;             // tags, and the markers of calibration boards
  std::vector<std::vector<ImagePoint>> boards;  // the rims of calibration boards, like `outline`
};

// REQUIRES: a camera of this number.
PictureLabels picture_labels(const schema::SceneRecipe& recipe, std::size_t camera_index);

// Outlines, ids and a dot on corner 0; grey is what faces away. REQUIRES: a picture of that camera.
void draw_labels(const PictureLabels& labels, RgbImage& picture);

}  // namespace rtag::compiler
