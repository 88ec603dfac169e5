# SPDX-License-Identifier: MIT
"""Small jobs, and what a dataset is when its bytes are compared."""
import hashlib
import json
import pathlib

import live_run

FLOORS = pathlib.Path(__file__).resolve().parents[2] / "examples" / "floors"
OWN_TO_A_RUN = ("run.json", ".rtag")  # times, hosts, logs: no part of the dataset's content

CONFIG = """\
version: "0.2"
dataset:
  num_scenes: {scenes}
  seeds:
    global_seed: 4711
camera:
  resolution: [160, 120]
  samples_per_scene: {cameras}
  fov: 60.0
  max_distance: 3.0
  ppm_constraint:
    min: 2.0
    max: 4.0
scenario:
  subject:
    type: TAGS
    tag_families: [tag36h11, tag25h9, DICT_5X5_100]
    size_mm: 80.0
    tags_per_scene: [2, 5]
scene:
  texture_dir: {floors}
  lighting:
    num_lights_min: 1
    num_lights_max: 2
renderer:
  mode: cycles
  max_samples: 8
  enable_denoising: false
"""


def write_config(folder, scenes=8, cameras=2, name="config.yaml"):
    config = pathlib.Path(folder) / name
    config.write_text(CONFIG.format(scenes=scenes, cameras=cameras, floors=FLOORS))
    return config


def write_job(folder, scenes=8, cameras=2):
    """A locked one."""
    config = write_config(folder, scenes, cameras)
    job = config.with_name("job.json")
    locked = live_run.rtag("lock", config, "--output", job)
    assert locked.returncode == 0, locked.stderr
    return job


def digests(dataset):
    """{relative path: SHA-256} of everything that is the dataset's content."""
    dataset = pathlib.Path(dataset)
    files = (path for path in sorted(dataset.rglob("*")) if path.is_file())
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files
            if (name := path.relative_to(dataset).as_posix()).split("/")[0] not in OWN_TO_A_RUN}


def run_report(dataset):
    return json.loads((pathlib.Path(dataset) / "run.json").read_text())
