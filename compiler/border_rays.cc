// SPDX-License-Identifier: MIT
#include "compiler/border_rays.h"

#include "schema/check.h"

namespace rtag::compiler {

Eigen::Vector3d ray_of(const geometry::CameraModel& camera, const Eigen::Vector2d& pixel) {
  const auto ray = camera.unproject(pixel);
  RTAG_CHECK(ray.has_value(), "a lens without a ray for a pixel is refused when a config is read");
  return *ray;
}

std::vector<Eigen::Vector3d> border_rays(const geometry::CameraModel& camera) {
  constexpr int kSteps = 32;
  std::vector<Eigen::Vector3d> rays;
  for (int i = 0; i <= kSteps; ++i) {
    const double u = static_cast<double>(i) / kSteps * camera.width;
    const double v = static_cast<double>(i) / kSteps * camera.height;
    for (const Eigen::Vector2d& pixel : {Eigen::Vector2d(u, 0), Eigen::Vector2d(u, camera.height),
                                         Eigen::Vector2d(0, v), Eigen::Vector2d(camera.width, v)}) {
      rays.push_back(ray_of(camera, pixel));
    }
  }
  return rays;
}

}  // namespace rtag::compiler
