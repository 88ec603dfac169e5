# SPDX-License-Identifier: MIT
"""Compares recipes with published ones. See scripts/recipe_parity."""
import argparse
import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile

RELATIVE = 1e-9
NEAR_ZERO = 1e-12  # metres, radians: a sum that comes to 0 does so only nearly
MISSING = "(missing)"
FILE_NAMES = {"texture_path", "background_hdri"}
DEFAULT_SCENES = "version: '0.2'\ndataset: {num_scenes: 50}\n"


def differences(path, expected, found):
    """Yields (path, expected, found) wherever two documents differ."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in expected.keys() | found.keys():
            if key in FILE_NAMES:
                continue
            yield from differences(f"{path}.{key}", expected.get(key, MISSING),
                                   found.get(key, MISSING))
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for i, (a, b) in enumerate(zip(expected, found)):
            yield from differences(f"{path}[{i}]", a, b)
    elif is_number(expected) and is_number(found):
        if not math.isclose(expected, found, rel_tol=RELATIVE, abs_tol=NEAR_ZERO):
            yield path, expected, found
    elif expected != found or type(expected) is not type(found):
        yield path, expected, found


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def largest_difference(expected, found):
    """The largest relative difference of two numbers at one place."""
    if isinstance(expected, dict):
        pairs = [(v, found[k]) for k, v in expected.items() if k in found]
    elif isinstance(expected, list):
        pairs = list(zip(expected, found))
    elif is_number(expected) and is_number(found) and abs(expected) > NEAR_ZERO:
        return abs(found - expected) / abs(expected)
    else:
        return 0.0
    return max((largest_difference(a, b) for a, b in pairs), default=0.0)


def compile_scene(rtag, config, seed, scene):
    command = [rtag, "compile", config, "--seed", str(seed), "--scenes", str(scene),
               "-D", "scene.texture_dir=null"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{config}: rtag compile: exit {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def published(folder):
    """Yields (name, config file, seed, scene, recipe)."""
    default = pathlib.Path(tempfile.mkdtemp()) / "default.yaml"
    default.write_text(DEFAULT_SCENES, encoding="utf-8")
    for file in sorted(folder.glob("*_scene_*.json")):
        name, scene = re.fullmatch(r"(.*)_scene_(\d+)", file.stem).groups()
        recipe = json.loads(file.read_text(encoding="utf-8"))
        recipe = recipe[0] if isinstance(recipe, list) else recipe
        seed = re.fullmatch(r"default_seed_(\d+)", name)
        if seed:
            yield file.stem, default, int(seed[1]), int(scene), recipe
        else:
            yield file.stem, folder / f"{name}.yaml", 42, int(scene), recipe


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--rtag", default="rtag")
    arguments = parser.parse_args()
    compared, failed = 0, 0
    for name, config, seed, scene, expected in published(arguments.folder):
        found = compile_scene(arguments.rtag, config, seed, scene)
        wrong = list(differences("", expected, found))
        for path, a, b in wrong[:5]:
            print(f"{name}: {path}: expected {a}, found {b}")
        compared += 1
        failed += bool(wrong)
        print(f"{name}: {'differs' if wrong else 'equal'}, largest relative difference "
              f"{largest_difference(expected, found):.1e}")
    print(f"{compared - failed} of {compared} recipes are equal")
    return 0 if compared and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
