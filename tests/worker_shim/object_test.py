# SPDX-License-Identifier: MIT
"""Boards, plates, occluders and environment maps of a real Blender, by hand-made numbers."""
import math
import unittest

import numpy

import scenes
from blender_worker import BlenderWorker
from picture_test import centroid, project, to_linear

SUN = scenes.light("SUN", intensity=math.pi)
MAP_ROWS, MAP_COLUMNS = 36, 72


def turned(angle):
    return numpy.array([[math.cos(angle), -math.sin(angle), 0],
                        [math.sin(angle), math.cos(angle), 0], [0, 0, 1]])


def sun_from(azimuth, elevation):
    """As compiled recipes place it."""
    return scenes.light("SUN", intensity=math.pi,
                        rotation=[math.pi / 2 - elevation, 0, math.pi / 2 + azimuth])


class ObjectTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.worker = cls.enterClassContext(BlenderWorker())

    def frame(self, scene, name="frame", **assets):
        order = scenes.order(self.worker.folder, scene, name)
        order["assets"] |= assets
        return self.worker.render(order)["frames"][0]

    def test_print_reflects_as_its_ink_and_paper(self):
        # Under a sun of pi W/m^2 overhead a diffuse surface sends back its reflectance.
        material = {"roughness": 1.0, "specular": 0.0, "ink": 0.1, "paper": 0.7}
        board = scenes.calibration_board("a", 0.3, 0.3, material=material)
        camera = scenes.camera((100, 100), (300, 300, 50, 50), scenes.pose(z=1))
        frame = self.frame(scenes.recipe("cycles", [board], [camera], [SUN], max_samples=16))
        shown = scenes.image_of(frame)[30:70, 30:70, 1]
        dark, bright = shown[shown < 0.4], shown[shown > 0.4]
        # The art's two greys, each with the world's share of light, 0.05.
        for found, grey in ((dark, 20), (bright, 200)):
            expected = (0.1 + 0.6 * to_linear(grey)) * 1.05
            self.assertAlmostEqual(numpy.median(found), expected, delta=0.01)

    def test_two_boards_show_their_own_art_upright_where_their_corners_are(self):
        # 0.3 m x 0.2 m and 0.2 m x 0.2 m, turned by 0.3 rad; modules of 12 px x 8 px and 8 px.
        angle = 0.3
        boards = [scenes.calibration_board(art, width, 0.2, (x, 0, 0), rotation_euler=[0, 0, angle],
                                           material=material)
                  for art, width, x, material in (("a", 0.3, -0.2, None), ("b", 0.2, 0.2,
                                                  {"roughness": 0.5, "specular": 0.2}))]
        camera = scenes.camera((300, 160), (400, 400, 150, 80), scenes.pose(z=1))
        for mode in ("workbench", "eevee", "cycles"):
            frame = self.frame(scenes.recipe(mode, boards, [camera], [SUN], max_samples=16))
            image, index = scenes.image_of(frame)[:, :, 1], scenes.index_of(frame)
            for number, (item, art) in enumerate(zip(boards, (0, 1)), 1):
                width, height = 2 * item["scale"][0], 2 * item["scale"][1]
                shown = numpy.empty((10, 10))
                for row, column in numpy.ndindex(10, 10):
                    local = [(column + 0.5) / 10 * width - width / 2,
                             height / 2 - (row + 0.5) / 10 * height, 0]
                    u, v = project(frame, item["location"] + turned(angle) @ local)
                    shown[row, column] = image[int(v), int(u)]
                    self.assertEqual(index[int(v), int(u)], number)
                with self.subTest(mode=mode, number=number):
                    expected = scenes.art_of(art)
                    numpy.testing.assert_array_equal(shown > 0.25, expected == 200)
                    if mode == "workbench":
                        numpy.testing.assert_allclose(shown, to_linear(expected), atol=1e-3)

    def test_a_board_takes_the_light_that_falls_on_it(self):
        # Light and dark art under half the light: half the radiance, above the sky's part.
        camera = scenes.camera((60, 40), (400, 400, 30, 20), scenes.pose(z=2))
        light, dim, dark = (scenes.image_of(self.frame(scenes.recipe(
            "cycles", [scenes.calibration_board()], [camera],
            [{**SUN, "intensity": strength}], max_samples=16))) for strength in (4, 2, 0))
        numpy.testing.assert_allclose(light - dark, 2 * (dim - dark), atol=0.02)
        self.assertGreater((light - dark).mean(), 0.1)

    def test_a_plate_is_printed_unless_it_is_plain(self):
        properties = {"mode": "aprilgrid", "cols": 3, "rows": 2, "tag_size": 0.08,
                      "square_size": 0.1}
        plate = {**scenes.board(), "texture_path": "b", "properties": properties}
        camera = scenes.camera((60, 40), (200, 200, 30, 20), scenes.pose(z=0.995))
        image = scenes.image_of(self.frame(scenes.recipe(objects=[plate], cameras=[camera])))
        numpy.testing.assert_allclose(image[2::4, 3::6, 1], to_linear(scenes.art_of(1)), atol=1e-3)

    def test_the_back_of_what_is_printed_is_white_in_every_engine(self):
        below = [[1, 0, 0, 0], [0, -1, 0, 0], [0, 0, -1, -0.4], [0, 0, 0, 1]]
        camera = scenes.camera((40, 40), (60, 60, 20, 20), below)
        sun = scenes.light("SUN", intensity=math.pi, rotation=[math.pi, 0, 0])
        things = (scenes.tag(tag_size=0.4), scenes.calibration_board("b", 0.5, 0.5),
                  scenes.board(10, 10))
        for mode, expected, seen in (("workbench", 1, things), ("cycles", 1.05, things),
                                     ("eevee", 1.05, things[1:2])):
            for thing in seen:
                frame = self.frame(scenes.recipe(mode, [thing], [camera], [sun], max_samples=16))
                with self.subTest(mode=mode, kind=thing["type"]):
                    numpy.testing.assert_allclose(scenes.image_of(frame), expected, rtol=0.02)
                    self.assertEqual(set(scenes.index_of(frame).flat), {1})

    def test_an_occluder_throws_its_shadow_away_from_the_sun(self):
        # A point at height h has its shadow h / tan(elevation) away, opposite to the sun.
        azimuth, elevation, turn, height = 0.7, 0.9, 0.4, 0.3
        plate = scenes.occluder(0.3, 0.12, 0.004, (0.1, -0.05, height),
                                rotation_euler=[0, 0, turn])
        camera = scenes.camera((200, 200), (300, 300, 100, 100), scenes.pose(z=1.5))
        frame = self.frame(scenes.recipe(
            "cycles", [scenes.board(20, 20, location=(0, 0, 0)), plate], [camera],
            [sun_from(azimuth, elevation)], max_samples=32, total_bounces=0))
        image, index = scenes.image_of(frame)[:, :, 1], scenes.index_of(frame)
        rows, columns = numpy.indices(image.shape) + 0.5
        x, y = (columns - 100) / 200, (100 - rows) / 200
        reach = height / math.tan(elevation)
        shadow = numpy.stack([x + reach * math.cos(azimuth) - 0.1,
                              y + reach * math.sin(azimuth) + 0.05, 0 * x])
        along, across, _ = numpy.tensordot(turned(-turn), shadow, 1)
        depth = numpy.minimum(0.15 - abs(along), 0.06 - abs(across))  # inside the shadow, metres
        lit = math.sin(elevation) + 0.05
        ground = numpy.all([numpy.roll(index, (i, j), (0, 1)) == 1
                            for i in (-2, 0, 2) for j in (-2, 0, 2)], axis=0)
        self.assertEqual(set(numpy.unique(index)), {1, 2})
        self.assertGreater((ground & (depth > 0.01)).sum(), 500)
        numpy.testing.assert_allclose(image[ground & (depth > 0.01)], 0.05, atol=0.01)
        numpy.testing.assert_allclose(image[ground & (depth < -0.01)], lit, rtol=0.02)

    def one_hot_map(self, row, column):
        sky = numpy.zeros((MAP_ROWS, MAP_COLUMNS), numpy.float32)
        sky[row, column] = 100
        path = f"{self.worker.folder}/sky_{row}_{column}.exr"
        scenes.write_exr(path, sky)
        return path

    def test_an_environment_map_is_turned_counter_clockwise_and_scaled(self):
        # The middle of the map is at +X, its left at +Y; 5 degrees a pixel, as in the picture.
        row, column = 14, 34
        path = self.one_hot_map(row, column)
        azimuth = (0.5 - (column + 0.5) / MAP_COLUMNS) * 2 * math.pi
        elevation = (0.5 - (row + 0.5) / MAP_ROWS) * math.pi
        pose = [[0, 0, -1, 0], [-1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]]  # towards +X, up +Z
        camera = scenes.camera((80, 60), (60, 60, 40, 30), pose)
        images = {}
        for mode, turn, strength in (("cycles", -0.4, 1), ("cycles", 0.25, 1), ("cycles", 0.25, 3),
                                     ("eevee", 0.25, 3)):
            scene = scenes.recipe(mode, [], [camera], max_samples=64)
            scene["world"] |= {"background_hdri": "sky", "hdri_rotation": turn,
                               "hdri_strength": strength}
            image = images[mode, turn, strength] = scenes.image_of(self.frame(scene, sky=path))
            ray = turned(turn) @ [math.cos(elevation) * math.cos(azimuth),
                                  math.cos(elevation) * math.sin(azimuth), math.sin(elevation)]
            expected = 40 - 60 * ray[1] / ray[0], 30 - 60 * ray[2] / ray[0]
            light = image[:, :, 1]
            rows, columns = numpy.indices(light.shape) + 0.5
            found = (light * columns).sum() / light.sum(), (light * rows).sum() / light.sum()
            with self.subTest(mode=mode, turn=turn):
                numpy.testing.assert_allclose(found, expected, atol=0.3)
        numpy.testing.assert_allclose(images["cycles", 0.25, 3], 3 * images["cycles", 0.25, 1],
                                      rtol=1e-4, atol=1e-4)

    def test_the_maps_that_blender_brings_are_known_by_name(self):
        scene = scenes.recipe("cycles", [], [scenes.camera((16, 16))])
        scene["world"]["background_hdri"] = "blender:city.exr"
        image = scenes.image_of(self.frame(scene))
        self.assertGreater(image.std(), 0.01)
        for name, shown in (("moon.exr", "'moon.exr'"), ("../world/city.exr",
                                                         "'../world/city.exr'")):
            scene["world"]["background_hdri"] = f"blender:{name}"
            reply = self.worker.ask("RENDER", scenes.order(self.worker.folder, scene))
            self.assertEqual(reply["message"], "recipe.world.background_hdri: this Blender brings "
                             f"no {shown}")

    def test_without_a_map_the_background_is_grey_whatever_its_strength(self):
        scene = scenes.recipe("cycles", [], [scenes.camera((16, 16))])
        scene["world"] |= {"hdri_strength": 5.0, "hdri_rotation": 1.0}
        numpy.testing.assert_allclose(scenes.image_of(self.frame(scene)), 0.05, rtol=1e-6)

    def test_a_file_that_has_changed_is_read_again(self):
        camera = scenes.camera((50, 50), (250, 250, 25, 25), scenes.pose(z=1))
        path = f"{self.worker.folder}/changing.png"
        for number in (3, 4):
            scenes.write_png(path, scenes.art_of(number))
            frame = self.frame(scenes.recipe(objects=[scenes.tag("art")], cameras=[camera]),
                               art=path)
            numpy.testing.assert_allclose(scenes.image_of(frame)[2::5, 2::5, 1],
                                          to_linear(scenes.art_of(number)), atol=1e-3)

    def test_an_occluder_counts_in_the_index_like_any_object(self):
        things = [scenes.occluder(0.1, 0.1, 0.01, (-0.2, 0, 0)), scenes.tag(location=(0.2, 0, 0))]
        camera = scenes.camera((80, 40), (80, 80, 40, 20), scenes.pose(z=1))
        for mode in ("workbench", "cycles"):
            index = scenes.index_of(self.frame(scenes.recipe(mode, things, [camera],
                                                             max_samples=1)))
            numpy.testing.assert_allclose(centroid(index, 1), (24, 20), atol=0.5)
            numpy.testing.assert_allclose(centroid(index, 2), (56, 20), atol=0.5)


if __name__ == "__main__":
    unittest.main()
