// SPDX-License-Identifier: MIT
// Points and rigid transforms that know their frame: a product that skips or swaps a frame does not
// compile. All frames are right-handed, lengths are metres.
//
//   World          +Z up
//   Camera         OpenCV: +X right, +Y down, +Z forward
//   BlenderCamera  +X right, +Y up, looking along -Z (as stored in recipes)
//   Object         a recipe object: +X right, +Y up, +Z out of its printed face
//   Tag            exported poses: +X right, +Y down, +Z into the face, origin at the centre
//
// Camera and BlenderCamera, as Object and Tag, differ by half a turn about X. Values are copied
// freely.
#pragma once

#include <Eigen/Core>

namespace rtag::geometry {

struct World {};
struct Camera {};
struct BlenderCamera {};
struct Object {};
struct Tag {};

template <class Frame>
struct Point {
  Eigen::Vector3d xyz = Eigen::Vector3d::Zero();
};

// x_in_to = rotation * x_in_from + translation. The rotation is orthonormal.
template <class To, class From>
struct Transform {
  Eigen::Matrix3d rotation = Eigen::Matrix3d::Identity();
  Eigen::Vector3d translation = Eigen::Vector3d::Zero();
};

template <class To, class From>
Point<To> operator*(const Transform<To, From>& to_from_from, const Point<From>& point) {
  return {to_from_from.rotation * point.xyz + to_from_from.translation};
}

template <class C, class B, class A>
Transform<C, A> operator*(const Transform<C, B>& c_from_b, const Transform<B, A>& b_from_a) {
  return {c_from_b.rotation * b_from_a.rotation,
          c_from_b.rotation * b_from_a.translation + c_from_b.translation};
}

template <class To, class From>
Transform<From, To> inverse(const Transform<To, From>& to_from_from) {
  const Eigen::Matrix3d rotation = to_from_from.rotation.transpose();
  return {rotation, -(rotation * to_from_from.translation)};
}

inline Eigen::Matrix3d half_turn_about_x() { return Eigen::Vector3d(1, -1, -1).asDiagonal(); }

// The only places where the two conventions meet.
inline Transform<BlenderCamera, Camera> blender_from_camera() {
  return {half_turn_about_x(), {0, 0, 0}};
}
inline Transform<Object, Tag> object_from_tag() { return {half_turn_about_x(), {0, 0, 0}}; }

}  // namespace rtag::geometry
