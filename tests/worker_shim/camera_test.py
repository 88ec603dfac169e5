# SPDX-License-Identifier: MIT
"""Wide, moving and focused cameras of a real Blender against optics worked out by hand."""
import math
import unittest

import numpy

import scenes
from blender_worker import BlenderWorker

SKY = 0.05  # radiance of the background


def profile_centre(row, low, high):
    """Where a step that rises from left to right has its mean position, in continuous pixels."""
    share = (row - low) / (high - low)
    return len(row) - share.sum()


class CameraTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.worker = cls.enterClassContext(BlenderWorker())

    def frame(self, scene, name="frame"):
        return self.worker.render(scenes.order(self.worker.folder, scene, name))["frames"][0]

    def half_plane(self, camera, samples):
        """The frame of a white half plane x > 0 at z = 0, under a lamp far above."""
        plate = scenes.board(2, 2, 5.0, location=(5.0, 0, 0))
        sun = scenes.light("SUN", intensity=math.pi)
        return self.frame(scenes.recipe("cycles", [plate], [camera], [sun], max_samples=samples))

    def assert_row_edges(self, frame, expected_px):
        image = scenes.image_of(frame)[:, :, 1]
        low, high = image[:, :8].mean(), image[:, -8:].mean()
        found = numpy.array([profile_centre(row, low, high) for row in image])
        numpy.testing.assert_allclose(found, expected_px, atol=0.05)
        self.assertAlmostEqual((found - expected_px).mean(), 0, delta=0.01)
        self.assert_sharp(frame, expected_px)

    def assert_sharp(self, frame, edges_px):
        index = scenes.index_of(frame)
        centres = numpy.arange(index.shape[1]) + 0.5
        numpy.testing.assert_array_equal(index, centres > edges_px[:, None])

    def test_an_equidistant_picture_shows_a_ray_at_f_times_its_angle(self):
        edge_px, fov = 400, math.radians(200)
        focal_px = edge_px / fov
        pose = numpy.array([[0.8, 0, 0.6, 0.3], [0, 1, 0, -0.2], [-0.6, 0, 0.8, 0.5], [0, 0, 0, 1]])
        angles = [(0, 0), (30, 20), (60, 100), (75, 200), (85, 300), (90, 40), (95, 160)]
        plates, expected = [], []
        for angle, azimuth in numpy.radians(angles):
            # Blender's camera looks along -Z; azimuth from image x towards image y, which is -Y.
            ray = numpy.array([math.sin(angle) * math.cos(azimuth),
                               -math.sin(angle) * math.sin(azimuth), -math.cos(angle)])
            ray = pose[:3, :3] @ ray
            facing = [0, math.acos(-ray[2]), math.atan2(-ray[1], -ray[0])]
            plates.append(scenes.board(1, 1, 0.12, pose[:3, 3] + 2 * ray, rotation_euler=facing))
            expected.append((edge_px / 2 + focal_px * angle * math.cos(azimuth),
                             edge_px / 2 + focal_px * angle * math.sin(azimuth)))
        lamp = {**scenes.light(intensity=5e4), "location": pose[:3, 3].tolist()}
        frame = self.frame(scenes.recipe(
            "cycles", plates, [scenes.fisheye(edge_px, fov, pose.tolist())], [lamp],
            max_samples=48, total_bounces=0))
        self.assertEqual((frame["resolution"], frame["projection"]), ([edge_px, edge_px], None))
        self.assertAlmostEqual(frame["fisheye_fov"], fov, delta=1e-6)
        numpy.testing.assert_allclose(frame["world_from_camera"], pose, atol=1e-6)
        light = scenes.image_of(frame)[:, :, 1] - SKY
        index = scenes.index_of(frame)
        rows, columns = numpy.indices(light.shape) + 0.5
        for number, (u, v) in enumerate(expected, 1):
            with self.subTest(angle=angles[number - 1]):
                near = (abs(columns - u) < 12) & (abs(rows - v) < 12)
                weight = numpy.where(near, light, 0)
                self.assertAlmostEqual((weight * columns).sum() / weight.sum(), u, delta=0.05)
                self.assertAlmostEqual((weight * rows).sum() / weight.sum(), v, delta=0.05)
                shown = index == number
                self.assertAlmostEqual(columns[shown].mean(), u, delta=0.5)
                self.assertAlmostEqual(rows[shown].mean(), v, delta=0.5)
        self.assertEqual(set(numpy.unique(index)), set(range(len(angles) + 1)))
        outside = numpy.hypot(rows - edge_px / 2, columns - edge_px / 2) > edge_px / 2 + 3
        self.assertEqual((light[outside] + SKY).max(), 0)

    def test_an_overscan_picture_holds_the_plain_one(self):
        # 16 columns more on the left and 24 more on the right, 8 rows above and 20 below.
        plain = scenes.camera((96, 72), (120, 90, 40.3, 41.6))
        wide = scenes.overscan(scenes.camera((96, 72), (120, 90, 40.3, 41.6)), (136, 100),
                               (120, 90, 56.3, 49.6))
        tilted = scenes.tag(rotation_euler=[0.4, 0.3, 0.2])
        frames = [self.frame(scenes.recipe("workbench", [tilted, scenes.board()], [camera]), name)
                  for name, camera in (("plain", plain), ("wide", wide))]
        self.assertEqual(frames[1]["resolution"], [136, 100])
        small, large = map(scenes.index_of, frames)
        numpy.testing.assert_array_equal(large[8:80, 16:112], small)
        small, large = map(scenes.image_of, frames)
        # Workbench's antialiasing sets a sample here and there on the other side of an edge.
        self.assertGreater((abs(large[8:80, 16:112] - small) < 2e-3).mean(), 0.99)

    def test_motion_blur_is_centred_on_the_recipes_pose(self):
        # 60 px/m: 16 m/s for 100 ms is a smear of 96 px, half of it on each side of the edge. The
        # sharp index tells on which side of the middle of pixel 79 or 80 it is.
        for edge_px in (79.7, 80.3):
            camera = scenes.camera((160, 8), (60, 60, edge_px, 4), scenes.pose(z=1.0))
            frame = self.half_plane(scenes.moving(camera, (16, 0, 0), 100), 1024)
            profile = scenes.image_of(frame)[:, :, 1].mean(axis=0)
            low, high = profile[:8].mean(), profile[-8:].mean()
            self.assertAlmostEqual(profile_centre(profile, low, high), edge_px, delta=0.02)
            ramp = numpy.clip((numpy.arange(160) + 0.5 - edge_px) / 96 + 0.5, 0, 1)
            numpy.testing.assert_allclose((profile - low) / (high - low), ramp, atol=0.01)
            self.assert_sharp(frame, numpy.full(8, edge_px))
            numpy.testing.assert_allclose(frame["world_from_camera"], camera["transform_matrix"],
                                          atol=1e-6)

    def test_each_row_of_a_rolling_shutter_has_its_instant(self):
        # 60 px/m at 2 m/s: 0.12 px/ms, to the left. Row v is exposed around 40 ms (v / 48 - 1/2).
        instant_ms = 40 * ((numpy.arange(48) + 0.5) / 48 - 0.5)
        for exposure_ms, samples in ((0, 128), (30, 1024)):
            camera = scenes.camera((64, 48), (60, 60, 31.7, 20), scenes.pose(z=1.0))
            frame = self.half_plane(scenes.moving(camera, (2, 0, 0), exposure_ms, 40), samples)
            self.assert_row_edges(frame, 31.7 - 0.12 * instant_ms)
            numpy.testing.assert_allclose(frame["world_from_camera"], camera["transform_matrix"],
                                          atol=1e-6)

    def test_rows_of_an_overscan_picture_keep_their_instants(self):
        # 8 rows more above and 20 below, read at the same pace.
        camera = scenes.overscan(scenes.camera((64, 48), (60, 60, 31.7, 20), scenes.pose(z=1.0)),
                                 (64, 76), (60, 60, 31.7, 28))
        frame = self.half_plane(scenes.moving(camera, (2, 0, 0), 0, 40), 128)
        instant_ms = 40 * ((numpy.arange(76) + 0.5 - 28 + 20) / 48 - 0.5)
        self.assert_row_edges(frame, 31.7 - 0.12 * instant_ms)

    def test_rows_of_a_fisheye_have_their_instants_too(self):
        # 64 rows read in 40 ms, the optical axis in row 20 of the image and 45 of the picture.
        camera = scenes.fisheye(90, 2.4, scenes.pose(z=1.0), size_px=(64, 64), k=(37, 37, 32, 20))
        frame = self.half_plane(scenes.moving(camera, (8, 0, 0), 30, 40), 1)
        rows, columns = numpy.indices((90, 90)) + 0.5
        angle = numpy.hypot(rows - 45, columns - 45) * 2.4 / 90
        position = 8 * 0.040 * ((rows - 45 + 20) / 64 - 0.5)
        x = position + numpy.tan(angle) * (columns - 45) / numpy.hypot(rows - 45, columns - 45)
        y = numpy.tan(angle) * (45 - rows) / numpy.hypot(rows - 45, columns - 45)
        sure = (angle < 1.19) & (abs(x) > 1e-3) & (abs(abs(y) - 5) > 0.1)
        numpy.testing.assert_array_equal((scenes.index_of(frame) == 1)[sure],
                                         ((x > 0) & (abs(y) < 5))[sure])

    def test_a_point_out_of_focus_is_a_disc_of_the_lens(self):
        # f = 36 mm * 200 / 100 = 72 mm, at f/2 36 mm wide: the disc of a point at 1 m with the
        # focus at 0.25 m is 200 px * 0.036 m * |1/1 m - 1/0.25 m| = 21.6 px wide. Its variance is
        # R^2 / 4 along each axis; the spot of 4 px adds 4^2 / 12, the pixel filter 0.14.
        def focused(camera):
            return camera | {"fstop": 2.0, "focus_distance": 0.25}

        pose, k = scenes.pose(z=1.0), (200, 200, 50, 40)
        for camera, centre in (
                (scenes.camera((100, 80), k, pose), (50, 40)),
                (scenes.overscan(scenes.camera((100, 80), k, pose), (140, 110), (200, 200, 70, 55)),
                 (70, 55))):
            spot = scenes.board(1, 1, 0.02, location=(0, 0, 0))
            sun = scenes.light("SUN", intensity=1e4)
            frame = self.frame(scenes.recipe("cycles", [spot], [focused(camera)], [sun],
                                             max_samples=256))
            light = scenes.image_of(frame)[:, :, 1] - SKY
            rows, columns = numpy.indices(light.shape) + 0.5
            for axis, middle in zip((columns, rows), centre):
                mean = (light * axis).sum() / light.sum()
                variance = (light * (axis - mean) ** 2).sum() / light.sum()
                self.assertAlmostEqual(mean, middle, delta=0.2)
                self.assertAlmostEqual(2 * math.sqrt(variance - 16 / 12 - 0.14), 10.8, delta=0.2)
            shown = scenes.index_of(frame) == 1
            self.assertEqual(shown.sum(), 16)  # sharp
            self.assertEqual((columns[shown].mean(), rows[shown].mean()), centre)


if __name__ == "__main__":
    unittest.main()
