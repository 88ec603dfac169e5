# SPDX-License-Identifier: MIT
"""scripts/setup against a make-believe system: a folder of commands that note their calls."""
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SETUP = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "setup"
PACKAGES = SETUP.with_name("packages.txt")

# $INSTALLED holds the installed packages; "apt-get install" fails where $BROKEN is set.
COMMANDS = {
    "dpkg-query": 'case " $INSTALLED " in *" ${@: -1} "*) printf installed ;; *) exit 1 ;; esac',
    "apt-get": 'echo "apt-get $DEBIAN_FRONTEND $*" >>"$CALLS"\n'
               'case "$*" in *" install "*) [ -z "$BROKEN" ] || exit 100 ;; esac',
    "id": 'echo "$USER_ID"',
    "sudo": 'echo sudo >>"$CALLS"; exec "$@"',
}


def packages(*groups):
    rows = [line.split() for line in PACKAGES.read_text().splitlines()]
    return [row[0] for row in rows if row and row[0] != "#" and row[1] in groups]


class SetupTest(unittest.TestCase):
    def run_setup(self, *options, installed=(), user_id=0, without=(), broken=""):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            for tool in ("bash", "env", "cat", "dirname"):
                (folder / tool).symlink_to(shutil.which(tool))
            for command, text in COMMANDS.items():
                if command not in without:
                    (folder / command).write_text(f"#!/bin/bash\n{text}\n")
                    (folder / command).chmod(0o755)
            calls = folder / "calls"
            calls.touch()
            result = subprocess.run(
                [SETUP, *options], capture_output=True, text=True,
                env={"PATH": name, "INSTALLED": " ".join(installed), "CALLS": str(calls),
                     "USER_ID": str(user_id), "BROKEN": broken})
            return result, calls.read_text().splitlines()

    def test_it_does_nothing_when_all_packages_are_there(self):
        result, calls = self.run_setup(installed=packages("build", "run", "test"), user_id=1000)
        self.assertEqual((result.returncode, result.stdout, result.stderr, calls), (0, "", "", []))

    def test_it_installs_what_is_missing_in_one_call(self):
        installed = set(packages("build", "run")) - {"cmake", "blender"}
        result, calls = self.run_setup("--build", "--run", installed=installed)
        self.assertEqual((result.returncode, len(calls)), (0, 2), result.stderr)
        self.assertRegex(calls[0], "^apt-get noninteractive .* update$")
        self.assertRegex(calls[1], "^apt-get noninteractive .* install --yes "
                                   "--no-install-recommends cmake blender$")
        self.assertEqual(result.stdout, "setup: installing cmake blender\n")

    def test_each_option_asks_for_its_own_groups(self):
        everything = ("build", "run", "test")
        for options, groups in (((), everything), (("--test",), everything),
                                (("--build",), ("build",)), (("--run",), ("run",)),
                                (("--lint",), ("lint",))):
            _, calls = self.run_setup(*options)
            self.assertEqual(calls[1].split("--no-install-recommends ")[1].split(),
                             packages(*groups))

    def test_an_ordinary_user_installs_through_sudo(self):
        result, calls = self.run_setup("--build", user_id=1000)
        self.assertEqual(result.returncode, 0)
        self.assertEqual([call.split()[:2] for call in calls],
                         [["sudo"], ["apt-get", "noninteractive"]] * 2)

    def assert_refused(self, outcome, reason):
        result, _ = outcome
        missing = " ".join(packages("lint"))
        self.assertEqual((result.returncode, result.stderr.splitlines()[-1]), (
            69, f"setup: {reason}; missing: {missing}; to install them: sudo apt-get update "
                f"&& sudo apt-get install --no-install-recommends {missing}"))

    def test_without_sudo_it_says_what_is_missing_and_the_command(self):
        outcome = self.run_setup("--lint", user_id=1000, without=["sudo"])
        self.assert_refused(outcome, "only root can install packages, and there is no sudo")
        self.assertEqual(outcome[1], [])

    def test_without_network_it_says_what_is_missing_and_the_command(self):
        self.assert_refused(self.run_setup("--lint", broken="yes"),
                            "apt-get could not install the packages (its reasons are above)")

    def test_on_another_system_it_says_what_is_missing(self):
        self.assert_refused(self.run_setup("--lint", without=["apt-get", "dpkg-query"]),
                            "this system has no apt-get (Debian 12 is supported)")

    def test_an_unknown_option_is_refused(self):
        result, calls = self.run_setup("--all")
        self.assertEqual((result.returncode, calls), (64, []))
        self.assertTrue(result.stderr.startswith("setup: unknown option --all\nusage:"))


class Packages(unittest.TestCase):
    def test_every_line_is_a_package_and_a_known_group(self):
        rows = [line.split() for line in PACKAGES.read_text().splitlines()]
        rows = [row for row in rows if row and not row[0].startswith("#")]
        self.assertEqual({row[1] for row in rows}, {"build", "run", "test", "lint"})
        self.assertEqual({len(row) for row in rows}, {2})
        self.assertEqual(len({row[0] for row in rows}), len(rows))


if __name__ == "__main__":
    unittest.main()
