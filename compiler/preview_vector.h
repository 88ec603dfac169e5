// SPDX-License-Identifier: MIT
// The few float vectors that the preview computes with, millions of times a picture. Plain values.
#pragma once

namespace rtag::compiler {

struct Float3 {
  float x = 0, y = 0, z = 0;
};

constexpr Float3 operator+(const Float3& a, const Float3& b) {
  return {a.x + b.x, a.y + b.y, a.z + b.z};
}
constexpr Float3 operator-(const Float3& a, const Float3& b) {
  return {a.x - b.x, a.y - b.y, a.z - b.z};
}
constexpr Float3 operator*(const Float3& a, float factor) {
  return {a.x * factor, a.y * factor, a.z * factor};
}
constexpr float dot(const Float3& a, const Float3& b) { return a.x * b.x + a.y * b.y + a.z * b.z; }

// Linear light.
struct Rgb {
  float r = 0, g = 0, b = 0;
};

constexpr Rgb operator+(const Rgb& a, const Rgb& b) { return {a.r + b.r, a.g + b.g, a.b + b.b}; }
constexpr Rgb operator-(const Rgb& a, const Rgb& b) { return {a.r - b.r, a.g - b.g, a.b - b.b}; }
constexpr Rgb operator*(const Rgb& a, const Rgb& b) { return {a.r * b.r, a.g * b.g, a.b * b.b}; }
constexpr Rgb operator*(const Rgb& a, float factor) {
  return {a.r * factor, a.g * factor, a.b * factor};
}

// Axis-aligned; x and y of any frame.
struct Box {
  float x_min = 0, x_max = 0, y_min = 0, y_max = 0;

  constexpr bool contains(float x, float y) const {
    return x >= x_min && x <= x_max && y >= y_min && y <= y_max;
  }
  constexpr bool touches(const Box& other) const {
    return x_min <= other.x_max && other.x_min <= x_max && y_min <= other.y_max &&
           other.y_min <= y_max;
  }
};

}  // namespace rtag::compiler
