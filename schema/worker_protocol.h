// SPDX-License-Identifier: MIT
// What host and worker say to each other, as types (the contract in prose: docs/protocol.md).
// Requests are written with write.h; replies are read strictly, every key required and none
// unknown.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schema/fields.h"
#include "schema/vocabulary.h"

namespace rtag::schema {

inline constexpr int kProtocolVersion = 1;

struct Device {
  std::string type;
  std::string name;
  bool operator==(const Device&) const = default;
};
constexpr auto fields_of(std::type_identity<Device>) {
  using S = Device;
  return table<S>(field("type", &S::type, "", "CPU, CUDA, OPTIX, HIP."),
                  field("name", &S::name, "", "As the driver calls it."));
}

// The reply to INIT: what this Blender is and can do.
struct Capabilities {
  int protocol_version = 0;
  std::string worker;
  int pid = 0;
  std::string blender_version;
  std::string blender_build_hash;
  std::string blender_build_platform;
  std::string python_version;
  std::vector<std::string> engines;
  std::vector<Device> devices;
  std::vector<std::string> denoisers;
  std::string datafiles;
  bool operator==(const Capabilities&) const = default;
};
constexpr auto fields_of(std::type_identity<Capabilities>) {
  using S = Capabilities;
  return table<S>(
      field("protocol_version", &S::protocol_version, "", "Of the shim."),
      field("worker", &S::worker, "", "slot.incarnation."),
      field("pid", &S::pid, "", "Of the Blender process."),
      field("blender_version", &S::blender_version, "", "3.4.1."),
      field("blender_build_hash", &S::blender_build_hash, "", "Of the source that was built."),
      field("blender_build_platform", &S::blender_build_platform, "", "Linux."),
      field("python_version", &S::python_version, "", "Of Blender's Python."),
      field("engines", &S::engines, "", "Subset of cycles, eevee, workbench."),
      field("devices", &S::devices, "", "Render devices."),
      field("denoisers", &S::denoisers, "", "Subset of OPENIMAGEDENOISE, OPTIX."),
      field("datafiles", &S::datafiles, "", "Folder that holds colormanagement/config.ocio."));
}

// How many data-blocks Blender holds: level from scene to scene, or something leaks.
struct Census {
  int objects = 0, meshes = 0, materials = 0, images = 0, lights = 0, cameras = 0, worlds = 0;
  int actions = 0, nodes = 0;
  bool operator==(const Census&) const = default;
};
constexpr auto fields_of(std::type_identity<Census>) {
  using S = Census;
  constexpr std::string_view kCount = "Data-blocks.";
  return table<S>(
      field("objects", &S::objects, "", kCount), field("meshes", &S::meshes, "", kCount),
      field("materials", &S::materials, "", kCount), field("images", &S::images, "", kCount),
      field("lights", &S::lights, "", kCount), field("cameras", &S::cameras, "", kCount),
      field("worlds", &S::worlds, "", kCount), field("actions", &S::actions, "", kCount),
      field("nodes", &S::nodes, "", "Shader nodes of all materials and worlds."));
}

// One rendered view, as it lies in the scratch folder.
struct FrameReply {
  int camera_index = 0;
  std::string image;
  std::string image_layer;
  std::string index;
  std::string index_channel;
  std::int64_t bytes = 0;
  std::array<int, 2> resolution{};
  Matrix4 world_from_camera{};
  std::optional<Matrix4> projection;
  std::optional<double> fisheye_fov;
  double render_s = 0;
  bool operator==(const FrameReply&) const = default;
};
constexpr auto fields_of(std::type_identity<FrameReply>) {
  using S = FrameReply;
  return table<S>(
      field("camera_index", &S::camera_index, "", "In the recipe."),
      field("image", &S::image, "", "OpenEXR file, scene-linear float."),
      field("image_layer", &S::image_layer, "", "Prefix of its R, G, B channels."),
      field("index", &S::index, "", "OpenEXR file with the object-index pass."),
      field("index_channel", &S::index_channel, "", "Its channel; objects[i] is i + 1."),
      field("bytes", &S::bytes, "bytes", "Of all files of this frame."),
      field("resolution", &S::resolution, "px", "[width, height]."),
      field("world_from_camera", &S::world_from_camera, "m", "Blender's evaluated camera pose."),
      field("projection", &S::projection, "",
            "Blender's evaluated projection matrix; null of a fisheye."),
      field("fisheye_fov", &S::fisheye_fov, "rad",
            "Full angle of an equidistant fisheye; null of a pinhole."),
      field("render_s", &S::render_s, "s", "Wall time of the render call alone."));
}

struct RenderReply {
  int scene_id = 0;
  std::vector<FrameReply> frames;
  double build_s = 0;
  double total_s = 0;
  Census census;
  double rss_mb = 0;
  bool operator==(const RenderReply&) const = default;
};
constexpr auto fields_of(std::type_identity<RenderReply>) {
  using S = RenderReply;
  return table<S>(field("scene_id", &S::scene_id, "", "As asked."),
                  field("frames", &S::frames, "", "One a camera."),
                  field("build_s", &S::build_s, "s", "Time to build the scene."),
                  field("total_s", &S::total_s, "s", "From request to reply."),
                  field("census", &S::census, "", "After the scene."),
                  field("rss_mb", &S::rss_mb, "MB", "Resident memory after the scene."));
}

// What the worker's second socket tells twice a second.
struct Heartbeat {
  std::string worker;
  std::int64_t sequence = 0;
  std::string state;
  std::optional<int> scene_id;
  double rss_mb = 0;
  double uptime_s = 0;
  bool operator==(const Heartbeat&) const = default;
};
constexpr auto fields_of(std::type_identity<Heartbeat>) {
  using S = Heartbeat;
  return table<S>(field("worker", &S::worker, "", "slot.incarnation."),
                  field("sequence", &S::sequence, "", "Counts from 0."),
                  field("state", &S::state, "", "STARTING, IDLE or RENDERING."),
                  field("scene_id", &S::scene_id, "", "While rendering."),
                  field("rss_mb", &S::rss_mb, "MB", "Resident memory."),
                  field("uptime_s", &S::uptime_s, "s", "Of the process."));
}

}  // namespace rtag::schema
