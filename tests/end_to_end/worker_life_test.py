# SPDX-License-Identifier: MIT
"""Workers that have had enough, fall silent, or meet a scene that kills them."""
import json
import os
import pathlib
import signal
import tempfile
import unittest

import live_run
import sample_job

# Blender, after something has been done to the shim that it is going to run.
BLENDER = """\
#!/bin/sh
exec blender --python "$0.py" "$@"
"""
MEDDLE = """\
import os, signal, sys
sys.path.insert(0, os.path.dirname(sys.argv[sys.argv.index("--") - 1]))
import render
as_it_was = render.Stage.render

def meddled(stage, payload):
    if stage.scene_id(payload) == {scene}:
        {deed}
    return as_it_was(stage, payload)

render.Stage.render = meddled
"""
POISONED = 2


def meddled_blender(folder, name, deed):
    """A program that does `deed` when it is asked for the poisoned scene."""
    program = pathlib.Path(folder) / name
    program.write_text(BLENDER)
    program.chmod(0o755)
    program.with_name(name + ".py").write_text(MEDDLE.format(scene=POISONED, deed=deed))
    return program


class WorkerLife(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.job = sample_job.write_job(cls.folder, scenes=5, cameras=1)
        undisturbed = cls.folder / "undisturbed"
        result = live_run.render(cls.job, undisturbed, "--workers", 2)
        assert result.returncode == 0, result.stderr
        cls.expected = sample_job.digests(undisturbed)

    def test_a_worker_is_replaced_after_as_many_scenes_as_it_may_render(self):
        output = self.folder / "limited"
        result = live_run.render(self.job, output, "--workers", 1, "--max-renders-per-worker", 2)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(sample_job.digests(output), self.expected)
        workers = sample_job.run_report(output)["workers"]
        self.assertEqual([worker["worker"] for worker in workers], ["0.1", "0.2", "0.3"])
        self.assertEqual([worker["scenes"] for worker in workers], [2, 2, 1])
        self.assertEqual({worker["ended"] for worker in workers}, {"exited with code 0"})

    def test_a_worker_that_falls_silent_is_killed_and_its_scene_rendered_elsewhere(self):
        output = self.folder / "silent"
        with live_run.LiveRun(self.job, output, "--workers", 2, "--progress", "plain",
                              "--heartbeat-timeout", 5) as run:
            run.until_committed()
            stopped = run.workers()[0]
            os.kill(stopped, signal.SIGSTOP)
            self.assertEqual(run.exit_code(), 0, run.stderr())
            self.assertRegex(run.stderr(), r"(?m)^worker \d\.1: no heartbeat for 5 s, killed$")
        self.assertEqual(sample_job.digests(output), self.expected)

    def test_a_scene_that_kills_its_workers_is_quarantined_and_the_others_are_done(self):
        deeds = {"killed by signal 9 (SIGKILL)": "os.kill(os.getpid(), signal.SIGKILL)",
                 "poisoned, it says": "raise RuntimeError('poisoned, it says')"}
        for number, (reason, deed) in enumerate(deeds.items()):
            with self.subTest(reason):
                output = self.folder / f"poisoned{number}"
                blender = meddled_blender(self.folder, f"blender{number}", deed)
                result = live_run.render(self.job, output, "--workers", 2, "--blender", blender)
                self.assertEqual(result.returncode, 1, result.stderr)
                self.assertEqual(result.stderr, f"{output}: 1 of 5 scenes quarantined; --resume "
                                 "tries them again\n")
                self.assertEqual(live_run.committed_scenes(output), {0, 1, 3, 4})
                self.check_products_without_the_scene(output, reason)
                self.check_recovery(output)

    def check_products_without_the_scene(self, output, reason):
        (quarantined,) = sample_job.run_report(output)["quarantined"]
        self.assertEqual((quarantined["scene_id"], quarantined["attempts"]), (POISONED, 3))
        self.assertEqual(quarantined["reason"], reason)
        manifest = json.loads((output / "manifest.json").read_text())
        self.assertEqual(manifest["quarantined"], [POISONED])
        found = sample_job.digests(output)
        images = {name for name in self.expected if name.startswith("images/")}
        self.assertEqual({name: digest for name, digest in found.items() if name in images},
                         {name: self.expected[name] for name in images
                          if name != f"images/scene_{POISONED:04}_cam_0000.png"})
        merged = live_run.rtag("merge", output)
        self.assertEqual(merged.returncode, 1)
        self.assertEqual(merged.stderr, f"scene {POISONED}: quarantined: {reason}\n")

    def check_recovery(self, output):
        result = live_run.render(self.job, output, "--workers", 1, "--resume")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(sample_job.digests(output), self.expected)

    def test_a_worker_that_crashes_once_costs_nothing_but_time(self):
        output = self.folder / "flaky"
        mark = self.folder / "crashed"
        deed = f"os.path.exists({str(mark)!r}) or (open({str(mark)!r}, 'w'), os.abort())"
        blender = meddled_blender(self.folder, "flaky-blender", deed)
        result = live_run.render(self.job, output, "--workers", 1, "--blender", blender)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(sample_job.digests(output), self.expected)
        report = sample_job.run_report(output)
        self.assertEqual(report["retries"], 1)
        self.assertEqual([worker["ended"] for worker in report["workers"]],
                         ["killed by signal 6 (SIGABRT)", "exited with code 0"])


if __name__ == "__main__":
    unittest.main()
