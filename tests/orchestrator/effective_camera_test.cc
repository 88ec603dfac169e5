// SPDX-License-Identifier: MIT
// The camera that Blender used against the picture that a recipe asks for. The frames are written
// by hand from Blender's projection matrix: P00 = 2 fx / W, P02 = 1 - 2 cx / W, P12 = 2 cy / H - 1.
#include <catch2/catch.hpp>

#include "orchestrator/finish_scene.h"

namespace rtag::orchestrator {
namespace {

using schema::FaultKind;

constexpr schema::Matrix4 kPose{{{1, 0, 0, 0.5}, {0, 1, 0, 0}, {0, 0, 1, 2}, {0, 0, 0, 1}}};

schema::CameraRecipe plain_camera() {
  schema::CameraRecipe camera;
  camera.transform_matrix = kPose;
  camera.intrinsics.resolution = {160, 120};
  camera.intrinsics.k_matrix = {{{200, 0, 70}, {0, 150, 66}, {0, 0, 1}}};
  return camera;
}

schema::FrameReply plain_frame() {
  schema::FrameReply frame;
  frame.resolution = {160, 120};
  frame.world_from_camera = kPose;
  frame.projection =
      schema::Matrix4{{{2.5, 0, 0.125, 0}, {0, 2.5, 0.1, 0}, {0, 0, -1.001, -0.02}, {0, 0, -1, 0}}};
  return frame;
}

schema::CameraRecipe overscan_camera() {
  schema::CameraRecipe camera = plain_camera();
  camera.intrinsics.distortion_model = schema::DistortionModel::kBrownConrady;
  camera.intrinsics.distortion_coeffs = {-0.1, 0, 0, 0, 0};
  camera.intrinsics.resolution_overscan = {{200, 150}};
  camera.intrinsics.k_matrix_overscan = {{{200, 0, 100}, {0, 150, 75}, {0, 0, 1}}};
  return camera;
}

schema::FrameReply overscan_frame() {
  schema::FrameReply frame = plain_frame();
  frame.resolution = {200, 150};
  frame.projection =
      schema::Matrix4{{{2, 0, 0, 0}, {0, 2, 0, 0}, {0, 0, -1.001, -0.02}, {0, 0, -1, 0}}};
  return frame;
}

schema::CameraRecipe fisheye_camera() {
  schema::CameraRecipe camera = plain_camera();
  camera.intrinsics.distortion_model = schema::DistortionModel::kKannalaBrandt;
  camera.intrinsics.distortion_coeffs = {0.1, 0, 0, 0};
  camera.intrinsics.fov_spherical = 3.2;
  camera.intrinsics.resolution_spherical = {{640, 640}};
  return camera;
}

schema::FrameReply fisheye_frame(double fov) {
  schema::FrameReply frame = plain_frame();
  frame.resolution = {640, 640};
  frame.projection.reset();
  frame.fisheye_fov = fov;
  return frame;
}

schema::Fault fault_of(const schema::CameraRecipe& camera, const schema::FrameReply& frame) {
  const auto outcome = check_effective_camera(camera, frame);
  REQUIRE_FALSE(outcome);
  return outcome.error();
}

}  // namespace

TEST_CASE("the picture that a recipe asks for is accepted: plain, overscan and fisheye") {
  CHECK(check_effective_camera(plain_camera(), plain_frame()));
  CHECK(check_effective_camera(overscan_camera(), overscan_frame()));
  CHECK(check_effective_camera(fisheye_camera(), fisheye_frame(3.2F)));
}

TEST_CASE("a frame of the image's size is no overscan picture") {
  const schema::Fault fault = fault_of(overscan_camera(), plain_frame());
  CHECK(fault.kind == FaultKind::kRejected);
  CHECK(fault.message == "the frame has another resolution than was asked for");
}

TEST_CASE("a pinhole picture is no fisheye, and the other way round") {
  schema::FrameReply pinhole = plain_frame();
  pinhole.resolution = {640, 640};
  schema::FrameReply fisheye = fisheye_frame(3.2);
  fisheye.resolution = {160, 120};
  for (const schema::Fault& fault :
       {fault_of(fisheye_camera(), pinhole), fault_of(plain_camera(), fisheye)}) {
    CHECK(fault.kind == FaultKind::kRejected);
    CHECK(fault.message == "the frame has another kind of camera than was asked for");
  }
}

TEST_CASE("a camera that differs by more than single precision stops the run") {
  CHECK(fault_of(fisheye_camera(), fisheye_frame(3.201)).message ==
        "the camera that Blender used differs from the recipe's: its camera matrix by 9.8e-05 "
        "relative, 1e-05 is allowed; labels would be wrong, so the run stops");
  schema::FrameReply shifted = overscan_frame();
  (*shifted.projection)[0][2] = 0.001;  // 0.1 px
  CHECK(fault_of(overscan_camera(), shifted).message ==
        "the camera that Blender used differs from the recipe's: its camera matrix by 0.0005 "
        "relative, 1e-05 is allowed; labels would be wrong, so the run stops");
  schema::FrameReply moved = plain_frame();
  moved.world_from_camera[0][3] += 0.002;
  CHECK(fault_of(plain_camera(), moved).message ==
        "the camera that Blender used differs from the recipe's: its pose by 0.001 relative, "
        "1e-05 is allowed; labels would be wrong, so the run stops");
  CHECK(fault_of(plain_camera(), moved).kind == FaultKind::kUnavailable);
}

}  // namespace rtag::orchestrator
