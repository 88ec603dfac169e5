# SPDX-License-Identifier: MIT
"""An output folder on a disk that is full or may not be written: exit 74, and no scene is lost.

The disks are mounted in a mount namespace of this program's own, which it enters by starting itself
again under unshare(1): they vanish with it. Whoever is not root becomes root of a user namespace.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import live_run
import sample_job

OWN_MOUNTS = "RTAG_OWN_MOUNTS"
ROOM_BYTES = (90_000, 150_000, 250_000)


def enter_own_mounts():
    become_root = [] if os.getuid() == 0 else ["--map-root-user"]
    os.execvpe("unshare", ["unshare", "--mount", *become_root, sys.executable, "-B",
                           os.path.abspath(__file__)], os.environ | {OWN_MOUNTS: "1"})


def mount(*arguments):
    subprocess.run(["mount", *map(str, arguments)], check=True)


class BadDisk(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.job = sample_job.write_job(cls.folder, scenes=4, cameras=1)
        undisturbed = cls.folder / "undisturbed"
        result = live_run.render(cls.job, undisturbed, "--workers", 2)
        assert result.returncode == 0, result.stderr
        cls.expected = sample_job.digests(undisturbed)

    def mounted(self, name, *options):
        disk = self.folder / name
        disk.mkdir()
        mount("-t", "tmpfs", *options, "none", disk)
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        return disk

    def render(self, output, *options):
        return live_run.render(self.job, output, "--workers", 2, *options)

    def test_a_disk_that_may_not_be_written(self):
        disk = self.mounted("read-only", "-o", "ro")
        result = self.render(disk / "out")
        self.assertEqual(result.stderr, f"{disk}/out: read-only file system; mount it writable or "
                         "choose another output folder\n")
        self.assertEqual(result.returncode, 74)

    def test_a_dataset_on_a_disk_that_may_no_longer_be_written(self):
        disk = self.mounted("fallen", "-o", "size=50m")
        first = self.render(disk, "--scenes", "0:2")
        self.assertEqual(first.returncode, 0, first.stderr)
        mount("-o", "remount,ro", disk)
        result = self.render(disk, "--resume")
        self.assertRegex(result.stderr, rf"^{disk}/.*: read-only file system; mount it writable or "
                         "choose another output folder\n$")
        self.assertEqual(result.returncode, 74)
        mount("-o", "remount,rw", disk)
        self.assertEqual(self.render(disk, "--resume").returncode, 0)
        self.assertEqual(sample_job.digests(disk), self.expected)

    def test_a_full_disk_costs_only_what_did_not_fit(self):
        committed = [self.fill_and_make_room(room) for room in ROOM_BYTES]
        self.assertLess(committed[0], 4, "all scenes fitted, though they should not")
        self.assertEqual(committed[-1], 4, "room for all scenes and not for the products")

    def fill_and_make_room(self, room_bytes):
        """How many scenes were committed before the disk was full."""
        disk = self.mounted(f"full{room_bytes}", "-o", "size=2m")
        ballast = disk / ".ballast"  # a dot in front: none of the dataset's business
        status = os.statvfs(disk)
        ballast.write_bytes(bytes(status.f_bavail * status.f_bsize - room_bytes))
        result = self.render(disk)
        self.assertRegex(result.stderr, rf"^{disk}/.*: no space left on device; free some space "
                         "and run again with --resume\n$")
        self.assertEqual(result.returncode, 74)
        committed = len(live_run.committed_scenes(disk))
        ballast.unlink()
        again = self.render(disk, "--resume")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(sample_job.run_report(disk)["scenes_before"], committed)
        self.assertEqual(sample_job.digests(disk), self.expected)
        return committed


if __name__ == "__main__":
    if OWN_MOUNTS not in os.environ:
        enter_own_mounts()
    unittest.main()
