# SPDX-License-Identifier: MIT
"""A recipe's objects, lights and cameras as Blender data-blocks; and their removal.

build() adds to a cleared file, clear() brings the file back to its baseline: nothing survives
from scene to scene, not even a loaded image. Recipe names and values are those of the SceneRecipe
(docs/protocol.md); metres and radians, world Z up, camera poses in Blender's axes.
"""
import dataclasses
import math

import bpy
import mathutils
import numpy

from recipe import BadScene

SENSOR_WIDTH_MM = 36.0
SUN_ANGLE_RAD = 0.00918  # apparent diameter of the real sun
MIN_CLIP_M = 0.001
FLOOR_HALF_EDGE_M = 20.0
FLOOR_Z_M = -0.01
BACKGROUND = (0.05, 0.05, 0.05)
RIGID_TOLERANCE = 1e-4
INDEX_BASE = 32  # digits that survive Workbench's half floats
KINDS = ("objects", "meshes", "materials", "images", "lights", "cameras", "worlds", "actions")


@dataclasses.dataclass(frozen=True)
class View:
    """One camera of the scene, and what of it Blender keeps outside the camera."""

    camera: bpy.types.Object
    size_px: tuple
    pixel_aspect: tuple


def clear():
    bpy.context.scene.world = None
    bpy.context.scene.camera = None
    bpy.data.batch_remove([block for kind in (*KINDS, "node_groups")
                           for block in getattr(bpy.data, kind)
                           if getattr(block, "type", "") != "RENDER_RESULT"])


def census():
    """How many data-blocks and nodes the file holds; level between scenes, or the worker leaks."""
    counts = {kind: len(getattr(bpy.data, kind)) for kind in KINDS}
    trees = [block.node_tree for kind in ("materials", "worlds", "scenes")
             for block in getattr(bpy.data, kind) if getattr(block, "node_tree", None)]
    counts["nodes"] = sum(len(tree.nodes) for tree in [*trees, *bpy.data.node_groups])
    return counts


def build(recipe, assets):
    """Reads world, objects and cameras of the recipe; returns one View per camera."""
    world = recipe.reader("world")
    _build_background(world)
    has_floor = _build_floor(world, assets)
    for light in world.readers("lights"):
        _build_light(light)
    world.close()
    planes = [_build_object(reader, index, assets)
              for index, reader in enumerate(recipe.readers("objects"), start=1)]
    views = [_build_camera(reader) for reader in recipe.readers("cameras")]
    for view in views:
        _set_clip(view.camera, planes, has_floor)
    return views


def put(owner, name, value):
    """Assigns, and refuses what Blender would quietly clamp or cut."""
    setattr(owner, name, value)
    kept = getattr(owner, name)
    if isinstance(value, float):
        same = math.isclose(kept, value, rel_tol=1e-6, abs_tol=1e-30)
    elif isinstance(value, tuple):
        same = all(math.isclose(*pair, rel_tol=1e-6, abs_tol=1e-30) for pair in zip(kept, value))
    else:
        same = kept == value
    if not same:
        raise BadScene(f"{name}: Blender keeps {kept} where {value} is asked for")


def _add(name, content):
    block = bpy.data.objects.new(name, content)
    bpy.context.scene.collection.objects.link(block)
    return block


def _place(block, reader):
    block.rotation_mode = "XYZ"
    block.location = reader.array("location", 3)
    block.rotation_euler = reader.euler("rotation_euler")


def _build_background(world):
    world.not_rendered("background_hdri", None)
    world.not_rendered("hdri_rotation", 0)
    block = bpy.data.worlds.new("background")
    block.color = BACKGROUND  # what Workbench shows
    block.use_nodes = True
    block.node_tree.nodes.clear()
    background = block.node_tree.nodes.new("ShaderNodeBackground")
    background.inputs["Color"].default_value = (*BACKGROUND, 1.0)
    background.inputs["Strength"].default_value = 1.0
    output = block.node_tree.nodes.new("ShaderNodeOutputWorld")
    block.node_tree.links.new(background.outputs["Background"], output.inputs["Surface"])
    bpy.context.scene.world = block


def _build_floor(world, assets):
    scale = world.positive("texture_scale")
    rotation = world.number("texture_rotation")
    if world.get("texture_path") is None:
        return False
    turn = scale * numpy.array([[math.cos(rotation), -math.sin(rotation)],
                                [math.sin(rotation), math.cos(rotation)]])
    half = FLOOR_HALF_EDGE_M
    corners = numpy.array([(-half, -half), (half, -half), (half, half), (-half, half)])
    floor = _add_plane("floor", corners, corners @ turn.T, 0)
    floor.location.z = FLOOR_Z_M
    image = _load_image(world, "texture_path", assets)
    floor.data.materials.append(_printed_material(image, "Linear", 0.9, 0.5))
    return True


def _build_object(reader, index, assets):
    kind = reader.string("type")
    reader.not_rendered("board", None)
    reader.not_rendered("rotation_quaternion", None)
    if kind == "TAG":
        size_m, material = _read_tag(reader, assets)
    elif kind == "BOARD":
        size_m, material = _read_plain_board(reader)
    else:
        raise BadScene(f"{reader.at('type')}: {ascii(kind)[:40]} is not rendered by this shim")
    scale = reader.array("scale", 3)
    if not (scale > 0).all() or scale[0] != scale[1]:
        raise reader.wrong("scale", "factors above 0, the same for x and y")
    unit = numpy.array([(0, 0), (1, 0), (1, 1), (0, 1)])
    plane = _add_plane(f"object_{index}", (unit - 0.5) * size_m, unit, index)
    plane.data.materials.append(material)
    _place(plane, reader)
    plane.scale = scale
    reader.close("name", "forward_axis", "calibration_points_3d", "keypoints_3d")
    return plane


def _read_tag(reader, assets):
    """tag_size is the black border's edge; keypoints_3d lie on a plane that spans [-1, 1]^2."""
    corners = reader.array("keypoints_3d", 4, 3)
    half = abs(corners[0, 0])
    square = half * numpy.array([(-1, 1, 0), (1, 1, 0), (1, -1, 0), (-1, -1, 0)])
    if not 0 < half <= 1 or abs(corners - square).max() > 1e-9:
        raise reader.wrong("keypoints_3d", "(-m,m,0) (m,m,0) (m,-m,0) (-m,-m,0) with 0 < m <= 1")
    edge_m = reader.reader("properties").positive("tag_size") / half
    paper = reader.reader("material")
    material = _printed_material(_load_image(reader, "texture_path", assets), "Closest",
                                 paper.number("roughness", 0, 1), paper.number("specular", 0, 1))
    paper.close()
    return (edge_m, edge_m), material


def _read_plain_board(reader):
    properties = reader.reader("properties")
    properties.one_of("mode", ["plain"])
    square_m = properties.positive("square_size")
    size_m = [properties.integer(key, 1, 10**6) * square_m for key in ("cols", "rows")]
    reader.not_rendered("texture_path", None)
    reader.not_rendered("material", None)
    return size_m, _white_material()


def _add_plane(name, corners_m, corners_uv, index):
    """One face, counter-clockwise corners, normal +Z."""
    mesh = bpy.data.meshes.new(name)
    mesh.vertices.add(4)
    mesh.loops.add(4)
    mesh.polygons.add(1)
    mesh.vertices.foreach_set("co", numpy.pad(corners_m, ((0, 0), (0, 1))).ravel())
    mesh.loops.foreach_set("vertex_index", range(4))
    mesh.polygons.foreach_set("loop_start", [0])
    mesh.polygons.foreach_set("loop_total", [4])
    mesh.uv_layers.new(name="UVMap").data.foreach_set("uv", corners_uv.astype(float).ravel())
    mesh.update(calc_edges=True)
    plane = _add(name, mesh)
    put(plane, "pass_index", index)
    plane.color = index_color(index)
    return plane


def index_color(index):
    """The object index as an object colour, low digit in red; each digit in mid interval."""
    low, middle, high = index, index // INDEX_BASE, index // INDEX_BASE**2
    return (low % INDEX_BASE + 0.5, middle % INDEX_BASE + 0.5, high + 0.5, 1.0)


def _load_image(reader, key, assets):
    path = reader.asset(key, assets)
    try:
        image = bpy.data.images.load(path, check_existing=False)
    except RuntimeError as fault:
        raise BadScene(f"{reader.at(key)}: {str(fault).strip()}") from None
    if min(image.size) == 0:  # would come out magenta
        raise BadScene(f"{reader.at(key)}: {ascii(path)} is not an image")
    image.colorspace_settings.name = "sRGB"
    image.alpha_mode = "NONE"
    return image


def _new_material(name, shader_type):
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    tree = material.node_tree
    tree.nodes.clear()
    shader = tree.nodes.new(shader_type)
    output = tree.nodes.new("ShaderNodeOutputMaterial")
    tree.links.new(shader.outputs["BSDF"], output.inputs["Surface"])
    return material, tree, shader


def _printed_material(image, interpolation, roughness, specular):
    material, tree, shader = _new_material("printed", "ShaderNodeBsdfPrincipled")
    art = tree.nodes.new("ShaderNodeTexImage")
    art.image = image
    art.interpolation = interpolation
    art.extension = "REPEAT"
    tree.links.new(art.outputs["Color"], shader.inputs["Base Color"])
    tree.nodes.active = art  # what Workbench shows
    shader.distribution = "GGX"
    level = "Specular IOR Level" if "Specular IOR Level" in shader.inputs else "Specular"
    for name, value in (("Roughness", roughness), (level, specular), ("Metallic", 0.0),
                        ("IOR", 1.5)):
        put(shader.inputs[name], "default_value", value)
    return material


def _white_material():
    material, _, shader = _new_material("white", "ShaderNodeBsdfDiffuse")
    shader.inputs["Color"].default_value = (1.0, 1.0, 1.0, 1.0)
    shader.inputs["Roughness"].default_value = 0.0
    material.diffuse_color = (1.0, 1.0, 1.0, 1.0)  # what Workbench shows
    return material


def _build_light(reader):
    kind = reader.one_of("type", ["POINT", "SUN"])
    light = bpy.data.lights.new("light", kind)
    put(light, "energy", reader.number("intensity", low=0))
    put(light, "color", tuple(reader.array("color", 3)))
    light.use_shadow = True
    put(light, "shadow_soft_size", reader.number("radius", low=0))
    if kind == "SUN":
        reader.not_rendered("radius", 0)
        put(light, "angle", SUN_ANGLE_RAD)
    _place(_add("light", light), reader)
    reader.close()


def _build_camera(reader):
    pose = reader.array("transform_matrix", 4, 4)
    rotation = pose[:3, :3]
    if (abs(rotation.T @ rotation - numpy.eye(3)).max() > RIGID_TOLERANCE
            or numpy.linalg.det(rotation) < 0 or (pose[3] != (0, 0, 0, 1)).any()):
        raise reader.wrong("transform_matrix", "a rotation and a translation")
    for key in ("fstop", "sensor_noise"):
        reader.not_rendered(key, None)
    reader.not_rendered("iso_noise", None, 0)
    if reader.get("sensor_dynamics") is not None:
        dynamics = reader.reader("sensor_dynamics")
        dynamics.not_rendered("velocity", None, [0, 0, 0])
        dynamics.not_rendered("rolling_shutter_duration_ms", None, 0)
        dynamics.close("shutter_time_ms")
    camera = _add("camera", bpy.data.cameras.new("camera"))
    camera.rotation_mode = "QUATERNION"
    camera.matrix_world = mathutils.Matrix(pose.tolist())
    view = View(camera, *_set_intrinsics(camera.data, reader.reader("intrinsics")))
    reader.close("focus_distance", "min_tag_pixels", "max_tag_pixels", "tone_mapping",
                 "dynamic_range_db")
    return view


def _set_intrinsics(lens, reader):
    """K to lens, shift and pixel aspect (docs/protocol.md, "From K to Blender's camera")."""
    reader.not_rendered("distortion_model", "none")
    reader.not_rendered("distortion_coeffs", [])
    for key in ("k_matrix_overscan", "resolution_overscan", "fov_spherical",
                "resolution_spherical"):
        reader.not_rendered(key, None)
    width, height = size_px = reader.array("resolution", 2)
    if (size_px != size_px.round()).any() or size_px.min() < 4 or size_px.max() > 65536:
        raise reader.wrong("resolution", "two integers from 4 to 65536")
    k_matrix = reader.array("k_matrix", 3, 3)
    (fx, skew, cx), (zero, fy, cy), last = k_matrix
    if min(fx, fy) <= 0 or max(abs(skew), abs(zero)) > 1e-7 or (last != (0, 0, 1)).any():
        raise reader.wrong("k_matrix", "fx, 0, cx; 0, fy, cy; 0, 0, 1")
    aspect_x, aspect_y = max(1.0, fy / fx), max(1.0, fx / fy)
    ratio = aspect_y / aspect_x
    span_px = width if aspect_x * width >= aspect_y * height else ratio * height
    lens.type = "PERSP"
    lens.sensor_fit = "AUTO"
    lens.sensor_width = SENSOR_WIDTH_MM
    lens.lens_unit = "MILLIMETERS"
    lens.dof.use_dof = False
    put(lens, "lens", float(fx * SENSOR_WIDTH_MM / span_px))
    put(lens, "shift_x", float((width / 2 - cx) / span_px))
    put(lens, "shift_y", float(ratio * (cy - height / 2) / span_px))
    reader.close("fov", "eval_margin_px")
    return (int(width), int(height)), (float(aspect_x), float(aspect_y))


def _set_clip(camera, planes, has_floor):
    """From the scene's scale: raster engines tell 5 mm apart only if the near end is not tiny."""
    centre = camera.location
    near = [abs(centre.z - FLOOR_Z_M)] if has_floor else []
    far = [centre.length + 2 * FLOOR_HALF_EDGE_M]
    for plane in planes:
        distance = (plane.location - centre).length
        radius = max(vertex.co.length for vertex in plane.data.vertices) * max(plane.scale)
        near.append(distance - radius)
        far.append(distance + radius)
    camera.data.clip_start = max(MIN_CLIP_M, 0.5 * min(near, default=0.0))
    camera.data.clip_end = 2 * max(far)
