# SPDX-License-Identifier: MIT
"""From an idea to a locked job, and to the recipes of any part of it: the commands before
rendering, as their users run them."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import live_run
import sample_job

EVERYTHING = """\
version: '0.2'
presets: [locus.v1_baseline, subject.tag36h11_standard, sensor.hdr_sweep, lighting.outdoor_sun,
          shadow.occluder_overlay]
dataset: {num_scenes: 48}
camera: {sensor_dynamics: {velocity_mean: 1}, fstop: 4}
scene: {texture_dir: floors}
"""
EXPERIMENT = """\
name: iso
base_config:
  dataset: {num_scenes: 2}
  camera: {iso_coupling: true, resolution: [640, 480]}
  scene: {texture_dir: floors}
sweeps:
- {parameter: camera.iso, type: categorical, values: [100, 3200]}
- {parameter: scenario.subject.size_mm, type: linear, min: 80, max: 120, steps: 2}
"""


class Authoring(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        shutil.copytree(sample_job.FLOORS, self.folder / "floors")

    def write(self, name, text):
        (self.folder / name).parent.mkdir(exist_ok=True)
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    def rtag(self, *arguments, code=0, **more):
        done = live_run.rtag(*arguments, cwd=self.folder, **more)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def job_id(self, file):
        return re.search(r"job ([0-9a-f]{64})$", self.rtag("validate", file).stdout)[1]

    def test_a_config_to_begin_with_is_good_for_every_subject(self):
        for subject in ("tags", "charuco", "aprilgrid"):
            with self.subTest(subject):
                done = self.rtag("init", subject, "--subject", subject)
                config = f"{subject}/config.yaml"
                self.assertEqual(done.stdout, f"{config}: written; next: rtag preview {config} "
                                 "-o look.png\n")
                self.assertEqual(self.rtag("validate", config).stderr, "")
                first = (self.folder / config).read_text().splitlines()[0]
                self.assertEqual(first, "# yaml-language-server: $schema=config.schema.json")
                schema = (self.folder / subject / "config.schema.json").read_text()
                self.assertEqual(schema, self.rtag("schema", "config").stdout)
        again = self.rtag("init", "tags", code=74)
        self.assertEqual(again.stderr,
                         "tags/config.yaml: is there already, and is left as it is\n")

    def test_a_locked_job_compiles_to_the_same_recipes_wherever_it_is_written(self):
        config = self.write("config.yaml", EVERYTHING)
        recipes = self.rtag("compile", config, "--scenes", "0:3").stdout
        self.assertIn('"texture_path":"floors/', recipes)
        for job in ("job.json", "jobs/job.json", "../" + self.folder.name + "/deep/er/job.json"):
            (self.folder / job).parent.mkdir(parents=True, exist_ok=True)
            self.rtag("lock", config, "-o", job)
            self.assertEqual(self.rtag("compile", job, "--scenes", "0:3").stdout, recipes)
            self.assertEqual(self.job_id(job), self.job_id(config))
        printed = self.rtag("lock", config).stdout
        self.write("elsewhere/job.json", printed)
        self.assertEqual(self.rtag("compile", "elsewhere/job.json", "--scenes", "0:3").stdout,
                         recipes)

    def test_a_scene_is_the_same_from_any_shard_and_in_any_order(self):
        config = self.write("config.yaml", EVERYTHING)
        whole = self.rtag("compile", config).stdout.splitlines()
        self.assertEqual([json.loads(line)["scene_id"] for line in whole], list(range(48)))
        for shards in (1, 3, 16):
            found = {}
            for shard in reversed(range(shards)):
                lines = self.rtag("compile", config, "--shard-index", shard,
                                  "--total-shards", shards).stdout.splitlines()
                self.assertEqual(len(lines), 48 // shards)
                found |= {json.loads(line)["scene_id"]: line for line in lines}
            self.assertEqual([found[scene] for scene in range(48)], whole)
        backward = [self.rtag("compile", config, "--scenes", scene).stdout.rstrip("\n")
                    for scene in reversed(range(0, 48, 7))]
        self.assertEqual(backward, [whole[scene] for scene in reversed(range(0, 48, 7))])

    def test_recipes_come_as_lines_or_as_one_list(self):
        config = self.write("config.yaml", EVERYTHING)
        lines = self.rtag("compile", config, "--scenes", "3,5").stdout
        self.rtag("compile", config, "--scenes", "3,5", "--format", "json", "-o", "recipes.json")
        listed = json.loads((self.folder / "recipes.json").read_text())
        self.assertEqual(listed, [json.loads(line) for line in lines.splitlines()])
        empty = self.rtag("compile", config, "--shard-index", 1, "--total-shards", 2, "--scenes",
                          "4", "--format", "json").stdout
        self.assertEqual(json.loads(empty), [])

    def test_presets_and_overrides_on_the_line_are_those_of_a_file(self):
        said = self.write("said.yaml", "presets: [lighting.factory]\ncamera: {fov: 50}\n"
                          "scenario: {subject: {type: TAGS, tag_families: [tag25h9]}}\n")
        plain = self.write("plain.yaml", "")
        self.assertEqual(
            self.job_id(said),
            re.search(r"job (\w+)$", self.rtag(
                "validate", plain, "--preset", "lighting.factory", "-D", "camera.fov=50", "-D",
                "scenario.subject.tag_families=[tag25h9]").stdout)[1])
        resolved = self.rtag("preset", "resolve", said).stdout
        self.assertEqual(self.job_id(self.write("resolved.yaml", resolved)), self.job_id(said))

    def test_an_old_config_gives_the_job_of_its_migration(self):
        old = self.write("old.yaml", "resolution: [640, 480]\nsamples: 3\ntag_family: tag25h9\n"
                         "seed: 7\n")
        read = self.rtag("validate", old)
        self.assertIn("note: ", read.stderr)
        diff = self.rtag("migrate", old).stdout
        self.assertIn("+version: ", diff)
        self.rtag("migrate", old, "-o", "new.yaml")
        self.assertEqual(self.job_id("new.yaml"), self.job_id(old))
        self.assertEqual(self.rtag("validate", "new.yaml").stderr, "")
        self.rtag("migrate", old, "--write")
        self.assertEqual((self.folder / old).read_text(), (self.folder / "new.yaml").read_text())
        self.assertEqual(self.rtag("migrate", old).stdout, "")

    def test_an_experiment_is_a_list_of_jobs_that_can_be_run(self):
        file = self.write("configs/iso.yaml", EXPERIMENT.replace("floors", "../floors"))
        listed = self.rtag("experiment", "list", file).stdout.splitlines()
        self.assertEqual([line.split()[0] for line in listed], ["v000", "v001", "v002", "v003"])
        self.rtag("experiment", "lock", file, "-o", "jobs/iso")
        work = [json.loads(line) for line in
                (self.folder / "jobs/iso/worklist.jsonl").read_text().splitlines()]
        self.assertEqual([entry["job"] for entry in work],
                         ["v000.json", "v001.json", "v002.json", "v003.json"])
        for entry in work:
            job = f"jobs/iso/{entry['job']}"
            self.assertEqual(self.job_id(job), entry["job_id"])
            recipe = json.loads(self.rtag("compile", job, "--scenes", "0").stdout)
            self.assertTrue(recipe["world"]["texture_path"].startswith("floors/"))
        self.assertEqual(len({entry["job_id"] for entry in work}), 4)
        self.assertEqual(work[3]["description"],
                         "camera.iso=3200, scenario.subject.size_mm=120.0")

    def test_what_was_changed_after_locking_is_named(self):
        config = self.write("config.yaml", EVERYTHING)
        self.rtag("lock", config, "-o", "job.json")
        job = json.loads((self.folder / "job.json").read_text())
        digest = r"[0-9a-f]{64}"
        self.write("other.json", json.dumps(job | {"env_hash": "rtag/recipes-0"}))
        self.assertEqual(self.rtag("validate", "other.json", code=65).stderr,
                         "other.json:1: env_hash: the job was locked by a version of rtag that "
                         "draws other scenes: use that version, or lock the config again (expected "
                         "rtag/recipes-1, found rtag/recipes-0)\n")
        edited = json.loads(json.dumps(job))
        edited["scene_config"]["camera"]["fov"] = 71.0
        self.write("edited.json", json.dumps(edited))
        self.assertRegex(self.rtag("validate", "edited.json", code=65).stderr,
                         r"^edited.json:1: config_hash: does not match scene_config, which was "
                         rf"edited after it was locked: .* \(expected {digest}\)\n$")
        floor = next((self.folder / "floors").glob("*.png"))
        floor.write_bytes(floor.read_bytes() + b"\0")
        self.assertRegex(self.rtag("validate", "job.json", code=65).stderr,
                         r"^job.json:\d+: assets_hash: the assets were changed after the job was "
                         rf"locked: .* \(expected {digest}, found {digest}\)\n$")

    def test_what_is_not_rendered_is_refused_before_anything_starts(self):
        config = self.write("config.yaml", EVERYTHING)
        done = live_run.render(config, "out", "--renderer-mode", "eevee", cwd=self.folder)
        self.assertEqual(done.returncode, 65)
        self.assertIn("config.yaml: renderer.mode eevee does not render: camera.sensor_dynamics, "
                      "camera.fstop\n", done.stderr)
        self.assertFalse((self.folder / "out").exists())

    def test_a_preview_shows_the_scene_and_tells_its_labels(self):
        config = self.write("config.yaml", "camera: {resolution: [320, 240], tone_mapping: srgb}\n"
                            "scene: {texture_dir: floors}\n")
        self.rtag("preview", config, "--scene", 0, "--camera", 9, "-o", "look.png", "--labels",
                  "labels.json")
        self.assertTrue((self.folder / "look.png").read_bytes().startswith(b"\x89PNG\r\n"))
        labels = json.loads((self.folder / "labels.json").read_text())
        self.assertEqual(len(labels["markers"]), 10)
        self.assertEqual(labels["pixel_center"], 0.5)
        wrong = self.rtag("preview", config, "--scene", 1, "-o", "no.png", code=64)
        self.assertEqual(wrong.stderr, "--scene: the job has scenes 0 to 0 (found 1)\n")
        self.assertFalse((self.folder / "no.png").exists())

    def test_a_million_scenes_are_streamed(self):
        config = self.write("many.yaml", "dataset: {num_scenes: 1000000}\n"
                            "camera: {samples_per_scene: 1}\n"
                            "scenario: {use_board: false, subject: {type: TAGS, "
                            "tags_per_scene: 1}}\n")
        process = subprocess.Popen([live_run.BIN / "rtag", "compile", config, "--scenes",
                                    "990000:1000000"], cwd=self.folder, stdout=subprocess.DEVNULL,
                                   env=live_run.clean_environment())
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        self.assertLess(usage.ru_maxrss, 100 * 1024)


if __name__ == "__main__":
    unittest.main()
