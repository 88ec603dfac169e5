# SPDX-License-Identifier: MIT
"""What the Blender at hand can do: features are probed, version numbers never compared."""
import ctypes
import os
import platform
import signal

import bpy

from settings import find

GL_PROBE_LIMIT_S = 10
EGL_PLATFORM_SURFACELESS = 0x31DD


def probe(candidates, settings):
    """(engines, denoisers): Blender's name for each mode it can run; Cycles' denoisers.

    candidates: names to try per mode. settings: tables {path: {name: value}} that must exist.
    """
    scene = bpy.context.scene
    engines = _offered_engines(scene, candidates)
    missing = [f"{path}.{name}" for table in settings for path, values in table.items()
               for name in values if not hasattr(find(scene, path), name)]
    if missing:
        raise RuntimeError(f"Blender {bpy.app.version_string} lacks {', '.join(missing)}")
    if not _can_open_gl():
        engines = {mode: name for mode, name in engines.items() if mode == "cycles"}
    return engines, (_denoisers(scene) if "cycles" in engines else [])


def describe(engines, denoisers):
    """The handshake's part that is about Blender and the machine."""
    return {"blender_version": bpy.app.version_string,
            "blender_build_hash": bpy.app.build_hash.decode("ascii", "replace"),
            "blender_build_platform": bpy.app.build_platform.decode("ascii", "replace"),
            "python_version": platform.python_version(), "engines": sorted(engines),
            "devices": [{"type": "CPU", "name": _processor_name()}], "denoisers": denoisers,
            "datafiles": bpy.utils.system_resource("DATAFILES")}


def _offered_engines(scene, candidates):
    names = {}
    for mode, choices in candidates.items():
        for name in choices:
            try:
                scene.render.engine = name
            except TypeError:
                continue
            names.setdefault(mode, name)
    return names


def _denoisers(scene):
    """Those that run on the processor; OptiX would need a device that this shim does not use."""
    try:
        scene.cycles.denoiser = "OPENIMAGEDENOISE"
    except TypeError:
        return []
    return ["OPENIMAGEDENOISE"]


def _processor_name():
    with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as cpuinfo:
        for line in cpuinfo:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def _can_open_gl():
    """Eevee and Workbench abort the process where no GL can be had, so a child has to try."""
    child = os.fork()
    if child == 0:
        signal.alarm(GL_PROBE_LIMIT_S)
        try:
            os._exit(0 if _initialize_egl() else 1)
        except BaseException:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def _initialize_egl():
    """Blender's own order: the default display, else none at all (surfaceless)."""
    egl = ctypes.CDLL("libEGL.so.1")
    for name in ("eglGetDisplay", "eglGetPlatformDisplay"):
        getattr(egl, name).restype = ctypes.c_void_p
    egl.eglInitialize.argtypes = [ctypes.c_void_p] * 3
    displays = (lambda: egl.eglGetDisplay(None),
                lambda: egl.eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS, None, None))
    return any(egl.eglInitialize(display(), None, None) for display in displays)
