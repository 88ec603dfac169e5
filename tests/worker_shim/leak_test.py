# SPDX-License-Identifier: MIT
"""Two hundred different scenes in one process: nothing of one is left in the next."""
import unittest

import numpy

import scenes
from blender_worker import BlenderWorker

SCENES = 200
SETTLED = 60
EVERY_ONE_BY_CYCLES = 30
RSS_GROWTH_LIMIT = 1.10


def camera_of(number, cycles):
    pose = scenes.pose(z=0.5 + number / 99)
    camera = scenes.camera((32, 24 + number % 5), world_from_camera=pose)
    if cycles and number % 3 == 0:
        camera = scenes.fisheye(32, 3.0, pose)
    elif number % 6 == 1:
        camera = scenes.overscan(camera, (40, 40), (32, 32, 20, 20))
    if cycles and number % 4 == 0:
        scenes.moving(camera, (0.1, 0.2, 0), 10, 5 * (number % 3))
    if cycles and number % 5 == 0:
        camera |= {"fstop": 8.0, "focus_distance": 0.5}
    return camera


def scene_of(number):
    """Every feature comes and goes with another period."""
    cycles = number % 10 == 0 or number < EVERY_ONE_BY_CYCLES
    objects = [scenes.tag("ab"[k % 2], (0.1 * k, 0, 0.001 * k)) for k in range(number % 4)]
    lights = [scenes.light("POINT" if k else "SUN", 5 + number, 0.1 * k)
              for k in range(number % 3)]
    objects += ([scenes.board()] * (number % 2) + [scenes.occluder()] * (number % 3)
                + [scenes.calibration_board("abf"[number % 3])] * (number % 5 // 2))
    scene = scenes.recipe(
        "cycles" if cycles else "workbench", objects, [camera_of(number, cycles)]
        * (1 + number % 2), lights, "f" if number % 7 == 0 else None,
        max_samples=1 + number % 3, diffuse_bounces=number % 4, total_bounces=number % 5,
        enable_caustics=number % 2 == 0, noise_threshold=0.1 * (number % 2))
    if number % 12 == 1:
        scene["world"]["background_hdri"] = f"blender:{('city', 'night')[number // 12 % 2]}.exr"
    return scene


class LeakTest(unittest.TestCase):
    def test_two_hundred_scenes_leave_nothing_behind(self):
        with BlenderWorker() as worker:
            def pixels(mode):
                tilted = scenes.tag(location=(0, 0, 0.1), rotation_euler=[1.2, 0, 0])
                scene = scenes.recipe(mode, [tilted, scenes.board()],
                                      lights=[scenes.light(radius=0.1)], diffuse_bounces=0)
                frame = worker.render(scenes.order(worker.folder, scene))["frames"][0]
                return scenes.image_of(frame), scenes.index_of(frame)

            before = {mode: pixels(mode) for mode in ("cycles", "workbench")}
            replies = [worker.render(scenes.order(worker.folder, scene_of(number)))
                       for number in range(SCENES)]
            for mode, (image, index) in before.items():
                after_image, after_index = pixels(mode)
                numpy.testing.assert_array_equal(image, after_image)
                numpy.testing.assert_array_equal(index, after_index)
            idle = worker.ask("RESET")["data"]["census"]
        for reply in replies:
            self.assertEqual(reply["census"], idle)
        self.assertEqual({count for kind, count in idle.items() if kind != "images"}, {0})
        self.assertLessEqual(idle["images"], 1)  # Blender's own Render Result
        self.assertLess(replies[-1]["rss_mb"], RSS_GROWTH_LIMIT * replies[SETTLED]["rss_mb"])


if __name__ == "__main__":
    unittest.main()
