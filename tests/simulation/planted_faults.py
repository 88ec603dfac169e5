# SPDX-License-Identifier: MIT
"""Breaks the Schedule by hand, one line at a time, and expects the simulation to object.

    planted_faults.py --root SOURCES --work FOLDER --objects FILE... -- COMPILER FLAGS...

Each fault is a text of orchestrator/schedule.cc and what a tired programmer might have written
instead; a text that is no longer there exactly once is an error, so the list cannot go stale.
Exit code 0: the intact Schedule passes and each broken one is caught.
"""
import argparse
import concurrent.futures
import pathlib
import subprocess
import sys

SEEDS = 600

FAULTS = [
    ("the incarnation of the news is ignored",
     "[&](const Worker& worker) { return worker.id == id; }",
     "[&](const Worker& worker) { return worker.id.slot == id.slot; }"),
    ("a reply about another scene counts",
     "return scene_at(worker->scene_index).id == scene ? worker : nullptr;",
     "return worker;"),
    ("a commit out of the blue counts",
     "if (scene.state == SceneState::kAwaitingCommit) enter(scene, SceneState::kCommitted);",
     "if (scene.state != SceneState::kCommitted) enter(scene, SceneState::kCommitted);"),
    ("an unusable frame of an earlier attempt counts",
     "if (scene.state != SceneState::kAwaitingCommit || scene.worker != event.worker) return;",
     "if (scene.state != SceneState::kAwaitingCommit) return;"),
    ("a scene goes back to the worker that it failed on",
     "failed_on.begin(), failed_on.end(), worker.id) == failed_on.end()",
     "failed_on.begin(), failed_on.end(), worker.id) == failed_on.end() || failed_on.size() > 1"),
    ("a scene is given up one attempt too late",
     ">= limits_.max_attempts_per_scene",
     "> limits_.max_attempts_per_scene"),
    ("what is lost by a stop counts against the scene",
     "if (!stopping_) scene.failed_on.push_back(scene.worker);",
     "scene.failed_on.push_back(scene.worker);"),
    ("the scene of a dead worker is forgotten",
     "  blame(*worker, event.how);\n",
     ""),
    ("a worker that cannot be trusted lives on",
     "  kill(*worker, event.reason, now);\n",
     ""),
    ("an idle worker's silence is not noticed",
     "  Deadline own = silence;",
     "  Deadline own{worker.heard_at + limits_.render_ms, Lateness::kHeartbeat};"),
    ("a render has no deadline of its own",
     "own = earlier({worker.since + limits_.render_ms, Lateness::kRender}, silence);",
     "own = silence;"),
    ("a second StopRequested begins the grace again",
     "if (!grace_ends_at_) grace_ends_at_ = now + limits_.grace_ms;",
     "grace_ends_at_ = now + limits_.grace_ms;"),
    ("workers are handed scenes while stopping",
     "if (stopping_ || worker.leaving) return std::nullopt;",
     "if (worker.leaving) return std::nullopt;"),
    ("workers are started while stopping",
     "  if (stopping_) return;\n  const auto waiting",
     "  const auto waiting"),
    ("frames pile up in scratch",
     "uncommitted >= limits_.max_uncommitted_per_worker",
     "uncommitted > limits_.max_uncommitted_per_worker"),
    ("two workers of a slot render at a time",
     "return other.id.slot == slot && other.state == WorkerState::kRendering;",
     "return other.id == worker.id && other.state == WorkerState::kRendering;"),
    ("a slot takes a third worker",
     "return is_alone && first->state",
     "return first->state"),
    ("no successor is started",
     "  return is_alone && first->state == WorkerState::kRendering && first->leaving;",
     "  return false;"),
    ("a worker renders more often than it may",
     "worker.leaving = ++worker.scenes_taken == limits_.max_renders_per_worker;",
     "worker.leaving = worker.scenes_taken++ == limits_.max_renders_per_worker;"),
    ("a worker that failed by its own fault stays",
     "      worker->leaving = true;\n",
     ""),
    ("more workers start than there are scenes",
     "counts_[index_of(SceneState::kPending)] - waiting;",
     "counts_[index_of(SceneState::kPending)];"),
    ("useless workers are kept",
     "if (waits && !next_scene_for(worker)) dismiss(worker, now);",
     "if (waits && stopping_) dismiss(worker, now);"),
    ("retries go before fresh scenes",
     "if (next_fresh_ < static_cast<int>(scenes_.size())) return next_fresh_;",
     "if (retries_.empty() && next_fresh_ < static_cast<int>(scenes_.size())) return next_fresh_;"),
    ("failed starts are never forgotten",
     "  slots_[index(worker.id.slot)].start_failures = 0;\n",
     ""),
    ("the run is declared finished with frames under way",
     "workers_.empty() && !frames_under_way && ",
     "workers_.empty() && "),
]


def broken(source: str, name: str, old: str, new: str) -> str:
    found = source.count(old)
    if found != 1:
        sys.exit(f"fault '{name}': its text is found {found} times in schedule.cc, expected 1")
    return source.replace(old, new)


def simulate(folder: pathlib.Path, options, source: str) -> subprocess.CompletedProcess:
    folder.mkdir(parents=True, exist_ok=True)
    copy, compiled, program = folder / "schedule.cc", folder / "schedule.o", folder / "simulate"
    copy.write_text(source)
    subprocess.run([*options.compiler, f"-I{options.root}", "-c", copy, "-o", compiled], check=True)
    subprocess.run([*options.compiler, compiled, *options.objects, "-o", program], check=True)
    # A fault may also show as a run without end, or as a check of the Schedule's own (exit 70).
    return subprocess.run([program, "--seeds", str(SEEDS)], capture_output=True, text=True,
                          timeout=60)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--objects", nargs="+", required=True)
    parser.add_argument("compiler", nargs="+")
    options = parser.parse_args()
    source = (options.root / "orchestrator/schedule.cc").read_text()
    cases = [("none", source)] + [(name, broken(source, name, old, new))
                                  for name, old, new in FAULTS]
    missed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        runs = [pool.submit(simulate, options.work / str(number), options, text)
                for number, (_, text) in enumerate(cases)]
        for (name, _), run in zip(cases, runs):
            result = run.result()
            said = (result.stdout + result.stderr).strip().splitlines()
            as_expected = (result.returncode == 0) == (name == "none")
            missed += not as_expected
            print(f"{'' if as_expected else 'MISSED '}{name}: {said[-1] if said else 'no word'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
