# SPDX-License-Identifier: MIT
"""The channel and the dispatcher under plain Python, with a stage that renders nothing."""
import json
import os
import subprocess
import sys
import tempfile
import threading
import unittest

import zmq

from blender_worker import SHIM, end

sys.path.insert(0, str(SHIM))
import channel  # noqa: E402
import main  # noqa: E402


class EmptyStage:
    """Renders scene_id 1, knows no scene 2, breaks at any other."""

    def capabilities(self):
        return {"engines": []}

    def census(self):
        return {"objects": 0}

    def reset(self):
        pass

    def scene_id(self, payload):
        return payload["scene_id"]

    def render(self, payload):
        if payload["scene_id"] == 2:
            fault = ValueError("scene 2: wrong")
            fault.error_kind = "bad_scene"
            raise fault
        return {"scene_id": {1: 1}[payload["scene_id"]], "frames": [], "build_s": 0.0}


class ChannelTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="shim")
        self.addCleanup(folder.cleanup)
        self.status = channel.Status("0.1")
        self.status.doing = ("IDLE", None)
        server = channel.Channel(f"ipc://{folder.name}/req")
        worker = main.Worker(channel, self.status, EmptyStage())
        self.server = threading.Thread(target=server.serve, args=[worker.answer], daemon=True)
        context = zmq.Context()
        self.addCleanup(context.destroy, linger=0)
        self.socket = context.socket(zmq.REQ)
        self.socket.rcvtimeo = 10_000
        self.socket.connect(f"ipc://{folder.name}/req")
        self.server.start()

    def ask(self, *frames):
        self.socket.send_multipart(frames)
        return json.loads(self.socket.recv())

    def command(self, command_type, payload=None):
        return self.ask(json.dumps({"command_type": command_type, "payload": payload,
                                    "request_id": "q-1"}).encode())

    def test_the_reply_echoes_the_request_id_and_has_all_four_keys(self):
        self.assertEqual(
            self.command("RESET"),
            {"status": "SUCCESS", "request_id": "q-1", "message": "reset",
             "data": {"census": {"objects": 0}}})

    def test_shutdown_replies_and_ends_the_loop(self):
        self.assertEqual(self.command("SHUTDOWN")["status"], "SUCCESS")
        self.server.join(10)
        self.assertFalse(self.server.is_alive())

    def test_a_scene_that_fails_names_its_kind_and_is_not_counted(self):
        for scene_id, kind, message in ((2, "bad_scene", "scene 2: wrong"),
                                        (3, "render_failed", "3")):
            reply = self.command("RENDER", {"scene_id": scene_id})
            self.assertEqual(reply["data"], {"error_kind": kind})
            self.assertEqual(reply["message"], message)
        state = self.command("STATUS")["data"]
        self.assertEqual((state["state"], state["scene_id"], state["scenes_rendered"]),
                         ("IDLE", None, 0))

    def test_a_rendered_scene_is_counted(self):
        self.assertEqual(self.command("RENDER", {"scene_id": 1})["message"], "rendered scene 1")
        self.assertEqual(self.command("STATUS")["data"]["scenes_rendered"], 1)

    def test_another_protocol_version_is_refused_with_both_named(self):
        for theirs in (2, 0, "1", None, True, [1]):
            reply = self.command("INIT", {"protocol_version": theirs})
            self.assertEqual(reply["data"], {"error_kind": "bad_request"})
            self.assertEqual(reply["message"], "protocol_version: this worker speaks 1, "
                             f"the host {theirs!r}")
        self.assertEqual(self.command("INIT", {"protocol_version": 1})["status"], "SUCCESS")

    def test_a_reply_that_is_not_json_becomes_a_failure(self):
        EmptyStage.census, kept = lambda self: float("nan"), EmptyStage.census
        self.addCleanup(setattr, EmptyStage, "census", kept)
        self.assertEqual(self.command("RESET")["data"], {"error_kind": "render_failed"})

    def test_every_kind_of_garbage_gets_one_reply_and_the_server_lives_on(self):
        envelope = b'{"command_type": "STATUS", "payload": null, "request_id": "q"}'
        cases = {
            "no byte at all": (b"",),
            "bytes": (bytes(range(256)),),
            "wrong UTF-8": (b'"\xff\xfe"',),
            "UTF-16": (envelope.decode().encode("utf-16"),),
            "a byte order mark": (b"\xef\xbb\xbf" + envelope,),
            "half a message": (envelope[:-9],),
            "two messages": (envelope + envelope,),
            "two frames": (envelope, envelope),
            "three empty frames": (b"", b"", b""),
            "an array": (b"[1, 2]",),
            "a string": (b'"STATUS"',),
            "null": (b"null",),
            "a number": (b"17",),
            "NaN": (envelope.replace(b"null", b'{"x": NaN}'),),
            "Infinity": (envelope.replace(b"null", b'{"x": -Infinity}'),),
            "single quotes": (envelope.replace(b'"', b"'"),),
            "a repeated key": (envelope[:-1] + b', "request_id": "r"}',),
            "an unknown key": (envelope[:-1] + b', "extra": 1}',),
            "a number of 5000 digits": (envelope.replace(b"null", b'{"x": ' + b"9" * 5000 + b"}"),),
            "100000 brackets": (b"[" * 100_000,),
            "an empty object": (b"{}",),
            "no command": (b'{"payload": null, "request_id": "q"}',),
            "no request id": (b'{"command_type": "STATUS", "payload": null}',),
            "a command that is a number": (envelope.replace(b'"STATUS"', b"5"),),
            "a request id that is a list": (envelope.replace(b'"q"', b"[]"),),
            "an unknown command": (envelope.replace(b"STATUS", b"DANCE"),),
            "a payload that is an array": (envelope.replace(b"null", b"[]"),),
            "INIT without a payload": (envelope.replace(b"STATUS", b"INIT"),),
            "over 64 MiB": (envelope + b" " * channel.MAX_REQUEST_BYTES,),
        }
        for name, frames in cases.items():
            with self.subTest(name):
                reply = self.ask(*frames)
                self.assertEqual(reply["status"], "FAILURE")
                self.assertEqual(reply["data"], {"error_kind": "bad_request"})
                self.assertTrue(reply["message"].strip())
        self.assertEqual(self.ask(envelope)["status"], "SUCCESS")

    def test_a_bad_request_still_echoes_a_readable_request_id(self):
        reply = self.ask(b'{"command_type": 5, "request_id": "q-9"}')
        self.assertEqual((reply["request_id"], reply["message"]),
                         ("q-9", "command_type: expected a string"))
        self.assertIsNone(self.ask(b'{"command_type": "STATUS"}')["request_id"])


class HeartbeatTest(unittest.TestCase):
    ORPHAN = ("import sys; sys.path.insert(0, sys.argv[1]); import channel\n"
              "beat = channel.Heartbeat(channel.Status('0.1'), 'ipc://' + sys.argv[2])\n"
              "beat.start(); print(__import__('os').getpid(), flush=True); beat.join()")
    PARENT = ("import subprocess, sys; "
              "subprocess.run([sys.executable, '-c', *sys.argv[1:]])")

    def test_a_process_without_death_signal_ends_when_its_parent_is_killed(self):
        with tempfile.TemporaryDirectory(prefix="shim") as folder:
            parent = subprocess.Popen(
                [sys.executable, "-c", self.PARENT, self.ORPHAN, str(SHIM), f"{folder}/pub"],
                stdout=subprocess.PIPE)
            with parent:
                orphan = os.pidfd_open(int(parent.stdout.readline()))
                self.addCleanup(os.close, orphan)
                self.addCleanup(end, orphan)
                poller = zmq.Poller()
                poller.register(orphan, zmq.POLLIN)
                self.assertFalse(poller.poll(1000))
                parent.kill()
            self.assertTrue(poller.poll(5000))


if __name__ == "__main__":
    unittest.main()
