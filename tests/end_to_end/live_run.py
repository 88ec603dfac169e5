# SPDX-License-Identifier: MIT
"""rtag as a user has it: a program that is started, watched, signalled and waited for.

Nothing here sleeps: every wait is on a process (its pidfd) and ends with it, or looks again every
few milliseconds at what the program has written so far. RTAG_BIN names the folder of the programs.
"""
import os
import pathlib
import select
import signal
import subprocess
import tempfile
import time

BIN = pathlib.Path(os.environ["RTAG_BIN"]).resolve()
PATIENCE_S = 300
LOOK_AGAIN_MS = 5


def clean_environment(**more):
    """The surroundings without what an engine or a developer may have set."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("RTAG_", "SLURM_", "AWS_BATCH_", "CLOUD_RUN_", "JOB_COMPL"))}
    return kept | {"PATH": f"{BIN}:{os.environ['PATH']}"} | more


def rtag(*arguments, program="rtag", cwd=None, env=None):
    """Runs to the end; exit code, stdout and stderr as text."""
    return subprocess.run([BIN / program, *map(str, arguments)], cwd=cwd, text=True,
                          env=env or clean_environment(), stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=PATIENCE_S, check=False)


def render(job, output, *options, **more):
    return rtag(job, "--output", output, "--progress", "none", *options,
                program="rtag-orchestrate", **more)


def parents():
    """pid: parent's pid, of every process."""
    found = {}
    for folder in pathlib.Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            stat = (folder / "stat").read_text(errors="replace")
        except OSError:
            continue  # it has ended meanwhile
        found[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
    return found


def descendants(pid):
    everyone = parents()
    family = {pid}
    while more := {child for child, parent in everyone.items() if parent in family} - family:
        family |= more
    return family - {pid}


class Witness:
    """Holds on to processes that somebody else must end."""

    def __init__(self, pids):
        self._pidfds = {}
        for pid in pids:
            try:
                self._pidfds[pid] = os.pidfd_open(pid)
            except ProcessLookupError:
                pass  # has ended already

    def still_there(self, limit_s):
        """Waits until all have ended, or the time is over; the pids of those that are left."""
        deadline = time.monotonic() + limit_s
        left = []
        for pid, pidfd in self._pidfds.items():
            ready, _, _ = select.select([pidfd], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                left.append(pid)
                os.kill(pid, signal.SIGKILL)  # must not outlive the test
            os.close(pidfd)
        self._pidfds = {}
        return left


class LiveRun:
    """One rtag-orchestrate in the background. A context manager; nothing of it stays."""

    def __init__(self, job, output, *options, **popen):
        self.output = pathlib.Path(output)
        self._log = tempfile.TemporaryFile()
        command = [BIN / "rtag-orchestrate", str(job), "--output", str(output), *map(str, options)]
        popen.setdefault("env", clean_environment())
        popen.setdefault("stderr", self._log)
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, **popen)
        self._pidfd = os.pidfd_open(self.process.pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        family = Witness(descendants(self.process.pid))
        self.process.kill()
        self.process.wait()
        family.still_there(0)
        os.close(self._pidfd)
        self._log.close()

    def stderr(self):
        size = os.fstat(self._log.fileno()).st_size  # the program's own offset must not move
        return os.pread(self._log.fileno(), size, 0).decode(errors="replace")

    def ends_within(self, seconds):
        """Whether the program ends by then; returns as soon as it does."""
        return bool(select.select([self._pidfd], [], [], seconds)[0])

    def until(self, condition, what):
        """Waits for what the program brings about: its first true value."""
        deadline = time.monotonic() + PATIENCE_S
        while not (value := condition()):
            if self.ends_within(LOOK_AGAIN_MS / 1000):
                raise AssertionError(f"ended before {what}:\n{self.stderr()}")
            if time.monotonic() > deadline:
                raise AssertionError(f"no {what} in {PATIENCE_S} s:\n{self.stderr()}")
        return value

    def until_committed(self, scenes=1):
        self.until(lambda: len(committed_scenes(self.output)) >= scenes, f"{scenes} scenes")

    def until_workers(self, count=1):
        """The pids of at least so many Blender processes."""
        return self.until(lambda: pids if len(pids := self.workers()) >= count else None, "workers")

    def workers(self):
        return sorted(descendants(self.process.pid))

    def kill_worker(self, chance):
        """SIGKILL to one of them, whichever is there."""
        victims = self.until_workers()
        try:
            os.kill(chance.choice(victims), signal.SIGKILL)
        except ProcessLookupError:
            pass  # it has just left by itself

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """SIGKILL; how many of its processes outlive it by two seconds."""
        family = Witness(descendants(self.process.pid))
        self.process.kill()
        self.process.wait()
        return len(family.still_there(2))

    def exit_code(self):
        return self.process.wait(PATIENCE_S)


def committed_scenes(output):
    """What the journals say, torn lines left out: the scenes that will not be rendered again."""
    scenes = set()
    for segment in pathlib.Path(output).glob(".rtag/journal/*/*.jsonl"):
        for line in segment.read_bytes().split(b"\n")[:-1]:
            _, is_scene, rest = line.partition(b'"body":{"kind":"scene","scene_id":')
            if is_scene:
                scenes.add(int(rest.partition(b",")[0]))
    return scenes
