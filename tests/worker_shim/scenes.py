# SPDX-License-Identifier: MIT
"""RENDER payloads for tests, and PNG and EXR files read and written with NumPy alone."""
import os
import struct
import zlib

import numpy


def pose(x=0.0, y=0.0, z=0.6):
    """A camera that looks straight down."""
    return [[1, 0, 0, x], [0, 1, 0, y], [0, 0, 1, z], [0, 0, 0, 1]]


def camera(size_px=(64, 64), k=None, world_from_camera=None):
    width, height = size_px
    fx, fy, cx, cy = k or (width, width, width / 2, height / 2)
    return {
        "transform_matrix": world_from_camera or pose(),
        "intrinsics": {
            "resolution": [width, height], "k_matrix": [[fx, 0, cx], [0, fy, cy], [0, 0, 1]],
            "fov": None, "distortion_model": "none", "distortion_coeffs": [],
            "k_matrix_overscan": None, "resolution_overscan": None, "fov_spherical": None,
            "resolution_spherical": None, "eval_margin_px": 0},
        "sensor_dynamics": {"velocity": None, "shutter_time_ms": 10.0,
                            "rolling_shutter_duration_ms": 0.0},
        "fstop": None, "focus_distance": None, "min_tag_pixels": None, "max_tag_pixels": None,
        "iso_noise": 0.0, "sensor_noise": None, "tone_mapping": "filmic",
        "dynamic_range_db": 120.0}


def overscan(camera_recipe, size_px, k):
    """The camera with a larger pinhole picture."""
    fx, fy, cx, cy = k
    camera_recipe["intrinsics"] |= {
        "distortion_model": "brown_conrady", "distortion_coeffs": [-0.1, 0, 0, 0, 0],
        "resolution_overscan": list(size_px),
        "k_matrix_overscan": [[fx, 0, cx], [0, fy, cy], [0, 0, 1]]}
    return camera_recipe


def fisheye(edge_px, fov_rad, world_from_camera=None, **changes):
    recipe_of_it = camera(world_from_camera=world_from_camera, **changes)
    recipe_of_it["intrinsics"] |= {
        "distortion_model": "kannala_brandt", "distortion_coeffs": [0.1, 0, 0, 0],
        "resolution_spherical": [edge_px, edge_px], "fov_spherical": fov_rad}
    return recipe_of_it


def moving(camera_recipe, velocity, exposure_ms=10.0, readout_ms=0.0):
    camera_recipe["sensor_dynamics"] = {
        "velocity": list(velocity), "shutter_time_ms": exposure_ms,
        "rolling_shutter_duration_ms": readout_ms}
    return camera_recipe


def tag(art="a", location=(0, 0, 0), tag_size=0.16, half=0.8, **changes):
    return {
        "type": "TAG", "name": "Tag", "location": list(location), "rotation_euler": [0, 0, 0],
        "rotation_quaternion": None, "scale": [1, 1, 1],
        "properties": {"tag_id": 0, "tag_family": "tag36h11", "tag_size": tag_size,
                       "margin_bits": 1, "texture_base_path": None},
        "material": {"roughness": 0.5, "specular": 0.2}, "texture_path": art, "board": None,
        "forward_axis": None, "calibration_points_3d": None,
        "keypoints_3d": [[-half, half, 0], [half, half, 0], [half, -half, 0], [-half, -half, 0]],
        **changes}


def board(cols=4, rows=3, square_size=0.1, location=(0, 0, -0.005), **changes):
    """A white plate."""
    return tag(None, location, type="BOARD", material=None, keypoints_3d=None,
               properties={"mode": "plain", "cols": cols, "rows": rows, "tag_size": 0.1,
                           "square_size": square_size}, **changes)


def calibration_board(art="b", width=0.3, height=0.2, location=(0, 0, 0), **changes):
    return tag(art, location, **{
        "type": "BOARD", "material": None, "keypoints_3d": [[0, 0, 0]], "properties": {},
        "board": {"type": "charuco"}, "scale": [width / 2, height / 2, 1], **changes})


def occluder(along=0.2, across=0.1, thickness=0.005, location=(0, 0, 0.3), **changes):
    return tag(None, location, type="OCCLUDER", material=None, keypoints_3d=None, properties={
        "shape": "plate", "size_along_edge_m": along, "size_across_edge_m": across,
        "thickness_m": thickness, "albedo": 0.05, "roughness": 0.9}, **changes)


def light(kind="POINT", intensity=20.0, radius=0.0, rotation=None):
    return {"type": kind, "location": [0.4, -0.3, 1.2], "intensity": intensity, "radius": radius,
            "color": [1, 1, 1], "rotation_euler": rotation}


def recipe(mode="workbench", objects=None, cameras=None, lights=(), floor=None, **renderer):
    return {
        "scene_id": 3, "random_seed": 11,
        "world": {"background_hdri": None, "hdri_rotation": 0.0, "lights": list(lights),
                  "texture_path": floor, "texture_scale": 2.0, "texture_rotation": 0.5},
        "renderer": {
            "mode": mode, "samples": 128, "denoising": True, "noise_threshold": 0.0,
            "max_samples": 4, "enable_denoising": True, "denoiser_type": "INTEL",
            "total_bounces": 4, "diffuse_bounces": 2, "glossy_bounces": 4,
            "transmission_bounces": 0, "transparent_bounces": 4, "enable_caustics": False,
            **renderer},
        "objects": [tag()] if objects is None else objects, "cameras": cameras or [camera()]}


def order(folder, scene=None, name="frame", seed=7, **changes):
    """The payload of RENDER; art a, b and f are written beside the frames."""
    scene = scene or recipe()
    assets = {art: f"{folder}/{art}.png" for art in "abf"}
    for number, (art, path) in enumerate(assets.items()):
        if not os.path.exists(path):
            write_png(path, art_of(number))
    return {"scene_id": scene["scene_id"], "recipe": scene, "assets": assets,
            "output_prefix": f"{folder}/{name}", "denoiser": "none", "threads": 2,
            "render_seeds": [seed] * len(scene["cameras"]), **changes}


def art_of(number):
    """10 x 10 modules without any symmetry."""
    random = numpy.random.default_rng(number)
    return numpy.where(random.random((10, 10)) < 0.5, 20, 200).astype(numpy.uint8)


def write_png(path, grey):
    def chunk(kind, content):
        return (struct.pack(">I", len(content)) + kind + content
                + struct.pack(">I", zlib.crc32(kind + content)))

    height, width = grey.shape
    rows = b"".join(b"\0" + row.tobytes() for row in grey)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
                   + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def write_exr(path, grey):
    """R, G and B all grey; uncompressed scan lines of 32-bit floats."""
    def attribute(name, kind, content):
        return f"{name}\0{kind}\0".encode() + struct.pack("<I", len(content)) + content

    height, width = grey.shape
    window = struct.pack("<4i", 0, 0, width - 1, height - 1)
    channels = b"".join(struct.pack("<2sI4xII", name, 2, 1, 1) for name in (b"B", b"G", b"R"))
    header = b"\x76\x2f\x31\x01\x02\0\0\0" + b"".join((
        attribute("channels", "chlist", channels + b"\0"),
        attribute("compression", "compression", b"\0"), attribute("dataWindow", "box2i", window),
        attribute("displayWindow", "box2i", window), attribute("lineOrder", "lineOrder", b"\0"),
        attribute("pixelAspectRatio", "float", struct.pack("<f", 1)),
        attribute("screenWindowCenter", "v2f", struct.pack("<2f", 0, 0)),
        attribute("screenWindowWidth", "float", struct.pack("<f", 1)))) + b"\0"
    line = 8 + 12 * width
    start = len(header) + 8 * height
    with open(path, "wb") as file:
        file.write(header + struct.pack(f"<{height}Q", *(start + line * y for y in range(height))))
        for y, row in enumerate(grey.astype("<f4")):
            file.write(struct.pack("<ii", y, 12 * width) + 3 * row.tobytes())


def read_exr(path):
    """{channel: float32 array} of an uncompressed scan-line OpenEXR with 32-bit floats."""
    with open(path, "rb") as file:
        content = file.read()
    if content[:4] != b"\x76\x2f\x31\x01":
        raise ValueError(f"{path} is not an OpenEXR file")
    attributes, at = {}, 8
    while content[at]:
        name, kind, rest = content[at:].split(b"\0", 2)
        size = struct.unpack("<I", rest[:4])[0]
        attributes[name.decode()] = rest[4:4 + size]
        at += len(name) + len(kind) + 6 + size
    if attributes["compression"] != b"\0":
        raise ValueError(f"{path} is compressed")
    left, top, right, bottom = struct.unpack("<4i", attributes["dataWindow"])
    width, height = right - left + 1, bottom - top + 1
    names = _channel_names(attributes["channels"])
    channels = {name: numpy.empty((height, width), numpy.float32) for name in names}
    for start in struct.unpack_from(f"<{height}Q", content, at + 1):
        row = struct.unpack_from("<i", content, start)[0] - top
        line = numpy.frombuffer(content, "<f4", width * len(names), start + 8)
        for name, samples in zip(names, line.reshape(len(names), width)):
            channels[name][row] = samples
    return channels


def _channel_names(table):
    names, at = [], 0
    while table[at]:
        end = table.index(b"\0", at)
        if table[end + 1:end + 5] != b"\x02\0\0\0":
            raise ValueError("a channel is not 32-bit float")
        names.append(table[at:end].decode())
        at = end + 17
    return names


def image_of(frame):
    channels = read_exr(frame["image"])
    return numpy.stack([channels[f"{frame['image_layer']}.{c}"] for c in "RGB"], axis=-1)


def index_of(frame):
    return read_exr(frame["index"])[frame["index_channel"]]
