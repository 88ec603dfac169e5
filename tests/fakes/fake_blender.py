#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Stands in for Blender with the worker shim: speaks docs/protocol.md, and fails on command.

Takes Blender's command line. The folder that --python points into holds faults.json: the faults of
each worker by its name ("0.1"), or of all others ("*").

    {"exit": 3, "say": "..."}   ends at once, after a line on stderr
    {"signal": 11}              kills itself at once
    {"deaf": true}              never opens its sockets
    {"child": true}             starts a process of its own; its id is in the file child_pid
    {"INIT": "..."}             answers that command with this text ($ID: the request's id)
    {"INIT": null}              never answers it
    {"RENDER": "die"}           kills itself when asked for it
    {"beats": 3}                falls silent after so many heartbeats
    {"beat": "..."}             the text of each heartbeat
"""
import json
import os
import signal
import subprocess
import sys

HEARTBEAT_MS = 20


def option(name):
    return sys.argv[sys.argv.index(name) + 1]


def faults_of(worker):
    with open(os.path.join(os.path.dirname(option("--python")), "faults.json")) as file:
        faults = json.load(file)
    return faults.get(worker, faults.get("*", {}))


def capabilities(worker):
    return {"protocol_version": 1, "worker": worker, "pid": os.getpid(), "blender_version": "3.4.1",
            "blender_build_hash": "fake", "blender_build_platform": "Linux",
            "python_version": "3.11.2", "engines": ["workbench"],
            "devices": [{"type": "CPU", "name": "fake"}], "denoisers": [], "datafiles": "/nowhere"}


def render(payload):
    """Writes one file for the only camera."""
    image = payload["output_prefix"] + "_cam0000.exr"
    with open(image, "wb") as file:
        file.write(b"frame")
    unit = [[float(row == column) for column in range(4)] for row in range(4)]
    frame = {"camera_index": 0, "image": image, "image_layer": "ViewLayer.Combined", "index": image,
             "index_channel": "ViewLayer.IndexOB.X", "bytes": 5, "resolution": [64, 64],
             "world_from_camera": unit, "projection": unit, "fisheye_fov": None, "render_s": 0.1}
    census = dict.fromkeys(("objects", "meshes", "materials", "images", "lights", "cameras",
                            "worlds", "actions", "nodes"), 0)
    return {"scene_id": payload["scene_id"], "frames": [frame], "build_s": 0.1, "total_s": 0.2,
            "census": census, "rss_mb": 1.0}


class Worker:
    def __init__(self, name, faults):
        import zmq
        self._name, self._faults = name, faults
        self._requests = zmq.Context.instance().socket(zmq.REP)
        self._requests.bind(option("--endpoint"))
        self._beats = zmq.Context.instance().socket(zmq.PUB)
        self._beats.bind(option("--telemetry"))

    def serve(self):
        sequence = 0
        while True:
            if self._requests.poll(HEARTBEAT_MS):
                self._answer(json.loads(self._requests.recv()))
            elif sequence < self._faults.get("beats", sequence + 1):
                self._beat(sequence)
                sequence += 1

    def _beat(self, sequence):
        beat = {"worker": self._name, "sequence": sequence, "state": "IDLE", "scene_id": None,
                "rss_mb": 1.0, "uptime_s": 0.02 * sequence}
        text = self._faults.get("beat", json.dumps(beat))
        self._beats.send_multipart([self._name.encode(), text.encode()])

    def _answer(self, request):
        command = request["command_type"]
        if self._faults.get(command) == "die":
            die(signal.SIGSEGV)
        if command in self._faults and self._faults[command] is None:
            return
        if command in self._faults:
            self._requests.send(
                self._faults[command].replace("$ID", request["request_id"]).encode())
            return
        data = {"INIT": lambda: capabilities(self._name),
                "RENDER": lambda: render(request["payload"]), "SHUTDOWN": lambda: None}[command]()
        self._requests.send(json.dumps({"status": "SUCCESS", "request_id": request["request_id"],
                                        "message": "done", "data": data}).encode())
        if command == "SHUTDOWN":
            self._requests.close(linger=1000)
            self._requests.context.destroy(linger=1000)
            os._exit(0)


def die(number):
    os.kill(os.getpid(), number)


def main():
    name = option("--worker")
    faults = faults_of(name)
    print("Blender 3.4.1 (fake)", flush=True)
    if "child" in faults:
        child = subprocess.Popen(["tail", "-f", "/dev/null"])
        with open(os.path.join(os.path.dirname(option("--python")), "child_pid"), "w") as file:
            file.write(str(child.pid))
    if "say" in faults:
        print(faults["say"], file=sys.stderr, flush=True)
    if "signal" in faults:
        die(faults["signal"])
    if "exit" in faults:
        os._exit(faults["exit"])
    if "deaf" in faults:
        signal.pause()
    Worker(name, faults).serve()


if __name__ == "__main__":
    main()
