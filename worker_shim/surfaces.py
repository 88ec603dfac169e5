# SPDX-License-Identifier: MIT
"""What objects look like: images, and the materials that show them."""
import os

import bpy

from recipe import BadScene
from settings import put

WHITE = (1.0, 1.0, 1.0, 1.0)
IOR = 1.5
FULL_CONTRAST = (0.0, 1.0)  # reflectance of ink and of paper


class Images:
    """Images by file. One that the next scene names again is not read again.

    A large board takes a second to decode. Whatever a scene does not use goes when it ends, so
    that no more images are kept than one scene has.
    """

    def __init__(self):
        self._kept = {}
        self._used = set()

    def load(self, path, complaint):
        """A colour image (sRGB, or scene-linear if its file holds floats), its alpha ignored."""
        stat = os.stat(path)
        key = (path, stat.st_mtime_ns, stat.st_size)
        if key not in self._kept:
            self._kept[key] = _read_image(path, complaint)
        self._used.add(key)
        return self._kept[key]

    def end_scene(self):
        """Lets go of what the scene did not use; build_scene.clear() removes it."""
        self._kept = {key: self._kept[key] for key in self._used}
        self._used.clear()

    def forget(self):
        """For when the blocks are gone already."""
        self._kept.clear()
        self._used.clear()

    def blocks(self):
        return list(self._kept.values())


def _read_image(path, complaint):
    try:
        image = bpy.data.images.load(path, check_existing=False)
    except RuntimeError as fault:
        raise BadScene(f"{complaint}: {str(fault).strip()}") from None
    image.alpha_mode = "NONE"
    if min(image.size) == 0:  # would come out magenta
        bpy.data.images.remove(image)
        raise BadScene(f"{complaint}: {ascii(path)} is not an image")
    if not image.is_float and image.colorspace_settings.name != "sRGB":
        image.colorspace_settings.name = "sRGB"
    image.buffers_free()  # 256 MiB of a large board, which Cycles does not use: it reads the file
    return image


def printed(image, interpolation, extension, roughness, specular, reflectance=FULL_CONTRAST):
    """The image on the front, from black as ink to white as paper; a blank white back."""
    material, tree, shader = _principled("printed", roughness, specular)
    art = tree.nodes.new("ShaderNodeTexImage")
    art.image = image
    art.interpolation = interpolation
    art.extension = extension
    tree.links.new(_inked(tree, art.outputs["Color"], reflectance), shader.inputs["Base Color"])
    tree.nodes.active = art  # what Workbench shows
    back = _diffuse_white(tree)
    side = tree.nodes.new("ShaderNodeNewGeometry")
    either = tree.nodes.new("ShaderNodeMixShader")
    tree.links.new(side.outputs["Backfacing"], either.inputs[0])
    tree.links.new(shader.outputs["BSDF"], either.inputs[1])
    tree.links.new(back.outputs["BSDF"], either.inputs[2])
    _set_surface(tree, either.outputs["Shader"])
    return material


def _inked(tree, color, reflectance):
    if reflectance == FULL_CONTRAST:
        return color
    levels = tree.nodes.new("ShaderNodeMapRange")
    levels.clamp = False
    for socket, value in (("From Min", 0.0), ("From Max", 1.0), ("To Min", reflectance[0]),
                          ("To Max", reflectance[1])):
        put(levels.inputs[socket], "default_value", value)
    tree.links.new(color, levels.inputs["Value"])
    return levels.outputs["Result"]


def grey(albedo, roughness, specular):
    material, tree, shader = _principled("grey", roughness, specular)
    shader.inputs["Base Color"].default_value = (albedo, albedo, albedo, 1.0)
    material.diffuse_color = (albedo, albedo, albedo, 1.0)  # what Workbench shows
    _set_surface(tree, shader.outputs["BSDF"])
    return material


def white():
    material, tree = _new_material("white")
    _set_surface(tree, _diffuse_white(tree).outputs["BSDF"])
    material.diffuse_color = WHITE  # what Workbench shows
    return material


def _new_material(name):
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    material.node_tree.nodes.clear()
    return material, material.node_tree


def _principled(name, roughness, specular):
    material, tree = _new_material(name)
    shader = tree.nodes.new("ShaderNodeBsdfPrincipled")
    shader.distribution = "GGX"
    level = "Specular IOR Level" if "Specular IOR Level" in shader.inputs else "Specular"
    for socket, value in (("Roughness", roughness), (level, specular), ("Metallic", 0.0),
                          ("IOR", IOR)):
        put(shader.inputs[socket], "default_value", value)
    return material, tree, shader


def _diffuse_white(tree):
    shader = tree.nodes.new("ShaderNodeBsdfDiffuse")
    shader.inputs["Color"].default_value = WHITE
    shader.inputs["Roughness"].default_value = 0.0
    return shader


def _set_surface(tree, shader):
    output = tree.nodes.new("ShaderNodeOutputMaterial")
    tree.links.new(shader, output.inputs["Surface"])
