# SPDX-License-Identifier: MIT
"""Pixels of a real Blender against numbers worked out by hand or with NumPy alone."""
import math
import unittest

import numpy

import scenes
from blender_worker import BlenderWorker

# K as (fx, fy, cx, cy); where the point (0.3, 0.2, -2) of the camera's axes must appear:
# u = cx + 0.15 fx, v = cy - 0.1 fy.
INTRINSICS = (
    ((320, 240), (300, 300, 160, 120), (205, 90)),
    ((320, 240), (300, 300, 171.3, 111.7), (216.3, 81.7)),
    ((240, 320), (280, 280, 120, 170.5), (162, 142.5)),
    ((320, 240), (330, 300, 165, 118), (214.5, 88)),
    ((320, 240), (300, 330, 165, 118), (210, 85)),
    ((240, 320), (300, 330, 115, 165), (160, 132)),
    ((320, 240), (400, 200, 150, 110), (210, 90)),
    ((240, 320), (200, 400, 110, 150), (140, 110)),
)


def to_linear(encoded):
    """sRGB, IEC 61966-2-1."""
    value = encoded / 255
    return numpy.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def project(frame, point_in_world):
    """Continuous pixel coordinates from the matrices of the reply alone."""
    camera_from_world = numpy.linalg.inv(frame["world_from_camera"])
    clip = numpy.array(frame["projection"]) @ camera_from_world @ [*point_in_world, 1]
    width, height = frame["resolution"]
    x, y = clip[:2] / clip[3]
    return (x + 1) / 2 * width, (1 - y) / 2 * height


def euler_xyz(rotation):
    """Angles of Rz Ry Rx = rotation."""
    return [math.atan2(rotation[2, 1], rotation[2, 2]), math.asin(-rotation[2, 0]),
            math.atan2(rotation[1, 0], rotation[0, 0])]


def centroid(index, value):
    rows, columns = numpy.nonzero(index == value)
    return columns.mean() + 0.5, rows.mean() + 0.5


class PictureTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.worker = cls.enterClassContext(BlenderWorker())

    def frames(self, scene, **changes):
        return self.worker.render(scenes.order(self.worker.folder, scene, **changes))["frames"]

    def frame(self, scene, **changes):
        return self.frames(scene, **changes)[0]

    def test_every_camera_model_projects_where_k_says(self):
        pose = [[0.8, 0, 0.6, 1], [0, 1, 0, -2], [-0.6, 0, 0.8, 3], [0, 0, 0, 1]]
        point = (numpy.array(pose) @ [0.3, 0.2, -2, 1])[:3]
        # The tag faces the camera, rolled so that its edges run across the pixel grid.
        facing = numpy.array(pose)[:3, :3] @ [[0.9, -0.19**0.5, 0], [0.19**0.5, 0.9, 0], [0, 0, 1]]
        cameras = [scenes.camera(size, k, pose) for size, k, _ in INTRINSICS]
        target = scenes.tag(location=point, tag_size=0.08, rotation_euler=euler_xyz(facing))
        for mode in ("workbench", "cycles"):
            scene = scenes.recipe(mode, [target], cameras, max_samples=1)
            frames = self.frames(scene)
            self.assertEqual([frame["camera_index"] for frame in frames], list(range(8)))
            for (size, k, expected), frame in zip(INTRINSICS, frames):
                with self.subTest(mode=mode, size=size, k=k):
                    self.assertEqual(frame["resolution"], list(size))
                    numpy.testing.assert_allclose(frame["world_from_camera"], pose, atol=1e-6)
                    numpy.testing.assert_allclose(project(frame, point), expected, atol=1e-3)
                    numpy.testing.assert_allclose(centroid(scenes.index_of(frame), 1), expected,
                                                  atol=0.2)

    def test_tag_size_is_the_edge_of_the_black_border(self):
        # 0.2 m from 1 m with f = 200: 40 px, and the margin makes it 40 / 0.8 = 50.
        for scale in (1, 1.5):
            scene = scenes.recipe(objects=[scenes.tag(tag_size=0.2, scale=[scale, scale, 1])],
                                  cameras=[scenes.camera((100, 100), (200, 200, 50, 50),
                                                         scenes.pose(z=1))])
            frame = self.frame(scene)
            self.assertEqual((scenes.index_of(frame) == 1).sum(), (50 * scale) ** 2)
            numpy.testing.assert_allclose(scenes.image_of(frame)[0, 0], 0.05, atol=1e-3)

    def test_light_is_linear_and_unclipped(self):
        # A white Lambertian board under a sun of E W/m2: E / pi, and the sky's 0.05 besides.
        sun = scenes.light("SUN", intensity=100 * math.pi)
        scene = scenes.recipe("cycles", [scenes.board(2, 2)], [scenes.camera()], [sun],
                              max_samples=16)
        frame = self.frame(scene)
        image, index = scenes.image_of(frame), scenes.index_of(frame)
        numpy.testing.assert_allclose(image[28:36, 28:36], 100.05, rtol=1e-4)
        numpy.testing.assert_allclose(image[:4, :4], 0.05, rtol=1e-6)
        self.assertEqual((set(index[28:36, 28:36].flat), set(index[:4, :4].flat)), ({1}, {0}))

    def test_a_point_lamp_falls_off_as_physics_says(self):
        # P W from height h: irradiance P / (4 pi h^2) straight below, radiance 1 / pi of it;
        # Blender's point lamp radiates P / pi^2 / 4 per steradian, i.e. P / (4 pi^2 h^2).
        lamp = {**scenes.light(intensity=50), "location": [0, 0, 2]}
        scene = scenes.recipe("cycles", [scenes.board(2, 2, location=(0, 0, 0))],
                              [scenes.camera()], [lamp], max_samples=16)
        centre = scenes.image_of(self.frame(scene))[31:33, 31:33]
        numpy.testing.assert_allclose(centre, 0.05 + 50 / (4 * math.pi**2 * 4), rtol=2e-3)

    def test_each_tag_shows_its_own_art_upright_in_every_engine(self):
        # Two tags side by side, 100 px each, 10 px a module.
        pair = [scenes.tag(art, (x, 0, 0), 0.16) for art, x in (("a", -0.1), ("b", 0.1))]
        camera = scenes.camera((200, 100), (1000, 1000, 100, 50), scenes.pose(z=2))
        sun = scenes.light("SUN", intensity=math.pi)
        for mode in ("workbench", "eevee", "cycles"):
            frame = self.frame(scenes.recipe(mode, pair, [camera], [sun], max_samples=16))
            image, index = scenes.image_of(frame), scenes.index_of(frame)
            for number, art in ((1, 0), (2, 1)):
                with self.subTest(mode=mode, number=number):
                    left = 100 * (number - 1)
                    self.assertEqual(set(index[1:-1, left + 1:left + 99].flat), {number})
                    shown = image[5::10, left + 5:left + 100:10, 1]
                    art = scenes.art_of(art)
                    if mode == "workbench":
                        numpy.testing.assert_allclose(shown, to_linear(art), atol=1e-3)
                    numpy.testing.assert_array_equal(shown > 0.25, art == 200)

    def test_the_floor_repeats_its_art_in_metres_and_turns_it(self):
        # Floor at z = -0.01; tile 1 / scale m, turned by the angle; each pixel 10 mm.
        angle, scale = 0.5, 2.0
        camera = scenes.camera((200, 200), (100, 100, 100, 100), scenes.pose(z=0.99))
        image = scenes.image_of(self.frame(scenes.recipe(objects=[], cameras=[camera],
                                                         floor="f")))[:, :, 1]
        column, row = numpy.meshgrid(numpy.arange(200), numpy.arange(200))
        x, y = (column + 0.5 - 100) / 100, (100 - row - 0.5) / 100
        u = scale * (math.cos(angle) * x - math.sin(angle) * y) % 1
        v = scale * (math.sin(angle) * x + math.cos(angle) * y) % 1
        expected = to_linear(scenes.art_of(2))[9 - (v * 10).astype(int), (u * 10).astype(int)]
        # Linear interpolation between modules of 5 px: compare where a module is flat.
        inside = (abs(u * 10 % 1 - 0.5) < 0.1) & (abs(v * 10 % 1 - 0.5) < 0.1)
        self.assertGreater(inside.sum(), 500)
        agreement = abs(image[inside] - expected[inside]) < 0.12
        self.assertGreater(agreement.mean(), 0.97)

    def test_the_index_pass_is_exact_for_1500_objects_in_every_engine(self):
        # A grid of 50 x 30 tags seen at a slant, 8 px a cell: all indices, no other value.
        grid = [scenes.tag("a", ((i % 50 - 24.5) * 0.01, (i // 50 - 14.5) * 0.01, 0), 0.0072)
                for i in range(1500)]
        pose = [[1, 0, 0, 0], [0, 0.96, -0.28, -0.28], [0, 0.28, 0.96, 0.96], [0, 0, 0, 1]]
        camera = scenes.camera((480, 300), (850, 850, 240, 150), pose)
        seen = {}
        for mode in ("workbench", "cycles"):
            frame = self.frame(scenes.recipe(mode, grid, [camera], max_samples=1))
            seen[mode] = scenes.index_of(frame)
            self.assertEqual(set(numpy.unique(seen[mode])) - {0}, set(range(1, 1501)))
            self.assertEqual(seen[mode].dtype, numpy.float32)
        # The renderers sample a pixel at different points, so only edges differ.
        steady = (seen["workbench"] == numpy.roll(seen["workbench"], 1, (0, 1)))
        self.assertGreater((seen["workbench"] == seen["cycles"])[steady].mean(), 0.98)

    def test_a_lamp_of_radius_0_casts_a_hard_shadow_and_a_large_one_a_soft_shadow(self):
        def partly_shadowed_px(radius):
            lamp = {**scenes.light(radius=radius, intensity=300), "location": [0, 0, 1]}
            scene = scenes.recipe(
                "cycles", [scenes.board(10, 10), scenes.tag(location=(0, 0, 0.3), tag_size=0.08)],
                [scenes.camera((128, 8), (128, 128, 64, 4), scenes.pose(0.25, 0, 1.2))], [lamp],
                max_samples=64)
            frame = self.frame(scene)
            row = scenes.image_of(frame)[4, :, 1][scenes.index_of(frame)[4] == 1]
            return ((row > 0.3 * row.max()) & (row < 0.6 * row.max())).sum()

        self.assertLessEqual(partly_shadowed_px(0.0), 1)
        self.assertGreaterEqual(partly_shadowed_px(0.1), 3)

    def test_the_seed_decides_the_samples_and_the_threads_do_not(self):
        scene = scenes.recipe("cycles", [scenes.tag(), scenes.board()],
                              [scenes.camera(), scenes.camera()], [scenes.light(radius=0.2)])
        frames = self.frames(scene, render_seeds=[7, 8], name="two")
        first, other = map(scenes.image_of, frames)
        self.assertGreater((first != other).mean(), 0.1)
        with BlenderWorker(threads=1) as single:
            order = scenes.order(single.folder, scene)
            for threads in (1, None):
                order["threads"] = threads
                alone = scenes.image_of(single.render(order)["frames"][0])
                numpy.testing.assert_array_equal(first, alone)
            reply = single.ask("RENDER", {**order, "threads": 2})
            self.assertEqual(reply["message"], "threads: Blender was started with --threads 1, "
                             "2 cannot be had")

    def test_a_reply_describes_its_frames(self):
        for mode in ("cycles", "workbench"):
            data = self.worker.render(scenes.order(self.worker.folder, scenes.recipe(mode)))
            self.assertEqual(data.keys(), {"scene_id", "frames", "build_s", "total_s", "census",
                                           "rss_mb"})
            frame = data["frames"][0]
            self.assertEqual(frame.keys(), {
                "camera_index", "image", "image_layer", "index", "index_channel", "bytes",
                "resolution", "render_s", "world_from_camera", "projection", "fisheye_fov"})
            image = scenes.read_exr(frame["image"])
            self.assertEqual({name for name in image if name != frame["index_channel"]},
                             {f"ViewLayer.Combined.{channel}" for channel in "RGBA"}
                             - {frame["index_channel"]})
            self.assertLess(data["build_s"] + frame["render_s"], data["total_s"])
            self.assertFalse([name for name in self.worker.files() if "part" in name])


if __name__ == "__main__":
    unittest.main()
