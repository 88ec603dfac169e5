# SPDX-License-Identifier: MIT
"""Whoever is killed or stopped, and whenever: the dataset is the one of an undisturbed run."""
import pathlib
import random
import signal
import tempfile
import unittest

import live_run
import sample_job

SEED = 20261120


class Disturbance(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.job = sample_job.write_job(cls.folder, scenes=8, cameras=1)
        undisturbed = cls.folder / "undisturbed"
        result = live_run.render(cls.job, undisturbed, "--workers", 2)
        assert result.returncode == 0, result.stderr
        cls.expected = sample_job.digests(undisturbed)

    def start(self, name, *options):
        return live_run.LiveRun(self.job, self.folder / name, "--workers", 2,
                                "--progress", "none", *options)

    def resume(self, name):
        result = live_run.render(self.job, self.folder / name, "--workers", 2, "--resume")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(sample_job.digests(self.folder / name), self.expected)
        return result

    def test_killed_workers_are_replaced_and_their_scenes_rendered_again(self):
        chance = random.Random(SEED)
        with self.start("workers") as run:
            for killed in range(2):
                run.until_committed(1 + 2 * killed)
                run.kill_worker(chance)
            self.assertEqual(run.exit_code(), 0, run.stderr())
        self.assertEqual(sample_job.digests(self.folder / "workers"), self.expected)
        ends = [worker["ended"] for worker in
                sample_job.run_report(self.folder / "workers")["workers"]]
        self.assertGreaterEqual(ends.count("killed by signal 9 (SIGKILL)"), 1, ends)

    def test_a_killed_host_takes_its_workers_along_and_is_resumed(self):
        for scenes in (1, 4):
            with self.start("host", "--resume") as run:
                run.until_committed(scenes)
                self.assertGreaterEqual(len(run.workers()), 1)
                self.assertEqual(run.kill(), 0, "workers live two seconds after their host")
        self.assertGreaterEqual(len(live_run.committed_scenes(self.folder / "host")), 4)
        self.assertFalse((self.folder / "host" / "manifest.json").exists())
        self.resume("host")

    def test_sigterm_drains_and_the_rest_is_resumed(self):
        with self.start("term") as run:
            run.until_committed()
            run.signal(signal.SIGTERM)
            self.assertEqual(run.exit_code(), 75)
            committed = live_run.committed_scenes(self.folder / "term")
            left = 8 - len(committed)
            self.assertEqual(run.stderr(), f"stopped with {left} of 8 scenes left: run the "
                             "same command again with --resume\n")
        report = sample_job.run_report(self.folder / "term")
        self.assertEqual((report["exit_code"], report["scenes_left"]), (75, left))
        self.assertEqual({worker["ended"] for worker in report["workers"]},
                         {"exited with code 0"}, "a drained worker was killed")
        self.resume("term")

    def test_other_signals_stop_as_well_and_with_the_code_that_was_asked_for(self):
        for number in (signal.SIGUSR1, signal.SIGHUP):
            with self.start("usr1", "--resume", "--resume-exit-code", 99) as run:
                run.until_workers()
                run.signal(number)
                self.assertEqual(run.exit_code(), 99, run.stderr())

    def test_sigterm_while_blender_starts_stops_before_any_scene(self):
        with self.start("early") as run:
            run.until_workers()
            run.signal(signal.SIGTERM)
            self.assertEqual(run.exit_code(), 75)
            self.assertEqual(run.stderr(), "stopped with 8 of 8 scenes left: run the same "
                             "command again with --resume\n")
        self.resume("early")

    def test_a_second_sigint_kills_at_once_and_loses_nothing_that_was_committed(self):
        with self.start("interrupt", "--grace", 60) as run:
            run.until_committed(2)
            run.signal(signal.SIGINT)
            run.signal(signal.SIGINT)
            self.assertTrue(run.ends_within(2), "still there two seconds after a second SIGINT")
            self.assertEqual(run.exit_code(), 75)
        before = live_run.committed_scenes(self.folder / "interrupt")
        self.assertGreaterEqual(len(before), 2)
        self.resume("interrupt")
        report = sample_job.run_report(self.folder / "interrupt")
        self.assertEqual(report["scenes_before"], len(before))
        self.assertEqual(report["scenes_committed"], 8 - len(before))


if __name__ == "__main__":
    unittest.main()
