// SPDX-License-Identifier: MIT
// LensWarp: from the picture that Blender renders for a camera (geometry::rendered_camera) to the
// image behind the camera's lens (geometry::camera_model). The centre of each pixel of the image is
// followed along its ray to the picture, both exactly as labels are projected:
//
//   pixel  --unproject, the lens-->  ray  --project, the rendered camera-->  place in the picture
//
// Light is read there in linear float values, with a kernel as wide as the pixel's footprint in the
// picture: the rows of the map's Jacobian (stretched_kernels.h). The places are exact to 1e-4 px in
// a grid with cubic interpolation between, and rounded to 1/256 px. Objects are read at the nearest
// pixel. Beyond the picture's border its outermost pixels are repeated.
//
// Making one takes as long as four images. Immutable; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dataset/raw_frame.h"
#include "dataset/stretched_kernels.h"
#include "schema/geometry/camera_model.h"
#include "schema/scene_recipe.h"

namespace rtag::dataset {

class LensWarp {
 public:
  explicit LensWarp(const schema::CameraRecipe& camera);

  // REQUIRES: every pixel of the image has a ray (CameraModel::pixel_without_ray), and the picture
  // shows it.
  LensWarp(const geometry::CameraModel& rendered, const geometry::CameraModel& image);

  // The picture is the image: both cameras are the same, and nothing is done.
  bool is_identity() const { return sources_.empty(); }

  int width_px() const { return width_px_; }  // of the image
  int height_px() const { return height_px_; }

  // The light of whole rows of the image, into 3 * width * rows values. REQUIRES: `picture` is of
  // the rendered camera's size; the map is not the identity.
  void read_rows(const RawFrame& picture, int first_row, std::span<float> linear_rgb) const;

  IndexImage warped(const IndexImage& picture) const;
  RawFrame warped(const RawFrame& picture) const;

 private:
  // Where a pixel of the image reads the picture.
  struct Source {
    std::int16_t column, row;  // of the first pixel that is read
    std::uint16_t kernel_x, kernel_y;
  };

  void require_picture(int width_px, int height_px) const;
  void read_pixel(const RawFrame& picture, const Source& source, float* rgb) const;
  void read_pixel_at_border(const RawFrame& picture, const Source& source, float* rgb) const;

  int width_px_;
  int height_px_;
  int picture_width_px_;
  int picture_height_px_;
  StretchedKernels kernels_{1};
  // One a pixel of the image, row by row.
  std::vector<Source> sources_;
  std::vector<std::int32_t> nearest_;  // number of the picture's pixel that it is in
};

}  // namespace rtag::dataset
