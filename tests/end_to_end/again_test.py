# SPDX-License-Identifier: MIT
"""Starting again on a folder that is there already, and several at a time."""
import pathlib
import shutil
import tempfile
import unittest

import live_run
import sample_job


class Again(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.job = sample_job.write_job(cls.folder, scenes=4, cameras=1)
        cls.whole = cls.folder / "whole"
        result = live_run.render(cls.job, cls.whole, "--workers", 2)
        assert result.returncode == 0, result.stderr
        cls.expected = sample_job.digests(cls.whole)

    def copy(self, name):
        return shutil.copytree(self.whole, self.folder / name)

    def render(self, output, *options):
        return live_run.render(self.job, output, "--workers", 2, *options)

    def test_a_finished_dataset_is_resumed_without_starting_blender(self):
        output = self.copy("finished")
        blender = ("--blender", "/bin/false")  # would fail
        before = {path: path.stat().st_mtime_ns for path in output.glob("images/*")}
        result = self.render(output, "--resume", *blender)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr,
                         f"{output}: 4 scenes committed, all of them earlier\n")
        self.assertEqual(sample_job.digests(output), self.expected)
        self.assertEqual({path: path.stat().st_mtime_ns for path in output.glob("images/*")},
                         before, "an image was written again")

    def test_an_empty_folder_may_be_resumed(self):
        output = self.folder / "empty"
        output.mkdir()
        result = self.render(output, "--resume")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(sample_job.digests(output), self.expected)

    def test_the_same_job_again_is_refused_and_both_ways_out_are_named(self):
        output = self.copy("refused")
        result = self.render(output)
        self.assertEqual(result.stderr, f"{output}: shard 0 of 1 of this job has been begun; "
                         "--resume renders only what is missing, --overwrite removes the shard's "
                         "scenes and renders them all again\n")
        self.assertEqual(result.returncode, 64)
        self.assertEqual(sample_job.digests(output), self.expected)

    def test_overwrite_renders_everything_again(self):
        output = self.copy("overwritten")
        result = self.render(output, "--overwrite")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(sample_job.run_report(output)["scenes_committed"], 4)
        self.assertEqual(sample_job.digests(output), self.expected)

    def test_another_jobs_folder_is_refused_even_to_overwrite(self):
        output = self.copy("others")
        (self.folder / "other").mkdir()
        other = sample_job.write_job(self.folder / "other", scenes=3, cameras=1)
        for options in ((), ("--resume",), ("--overwrite",)):
            result = live_run.render(other, output, *options)
            self.assertRegex(result.stderr, "^.*: belongs to job [0-9a-f]{64}, this is job "
                             "[0-9a-f]{64}; choose another output folder\n$")
            self.assertEqual(result.returncode, 65)
        self.assertEqual(sample_job.digests(output), self.expected)

    def test_images_that_were_removed_or_cut_are_rendered_again(self):
        output = self.copy("holes")
        images = sorted(output.glob("images/*.png"))
        images[1].unlink()
        images[3].write_bytes(images[3].read_bytes()[:100])
        (output / "coco_labels.json").unlink()
        result = self.render(output, "--resume")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(sample_job.run_report(output)["scenes_committed"], 2)
        self.assertEqual(sample_job.digests(output), self.expected)

    def test_a_torn_journal_line_costs_its_scene_alone(self):
        output = self.copy("torn")
        segment = max(output.glob(".rtag/journal/*/*.jsonl"), key=lambda path: path.stat().st_size)
        segment.write_bytes(segment.read_bytes()[:-7])
        result = self.render(output, "--resume")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(sample_job.run_report(output)["scenes_committed"], 1)
        self.assertEqual(sample_job.digests(output), self.expected)

    def test_two_runs_at_once_do_not_meet(self):
        options = ("--workers", 1, "--progress", "none")
        with live_run.LiveRun(self.job, self.folder / "left", *options) as left, \
             live_run.LiveRun(self.job, self.folder / "right", *options) as right:
            self.assertEqual(left.exit_code(), 0, left.stderr())
            self.assertEqual(right.exit_code(), 0, right.stderr())
        self.assertEqual(sample_job.digests(self.folder / "left"), self.expected)
        self.assertEqual(sample_job.digests(self.folder / "right"), self.expected)

    def test_two_runs_in_one_folder_at_once_are_harmless(self):
        options = ("--workers", 1, "--progress", "none", "--resume")
        output = self.folder / "shared"
        with live_run.LiveRun(self.job, output, *options) as one, \
             live_run.LiveRun(self.job, output, *options) as two:
            self.assertEqual(one.exit_code(), 0, one.stderr())
            self.assertEqual(two.exit_code(), 0, two.stderr())
        self.assertEqual(sample_job.digests(output), self.expected)


if __name__ == "__main__":
    unittest.main()
