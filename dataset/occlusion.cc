// SPDX-License-Identifier: MIT
#include "dataset/occlusion.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

namespace rtag::dataset {
namespace {

using geometry::Polygon;

// Columns of one row; none when last < first.
struct Columns {
  int first, last;
};

Columns in_row(double first, double last, int width_px) {
  return {static_cast<int>(std::clamp(first, 0.0, 1.0 * width_px)),
          static_cast<int>(std::clamp(last, -1.0, width_px - 1.0))};
}

// Whose pixels' centres lie inside the polygon, its border included (even-odd rule).
std::vector<Columns> columns_inside(const Polygon& polygon, int row, int width_px) {
  const double y = row + 0.5;
  std::vector<double> crossings;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Eigen::Vector2d& a = polygon[i];
    const Eigen::Vector2d& b = polygon[(i + 1) % polygon.size()];
    if ((a.y() > y) == (b.y() > y)) continue;
    crossings.push_back(a.x() + (b.x() - a.x()) * ((y - a.y()) / (b.y() - a.y())));
  }
  std::sort(crossings.begin(), crossings.end());
  std::vector<Columns> inside;
  for (std::size_t i = 0; i + 1 < crossings.size(); i += 2) {
    inside.push_back(
        in_row(std::ceil(crossings[i] - 0.5), std::floor(crossings[i + 1] - 0.5), width_px));
  }
  return inside;
}

// Whose pixels' centres are nearer than `reach_px`, along x and y, to an edge of the polygon.
std::vector<Columns> columns_at_edges(const Polygon& polygon, double reach_px, int row,
                                      int width_px) {
  const double low_y = row + 0.5 - reach_px;
  const double high_y = row + 0.5 + reach_px;
  std::vector<Columns> near;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Eigen::Vector2d& a = polygon[i];
    const Eigen::Vector2d& b = polygon[(i + 1) % polygon.size()];
    if (std::max(a.y(), b.y()) <= low_y || std::min(a.y(), b.y()) >= high_y) continue;
    const auto x_at = [&](double y) {
      const double part = a.y() == b.y() ? 0 : (y - a.y()) / (b.y() - a.y());
      return a.x() + (b.x() - a.x()) * std::clamp(part, 0.0, 1.0);
    };
    auto [low_x, high_x] = std::minmax({x_at(low_y), x_at(high_y)});
    if (a.y() == b.y()) std::tie(low_x, high_x) = std::minmax({a.x(), b.x()});
    near.push_back(in_row(std::floor(low_x - reach_px - 0.5) + 1,
                          std::ceil(high_x + reach_px - 0.5) - 1, width_px));
  }
  return near;
}

struct Tally {
  long asked = 0;
  long hidden = 0;
};

}  // namespace

double hidden_share(const Polygon& border, const Polygon& plane, double reach_px,
                    const IndexImage& index, std::int32_t object_number) {
  if (border.size() < 3 || !(geometry::signed_area(border) > 0)) return 1;
  Tally tally;
  std::vector<char> is_asked(static_cast<std::size_t>(index.width_px));
  const auto mark = [&](const std::vector<Columns>& runs, char asked) {
    for (const auto& [first, last] : runs) {
      for (int column = first; column <= last; ++column) {
        is_asked[static_cast<std::size_t>(column)] = asked;
      }
    }
  };
  for (int row = 0; row < index.height_px; ++row) {
    const std::vector<Columns> inside = columns_inside(border, row, index.width_px);
    if (inside.empty()) continue;
    mark(inside, 1);
    mark(columns_at_edges(plane, reach_px, row, index.width_px), 0);
    for (const auto& [first, last] : inside) {
      for (int column = first; column <= last; ++column) {
        if (!is_asked[static_cast<std::size_t>(column)]) continue;
        ++tally.asked;
        tally.hidden += index.at(column, row) != object_number ? 1 : 0;
      }
    }
    mark(inside, 0);
  }
  if (tally.asked == 0) return 1;
  return static_cast<double>(tally.hidden) / static_cast<double>(tally.asked);
}

}  // namespace rtag::dataset
