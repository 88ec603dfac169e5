// SPDX-License-Identifier: MIT
// The preview: a picture of a recipe without Blender, in a part of a second. The lens, the geometry
// and the pixel filter are the render's, so that a marker is where the labels say, to 0.01 px of
// the ray that is drawn. Pure functions, any thread; the same bytes for the same recipe.
//
// Light is as in the renderer's scene (preview_light.h), but only what goes straight from a lamp to
// a surface and from there to the camera. Left out: light between surfaces, gloss, soft edges of
// shadows, motion blur, depth of field, noise. Surfaces scatter evenly, occluders are thin, and the
// back of what is printed is blank. Without an environment map everything around radiates 0.05, as
// in the renderer; an environment map is replaced by its hdri_strength times 1, the same from
// everywhere. No exposure is chosen: what is too dark here is so in the render.
//
// The pixel filter is Blender's Blackman-Harris of 1.5 px: F. J. Harris, "On the use of windows for
// harmonic analysis with the discrete Fourier transform", Proc. IEEE 66(1), 1978, table I, over 3
// px.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "compiler/preview_texture.h"
#include "schema/scene_recipe.h"

namespace rtag::compiler {

// Scene-linear R, G, B, row by row from the top: what a tone curve is applied to.
struct LightImage {
  int width_px = 0;
  int height_px = 0;
  std::vector<float> rgb;
};

// The picture of camera `camera_index`. `floor`: the image that recipe.world.texture_path names; it
// may be shared by pictures. REQUIRES: a camera of this number whose every pixel has a ray
// (CameraModel::pixel_without_ray); a floor image when the recipe has a floor.
LightImage preview(const schema::SceneRecipe& recipe, std::size_t camera_index,
                   std::shared_ptr<const ImagePyramid> floor);

}  // namespace rtag::compiler
