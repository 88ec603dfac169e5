# SPDX-License-Identifier: MIT
"""Jobs that use every feature of the format: the same bytes from any fleet, and whole products."""
import json
import pathlib
import tempfile
import unittest

import live_run
import sample_job

TAGS = """\
version: '0.2'
presets: [shadow.occluder_overlay, lighting.outdoor_sun]
dataset: {num_scenes: 3, seeds: {global_seed: 5}}
camera:
  resolution: [160, 120]
  samples_per_scene: 2
  max_distance: 1.2
  fstop: 4
  iso: 1600
  iso_coupling: true
  dynamic_range_db: 60
  sensor_dynamics: {velocity_mean: 0.3, shutter_time_ms: 5}
  intrinsics: {distortion_model: brown_conrady, k1: -0.15, p1: 0.001}
scenario:
  subject: {type: TAGS, tag_families: [tag36h11, tag25h9], size_mm: 80, tags_per_scene: [2, 6]}
scene: {background_hdri: 'blender:city.exr', random_hdri_rotation: true, hdri_strength: 0.5}
tag: {material: {randomize: true, roughness_max: 0.8, ink: 0.03, paper: 0.85}}
renderer: {max_samples: 8, noise_threshold: 0, enable_denoising: false}
"""
BOARD = """\
version: '0.2'
dataset: {num_scenes: 2, seeds: {global_seed: 6}}
camera:
  resolution: [160, 120]
  samples_per_scene: 1
  fov: 190
  min_distance: 0.3
  max_distance: 0.5
  min_elevation: 0.6
  max_elevation: 1.0
  sensor_noise: {models: [{model: poisson, scale: 500}, {model: gaussian, stddev: 0.01}]}
  intrinsics: {distortion_model: kannala_brandt, kb1: -0.003, kb2: 0.001}
scenario:
  subject:
    type: BOARD
    rows: 4
    cols: 5
    marker_size_mm: 40
    spacing_ratio: 0.3
    framing: whole
    material: {roughness: 0.6, ink: 0.05, paper: 0.9}
scene: {lighting: {intensity_min: 60, intensity_max: 90}}
renderer: {max_samples: 8, noise_threshold: 0, enable_denoising: false}
"""


class Everything(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))

    def rendered(self, name, config, *fleet):
        file = self.folder / f"{name}.yaml"
        file.write_text(config, encoding="utf-8")
        output = self.folder / f"{name}{len(fleet)}"
        done = live_run.render(file, output, *fleet)
        self.assertEqual(done.returncode, 0, done.stderr)
        return output

    def check_same_bytes(self, name, config):
        alone = self.rendered(name, config, "--workers", 1, "--threads-per-worker", 1)
        fleet = self.rendered(name, config, "--workers", 2)
        self.assertEqual(sample_job.digests(fleet), sample_job.digests(alone))
        return json.loads((alone / "rich_truth.json").read_text())["records"]

    def test_tags_under_everything(self):
        records = self.check_same_bytes("tags", TAGS)
        self.assertEqual({record["record_type"] for record in records}, {"TAG"})
        self.assertEqual({record["distortion_model"] for record in records}, {"brown_conrady"})
        self.assertTrue(all(record["position_at_start"] != record["position_at_end"]
                            for record in records))

    def test_a_board_before_a_fisheye(self):
        records = self.check_same_bytes("board", BOARD)
        boards = [record for record in records if record["record_type"] == "BOARD"]
        self.assertEqual(len(boards), 2)
        for board in boards:
            self.assertEqual(board["tag_id"], -1)
            self.assertEqual(board["tag_family"], "board_aprilgrid")
            self.assertEqual(len(board["keypoints"]), 12)
        self.assertEqual(sum(record["record_type"] == "TAG" for record in records), 2 * 20)


if __name__ == "__main__":
    unittest.main()
