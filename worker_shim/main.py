# SPDX-License-Identifier: MIT
"""The worker: starts inside Blender, receives, dispatches, replies (docs/protocol.md).

blender --background --factory-startup --disable-autoexec --python-exit-code 2 --python main.py
        -- --endpoint ipc://D/w0.1.req --telemetry ipc://D/w0.1.pub --worker 0.1
"""
import argparse
import ctypes
import os
import signal
import sys
import time

sys.dont_write_bytecode = True  # the folder may be read-only, or a source tree
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

EXIT_NO_PYZMQ, EXIT_BLENDER_TOO_OLD, EXIT_NO_NUMPY, EXIT_COMMAND_LINE = 3, 4, 5, 6
PR_SET_PDEATHSIG = 1
PROTOCOL_VERSION = 1


def give_up(code, sentence):
    print(f"rtag-shim: {sentence}", file=sys.stderr, flush=True)
    os._exit(code)


class CommandLine(argparse.ArgumentParser):
    def error(self, message):
        give_up(EXIT_COMMAND_LINE, message)


def read_command_line(arguments):
    parser = CommandLine(prog="rtag-shim", add_help=False, allow_abbrev=False)
    for name in ("--endpoint", "--telemetry", "--worker"):
        parser.add_argument(name, required=True)
    return parser.parse_args(arguments[arguments.index("--") + 1:] if "--" in arguments else [])


def die_with_parent():
    """The kernel's promise for a killed host; the heartbeat covers what it does not."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_DFL)  # Blender would end the render but not itself


def open_sockets(options):
    try:
        import channel
    except Exception as fault:
        give_up(EXIT_NO_PYZMQ, f"Blender's Python cannot import pyzmq ({fault})")
    status = channel.Status(options.worker)
    try:
        requests = channel.Channel(options.endpoint)
        heartbeat = channel.Heartbeat(status, options.telemetry)
    except channel.zmq.ZMQError as fault:
        give_up(EXIT_COMMAND_LINE,
                f"cannot bind {options.endpoint} and {options.telemetry}: {fault}")
    heartbeat.start()
    return channel, status, requests


class Worker:
    """The five commands; each returns (message, data) or raises. stage is render.Stage."""

    def __init__(self, channel, status, stage):
        self._channel, self._status, self._stage = channel, status, stage
        self._commands = {"INIT": self._init, "RENDER": self._render, "STATUS": self._report,
                          "RESET": self._reset, "SHUTDOWN": lambda _: ("shutting down", None)}

    def answer(self, command, payload):
        if command not in self._commands:
            raise self._channel.BadRequest(f"command_type: expected {', '.join(self._commands)}, "
                                           f"found {ascii(command)[:40]}")
        if payload is None and command in ("INIT", "RENDER"):
            raise self._channel.BadRequest(f"payload: {command} needs an object")
        return self._commands[command](payload)

    def _init(self, payload):
        theirs = payload.get("protocol_version")
        if theirs is not True and theirs == PROTOCOL_VERSION:
            return "ready", {"protocol_version": PROTOCOL_VERSION, "worker": self._status.worker,
                             "pid": os.getpid(), **self._stage.capabilities()}
        raise self._channel.BadRequest(f"protocol_version: this worker speaks {PROTOCOL_VERSION}, "
                                       f"the host {ascii(theirs)[:40]}")

    def _render(self, payload):
        started = time.perf_counter()
        self._status.doing = ("RENDERING", self._stage.scene_id(payload))
        try:
            data = self._stage.render(payload)
        finally:
            self._status.doing = ("IDLE", None)
        self._status.scenes_rendered += 1
        data |= {"census": self._stage.census(), "rss_mb": self._channel.rss_mb()}
        return f"rendered scene {data['scene_id']}", data | {
            "total_s": time.perf_counter() - started}

    def _report(self, _):
        state = self._status.snapshot()
        state["scenes_rendered"] = self._status.scenes_rendered
        return "alive", state | {"census": self._stage.census()}

    def _reset(self, _):
        self._stage.reset()
        return "reset", {"census": self._stage.census()}


def main():
    options = read_command_line(sys.argv)
    die_with_parent()
    channel, status, requests = open_sockets(options)
    try:
        import numpy  # noqa: F401 (recipe.py and build_scene.py need it)
    except Exception as fault:
        give_up(EXIT_NO_NUMPY, f"Blender's Python cannot import numpy ({fault})")
    try:
        import render
        stage = render.Stage()
    except Exception as fault:
        give_up(EXIT_BLENDER_TOO_OLD, f"this Blender cannot be used: {fault}")
    status.doing = ("IDLE", None)
    requests.serve(Worker(channel, status, stage).answer)
    os._exit(0)  # Blender's own teardown can hang


if __name__ == "__main__":
    main()
