# SPDX-License-Identifier: MIT
"""Renders datasets, has independent detectors look at them, and holds the result to the bars.

Used by scripts/accuracy (long) and accuracy_test.py (short). docs/accuracy.md explains the figures.
"""
import collections
import csv
import json
import statistics
import subprocess
import tempfile

import numpy

APRILTAG = ("tag16h5", "tag25h9", "tag36h10", "tag36h11")
ARUCO = tuple(f"DICT_{n}X{n}_{size}" for n in (4, 5, 6, 7) for size in (50, 100, 250, 1000))
FAMILIES = (*APRILTAG, *ARUCO, "DICT_ARUCO_ORIGINAL")

FOUND_BAR = 0.99
MEAN_BAR_PX = 0.02  # of libapriltag's errors, each axis
RMS_BAR_PX = 0.08
AXES = [f"{corner}_{axis}" for corner in ("tl", "tr", "br", "bl") for axis in "xy"]
SATURATED = 255


def lit(power_w):
    """Three lamps of equal power, with hard shadows; together so strong."""
    return {"lighting": {"num_lights_min": 3, "num_lights_max": 3,
                         "intensity_min": power_w, "intensity_max": power_w}}


# Three lamps even out how bright a scene is. With direct light alone there is no noise of light
# paths, so that the samples serve the edges.
CONFIG = {
    "version": "0.2",
    "dataset": {"num_scenes": 40, "seeds": {"global_seed": 2026}},
    "camera": {
        "resolution": [1280, 960], "samples_per_scene": 1, "fov": 60.0,
        "min_distance": 0.3, "max_distance": 6.0, "min_elevation": 0.6, "max_elevation": 1.0,
        "min_roll": -180.0, "max_roll": 180.0, "ppm_constraint": {"min": 4.5, "max": 12.0},
        "tone_mapping": "linear"},
    "scenario": {"subject": {
        "type": "TAGS", "tag_families": list(FAMILIES), "size_mm": 80.0,
        "tags_per_scene": [9, 16], "tag_spacing_bits": 3.0}},
    "scene": lit(200.0),
    "renderer": {"mode": "cycles", "max_samples": 64, "noise_threshold": 0,
                 "enable_denoising": False, "total_bounces": 0, "diffuse_bounces": 0,
                 "glossy_bounces": 0},
}


def changed(config, **sections):
    """A copy with some settings of some sections replaced."""
    return config | {name: config[name] | settings for name, settings in sections.items()}


def program(*command):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                            check=False)
    if result.returncode != 0:
        raise RuntimeError(f"{command[0]}: exit code {result.returncode}\n{result.stderr}")
    return result.stdout


def render(binaries, config, output):
    """A dataset of the config. JSON is YAML too."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        json.dump(config, file)
        file.flush()
        program(binaries / "rtag", "run", file.name, "--output", output, "--workers", 2,
                "--threads-per-worker", 1, "--progress", "none")


def detections(binaries, dataset):
    """One row for each label and detector (check_detections.cc)."""
    return list(csv.DictReader(program(binaries / "check_detections", dataset).splitlines()))


def errors_px(rows):
    """Detected minus labelled, an (n, 2) array over all corners that were found."""
    found = [[float(row[axis]) for axis in AXES] for row in rows if row["outcome"] == "found"]
    return numpy.reshape(found, (-1, 2))


def by(rows, *columns):
    groups = collections.defaultdict(list)
    for row in rows:
        groups[tuple(row[column] for column in columns)].append(row)
    return dict(sorted(groups.items()))


def spread(errors):
    return errors.mean(axis=0), errors.std(axis=0), numpy.sqrt((errors**2).mean(axis=0))


def detection_faults(rows):
    """What is wrong about presence, identity and order."""
    faults = []
    for (detector,), group in by(rows, "detector").items():
        outcomes = collections.Counter(row["outcome"] for row in group)
        if outcomes["missing"] > (1 - FOUND_BAR) * len(group):
            faults.append(f"{detector}: {outcomes['missing']} of {len(group)} labels are missing")
        faults += [f"{detector}: {row['image_id']} {row['family']} {row['id']}: {row['outcome']}"
                   for row in group if row["outcome"].startswith("wrong")]
    return faults


def corner_faults(rows):
    """What is wrong about libapriltag's corners in images that are linear and not saturated."""
    rows = [row for row in rows if row["detector"] == "libapriltag"]
    mean, _, rms = spread(errors_px(rows))
    faults = [f"{row['image_id']} {row['family']} {row['id']}: saturated" for row in rows
              if int(row["brightest"]) >= SATURATED]
    for axis, name in enumerate("xy"):
        if not abs(mean[axis]) <= MEAN_BAR_PX:
            faults.append(f"mean error in {name} is {mean[axis]:.4f} px, {MEAN_BAR_PX} is allowed")
        if not rms[axis] <= RMS_BAR_PX:
            faults.append(f"RMS error in {name} is {rms[axis]:.4f} px, {RMS_BAR_PX} is allowed")
    return faults


def table(rows):
    """Markdown: outcomes and errors (px) of each detector and family, and of all together."""
    lines = ["| detector | family | labels | found | mean x, y | SD x, y | RMS x, y | outward |",
             "|---|---|---|---|---|---|---|---|"]
    everything = [{**row, "family": "**all**"} for row in rows]
    for (detector, family), group in by(rows + everything, "detector", "family").items():
        found = sum(row["outcome"] == "found" for row in group)
        if not found:
            lines.append(f"| {detector} | {family} | {len(group)} | 0 | | | | |")
            continue
        mean, deviation, rms = spread(errors_px(group))
        outward = statistics.fmean(float(row["outward"]) for row in group if row["outward"])
        lines.append(
            f"| {detector} | {family} | {len(group)} | {found} | {mean[0]:+.3f}, {mean[1]:+.3f} | "
            f"{deviation[0]:.3f}, {deviation[1]:.3f} | {rms[0]:.3f}, {rms[1]:.3f} | "
            f"{outward:+.3f} |")
    return "\n".join(lines)
