# SPDX-License-Identifier: MIT
"""The two sockets of a worker: REP for requests, PUB for heartbeats. No bpy in here.

Channel belongs to the main thread. Heartbeat owns its PUB socket and its thread; the two share
nothing but Status. Whatever arrives on the REP socket gets exactly one reply: an exception of a
command becomes a FAILURE whose error_kind is the exception's own (docs/protocol.md).
"""
import json
import os
import sys
import threading
import time
import traceback

import zmq

MAX_REQUEST_BYTES = 64 << 20
HEARTBEAT_S = 0.5
FLUSH_MS = 2000


class BadRequest(Exception):
    """The message itself is wrong; no scene is to blame."""

    error_kind = "bad_request"


class Status:
    """What the worker is doing. Written by the main thread, read by the heartbeat's."""

    def __init__(self, worker):
        self.worker = worker
        self.scenes_rendered = 0
        self.doing = ("STARTING", None)  # one assignment, so that state and scene always agree
        self._started_s = time.monotonic()

    def snapshot(self):
        state, scene_id = self.doing
        return {"state": state, "scene_id": scene_id, "rss_mb": rss_mb(),
                "uptime_s": round(time.monotonic() - self._started_s, 3)}


def rss_mb():
    with open("/proc/self/statm", "rb") as statm:
        pages = int(statm.read().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 1)


def _refuse_constant(name):
    raise ValueError(f"{name} is not JSON")


def _refuse_repeated_keys(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object repeats a key")
    return members


def _parse(frames):
    if len(frames) != 1:
        raise BadRequest(f"expected one frame, found {len(frames)}")
    if len(frames[0]) > MAX_REQUEST_BYTES:
        raise BadRequest(f"{len(frames[0])} bytes, more than the {MAX_REQUEST_BYTES} allowed")
    try:
        message = json.loads(frames[0].decode("utf-8"), parse_constant=_refuse_constant,
                             object_pairs_hook=_refuse_repeated_keys)
    except (ValueError, RecursionError) as fault:
        raise BadRequest(f"not a JSON message: {fault}") from None
    if not isinstance(message, dict):
        raise BadRequest(f"expected a JSON object, found {type(message).__name__}")
    return message


def _command_of(message):
    unknown = sorted(message.keys() - {"command_type", "payload", "request_id"})
    if unknown:
        raise BadRequest(f"{ascii(unknown[0])[:80]}: unknown key")
    for key in ("command_type", "request_id"):
        if not isinstance(message.get(key), str):
            raise BadRequest(f"{key}: expected a string")
    if not isinstance(message.get("payload"), (dict, type(None))):
        raise BadRequest("payload: expected an object or null")
    return message["command_type"], message.get("payload")


def _encode(status, request_id, message, data):
    return json.dumps({"status": status, "request_id": request_id, "message": message,
                       "data": data}, allow_nan=False).encode("ascii")


class Channel:
    """The REP socket. Construct it early: requests wait in its queue until serve()."""

    def __init__(self, endpoint):
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.REP)
        self._socket.bind(endpoint)

    def serve(self, answer):
        """Calls answer(command, payload) -> (message, data) for each request until SHUTDOWN."""
        while not self._serve_one(answer):
            pass
        self._socket.close(linger=FLUSH_MS)
        self._context.term()  # returns when the last reply is out

    def _serve_one(self, answer):
        request_id, command, succeeded = None, None, False
        try:
            message = _parse(self._socket.recv_multipart())
            if isinstance(message.get("request_id"), str):
                request_id = message["request_id"]
            command, payload = _command_of(message)
            reply = _encode("SUCCESS", request_id, *answer(command, payload))
            succeeded = True
        except Exception as fault:
            kind = getattr(fault, "error_kind", "render_failed")
            if kind == "render_failed":
                traceback.print_exc(file=sys.stderr)
            text = str(fault) or type(fault).__name__
            reply = _encode("FAILURE", request_id, text, {"error_kind": kind})
        self._socket.send(reply)
        return succeeded and command == "SHUTDOWN"


class Heartbeat(threading.Thread):
    """Publishes Status twice a second and ends the process when its parent is gone."""

    def __init__(self, status, endpoint):
        super().__init__(name="heartbeat", daemon=True)
        self._status = status
        self._parent_pid = os.getppid()
        self._socket = zmq.Context().socket(zmq.PUB)
        self._socket.bind(endpoint)

    def run(self):
        sequence = 0
        worker = self._status.worker
        while os.getppid() == self._parent_pid:
            beat = {"worker": worker, "sequence": sequence, **self._status.snapshot()}
            self._socket.send_multipart([worker.encode(), json.dumps(beat).encode()])
            sequence += 1
            time.sleep(HEARTBEAT_S)
        os._exit(1)  # a render in flight cannot be asked to stop
