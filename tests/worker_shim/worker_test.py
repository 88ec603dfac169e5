# SPDX-License-Identifier: MIT
"""A real Blender: handshake, refusals, heartbeats, life and death of the process."""
import copy
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

import zmq

import scenes
from blender_worker import SHIM, BlenderWorker, command, end

EXIT_LIMIT_S = 60


def changed(payload, path, value):
    """A deep copy with one value replaced; a value of KeyError removes the key."""
    payload = copy.deepcopy(payload)
    owner = payload
    for key in path[:-1]:
        owner = owner[key]
    if value is KeyError:
        del owner[path[-1]]
    else:
        owner[path[-1]] = value
    return payload


class HandshakeTest(unittest.TestCase):
    def test_init_waits_in_the_queue_and_says_who_and_what_the_worker_is(self):
        with BlenderWorker() as worker:  # sends before Blender is up
            data = worker.ask("INIT", {"protocol_version": 1})["data"]
            self.assertEqual(data.keys(), {
                "protocol_version", "worker", "pid", "blender_version", "blender_build_hash",
                "blender_build_platform", "python_version", "engines", "devices", "denoisers",
                "datafiles"})
            self.assertEqual((data["protocol_version"], data["worker"], data["pid"]),
                             (1, "0.1", worker.process.pid))
            version = subprocess.run([*command("x")[:1], "--version"], capture_output=True,
                                     text=True).stdout.split()[1]
            self.assertEqual(data["blender_version"], version)
            self.assertIn("cycles", data["engines"])
            self.assertEqual([device["type"] for device in data["devices"]], ["CPU"])
            self.assertTrue(os.path.isfile(f"{data['datafiles']}/colormanagement/config.ocio"))

    def test_without_gl_only_cycles_is_offered_and_workbench_refused(self):
        environment = os.environ | {"__EGL_VENDOR_LIBRARY_FILENAMES": "/dev/null"}
        with BlenderWorker(env=environment) as worker:
            data = worker.ask("INIT", {"protocol_version": 1})["data"]
            self.assertEqual(data["engines"], ["cycles"])
            reply = worker.ask("RENDER", scenes.order(worker.folder))
            self.assertEqual(reply["message"], "recipe.renderer.mode: expected cycles, "
                             "found 'workbench'")


class RefusalTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.worker = cls.enterClassContext(BlenderWorker())
        cls.order = scenes.order(cls.worker.folder, scenes.recipe(
            objects=[scenes.tag(), scenes.board(), scenes.calibration_board(), scenes.occluder()],
            floor="f",
            lights=[scenes.light(), scenes.light("SUN")]))

    def assert_refused(self, path, value, message, kind="bad_scene"):
        with self.subTest(path=path, value=repr(value)[:40]):
            reply = self.worker.ask("RENDER", changed(self.order, path, value))
            self.assertEqual(reply["message"], message)
            self.assertEqual(reply["data"], {"error_kind": kind})
            self.assertEqual(self.worker.files(), [])
            census = self.worker.ask("STATUS")["data"]["census"]
            self.assertEqual({count for kind, count in census.items() if kind != "images"}, {0})

    def test_a_missing_key_is_named_with_its_path(self):
        for path, name in (
                (("scene_id",), "scene_id"), (("recipe",), "recipe"), (("assets",), "assets"),
                (("output_prefix",), "output_prefix"), (("render_seeds",), "render_seeds"),
                (("denoiser",), "denoiser"), (("threads",), "threads"),
                (("recipe", "world", "lights"), "recipe.world.lights"),
                (("recipe", "world", "lights", 0, "radius"), "recipe.world.lights[0].radius"),
                (("recipe", "renderer", "total_bounces"), "recipe.renderer.total_bounces"),
                (("recipe", "objects", 0, "scale"), "recipe.objects[0].scale"),
                (("recipe", "objects", 0, "properties", "tag_size"),
                 "recipe.objects[0].properties.tag_size"),
                (("recipe", "objects", 0, "material", "specular"),
                 "recipe.objects[0].material.specular"),
                (("recipe", "objects", 1, "properties", "rows"),
                 "recipe.objects[1].properties.rows"),
                (("recipe", "objects", 3, "properties", "albedo"),
                 "recipe.objects[3].properties.albedo"),
                (("recipe", "cameras", 0, "fstop"), "recipe.cameras[0].fstop"),
                (("recipe", "world", "hdri_rotation"), "recipe.world.hdri_rotation"),
                (("recipe", "cameras", 0, "intrinsics", "k_matrix"),
                 "recipe.cameras[0].intrinsics.k_matrix")):
            self.assert_refused(path, KeyError, f"{name}: missing")

    def test_a_feature_that_is_not_rendered_is_refused_not_ignored(self):
        camera, item, world = ("recipe", "cameras", 0), ("recipe", "objects", 0), \
            ("recipe", "world")
        lens = (*camera, "intrinsics")
        for path, value in (
                ((*world, "lights", 1, "radius"), 0.1),
                ((*item, "rotation_quaternion"), [1, 0, 0, 0]), ((*item, "board"), {}),
                (("recipe", "objects", 1, "texture_path"), "a"),
                (("recipe", "objects", 1, "material"), {}),
                (("recipe", "objects", 3, "texture_path"), "a"),
                ((*lens, "fov_spherical"), 2.0), ((*lens, "resolution_spherical"), [64, 64]),
                ((*lens, "k_matrix_overscan"), [[1, 0, 1], [0, 1, 1], [0, 0, 1]]),
                ((*lens, "resolution_overscan"), [80, 80])):
            name = ".".join(map(str, path)).replace(".0", "[0]").replace(".1", "[1]")
            name = name.replace(".3", "[3]")
            self.assert_refused(path, value,
                                f"{name}: not rendered by this shim (found {value!r})")

    def test_what_only_cycles_renders_is_refused_by_the_other_engines(self):
        camera = ("recipe", "cameras", 0)
        fisheye = scenes.fisheye(64, 2.0)
        moving = scenes.moving(scenes.camera(), (1, 0, 0))
        for path, value, field in (
                (camera, fisheye, "intrinsics.fov_spherical: not rendered by workbench "
                 "(found 2.0)"),
                (camera, moving, "sensor_dynamics.velocity: not rendered by workbench "
                 "(found [1, 0, 0])"),
                ((*camera, "fstop"), 2.8, "fstop: not rendered by workbench (found 2.8)")):
            self.assert_refused(path, value, f"recipe.cameras[0].{field}")

    def test_what_leaves_no_trace_in_the_picture_is_taken_by_every_engine(self):
        for camera in (scenes.moving(scenes.camera(), (0, 0, 0), 10, 5),
                       scenes.moving(scenes.camera(), (1, 0, 0), 0, 0),
                       scenes.camera() | {"focus_distance": 2.0, "iso_noise": 0.5,
                                          "sensor_noise": {"model": "gaussian"}}):
            order = changed(self.order, ("recipe", "cameras", 0), camera)
            self.assertEqual(self.worker.ask("RENDER", order)["status"], "SUCCESS")
            for name in self.worker.files():
                os.remove(f"{self.worker.folder}/{name}")

    def test_a_wrong_value_of_the_request_is_shown_with_what_was_expected(self):
        for path, value, message in (
                (("scene_id",), 4, "recipe.scene_id: expected 4 as in the request, found 3"),
                (("hurry",), True, "hurry: unknown key"),
                (("render_seeds",), [],
                 "render_seeds: expected an integer from 0 to 2147483647 for each of 1 cameras "
                 "(at least one), found []"),
                (("render_seeds",), [2**31],
                 "render_seeds: expected an integer from 0 to 2147483647 for each of 1 cameras "
                 "(at least one), found [2147483648]"),
                (("denoiser",), "OPTIX", "denoiser: expected none, found 'OPTIX'"),
                (("threads",), 0, "threads: expected an integer from 1 to 1024, found 0"),
                (("recipe", "renderer", "mode"), "luxcore",
                 "recipe.renderer.mode: expected cycles or eevee or workbench, found 'luxcore'"),
                (("recipe", "renderer", "enable_caustics"), 1,
                 "recipe.renderer.enable_caustics: expected true or false, found 1"),
                (("output_prefix",), "frame",
                 "output_prefix: expected an absolute path that ends in a file name, "
                 "found 'frame'")):
            self.assert_refused(path, value, message)

    def test_a_wrong_value_of_an_object_is_shown_with_what_was_expected(self):
        light, folder = ("recipe", "world", "lights", 0), self.worker.folder
        for path, value, message in (
                (("recipe", "objects", 0, "type"), "PLANE", "recipe.objects[0].type: expected "
                 "TAG or BOARD or OCCLUDER, found 'PLANE'"),
                (("recipe", "objects", 2, "texture_path"), None,
                 "recipe.objects[2].texture_path: expected a non-empty string, found None"),
                (("recipe", "objects", 2, "scale"), [1, 0, 1],
                 "recipe.objects[2].scale: expected factors above 0, found [1, 0, 1]"),
                (("recipe", "objects", 3, "properties", "shape"), "ball",
                 "recipe.objects[3].properties.shape: expected plate, found 'ball'"),
                (("recipe", "objects", 3, "properties", "albedo"), 1.5, "recipe.objects[3]."
                 "properties.albedo: expected a number from 0 to 1, found 1.5"),
                (("recipe", "world", "background_hdri"), "sky.exr",
                 "recipe.world.background_hdri: the request's assets have no 'sky.exr'"),
                (("recipe", "world", "hdri_strength"), -1, "recipe.world.hdri_strength: expected "
                 "a number from 0 to 1e+30, found -1"),
                (("recipe", "objects", 0, "texture_path"), "z",
                 "recipe.objects[0].texture_path: the request's assets have no 'z'"),
                (("recipe", "objects", 0, "texture_path"), None,
                 "recipe.objects[0].texture_path: expected a non-empty string, found None"),
                (("assets", "a"), f"{folder}/gone.png",
                 f"recipe.objects[0].texture_path: no such file '{folder}/gone.png'"),
                (("assets", "a"), f"{folder}/log",
                 f"recipe.objects[0].texture_path: '{folder}/log' is not an image"),
                (("recipe", "objects", 0, "scale"), [1, 2, 1],
                 "recipe.objects[0].scale: expected factors above 0, the same for x and y, "
                 "found [1, 2, 1]"),
                (("recipe", "objects", 0, "keypoints_3d"), [[0, 0, 0]],
                 "recipe.objects[0].keypoints_3d: expected 4x3 numbers, found [[0, 0, 0]]"),
                (("recipe", "objects", 0, "location"), [0, True, 0],
                 "recipe.objects[0].location: expected 3 numbers, found [0, True, 0]"),
                (("recipe", "objects", 1, "properties", "mode"), "charuco",
                 "recipe.objects[1].properties.mode: expected plain or cb or aprilgrid, "
                 "found 'charuco'"),
                (("recipe", "objects", 0, "colour"), 1, "recipe.objects[0].colour: unknown key"),
                (("recipe", "sky"), 1, "recipe.sky: unknown key"),
                ((*light, "type"), "SPOT",
                 "recipe.world.lights[0].type: expected POINT or SUN, found 'SPOT'"),
                ((*light, "radius"), -1,
                 "recipe.world.lights[0].radius: expected a number from 0 to 1e+30, found -1"),
                ((*light, "color"), [1, -1, 1], "color: Blender keeps <Color (r=1.0000, g=0.0000, "
                 "b=1.0000)> where (1.0, -1.0, 1.0) is asked for")):
            self.assert_refused(path, value, message)

    def test_a_wrong_value_of_a_camera_is_shown_with_what_was_expected(self):
        lens = ("recipe", "cameras", 0, "intrinsics")
        for path, value, message in (
                ((*lens, "distortion_model"), "tangent", "recipe.cameras[0].intrinsics."
                 "distortion_model: expected none or brown_conrady or kannala_brandt, "
                 "found 'tangent'"),
                ((*lens, "distortion_model"), "brown_conrady", "recipe.cameras[0].intrinsics."
                 "resolution_overscan: expected 2 numbers, found None"),
                ((*lens, "distortion_model"), "kannala_brandt", "recipe.cameras[0].intrinsics."
                 "resolution_spherical: expected 2 numbers, found None"),
                (("recipe", "cameras", 0, "sensor_dynamics", "shutter_time_ms"), -1,
                 "recipe.cameras[0].sensor_dynamics.shutter_time_ms: expected a number from 0 to "
                 "1e+30, found -1"),
                ((*lens, "resolution"), [3, 64],
                 "recipe.cameras[0].intrinsics.resolution: expected two integers from 4 to 65536, "
                 "found [3, 64]"),
                ((*lens, "k_matrix"), [[9, 1, 9], [0, 9, 9], [0, 0, 1]],
                 "recipe.cameras[0].intrinsics.k_matrix: expected fx, 0, cx; 0, fy, cy; 0, 0, 1, "
                 "found [[9, 1, 9], [0, 9, 9], [0, 0, 1]]"),
                ((*lens, "k_matrix"), [[1, 0, 9], [0, 1, 9], [0, 0, 1]],
                 "lens: Blender keeps 1.0 where 0.5625 is asked for"),
                (("recipe", "cameras"), {},
                 "recipe.cameras: expected an array, found {}")):
            self.assert_refused(path, value, message)

    def test_an_aperture_needs_a_distance_in_focus(self):
        scene = scenes.recipe("cycles", cameras=[scenes.camera() | {"fstop": 2.8}])
        reply = self.worker.ask("RENDER", scenes.order(self.worker.folder, scene))
        self.assertEqual(reply["message"], "recipe.cameras[0].focus_distance: expected a number "
                         "above 0, found None")

    def test_a_number_beyond_double_precision_is_refused(self):
        text = json.dumps({"command_type": "RENDER", "request_id": "r", "payload": changed(
            self.order, ("recipe", "world", "lights", 0, "intensity"), "HUGE")})
        self.worker.requests.send(text.replace('"HUGE"', "1e400").encode())
        self.assertEqual(self.worker.receive()["message"],
                         "recipe.world.lights[0].intensity: expected a number from 0 to 1e+30, "
                         "found inf")

    def test_a_pose_that_is_not_rigid_is_refused(self):
        for row in ([2, 0, 0, 0], [-1, 0, 0, 0], [1, 0.1, 0, 0]):
            pose = [row, *scenes.pose()[1:]]
            self.assert_refused(("recipe", "cameras", 0, "transform_matrix"), pose,
                                "recipe.cameras[0].transform_matrix: expected a rotation and a "
                                f"translation, found {pose!r}")

    def test_an_unwritable_folder_is_not_the_scenes_fault(self):
        self.assert_refused(("output_prefix",), "/nowhere/frame", "output_prefix: '/nowhere' is "
                            "not a folder that can be written to", "render_failed")

    def test_a_second_camera_that_fails_takes_the_first_frame_with_it(self):
        blocked = f"{self.worker.folder}/frame_cam0001.exr"
        os.mkdir(blocked)
        self.addCleanup(os.rmdir, blocked)
        order = scenes.order(self.worker.folder, scenes.recipe(cameras=[scenes.camera()] * 2))
        reply = self.worker.ask("RENDER", order)
        self.assertEqual(reply["data"], {"error_kind": "render_failed"})
        self.assertEqual(self.worker.files(), ["frame_cam0001.exr"])


class LifeTest(unittest.TestCase):
    def test_a_full_disk_fails_the_scene_and_leaves_no_frame(self):
        with BlenderWorker() as worker:
            worker.ask("INIT", {"protocol_version": 1})
            resource.prlimit(worker.process.pid, resource.RLIMIT_FSIZE, (200_000, 200_000))
            scene = scenes.recipe("cycles", cameras=[scenes.camera((160, 120))])
            reply = worker.ask("RENDER", scenes.order(worker.folder, scene))
            self.assertEqual(reply["data"], {"error_kind": "render_failed"})
            self.assertRegex(reply["message"], "the frame is not whole after [0-9]+ bytes; "
                             "is the scratch folder full")
            self.assertEqual(worker.files(), [])
            worker.render(scenes.order(worker.folder, scenes.recipe("cycles")))

    def test_heartbeats_go_on_during_a_long_render(self):
        with BlenderWorker() as worker:
            worker.ask("INIT", {"protocol_version": 1})
            scene = scenes.recipe("cycles", cameras=[scenes.camera((640, 480))], max_samples=64,
                                  lights=[scenes.light()])
            worker.send("RENDER", scenes.order(worker.folder, scene))
            beats = []
            while not worker.requests.poll(0):
                self.assertTrue(worker.beats.poll(2000), "silent for two seconds")
                topic, beat = worker.beats.recv_multipart()
                self.assertEqual(topic, b"0.1")
                beats.append(json.loads(beat))
            render_s = worker.receive()["data"]["frames"][0]["render_s"]
        self.assertEqual(beats[0].keys(), {"worker", "sequence", "state", "scene_id", "rss_mb",
                                           "uptime_s"})
        busy = [beat for beat in beats if beat["state"] == "RENDERING"]
        self.assertGreaterEqual(len(busy), max(2, int(render_s / 0.5) - 1))
        self.assertEqual({beat["scene_id"] for beat in busy}, {3})
        first = beats[0]["sequence"]
        self.assertEqual([beat["sequence"] for beat in beats],
                         list(range(first, first + len(beats))))
        self.assertEqual({b["scene_id"] for b in beats if b["state"] != "RENDERING"} - {None},
                         set())

    def test_shutdown_is_answered_and_ends_with_0(self):
        with BlenderWorker() as worker:
            self.assertEqual(worker.ask("SHUTDOWN")["message"], "shutting down")
            self.assertEqual(worker.process.wait(EXIT_LIMIT_S), 0)

    def test_sigterm_and_sigint_end_the_process(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number), BlenderWorker() as worker:
                worker.ask("INIT", {"protocol_version": 1})
                worker.process.send_signal(number)
                self.assertEqual(worker.process.wait(EXIT_LIMIT_S), -number)

    def test_a_worker_dies_with_its_parent_before_the_heartbeat_could_notice(self):
        with tempfile.TemporaryDirectory(prefix="shim") as folder:
            program = ("import subprocess, sys; worker = subprocess.Popen(sys.argv[1:], "
                       "stdout=2); print(worker.pid, flush=True); worker.wait()")
            parent = subprocess.Popen([sys.executable, "-c", program, *command(folder)],
                                      stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            with parent, zmq.Context() as context, context.socket(zmq.SUB) as beats:
                orphan = os.pidfd_open(int(parent.stdout.readline()))
                self.addCleanup(os.close, orphan)
                self.addCleanup(end, orphan)
                beats.subscribe("")
                beats.connect(f"ipc://{folder}/pub")
                self.assertTrue(beats.poll(EXIT_LIMIT_S * 1000))
                beats.recv_multipart()  # the next look at the parent is half a second away
                parent.kill()
                poller = zmq.Poller()
                poller.register(orphan, zmq.POLLIN)
                self.assertTrue(poller.poll(300), "no death signal")


class StartTest(unittest.TestCase):
    """Start-up faults: one exit code each, and one sentence on stderr."""

    def start(self, arguments):
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=EXIT_LIMIT_S)
        sentences = [line for line in done.stderr.splitlines() if line.startswith("rtag-shim: ")]
        self.assertEqual(len(sentences), 1, done.stderr)
        return done.returncode, sentences[0].removeprefix("rtag-shim: ")

    def with_shadow(self, module):
        folder = tempfile.TemporaryDirectory(prefix="shim")
        self.addCleanup(folder.cleanup)
        shim = shutil.copytree(SHIM, f"{folder.name}/shim")
        with open(f"{shim}/{module}.py", "w", encoding="ascii") as file:
            file.write("raise ImportError('shadowed')\n")
        return self.start(command(folder.name, SHIM.__class__(shim)))

    def test_without_pyzmq_it_exits_3(self):
        self.assertEqual(self.with_shadow("zmq"),
                         (3, "Blender's Python cannot import pyzmq (shadowed)"))

    def test_without_numpy_it_exits_5(self):
        self.assertEqual(self.with_shadow("numpy"),
                         (5, "Blender's Python cannot import numpy (shadowed)"))

    def test_a_blender_without_a_needed_feature_exits_4(self):
        with tempfile.TemporaryDirectory(prefix="shim") as folder:
            older = "import bpy; del bpy.types.Scene.cycles"
            code, sentence = self.start(command(folder, before=["--python-expr", older]))
        self.assertEqual(code, 4)
        self.assertRegex(sentence, "^this Blender cannot be used: Blender [0-9.]+ lacks "
                         "cycles.device, cycles.feature_set, ")

    def test_a_wrong_command_line_exits_6(self):
        with tempfile.TemporaryDirectory(prefix="shim") as folder:
            full = command(folder)
            self.assertEqual(self.start(full[:-2]), (6, "the following arguments are required: "
                                                     "--worker"))
            self.assertEqual(self.start([*full, "--port", "5"]),
                             (6, "unrecognized arguments: --port 5"))
            code, sentence = self.start(command(f"{folder}/gone"))
            self.assertEqual(code, 6)
            self.assertRegex(sentence, "^cannot bind ipc://.*/gone/req and .*: No such file")


if __name__ == "__main__":
    unittest.main()
