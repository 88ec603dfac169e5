# SPDX-License-Identifier: MIT
"""Reads bad_input/*.txt like a story and checks every word of it: each mistake is told in one clear
sentence on standard error, has its exit code, and nothing is written.

A case is a title (##), files that it needs (a name, then the content indented), commands ($), what
the last command says on standard error, and its exit code in brackets. HERE is the case's folder,
DIGEST a SHA-256. Each case begins in a folder of its own that holds good.yaml (sample_job.py),
good.json (good.yaml locked) and floors/. Only Blender itself can tell some things: such a case
"begins a dataset", which then holds no scene.
"""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import live_run
import sample_job

STORIES = pathlib.Path(__file__).with_name("bad_input")
EXIT_CODES = (64, 65, 69, 70, 74, 75)
FEWEST_CASES = 300
FEWEST_WRONG_FILES = 200


class Case:
    """One chapter of the story."""

    def __init__(self, text):
        lines = text.rstrip("\n").split("\n")
        self.title = lines[0].strip()
        self.begins_dataset = self.title.startswith("(begins a dataset)")
        self.files, self.commands, self.stderr = {}, [], []
        self.exit_code = int(re.fullmatch(r"\[(\d+)\]", lines[-1])[1])
        name = None
        for line in lines[1:-1]:
            if line.startswith("$ "):
                self.commands.append(line[2:])
            elif self.commands:
                self.stderr.append(line)
            elif line.startswith("    ") or not line:
                self.files[name] += line[4:] + "\n"
            else:
                name = line.removesuffix(":")
                self.files[name] = ""

    def is_about_a_file(self):
        """A config, job, experiment or campaign that is wrong in itself."""
        is_written = any(name.endswith((".yaml", ".json")) for name in self.files)
        is_edited = any(".json" in command or ".yaml" in command for command in self.commands[:-1])
        return self.exit_code == 65 and (is_written or is_edited)

    def prepare(self, folder):
        """Everything before the last command."""
        for name, content in self.files.items():
            (folder / name).write_text(content)
            if content.startswith("#!"):
                (folder / name).chmod(0o755)
        for command in self.commands[:-1]:
            subprocess.run(["bash", "-ec", command], cwd=folder, check=True, capture_output=True,
                           env=live_run.clean_environment())

    def run(self, folder):
        return subprocess.run(["bash", "-c", self.commands[-1]], cwd=folder, check=False,
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, env=live_run.clean_environment())


def read_stories():
    texts = [story.read_text() for story in sorted(STORIES.glob("*.txt"))]
    return [Case(chapter) for text in texts for chapter in ("\n" + text).split("\n## ")[1:]]


def told_in(folder, stderr):
    return re.sub(r"\b[0-9a-f]{64}\b", "DIGEST", stderr.replace(str(folder), "HERE"))


def everything_in(folder):
    """What would show that something was written, down to the second of its last change."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        found[str(path.relative_to(folder))] = (status.st_mode, status.st_size, status.st_mtime_ns)
    return found


class BadInput(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.good = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        config = sample_job.write_config(cls.good, scenes=2, cameras=1, name="good.yaml")
        config.write_text(config.read_text().replace(str(sample_job.FLOORS), "floors"))
        shutil.copytree(sample_job.FLOORS, cls.good / "floors")
        locked = live_run.rtag("lock", config, "--output", cls.good / "good.json")
        assert locked.returncode == 0, locked.stderr

    def test_the_stories_are_long_enough(self):
        cases = read_stories()
        wrong_files = [case for case in cases if case.is_about_a_file()]
        self.assertGreaterEqual(len(cases), FEWEST_CASES)
        self.assertGreaterEqual(len(wrong_files), FEWEST_WRONG_FILES)
        self.assertEqual(len({case.title for case in cases}), len(cases))

    def test_every_mistake_is_told_and_nothing_is_written(self):
        for case in read_stories():
            with self.subTest(case.title), tempfile.TemporaryDirectory() as name:
                folder = pathlib.Path(os.path.realpath(name)) / "here"
                shutil.copytree(self.good, folder)
                case.prepare(folder)
                before = everything_in(folder)
                result = case.run(folder)
                self.assertEqual(told_in(folder, result.stderr),
                                 "".join(line + "\n" for line in case.stderr))
                self.assertEqual(result.returncode, case.exit_code)
                self.assertIn(case.exit_code, EXIT_CODES)
                self.assertEqual(result.stdout, "")
                if case.begins_dataset:
                    self.check_no_scene(folder / "output")
                    shutil.rmtree(folder / "output")
                after = everything_in(folder)
                self.assertEqual({name: after.get(name) for name in after | before}, before)

    def check_no_scene(self, output):
        self.assertEqual({path.name for path in output.iterdir()},
                         {".rtag", "images", "job.json", "run.json"})
        self.assertEqual(list(output.glob("images/*")), [])
        self.assertEqual(live_run.committed_scenes(output), set())

    def test_what_was_refused_can_be_started_again_once_it_is_mended(self):
        with tempfile.TemporaryDirectory() as folder:
            output = pathlib.Path(folder) / "output"
            refused = live_run.render(self.good / "good.json", output, "--blender", "/bin/false")
            self.assertEqual(refused.returncode, 69)
            mended = live_run.render(self.good / "good.json", output)
            self.assertEqual(mended.returncode, 0, mended.stderr)


if __name__ == "__main__":
    unittest.main()
