# SPDX-License-Identifier: MIT
"""Where a dataset may lie, what a run leaves there, and what it tells while it runs."""
import json
import os
import pathlib
import pty
import shutil
import subprocess
import tempfile
import unittest

import live_run
import sample_job


def read_terminal(descriptor):
    """Everything up to the end of whoever writes there."""
    text = b""
    while True:
        try:
            block = os.read(descriptor, 4096)
        except OSError:  # EIO: the other side is gone
            block = b""
        if not block:
            return text.decode()
        text += block


class Place(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.job = sample_job.write_job(cls.folder, scenes=2, cameras=1)
        cls.plain = cls.folder / "plain"
        result = live_run.rtag(cls.job, "--output", cls.plain, program="rtag-orchestrate")
        assert result.returncode == 0, result.stderr
        cls.told = result.stderr
        cls.expected = sample_job.digests(cls.plain)

    def check_renders(self, output, *options, **more):
        result = live_run.render(self.job, output, *options, **more)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(sample_job.digests(output), self.expected)

    def test_spaces_and_letters_of_any_language(self):
        self.check_renders(self.folder / "Größe 5 µm" / "データ 'x' \"y\" $HOME;")

    def test_a_path_longer_than_a_socket_may_have(self):
        output = self.folder / ("long" * 60) / ("longer" * 10)
        self.assertGreater(len(str(output)), 300)
        self.check_renders(output, env=live_run.clean_environment(TMPDIR=str(self.folder)))

    def test_temporary_folders_with_long_names_are_no_place_for_sockets(self):
        temporary = self.folder / ("t" * 200)
        temporary.mkdir()
        self.check_renders(self.folder / "temporary",
                           env=live_run.clean_environment(TMPDIR=str(temporary)))
        self.assertEqual(list(temporary.iterdir()), [], "something was left behind")

    def test_a_relative_output_begins_in_the_current_folder(self):
        here = self.folder / "here"
        here.mkdir()
        result = live_run.render(self.job, "out", cwd=here)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(sample_job.digests(here / "out"), self.expected)

    def test_an_installed_tree_works_wherever_it_is_moved_to(self):
        build = live_run.BIN.parent
        subprocess.run(["cmake", "--install", build, "--prefix", self.folder / "staged"],
                       check=True, capture_output=True)
        moved = self.folder / "moved elsewhere"
        shutil.move(self.folder / "staged", moved)
        output = self.folder / "installed"
        path = f"{moved / 'bin'}:/usr/bin:/bin"
        result = subprocess.run(["rtag-orchestrate", self.job, "--output", output, "--progress",
                                 "none"], env={"PATH": path}, cwd="/", capture_output=True,
                                text=True, timeout=live_run.PATIENCE_S, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(sample_job.digests(output), self.expected)
        self.assertEqual(list(moved.rglob("__pycache__")), [], "an installed tree was written to")

    def test_some_scenes_now_and_the_others_later(self):
        output = self.folder / "subset"
        first = live_run.render(self.job, output, "--scenes", "1")
        self.assertEqual(first.returncode, 0, first.stderr)
        self.assertEqual(live_run.committed_scenes(output), {1})
        self.assertIn(f"when all scenes are there: rtag merge {output}\n", first.stderr)
        self.assertFalse((output / "manifest.json").exists())
        self.check_renders(output, "--resume")

    def test_products_are_left_to_merge_when_that_is_wished(self):
        output = self.folder / "unmerged"
        result = live_run.render(self.job, output, "--merge", "never")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertFalse((output / "manifest.json").exists())
        self.assertEqual(live_run.rtag("merge", output).returncode, 0)
        self.assertEqual(sample_job.digests(output), self.expected)

    def test_a_dry_run_compiles_everything_and_writes_nothing(self):
        output = self.folder / "dry"
        result = live_run.rtag("run", self.job, "--output", output, "--dry-run",
                               "--blender", "/nowhere")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(result.stdout,
                         f"2 scenes of 2 images would be rendered into {output}\n")
        self.assertFalse(output.exists())

    def test_nothing_is_left_in_the_folders_for_temporary_files(self):
        temporary = self.folder / "tmp"
        temporary.mkdir()
        in_memory = set(pathlib.Path("/dev/shm").iterdir())
        self.check_renders(self.folder / "tidy",
                           env=live_run.clean_environment(TMPDIR=str(temporary)))
        self.assertEqual(list(temporary.iterdir()), [])
        left = {path for path in set(pathlib.Path("/dev/shm").iterdir()) - in_memory
                if not (path / "lock").exists()}  # of another run at this moment
        self.assertEqual(left, set())

    def test_plain_lines_where_there_is_no_terminal(self):
        *progress, last = self.told.splitlines()
        self.assertGreaterEqual(len(progress), 2)
        for line in progress:
            self.assertRegex(line, r"^\d/2 scenes, \d+\.\d\d images/s(, \d+ s left)?, "
                             r"workers [siRek-]+$")
        self.assertRegex(last, rf"^{self.plain}: 2 scenes committed, 2 by this run, \d+\.\d s, "
                         r"\d+ % of the workers' time inside Blender's render call$")

    def test_a_bar_on_a_terminal(self):
        ours, theirs = pty.openpty()
        output = self.folder / "terminal"
        with live_run.LiveRun(self.job, output, stderr=theirs) as run:
            os.close(theirs)
            told = read_terminal(ours)
            self.assertEqual(run.exit_code(), 0, told)
        os.close(ours)
        self.assertRegex(told, r"\r\x1b\[K\[ {24}\] 0/2 scenes, 0\.00 images/s, workers s\r")
        self.assertRegex(told, r"\r\x1b\[K\[#{24}\] 2/2 scenes, \d+\.\d\d images/s")
        widest = max(len(line.removeprefix("\x1b[K")) for line in told.split("\r")[:-3])
        self.assertLess(widest, 80)

    def test_json_lines_for_a_program(self):
        output = self.folder / "json"
        result = live_run.rtag("run", self.job, "--output", output, "--progress", "json")
        *progress, _ = result.stderr.splitlines()
        last = json.loads(progress[-1])
        self.assertEqual({key: last[key] for key in
                          ("type", "scenes", "settled", "rendering", "quarantined", "images")},
                         {"type": "progress", "scenes": 2, "settled": 2, "rendering": 0,
                          "quarantined": 0, "images": 2})

    def test_the_report_of_a_run(self):
        report = sample_job.run_report(self.plain)
        self.assertEqual((report["exit_code"], report["scenes_before"], report["scenes_committed"],
                          report["scenes_left"], report["images_committed"], report["retries"]),
                         (0, 0, 2, 0, 2, 0))
        self.assertEqual(report["job_id"], json.loads(self.job.read_text())["job_id"])
        self.assertEqual((report["shard"], report["total_shards"]), (0, 1))
        (worker,) = report["workers"]
        self.assertEqual((worker["worker"], worker["scenes"], worker["images"]), ("0.1", 2, 2))
        self.assertGreater(worker["startup_s"], 0)
        self.assertGreater(worker["peak_rss_mb"], 50)
        self.assertGreater(worker["render_call_s"], 0)
        self.assertAlmostEqual(report["render_share"],
                               worker["render_call_s"] / worker["ready_s"], places=6)
        self.assertLessEqual(report["render_share"], 1)
        self.assertEqual(report["denoiser"], "none")
        (renderer,) = report["renderers"]
        self.assertIn("cycles", renderer["engines"])
        own = list(self.plain.glob(".rtag/runs/0-of-1/*.json"))
        self.assertEqual([path.read_text() for path in own],
                         [(self.plain / "run.json").read_text()])


if __name__ == "__main__":
    unittest.main()
