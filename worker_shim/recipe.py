# SPDX-License-Identifier: MIT
"""Reads RENDER's payload strictly, key by key. No bpy in here, no default, no guess.

Every complaint is a BadScene that names the full path of the field: the same payload would fail
on any worker. A key that nobody reads is refused too, so no setting is lost silently.
"""
import os
import reprlib

import numpy

MAX_SEED = 2**31 - 1
MAX_NUMBER = 1e30  # everything below fits Blender's single precision


class BadScene(Exception):
    """The scene is wrong, or asks for something that this shim does not render."""

    error_kind = "bad_scene"


class Reader:
    """One JSON object and its path; remembers which keys were read."""

    def __init__(self, value, path=""):
        if not isinstance(value, dict):
            raise BadScene(f"{path}: expected an object, found {reprlib.repr(value)}")
        self.path = path
        self._value = value
        self._seen = set()

    def at(self, key):
        return f"{self.path}.{key}" if self.path else key

    def wrong(self, key, expected):
        return BadScene(f"{self.at(key)}: expected {expected}, "
                        f"found {reprlib.repr(self._value[key])}")

    def get(self, key):
        self._seen.add(key)
        if key not in self._value:
            raise BadScene(f"{self.at(key)}: missing")
        return self._value[key]

    def has(self, key):
        """For a key that may be left out."""
        return key in self._value

    def string(self, key):
        value = self.get(key)
        if not isinstance(value, str) or not value:
            raise self.wrong(key, "a non-empty string")
        return value

    def boolean(self, key):
        value = self.get(key)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return value

    def one_of(self, key, choices):
        value = self.get(key)
        if value not in choices:
            raise self.wrong(key, " or ".join(choices))
        return value

    def integer(self, key, low, high):
        value = self.get(key)
        if not is_integer(value) or not low <= value <= high:
            raise self.wrong(key, f"an integer from {low} to {high}")
        return value

    def number(self, key, low=-MAX_NUMBER, high=MAX_NUMBER):
        value = self.get(key)
        if not _is_number(value) or not low <= value <= high:
            raise self.wrong(key, f"a number from {low:g} to {high:g}")
        return float(value)

    def positive(self, key):
        value = self.get(key)
        if not _is_number(value) or value <= 0:
            raise self.wrong(key, "a number above 0")
        return float(value)

    def array(self, key, *shape):
        if not _has_shape(self.get(key), shape):
            raise self.wrong(key, "x".join(map(str, shape)) + " numbers")
        return numpy.array(self._value[key], dtype=numpy.float64)

    def euler(self, key):
        return numpy.zeros(3) if self.get(key) is None else self.array(key, 3)

    def reader(self, key):
        return Reader(self.get(key), self.at(key))

    def items(self, key):
        value = self.get(key)
        if not isinstance(value, list):
            raise self.wrong(key, "an array")
        return value

    def readers(self, key):
        return [Reader(item, f"{self.at(key)}[{i}]") for i, item in enumerate(self.items(key))]

    def asset(self, key, assets):
        """The absolute path of the file that the recipe calls by this name."""
        name = self.string(key)
        path = assets.get(name)
        if not isinstance(path, str):
            raise BadScene(f"{self.at(key)}: the request's assets have no {reprlib.repr(name)}")
        if not os.path.isabs(path) or not os.path.isfile(path):
            raise BadScene(f"{self.at(key)}: no such file {ascii(path)}")
        return path

    def not_rendered(self, key, *harmless):
        """For a feature that the picture would lack: only a harmless value may pass."""
        if self.get(key) not in harmless:
            raise self.unable("this shim", key)

    def unable(self, renderer, key):
        return BadScene(f"{self.at(key)}: not rendered by {renderer} "
                        f"(found {reprlib.repr(self._value[key])})")

    def close(self, *for_the_host):
        """Call last: whatever is neither read nor for_the_host alone is an unknown key."""
        unknown = sorted(self._value.keys() - self._seen - set(for_the_host))
        if unknown:
            raise BadScene(f"{ascii(self.at(unknown[0]))[1:-1]}: unknown key")


def is_integer(value):
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value):
    return (is_integer(value) or isinstance(value, float)) and -MAX_NUMBER < value < MAX_NUMBER


def _has_shape(value, shape):
    if not shape:
        return _is_number(value)
    return (isinstance(value, list) and len(value) == shape[0]
            and all(_has_shape(item, shape[1:]) for item in value))
