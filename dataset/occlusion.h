// SPDX-License-Identifier: MIT
// Occlusion: which share of the pixels inside an outline shows something else, by the index pass.
// Pure; any thread. Pixels are continuous, the first one's centre is (0.5, 0.5).
#pragma once

#include <cstdint>

#include "dataset/raw_frame.h"
#include "schema/geometry/polygon.h"

namespace rtag::dataset {

// A worker's index pass shows what lies under each pixel's centre (Cycles takes the first sample
// there), in single precision and by the engine's own rule for edges. A pixel whose centre is
// nearer than this to the edge of an object's plane, along x or y, is therefore not asked whether
// it shows the object. With a white margin around the border that edge is farther away anyway.
inline constexpr double kIndexReach_px = 0.5;

// The same for an image whose edges are bent: a lens brings the index of the nearest rendered
// pixel, whose centre is up to half a rendered pixel away, and outlines have their own tolerance.
inline constexpr double kBentIndexReach_px = 1.5;

// Of the pixels whose centres are inside `border` and not nearer than `reach_px` to an edge of
// `plane`. 1 where no pixel is asked, and for an outline that runs the wrong way round.
double hidden_share(const geometry::Polygon& border, const geometry::Polygon& plane,
                    double reach_px, const IndexImage& index, std::int32_t object_number);

}  // namespace rtag::dataset
