# SPDX-License-Identifier: MIT
"""Renders the views of a built scene into float EXR files.

Every setting that a picture depends on is written for every frame, whatever the start-up file,
the Blender version or the last scene left behind. Files appear under their final name complete
or not at all; a scene that fails takes its finished frames with it.
"""
import math
import os
import time

import bpy
import numpy

import build_scene
import cameras
import capabilities
import surfaces
from build_scene import BACKGROUND, INDEX_BASE, index_color
from recipe import MAX_SEED, BadScene, Reader, is_integer
from settings import owner_of, put, put_all

ENGINES = {"cycles": ("CYCLES",), "eevee": ("BLENDER_EEVEE_NEXT", "BLENDER_EEVEE"),
           "workbench": ("BLENDER_WORKBENCH",)}
MAX_OBJECTS = 32767  # of a pass_index
LAYER = "ViewLayer"

SETTINGS = {
    "render": {
        "resolution_percentage": 100, "use_border": False, "film_transparent": False,
        "dither_intensity": 0.0, "filter_size": 1.5, "use_motion_blur": False,
        "use_multiview": False, "use_freestyle": False, "use_simplify": False,
        "use_compositing": False, "use_sequencer": False, "use_file_extension": False,
        "use_overwrite": True, "use_placeholder": False, "use_persistent_data": False},
    "render.image_settings": {
        "file_format": "OPEN_EXR_MULTILAYER", "color_mode": "RGBA", "color_depth": "32",
        "exr_codec": "NONE", "color_management": "FOLLOW_SCENE"},
    "display_settings": {"display_device": "sRGB"},
    "view_settings": {
        "view_transform": "Standard", "look": "None", "exposure": 0.0, "gamma": 1.0,
        "use_curve_mapping": False},
}
CYCLES = {
    "cycles": {
        "device": "CPU", "feature_set": "SUPPORTED", "shading_system": False,
        "use_animated_seed": False, "sample_offset": 0, "time_limit": 0.0,
        "adaptive_min_samples": 0, "scrambling_distance": 1.0,
        "auto_scrambling_distance": False, "light_sampling_threshold": 0.01,
        "min_light_bounces": 0, "min_transparent_bounces": 0, "blur_glossy": 1.0,
        "volume_bounces": 0, "sample_clamp_direct": 0.0, "sample_clamp_indirect": 10.0,
        "use_fast_gi": False, "film_exposure": 1.0, "pixel_filter_type": "BLACKMAN_HARRIS",
        "filter_width": 1.5, "use_auto_tile": False, "texture_limit_render": "OFF",
        "debug_use_spatial_splits": False, "use_camera_cull": False,
        "use_distance_cull": False, "rolling_shutter_type": "NONE"},
}
# What lies in the middle of each pixel, at one instant, through the middle of the lens.
CYCLES_INDEX = {
    "cycles": {
        "samples": 1, "use_adaptive_sampling": False, "use_denoising": False, "seed": 0,
        "max_bounces": 0, "pixel_filter_type": "BOX", "filter_width": 0.01},
}
CYCLES_IF_PRESENT = {
    "cycles": {"use_light_tree": False, "use_guiding": False, "use_layer_samples": "USE",
               "sample_subset_offset": 0, "use_sample_subset": False,
               "direct_light_sampling_type": "MULTIPLE_IMPORTANCE_SAMPLING"},
}
EEVEE_IF_PRESENT = {
    "eevee": {
        "use_gtao": False, "use_bloom": False, "use_ssr": False, "use_motion_blur": False,
        "use_soft_shadows": True, "use_shadow_high_bitdepth": True, "use_shadows": True,
        "shadow_cube_size": "1024", "shadow_cascade_size": "2048", "light_threshold": 0.01,
        "use_overscan": False, "use_raytracing": False, "use_volumetric_shadows": False},
}
WORKBENCH = {
    "display": {"render_aa": "8"},
    "display.shading": {
        "type": "SOLID", "light": "FLAT", "color_type": "TEXTURE", "show_shadows": False,
        "show_cavity": False, "show_object_outline": False, "show_xray": False,
        "show_backface_culling": True, "show_specular_highlight": False, "use_dof": False},
}


class Renderer:
    """The recipe's renderer section, read once and applied to every frame."""

    def __init__(self, recipe, engines, denoiser, threads):
        reader = recipe.reader("renderer")
        self.mode = reader.one_of("mode", sorted(engines))
        self._engine = engines[self.mode]
        self._threads = threads
        self._samples = reader.integer("max_samples", 1, 2**24)
        threshold = reader.number("noise_threshold", 0, 1)
        self._cycles = {
            "samples": self._samples, "use_adaptive_sampling": threshold > 0,
            "adaptive_threshold": threshold, "use_denoising": denoiser != "none"}
        if denoiser != "none":
            self._cycles |= {"denoiser": denoiser, "denoising_prefilter": "ACCURATE",
                             "denoising_input_passes": "RGB_ALBEDO_NORMAL"}
        for kind in ("diffuse", "glossy", "transmission"):
            self._cycles[f"{kind}_bounces"] = reader.integer(f"{kind}_bounces", 0, 1024)
        self._cycles["max_bounces"] = reader.integer("total_bounces", 0, 1024)
        self._cycles["transparent_max_bounces"] = reader.integer("transparent_bounces", 0, 1024)
        for kind in ("reflective", "refractive"):
            self._cycles[f"caustics_{kind}"] = reader.boolean("enable_caustics")
        reader.close("samples", "denoising", "enable_denoising", "denoiser_type")

    def needs_index_picture(self, view):
        """Whether the index does not come with the picture: a blurred one shows no edges."""
        return self.mode != "cycles" or view.is_blurred

    def set_up_picture(self, scene, view, seed):
        scene.render.engine = self._engine
        if self.mode == "cycles":
            put_all(scene, CYCLES)
            put_all(scene, CYCLES_IF_PRESENT, if_present=True)
            put_all(scene, {"cycles": {**self._cycles, "seed": seed}})
            if view.motion:
                _move(scene, 1.0, view.motion.readout)
        elif self.mode == "eevee":
            put_all(scene, EEVEE_IF_PRESENT, if_present=True)
            put(scene.eevee, "taa_render_samples", self._samples)
        else:
            put_all(scene, WORKBENCH)
            scene.world.color = BACKGROUND
        scene.view_layers[0].use_pass_object_index = not self.needs_index_picture(view)

    def set_up_index(self, scene, view):
        """The same without blur; rows of a rolling shutter still have an instant each.

        Without Cycles it is a flat Workbench picture of object colours, the index in digits.
        """
        if self.mode == "cycles":
            put_all(scene, CYCLES_INDEX)
            view.camera.data.dof.use_dof = False
            put(scene.render, "use_motion_blur", False)
            if view.motion:
                _go_to(scene, view.motion.sharp_frame)
            if view.motion and view.motion.readout:
                _move(scene, view.motion.readout, 1.0)
            scene.view_layers[0].use_pass_object_index = True
            return
        scene.render.engine = ENGINES["workbench"][0]
        put_all(scene, WORKBENCH)
        scene.display.render_aa = "OFF"
        scene.display.shading.color_type = "OBJECT"
        scene.display.shading.show_backface_culling = False
        scene.world.color = index_color(0)[:3]

    def set_up_output(self, scene, view):
        put_all(scene, SETTINGS)
        # Reads FIXED whatever it is where Blender was started with --threads: see _check_threads.
        scene.render.threads_mode = "AUTO" if self._threads is None else "FIXED"
        if self._threads is not None:
            put(scene.render, "threads", self._threads)
        for name, value in zip(("resolution_x", "resolution_y"), view.picture.size_px):
            put(scene.render, name, value)
        for name, value in zip(("pixel_aspect_x", "pixel_aspect_y"), view.picture.pixel_aspect):
            put(scene.render, name, value)
        for name in scene.render.bl_rna.properties.keys():
            if name.startswith("use_stamp"):  # dates and times would differ from run to run
                setattr(scene.render, name, False)
        scene.frame_set(cameras.EXPOSURE_FRAME)
        scene.camera = view.camera
        _choose_passes(scene)


def _go_to(scene, frame):
    scene.frame_set(math.floor(frame), subframe=frame % 1)


def _move(scene, shutter_frames, readout_share):
    """Cycles spreads the rows' instants over a share of the shutter, and exposes each for the rest.

    The shutter is centred on the frame and passes the same light at any time.
    """
    put(owner_of("motion_blur_position", scene.render, scene.cycles), "motion_blur_position",
        "CENTER")
    curve = scene.render.motion_blur_shutter_curve
    for point in curve.curves[0].points:
        point.location.y = 1.0
    curve.update()
    put(scene.render, "use_motion_blur", True)
    put(scene.render, "motion_blur_shutter", shutter_frames)
    put(scene.cycles, "rolling_shutter_type", "TOP" if readout_share else "NONE")
    put(scene.cycles, "rolling_shutter_duration", 1.0 - readout_share)


def _choose_passes(scene):
    layer = scene.view_layers[0]
    put(layer, "name", LAYER)
    layer.use = True
    layer.samples = 0
    for name in layer.bl_rna.properties.keys():
        if name.startswith("use_pass_"):
            setattr(layer, name, name == "use_pass_combined")


class Stage:
    """Blender as the worker sees it: one scene at a time, and nothing left after it."""

    def __init__(self):
        self._engines, self._denoisers = capabilities.probe(ENGINES, (SETTINGS, WORKBENCH, CYCLES))
        self._images = surfaces.Images()
        self.reset()

    def capabilities(self):
        return capabilities.describe(self._engines, self._denoisers)

    def reset(self):
        build_scene.clear()
        self._images.forget()

    def census(self):
        return build_scene.census(self._images.blocks())

    def scene_id(self, payload):
        return Reader(payload).integer("scene_id", 0, MAX_SEED)

    def render(self, payload):
        started = time.perf_counter()
        order = Reader(payload)
        try:
            renderer, recipe = self._read(order)
            builder = build_scene.Builder(renderer.mode, order.get("assets"), self._images)
            views = builder.build(recipe)
            seeds, prefix = _read_seeds(order, len(views)), _read_prefix(order)
            recipe.close("random_seed")
            order.close()
            build_s = time.perf_counter() - started
            frames = render_views(views, renderer, seeds, prefix)
        except BaseException:
            self.reset()
            raise
        self._images.end_scene()
        build_scene.clear(self._images.blocks())
        return {"scene_id": payload["scene_id"], "frames": frames, "build_s": build_s}

    def _read(self, order):
        recipe = order.reader("recipe")
        if recipe.get("scene_id") != order.get("scene_id"):
            raise recipe.wrong("scene_id", f"{order.get('scene_id')} as in the request")
        order.reader("assets")
        threads = None
        if order.get("threads") is not None:
            threads = order.integer("threads", 1, 1024)
            _check_threads(threads)
        mode = recipe.reader("renderer").one_of("mode", sorted(self._engines))
        denoiser = order.one_of("denoiser",
                                ["none", *(self._denoisers if mode == "cycles" else [])])
        if len(recipe.items("objects")) > MAX_OBJECTS:
            raise BadScene(f"{recipe.at('objects')}: more than {MAX_OBJECTS} objects, their index "
                           "passes would collide")
        return Renderer(recipe, self._engines, denoiser, threads), recipe


def _check_threads(threads):
    """--threads on Blender's command line beats the scene's setting, whatever that says."""
    settings = bpy.context.scene.render
    settings.threads_mode = "FIXED"
    settings.threads = threads
    if settings.threads != threads:
        raise BadScene(f"threads: Blender was started with --threads {settings.threads}, "
                       f"{threads} cannot be had")


def _read_seeds(order, cameras):
    seeds = order.items("render_seeds")
    if (cameras == 0 or len(seeds) != cameras
            or not all(is_integer(seed) and 0 <= seed <= MAX_SEED for seed in seeds)):
        raise order.wrong("render_seeds", f"an integer from 0 to {MAX_SEED} for each of {cameras} "
                          "cameras (at least one)")
    return seeds


def _read_prefix(order):
    prefix = order.string("output_prefix")
    if not prefix.startswith("/") or prefix.startswith("//") or prefix.endswith("/"):
        raise order.wrong("output_prefix", "an absolute path that ends in a file name")
    return prefix


def render_views(views, renderer, seeds, output_prefix):
    """One frame record per view (docs/protocol.md)."""
    folder = os.path.dirname(output_prefix)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OSError(f"output_prefix: {ascii(folder)} is not a folder that can be written to")
    written = []
    try:
        return [_render_view(index, view, renderer, seeds[index], output_prefix, written)
                for index, view in enumerate(views)]
    except BaseException:
        for path in written:
            if os.path.exists(path):
                os.remove(path)
        raise


def _render_view(index, view, renderer, seed, output_prefix, written):
    scene = bpy.context.scene
    image = f"{output_prefix}_cam{index:04d}.exr"
    renderer.set_up_output(scene, view)
    renderer.set_up_picture(scene, view, seed)
    index_file = image
    if renderer.needs_index_picture(view):
        index_file = f"{output_prefix}_cam{index:04d}_index.exr"
    render_s = _render_file(scene, image, 5 if index_file == image else 4, written)
    channel = "IndexOB.X" if renderer.mode == "cycles" else "Combined.R"
    if index_file != image:
        renderer.set_up_index(scene, view)
        channels, finish = (5, None) if renderer.mode == "cycles" else (4, _digits_to_index)
        render_s += _render_file(scene, index_file, channels, written, finish)
    return {"camera_index": index, "image": image, "image_layer": f"{LAYER}.Combined",
            "index": index_file, "index_channel": f"{LAYER}.{channel}",
            "bytes": sum(os.path.getsize(path) for path in {image, index_file}),
            "resolution": list(view.picture.size_px), "render_s": render_s, **_optics(view)}


def _optics(view):
    """The camera as Blender evaluated it, for the host's cross-check."""
    frame = view.motion.pose_frame if view.motion else cameras.EXPOSURE_FRAME
    _go_to(bpy.context.scene, frame)
    graph = bpy.context.evaluated_depsgraph_get()
    camera = view.camera.evaluated_get(graph)
    optics = {"world_from_camera": [list(row) for row in camera.matrix_world],
              "projection": None, "fisheye_fov": None}
    if isinstance(view.picture, cameras.Fisheye):
        return optics | {"fisheye_fov": cameras.panorama_of(camera.data).fisheye_fov}
    (width, height), (aspect_x, aspect_y) = view.picture.size_px, view.picture.pixel_aspect
    projection = camera.calc_matrix_camera(graph, x=width, y=height, scale_x=aspect_x,
                                           scale_y=aspect_y)
    return optics | {"projection": [list(row) for row in projection]}


def _render_file(scene, path, channels, written, finish=None):
    """Renders to a temporary name; returns the seconds spent inside Blender's render call."""
    part = path + ".part"
    written += [part, path]
    put(scene.render, "filepath", part)
    started = time.perf_counter()
    outcome = bpy.ops.render.render(write_still=True)
    render_s = time.perf_counter() - started
    if outcome != {"FINISHED"}:
        raise RuntimeError(f"Blender's render call ended with {sorted(outcome)}")
    lines = _map_lines(part, scene.render.resolution_x, scene.render.resolution_y, channels)
    if finish:
        finish(lines)
    os.replace(part, path)
    return render_s


def _map_lines(path, width, height, channels):
    """The scan lines of an uncompressed EXR, which end the file: y, bytes, channels by name.

    Doubles as the check that the frame is whole, for Blender reports no failed write.
    """
    line = numpy.dtype([("y", "<i4"), ("bytes", "<i4"), ("samples", "<f4", (channels, width))])
    size = os.path.getsize(path) if os.path.exists(path) else 0
    if size > line.itemsize * height:
        lines = numpy.memmap(path, line, "r+", size - line.itemsize * height, (height,))
        if ((lines["y"] == numpy.arange(height)).all()
                and (lines["bytes"] == line["samples"].itemsize).all()):
            return lines
    raise OSError(f"{ascii(path)}: the frame is not whole after {size} bytes; "
                  "is the scratch folder full?")


def _digits_to_index(lines):
    """Half floats and interpolation cost a digit less than 0.1 of its margin of 0.5."""
    blue, green, red = (numpy.floor(lines["samples"][:, channel]) for channel in (1, 2, 3))
    lines["samples"][:, 3] = red + INDEX_BASE * (green + INDEX_BASE * blue)
