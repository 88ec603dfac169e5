# SPDX-License-Identifier: MIT
"""One picture from one cold Blender: what a script without rtag does, for scripts/benchmark.

    blender --background --factory-startup --python cold_scene.py -- RECIPE TEXTURES PICTURE

RECIPE holds one line of `rtag compile`, TEXTURES the marker images, PICTURE is the PNG to write.
Plain bpy without a line of rtag's code, so that the picture is a check as well as a yardstick.
"""
import glob
import json
import sys

import bpy


def add_light(recipe):
    light = bpy.data.lights.new("light", recipe["type"])
    light.energy = recipe["intensity"]
    light.color = recipe["color"]
    light.shadow_soft_size = recipe["radius"]
    place(light, recipe)


def place(content, recipe):
    block = bpy.data.objects.new(content.name, content)
    block.location = recipe["location"]
    block.rotation_euler = recipe["rotation_euler"] or (0, 0, 0)
    bpy.context.scene.collection.objects.link(block)


def printed(image_path, paper):
    material = bpy.data.materials.new("printed")
    material.use_nodes = True
    nodes = material.node_tree.nodes
    art = nodes.new("ShaderNodeTexImage")
    art.image = bpy.data.images.load(image_path)
    art.interpolation = "Closest"
    shader = nodes["Principled BSDF"]
    shader.inputs["Roughness"].default_value = paper["roughness"]
    shader.inputs["Specular"].default_value = paper["specular"]
    material.node_tree.links.new(art.outputs["Color"], shader.inputs["Base Color"])
    nodes.active = art
    return material


def white():
    material = bpy.data.materials.new("white")
    material.use_nodes = True
    nodes = material.node_tree.nodes
    shader = nodes.new("ShaderNodeBsdfDiffuse")
    shader.inputs["Color"].default_value = (1, 1, 1, 1)
    output = nodes["Material Output"]
    material.node_tree.links.new(shader.outputs["BSDF"], output.inputs["Surface"])
    material.diffuse_color = (1, 1, 1, 1)
    return material


def add_object(recipe, textures):
    properties = recipe["properties"]
    if recipe["type"] == "TAG":
        edge = properties["tag_size"] / recipe["keypoints_3d"][1][0]
        size = (edge, edge)
        stem = recipe["texture_path"].replace("/", "_").removesuffix(".png")
        material = printed(glob.glob(f"{textures}/{stem}-*.png")[0], recipe["material"])
    else:
        size = [properties[n] * properties["square_size"] for n in ("cols", "rows")]
        material = white()
    (x, y), mesh = [length / 2 for length in size], bpy.data.meshes.new("plane")
    mesh.from_pydata([(-x, -y, 0), (x, -y, 0), (x, y, 0), (-x, y, 0)], [], [(0, 1, 2, 3)])
    mesh.uv_layers.new().data.foreach_set("uv", (0, 0, 1, 0, 1, 1, 0, 1))
    mesh.materials.append(material)
    place(mesh, recipe)


def add_camera(recipe):
    lens = recipe["intrinsics"]
    width, height = lens["resolution"]
    camera = bpy.data.cameras.new("camera")
    camera.sensor_width = 36
    camera.lens = lens["k_matrix"][0][0] * 36 / width
    camera.clip_start = 0.01
    block = bpy.data.objects.new("camera", camera)
    rows = recipe["transform_matrix"]
    block.matrix_world = [[rows[i][j] for i in range(4)] for j in range(4)]  # by columns
    scene = bpy.context.scene
    scene.collection.objects.link(block)
    scene.camera = block
    scene.render.resolution_x, scene.render.resolution_y = width, height


def set_up(scene, renderer):
    scene.view_settings.view_transform = "Standard"
    scene.render.dither_intensity = 0
    scene.render.image_settings.color_mode = "RGB"
    background = scene.world.node_tree.nodes["Background"] if scene.world.use_nodes else None
    if renderer["mode"] == "workbench":
        scene.render.engine = "BLENDER_WORKBENCH"
        scene.display.shading.light = "FLAT"
        scene.display.shading.color_type = "TEXTURE"
        scene.display.render_aa = "8"
        scene.world.color = (0.05, 0.05, 0.05)
        return
    scene.render.engine = "CYCLES"
    scene.cycles.samples = renderer["max_samples"]
    scene.cycles.use_adaptive_sampling = False
    scene.cycles.use_denoising = False
    scene.cycles.max_bounces = renderer["total_bounces"]
    scene.cycles.diffuse_bounces = renderer["diffuse_bounces"]
    scene.cycles.glossy_bounces = renderer["glossy_bounces"]
    background.inputs["Color"].default_value = (0.05, 0.05, 0.05, 1)


def main(recipe_path, textures, picture):
    with open(recipe_path, encoding="utf-8") as file:
        recipe = json.load(file)
    for block in list(bpy.data.objects):
        bpy.data.objects.remove(block)
    for light in recipe["world"]["lights"]:
        add_light(light)
    for thing in recipe["objects"]:
        add_object(thing, textures)
    scene = bpy.context.scene
    add_camera(recipe["cameras"][0])
    set_up(scene, recipe["renderer"])
    scene.render.filepath = picture
    bpy.ops.render.render(write_still=True)


main(*sys.argv[sys.argv.index("--") + 1:])
