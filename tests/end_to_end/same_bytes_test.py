# SPDX-License-Identifier: MIT
"""The dataset is the same bytes whatever the number of workers, threads and shards."""
import json
import pathlib
import tempfile
import unittest

import live_run
import sample_job


class SameBytes(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.job = sample_job.write_job(cls.folder)
        cls.one = cls.folder / "one"
        cls.render(cls.one, "--workers", 1, "--threads-per-worker", 2)
        cls.expected = sample_job.digests(cls.one)

    @classmethod
    def render(cls, output, *options):
        result = live_run.render(cls.job, output, *options)
        assert result.returncode == 0, result.stderr

    def test_an_undisturbed_dataset_is_whole(self):
        images = {f"images/scene_{scene:04}_cam_{camera:04}.png"
                  for scene in range(8) for camera in range(2)}
        products = {"job.json", "coco_labels.json", "ground_truth.csv", "rich_truth.json",
                    "provenance.json", "manifest.json", "checksums.json"}
        self.assertEqual(set(self.expected), images | products)

    def test_the_checksums_are_those_of_the_files(self):
        told = json.loads((self.one / "checksums.json").read_text())["files"]
        found = {name: digest for name, digest in self.expected.items()
                 if name != "checksums.json"}
        self.assertEqual(told, found)

    def test_no_two_images_are_the_same(self):
        images = [digest for name, digest in self.expected.items() if name.endswith(".png")]
        self.assertEqual(len(set(images)), 16)

    def test_two_and_five_workers_give_the_bytes_of_one(self):
        for workers, threads in ((2, 1), (5, 1)):
            with self.subTest(workers=workers):
                output = self.folder / f"{workers}-workers"
                self.render(output, "--workers", workers, "--threads-per-worker", threads)
                self.assertEqual(sample_job.digests(output), self.expected)

    def test_three_shards_give_the_bytes_of_one(self):
        output = self.folder / "shards"
        for shard in (2, 0, 1):
            merged = live_run.rtag("merge", output)
            if shard != 2:
                missing = {0: "0-1, 3-4, 6-7", 1: "1, 4, 7"}[shard]
                count = {0: 6, 1: 3}[shard]
                self.assertEqual(merged.stderr, f"{output}: {count} of 8 scenes are missing: "
                                 f"{missing}; run their shards again with --resume\n")
                self.assertEqual(merged.returncode, 75)
            self.render(output, "--workers", 1, "--threads-per-worker", 2,
                        "--shard-index", shard, "--total-shards", 3)
            self.assertFalse((output / "manifest.json").exists())
        merged = live_run.rtag("merge", output)
        self.assertEqual((merged.returncode, merged.stderr), (0, ""))
        self.assertEqual(sample_job.digests(output), self.expected)

        again = live_run.rtag("merge", output, "--same-renderer")
        self.assertEqual((again.returncode, again.stderr), (0, ""))
        self.assertEqual(sample_job.digests(output), self.expected)

        other = live_run.render(self.job, output, "--resume",
                                "--shard-index", 0, "--total-shards", 2)
        self.assertEqual(other.stderr, f"{output}: was begun with 3 shards, this start has 2; "
                         "every start must give the same --total-shards\n")
        self.assertEqual(other.returncode, 65)


if __name__ == "__main__":
    unittest.main()
