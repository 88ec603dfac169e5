# SPDX-License-Identifier: MIT
"""A real worker process for tests, in a scratch folder of its own, and one REQ socket to it."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import zmq

SHIM = pathlib.Path(__file__).resolve().parents[2] / "worker_shim"
REPLY_LIMIT_MS = 60_000


def command(folder, shim=SHIM, before=(), threads=2):
    return [os.environ.get("RTAG_BLENDER", "blender"), "--background", "--factory-startup",
            "--disable-autoexec", "--threads", str(threads), "--python-exit-code", "2", *before,
            "--python", str(shim / "main.py"), "--", "--endpoint", f"ipc://{folder}/req",
            "--telemetry", f"ipc://{folder}/pub", "--worker", "0.1"]


def end(pidfd):
    """Kills a process that should be gone already."""
    try:
        signal.pidfd_send_signal(pidfd, signal.SIGKILL)
    except ProcessLookupError:
        pass


class BlenderWorker:
    """Use as a context manager; the process and its folder are gone afterwards."""

    def __init__(self, threads=2, **popen):
        self.folder = tempfile.mkdtemp(prefix="shim")
        self._log = open(f"{self.folder}/log", "wb")
        self.process = subprocess.Popen(command(self.folder, threads=threads),
                                        stdout=self._log, stderr=subprocess.STDOUT, **popen)
        self._pidfd = os.pidfd_open(self.process.pid)
        self._context = zmq.Context()
        self.beats = self._context.socket(zmq.SUB)
        self.beats.subscribe("")
        self.beats.connect(f"ipc://{self.folder}/pub")
        self.requests = self._context.socket(zmq.REQ)
        self.requests.connect(f"ipc://{self.folder}/req")

        self._poller = zmq.Poller()
        self._poller.register(self.requests, zmq.POLLIN)
        self._poller.register(self._pidfd, zmq.POLLIN)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self._context.destroy(linger=0)
        self._log.close()
        os.close(self._pidfd)
        shutil.rmtree(self.folder)

    def send(self, command_type, payload=None, request_id="r"):
        message = {"command_type": command_type, "payload": payload, "request_id": request_id}
        self.requests.send(json.dumps(message).encode())

    def receive(self):
        if self.requests not in dict(self._poller.poll(REPLY_LIMIT_MS)):
            raise AssertionError("no reply: " + self.log()[-2000:])
        return json.loads(self.requests.recv())

    def ask(self, command_type, payload=None):
        self.send(command_type, payload)
        return self.receive()

    def render(self, payload):
        reply = self.ask("RENDER", payload)
        if reply["status"] != "SUCCESS":
            raise AssertionError(reply["message"])
        return reply["data"]

    def log(self):
        return pathlib.Path(self.folder, "log").read_text(errors="replace")

    def files(self):
        return sorted(name for name in os.listdir(self.folder)
                      if name not in ("log", "req", "pub") and not name.endswith(".png"))
