# SPDX-License-Identifier: MIT
"""Cameras of a recipe as Blender's: lens, aperture, motion (docs/protocol.md, "Cameras").

Pixels are continuous and rows count from the top; poses are in Blender's axes.
"""
import dataclasses

import bpy
import mathutils
import numpy

from settings import owner_of, put

SENSOR_WIDTH_MM = 36.0
MIN_CLIP_M = 0.001
RIGID_TOLERANCE = 1e-4
EXPOSURE_FRAME = 1  # the middle of Blender's shutter, which is open for one frame
SHUTTER_STEPS = 256  # of Cycles' table of instants, which holds 0/256 to 254/256 of the shutter


@dataclasses.dataclass(frozen=True)
class Pinhole:
    """A perspective picture: K and its size."""

    size_px: tuple
    fx: float
    fy: float
    cx: float
    cy: float

    @property
    def pixel_aspect(self):
        return max(1.0, self.fy / self.fx), max(1.0, self.fx / self.fy)

    @property
    def span_px(self):
        """What Blender's sensor width spans."""
        (width, height), (aspect_x, aspect_y) = self.size_px, self.pixel_aspect
        is_wide = aspect_x * width >= aspect_y * height
        return width if is_wide else aspect_y / aspect_x * height

    @property
    def focal_mm(self):
        return self.fx * SENSOR_WIDTH_MM / self.span_px


@dataclasses.dataclass(frozen=True)
class Fisheye:
    """An equidistant picture: a ray at fov / 2 from the axis meets the middle of an edge."""

    size_px: tuple
    fov_rad: float
    pixel_aspect = (1.0, 1.0)

    @property
    def cy(self):
        return self.size_px[1] / 2


@dataclasses.dataclass(frozen=True)
class Motion:
    """The exposure of a moving camera; times in frames."""

    readout: float  # from the first row's instant to the last one's, and one row more
    pose_frame: float  # when the camera is where the recipe says
    sharp_frame: float  # a picture without blur shows what a blurred one does in the mean


@dataclasses.dataclass(frozen=True)
class View:
    """One camera of the scene, and what of it Blender keeps outside the camera."""

    camera: bpy.types.Object
    picture: Pinhole | Fisheye
    motion: Motion | None
    reach_m: float  # from the recipe's pose, during the exposure

    @property
    def is_blurred(self):
        return self.motion is not None or self.camera.data.dof.use_dof


def build(reader, mode):
    position, camera = _add_camera(reader)
    image, picture = _read_intrinsics(reader.reader("intrinsics"))
    if isinstance(picture, Fisheye):
        if mode != "cycles":
            raise reader.reader("intrinsics").unable(mode, "fov_spherical")
        _set_fisheye(camera.data, picture)
    else:
        _set_pinhole(camera.data, picture)
    _set_aperture(camera.data, reader, image, picture, mode)
    motion, reach_m = _set_motion(camera, position, reader, image, picture, mode)
    reader.close("min_tag_pixels", "max_tag_pixels", "tone_mapping", "dynamic_range_db",
                 "sensor_noise", "iso_noise", "focus_distance")
    return View(camera, picture, motion, reach_m)


def set_clip(view, near_m, far_m):
    """From the distance of the nearest and the farthest object."""
    lens = view.camera.data
    lens.clip_start = max(MIN_CLIP_M, 0.5 * (near_m - view.reach_m))
    lens.clip_end = 2 * (far_m + view.reach_m)


def panorama_of(lens):
    """Where this Blender keeps what kind of panorama a camera takes."""
    return owner_of("panorama_type", lens, lens.cycles)


def _add_camera(reader):
    pose = reader.array("transform_matrix", 4, 4)
    rotation = pose[:3, :3]
    if (abs(rotation.T @ rotation - numpy.eye(3)).max() > RIGID_TOLERANCE
            or numpy.linalg.det(rotation) < 0 or (pose[3] != (0, 0, 0, 1)).any()):
        raise reader.wrong("transform_matrix", "a rotation and a translation")
    camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    bpy.context.scene.collection.objects.link(camera)
    camera.rotation_mode = "QUATERNION"
    camera.matrix_world = mathutils.Matrix(pose.tolist())
    return pose[:3, 3], camera


def _read_intrinsics(reader):
    """(the image, the picture that is rendered for it)."""
    image = picture = _read_pinhole(reader, "k_matrix", "resolution")
    lens = reader.one_of("distortion_model", ["none", "brown_conrady", "kannala_brandt"])
    if lens == "brown_conrady":
        picture = _read_pinhole(reader, "k_matrix_overscan", "resolution_overscan")
    else:
        for key in ("k_matrix_overscan", "resolution_overscan"):
            reader.not_rendered(key, None)
    if lens == "kannala_brandt":
        picture = Fisheye(_read_size(reader, "resolution_spherical"),
                          reader.number("fov_spherical", 0, 2 * numpy.pi))
        if picture.size_px[0] != picture.size_px[1]:
            raise reader.wrong("resolution_spherical", "a square")
    else:
        for key in ("fov_spherical", "resolution_spherical"):
            reader.not_rendered(key, None)
    reader.close("fov", "eval_margin_px", "distortion_coeffs")
    return image, picture


def _read_size(reader, key):
    size_px = reader.array(key, 2)
    if (size_px != size_px.round()).any() or size_px.min() < 4 or size_px.max() > 65536:
        raise reader.wrong(key, "two integers from 4 to 65536")
    return int(size_px[0]), int(size_px[1])


def _read_pinhole(reader, k_key, size_key):
    size_px = _read_size(reader, size_key)
    (fx, skew, cx), (zero, fy, cy), last = reader.array(k_key, 3, 3).tolist()
    if min(fx, fy) <= 0 or max(abs(skew), abs(zero)) > 1e-7 or last != [0, 0, 1]:
        raise reader.wrong(k_key, "fx, 0, cx; 0, fy, cy; 0, 0, 1")
    return Pinhole(size_px, fx, fy, cx, cy)


def _set_pinhole(lens, picture):
    (width, height), (aspect_x, aspect_y) = picture.size_px, picture.pixel_aspect
    lens.type = "PERSP"
    lens.sensor_fit = "AUTO"
    lens.sensor_width = SENSOR_WIDTH_MM
    lens.lens_unit = "MILLIMETERS"
    put(lens, "lens", picture.focal_mm)
    put(lens, "shift_x", (width / 2 - picture.cx) / picture.span_px)
    put(lens, "shift_y", aspect_y / aspect_x * (picture.cy - height / 2) / picture.span_px)


def _set_fisheye(lens, picture):
    lens.type = "PANO"
    put(panorama_of(lens), "panorama_type", "FISHEYE_EQUIDISTANT")
    put(panorama_of(lens), "fisheye_fov", picture.fov_rad)


def _set_aperture(lens, reader, image, picture, mode):
    """Its diameter is the image's focal length over fstop, however large the picture."""
    if reader.get("fstop") is None:
        lens.dof.use_dof = False
        return
    if mode != "cycles":
        raise reader.unable(mode, "fstop")
    fstop = reader.positive("fstop")
    if isinstance(picture, Fisheye):
        put(lens, "lens", image.focal_mm)
    lens.dof.use_dof = True
    put(lens.dof, "aperture_fstop", fstop * lens.lens / image.focal_mm)
    put(lens.dof, "focus_distance", reader.positive("focus_distance"))
    for name, value in (("aperture_blades", 0), ("aperture_rotation", 0.0),
                        ("aperture_ratio", 1.0)):
        put(lens.dof, name, value)


def _set_motion(camera, position, reader, image, picture, mode):
    """(Motion, reach), or (None, 0) of a camera that stands still.

    Measured in Blender 3.4.1: Cycles exposes row r of H around ((r + 1) / H - 1/2) of the readout,
    for 254/256 of the exposure, and 1/256 of it early. What is added here makes that exactly the
    instants and the exposure of docs/protocol.md.
    """
    if reader.get("sensor_dynamics") is None:
        return None, 0.0
    dynamics = reader.reader("sensor_dynamics")
    velocity = numpy.zeros(3)
    if dynamics.get("velocity") is not None:
        velocity = dynamics.array("velocity", 3)
    exposure_s, image_readout_s = (dynamics.number(key, low=0) / 1000 for key in
                                   ("shutter_time_ms", "rolling_shutter_duration_ms"))
    dynamics.close()
    if not velocity.any() or exposure_s + image_readout_s == 0:
        return None, 0.0
    if mode != "cycles":
        raise dynamics.unable(mode, "velocity")
    rows, row_s = picture.size_px[1], image_readout_s / image.size_px[1]
    readout_s = row_s * rows
    shutter_s = exposure_s * SHUTTER_STEPS / (SHUTTER_STEPS - 2)
    early_s = shutter_s / SHUTTER_STEPS
    late_s = early_s + row_s * (rows / 2 - picture.cy + image.cy - image.size_px[1] / 2 - 0.5)
    whole_s = shutter_s + readout_s
    for axis in range(3):
        driver = camera.driver_add("location", axis).driver
        driver.type = "SCRIPTED"  # arithmetic of frame, which needs no leave to run Python
        pace = float(velocity[axis] * whole_s)
        start = float(position[axis] + velocity[axis] * late_s) - pace * EXPOSURE_FRAME
        driver.expression = f"{start!r} + {pace!r} * frame"
    reach_m = float(numpy.linalg.norm(velocity)) * (whole_s / 2 + abs(late_s))
    return Motion(readout_s / whole_s, EXPOSURE_FRAME - late_s / whole_s,
                  EXPOSURE_FRAME - early_s / whole_s), reach_m
