# SPDX-License-Identifier: MIT
"""A recipe's objects, lights and world as Blender data-blocks; and their removal.

Builder.build() adds to a cleared file, clear() brings the file back to its baseline: nothing
survives from scene to scene but images that are kept unchanged. Recipe names and values are those
of the SceneRecipe (docs/protocol.md); metres and radians, world Z up.
"""
import math
import os

import bpy
import numpy

import cameras
import surfaces
from recipe import BadScene
from settings import put

SUN_ANGLE_RAD = 0.00918  # apparent diameter of the real sun
FLOOR_HALF_EDGE_M = 20.0
FLOOR_Z_M = -0.01
FLOOR_SURFACE = (0.9, 0.5)  # roughness, specular
PRINT_SURFACE = (0.8, 0.2)
OCCLUDER_SPECULAR = 0.5
BACKGROUND = (0.05, 0.05, 0.05)
BLENDERS_OWN = "blender:"  # environment maps that Blender brings
LIGHT_MAP_PX = 1024  # by which Cycles aims at the bright parts of an environment map
INDEX_BASE = 32  # digits that survive Workbench's half floats
KINDS = ("objects", "meshes", "materials", "images", "lights", "cameras", "worlds", "actions")

UNIT_SQUARE = numpy.array([(0, 0), (1, 0), (1, 1), (0, 1)])
FRONT, BACK = (0, 1, 2, 3), (3, 2, 1, 0)
CUBE = numpy.array([(x, y, z) for z in (-0.5, 0.5) for y in (-0.5, 0.5) for x in (-0.5, 0.5)])
CUBE_FACES = ((0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (1, 3, 7, 5), (3, 2, 6, 7), (2, 0, 4, 6))


def clear(kept_images=()):
    bpy.context.scene.world = None
    bpy.context.scene.camera = None
    bpy.data.batch_remove([block for kind in (*KINDS, "node_groups")
                           for block in getattr(bpy.data, kind)
                           if getattr(block, "type", "") != "RENDER_RESULT"
                           and block not in kept_images])


def census(kept_images):
    """How many data-blocks and nodes the file holds; level between scenes, or the worker leaks."""
    counts = {kind: len(getattr(bpy.data, kind)) for kind in KINDS}
    counts["images"] -= len(kept_images)
    trees = [block.node_tree for kind in ("materials", "worlds", "scenes")
             for block in getattr(bpy.data, kind) if getattr(block, "node_tree", None)]
    counts["nodes"] = sum(len(tree.nodes) for tree in [*trees, *bpy.data.node_groups])
    return counts


def index_color(index):
    """The object index as an object colour, low digit in red; each digit in mid interval."""
    low, middle, high = index, index // INDEX_BASE, index // INDEX_BASE**2
    return (low % INDEX_BASE + 0.5, middle % INDEX_BASE + 0.5, high + 0.5, 1.0)


class Builder:
    """Builds one scene for one engine. images: surfaces.Images, which outlive it."""

    def __init__(self, mode, assets, images):
        self._mode = mode
        self._assets = assets
        self._images = images

    def build(self, recipe):
        """Reads world, objects and cameras of the recipe; returns one View per camera."""
        world = recipe.reader("world")
        self._build_background(world)
        has_floor = self._build_floor(world)
        for light in world.readers("lights"):
            _build_light(light)
        world.close()
        things = [self._build_object(reader, index)
                  for index, reader in enumerate(recipe.readers("objects"), start=1)]
        views = [cameras.build(reader, self._mode) for reader in recipe.readers("cameras")]
        for view in views:
            _set_clip(view, things, has_floor)
        return views

    def _build_background(self, world):
        block = bpy.data.worlds.new("background")
        block.color = BACKGROUND  # what Workbench shows
        block.use_nodes = True
        tree = block.node_tree
        tree.nodes.clear()
        background = tree.nodes.new("ShaderNodeBackground")
        output = tree.nodes.new("ShaderNodeOutputWorld")
        tree.links.new(background.outputs["Background"], output.inputs["Surface"])
        turn = world.number("hdri_rotation")
        strength = world.number("hdri_strength", low=0) if world.has("hdri_strength") else 1.0
        if world.get("background_hdri") is None:
            background.inputs["Color"].default_value = (*BACKGROUND, 1.0)
            strength = 1.0
        else:
            _surround(tree, background, self._load_environment(world), turn)
            block.cycles.sampling_method = "MANUAL"  # Cycles' own choice costs seconds a frame
            put(block.cycles, "sample_map_resolution", LIGHT_MAP_PX)
        put(background.inputs["Strength"], "default_value", strength)
        bpy.context.scene.world = block

    def _load_environment(self, world):
        name = world.string("background_hdri")
        if not name.startswith(BLENDERS_OWN):
            return self._load_image(world, "background_hdri")
        file = name.removeprefix(BLENDERS_OWN)
        folder = os.path.join(bpy.utils.system_resource("DATAFILES"), "studiolights", "world")
        if file not in os.listdir(folder):
            raise BadScene(f"{world.at('background_hdri')}: this Blender brings no {ascii(file)}")
        return self._images.load(os.path.join(folder, file), world.at("background_hdri"))

    def _build_floor(self, world):
        scale = world.positive("texture_scale")
        rotation = world.number("texture_rotation")
        if world.get("texture_path") is None:
            return False
        turn = scale * numpy.array([[math.cos(rotation), -math.sin(rotation)],
                                    [math.sin(rotation), math.cos(rotation)]])
        corners = FLOOR_HALF_EDGE_M * (2 * UNIT_SQUARE - 1)
        material = surfaces.printed(self._load_image(world, "texture_path"), "Linear", "REPEAT",
                                    *FLOOR_SURFACE)
        floor = self._add_plane("floor", corners, corners @ turn.T, 0, material)
        floor.location.z = FLOOR_Z_M
        return True

    def _build_object(self, reader, index):
        kind = reader.one_of("type", ["TAG", "BOARD", "OCCLUDER"])
        reader.not_rendered("rotation_quaternion", None)
        scale = reader.array("scale", 3)
        is_stretchable = kind == "OCCLUDER" or reader.get("board") is not None
        if not (scale > 0).all() or not (is_stretchable or scale[0] == scale[1]):
            raise reader.wrong("scale", "factors above 0" + ", the same for x and y"
                               * (not is_stretchable))
        if kind == "OCCLUDER":
            thing = _build_occluder(reader, index)
        else:
            size_m, material = self._read_tag(reader) if kind == "TAG" else self._read_board(reader)
            thing = self._add_plane(f"object_{index}", (UNIT_SQUARE - 0.5) * size_m, UNIT_SQUARE,
                                    index, material)
        _place(thing, reader)
        thing.scale = scale
        reader.close("name", "forward_axis", "calibration_points_3d", "keypoints_3d")
        return thing

    def _read_tag(self, reader):
        """tag_size is the black border's edge; keypoints_3d lie on a plane that spans [-1, 1]^2."""
        reader.not_rendered("board", None)
        corners = reader.array("keypoints_3d", 4, 3)
        half = abs(corners[0, 0])
        square = half * numpy.array([(-1, 1, 0), (1, 1, 0), (1, -1, 0), (-1, -1, 0)])
        if not 0 < half <= 1 or abs(corners - square).max() > 1e-9:
            raise reader.wrong("keypoints_3d",
                               "(-m,m,0) (m,m,0) (m,-m,0) (-m,-m,0) with 0 < m <= 1")
        edge_m = reader.reader("properties").positive("tag_size") / half
        return (edge_m, edge_m), self._read_print(reader)

    def _read_board(self, reader):
        """A calibration board spans [-1, 1]^2, a plate its cells."""
        if reader.get("board") is not None:
            reader.reader("board")
            reader.reader("properties")
            return (2.0, 2.0), self._read_print(reader)
        properties = reader.reader("properties")
        mode = properties.one_of("mode", ["plain", "cb", "aprilgrid"])
        square_m = properties.positive("square_size")
        size_m = [properties.integer(key, 1, 10**6) * square_m for key in ("cols", "rows")]
        if mode != "plain":
            return size_m, self._read_print(reader)
        reader.not_rendered("texture_path", None)
        reader.not_rendered("material", None)
        return size_m, surfaces.white()

    def _read_print(self, reader):
        image = self._load_image(reader, "texture_path")
        roughness, specular = PRINT_SURFACE
        reflectance = surfaces.FULL_CONTRAST
        if reader.get("material") is not None:
            paper = reader.reader("material")
            roughness, specular = (paper.number(key, 0, 1) for key in ("roughness", "specular"))
            reflectance = self._read_reflectance(paper)
            paper.close()
        return surfaces.printed(image, "Closest", "EXTEND", roughness, specular, reflectance)

    def _read_reflectance(self, paper):
        """Of what is black and white in print; keys that are left out mean 0 and 1."""
        reflectance = list(surfaces.FULL_CONTRAST)
        for place, key in enumerate(("ink", "paper")):
            if not paper.has(key):
                continue
            reflectance[place] = paper.number(key, 0, 1)
            if self._mode == "workbench" and reflectance[place] != surfaces.FULL_CONTRAST[place]:
                raise paper.unable(self._mode, key)
        return tuple(reflectance)

    def _load_image(self, reader, key):
        return self._images.load(reader.asset(key, self._assets), reader.at(key))

    def _add_plane(self, name, corners_m, corners_uv, index, material):
        """Counter-clockwise corners, normal +Z. Workbench draws a second face as the back."""
        faces = [FRONT, BACK] if self._mode == "workbench" else [FRONT]
        plane = _add_mesh(name, numpy.pad(corners_m, ((0, 0), (0, 1))), faces, index)
        uv = corners_uv[numpy.concatenate(faces)].astype(float)
        plane.data.uv_layers.new(name="UVMap").data.foreach_set("uv", uv.ravel())
        plane.data.materials.append(material)
        if len(faces) == 2:
            plane.data.materials.append(surfaces.white())
            plane.data.polygons[1].material_index = 1
        return plane


def _surround(tree, background, image, turn):
    """The map's middle column at +X, its left edge's side towards +Y; turned about +Z."""
    direction = tree.nodes.new("ShaderNodeTexCoord")
    mapping = tree.nodes.new("ShaderNodeMapping")
    mapping.vector_type = "TEXTURE"  # turns the picture, not the direction that it is looked up in
    put(mapping.inputs["Rotation"], "default_value", (0.0, 0.0, turn))
    art = tree.nodes.new("ShaderNodeTexEnvironment")
    art.image = image
    art.projection = "EQUIRECTANGULAR"
    art.interpolation = "Linear"
    tree.links.new(direction.outputs["Generated"], mapping.inputs["Vector"])
    tree.links.new(mapping.outputs["Vector"], art.inputs["Vector"])
    tree.links.new(art.outputs["Color"], background.inputs["Color"])


def _build_occluder(reader, index):
    for key in ("board", "texture_path", "material"):
        reader.not_rendered(key, None)
    properties = reader.reader("properties")
    properties.one_of("shape", ["plate"])
    size_m = [properties.positive(key)
              for key in ("size_along_edge_m", "size_across_edge_m", "thickness_m")]
    albedo, roughness = (properties.number(key, 0, 1) for key in ("albedo", "roughness"))
    occluder = _add_mesh(f"object_{index}", CUBE * size_m, CUBE_FACES, index)
    occluder.data.materials.append(surfaces.grey(albedo, roughness, OCCLUDER_SPECULAR))
    return occluder


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


def _add(name, content):
    block = bpy.data.objects.new(name, content)
    bpy.context.scene.collection.objects.link(block)
    return block


def _add_mesh(name, points_m, faces, index):
    """Quadrangles, counter-clockwise as seen from outside."""
    mesh = bpy.data.meshes.new(name)
    mesh.vertices.add(len(points_m))
    mesh.loops.add(4 * len(faces))
    mesh.polygons.add(len(faces))
    mesh.vertices.foreach_set("co", points_m.ravel())
    mesh.loops.foreach_set("vertex_index", numpy.ravel(faces))
    mesh.polygons.foreach_set("loop_start", range(0, 4 * len(faces), 4))
    mesh.polygons.foreach_set("loop_total", [4] * len(faces))
    mesh.update(calc_edges=True)
    thing = _add(name, mesh)
    put(thing, "pass_index", index)
    thing.color = index_color(index)
    return thing


def _place(block, reader):
    block.rotation_mode = "XYZ"
    block.location = reader.array("location", 3)
    block.rotation_euler = reader.euler("rotation_euler")


def _set_clip(view, things, has_floor):
    """From the scene's scale: raster engines tell 5 mm apart only if the near end is not tiny."""
    centre = view.camera.location
    near = [abs(centre.z - FLOOR_Z_M)] if has_floor else []
    far = [centre.length + 2 * FLOOR_HALF_EDGE_M]
    for thing in things:
        distance = (thing.location - centre).length
        radius = max(vertex.co.length for vertex in thing.data.vertices) * max(thing.scale)
        near.append(distance - radius)
        far.append(distance + radius)
    cameras.set_clip(view, min(near, default=0.0), max(far))
