// SPDX-License-Identifier: MIT
// Outlines: what a flat quadrilateral looks like in the image. Through a pinhole that stands still
// it is a quadrilateral again; a lens or a rolling shutter bends its edges, and the outline follows
// them to 0.1 px inside the image. Pure; any thread.
//
// What the camera cannot see is cut off in space first: what is behind a pinhole's plane; of a bent
// image, what lies farther from the optical axis than the image does (or than the lens reaches). A
// face that goes around behind the camera of a fisheye and beyond the end of its lens is cut along
// a plane, so such a face may lose a part that the image shows; one that the axis leaves through
// behind the camera has an outline that runs the wrong way round, as if seen from behind.
#pragma once

#include <array>

#include "dataset/moving_camera.h"
#include "schema/geometry/polygon.h"

namespace rtag::dataset {

inline constexpr double kOutlineTolerance_px = 0.1;

using Quad = std::array<geometry::Point<geometry::Camera>, 4>;  // in order around, convex, flat

// Whether edges may be bent: there is a lens, or a rolling shutter in motion.
bool is_bent(const MovingCamera& camera);

// In the quadrilateral's order; seen from behind it runs the other way round. Not clipped to the
// image; fewer than three points when nothing is in sight. Bent edges may make it concave: where
// the image's border cuts it into several pieces, clip_to_image joins them along the border.
geometry::Polygon outline(const Quad& quad, const MovingCamera& camera);

}  // namespace rtag::dataset
