# SPDX-License-Identifier: MIT
"""Blender's settings by name: found, probed, and written so that nothing is clamped in silence."""
import functools
import math

from recipe import BadScene


def find(scene, path):
    return functools.reduce(lambda owner, name: getattr(owner, name, None), path.split("."), scene)


def owner_of(name, *candidates):
    """The first that has it: newer Blenders keep some settings elsewhere."""
    return next(owner for owner in candidates if hasattr(owner, name))


def put(owner, name, value):
    """Assigns, and refuses what Blender would quietly clamp or cut."""
    setattr(owner, name, value)
    kept = getattr(owner, name)
    if isinstance(value, float):
        same = math.isclose(kept, value, rel_tol=1e-6, abs_tol=1e-30)
    elif isinstance(value, tuple):
        same = all(math.isclose(*pair, rel_tol=1e-6, abs_tol=1e-30) for pair in zip(kept, value))
    else:
        same = kept == value
    if not same:
        raise BadScene(f"{name}: Blender keeps {kept} where {value} is asked for")


def put_all(scene, table, if_present=False):
    """table: {path of the owner: {name: value}}."""
    for path, values in table.items():
        owner = find(scene, path)
        for name, value in values.items():
            if not if_present or hasattr(owner, name):
                put(owner, name, value)
