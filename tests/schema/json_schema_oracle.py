#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The JSON Schemas against an independent validator, Python's jsonschema.

    json_schema_oracle.py VERDICTS FOLDER

VERDICTS is the program of json_schema_verdicts.cc, FOLDER holds config-0.2.json and the others. The
validator must accept exactly the documents that rtag's reader accepts.
"""
import collections
import json
import pathlib
import subprocess
import sys

from jsonschema import Draft202012Validator

BOARD = {"type": "BOARD", "rows": 6, "cols": 6, "marker_size_mm": 30}

FACTORY = ["lighting.factory"]
# What presets may bring and what not: the reader sees a config only once they are applied.
WITH_PRESETS = [
    ({"scenario": {"subject": BOARD}}, True),
    ({"scenario": {"subject": {"type": "BOARD", "rows": 6}}}, False),
    ({"scenario": {"subject": {"rows": 6}}}, False),
    ({"scenario": {"subject": {}}}, False),
    ({"scenario": {"subject": None}}, True),
    ({"scene": {"lighting": {"directional": {"azimuth": 1, "elevation": 1}}}}, True),
    ({"scene": {"lighting": {"directional": {"azimuth": 1}}}}, False),
    ({"scene": {"lighting": {"directional": [{"azimuth": 1}]}}}, False),
    ({"presets": [], "scenario": {"subject": {"rows": 6}}}, False),
    ({"presets": FACTORY, "scenario": {"subject": {"rows": 6}}}, True),
    ({"presets": FACTORY, "scenario": {"subject": {"size_mm": 50}}}, True),
    ({"presets": FACTORY, "scenario": {"subject": {}}}, True),
    ({"presets": FACTORY, "scenario": {"subject": {"type": "TAGS", "rows": 6}}}, False),
    ({"presets": FACTORY, "scenario": {"subject": {"rows": 0}}}, False),
    ({"presets": FACTORY, "scenario": {"subject": {"rows": 6, "size_mm": 50}}}, False),
    ({"presets": FACTORY, "scene": {"lighting": {"directional": {"azimuth": 1}}}}, True),
    ({"presets": FACTORY, "scene": {"lighting": {"directional": [{"azimuth": 1}]}}}, True),
    ({"presets": "a", "scenario": {"subject": {"rows": 6}}}, False),
    ({"presets": ["lighting.factori"]}, False),
    ({"presets": [1], "scenario": {"subject": {"rows": 6}}}, False),
]


def validators(folder):
    """By kind: config, job, recipe."""
    found = {}
    for file in sorted(folder.glob("*-0.2.json")):
        schema = json.loads(file.read_text(encoding="utf-8"))
        Draft202012Validator.check_schema(schema)
        found[file.name.removesuffix("-0.2.json")] = Draft202012Validator(schema)
    return found


def main():
    by_kind = validators(pathlib.Path(sys.argv[2]))
    output = subprocess.run([sys.argv[1]], stdout=subprocess.PIPE, check=True).stdout
    cases = [json.loads(line) for line in output.splitlines()]
    cases += [{"kind": "config", "change": json.dumps(document), "accepted": accepted,
               "document": document} for document, accepted in WITH_PRESETS]
    counts = collections.Counter()
    unequal = []
    for case in cases:
        counts[case["kind"], case["accepted"]] += 1
        if by_kind[case["kind"]].is_valid(case["document"]) != case["accepted"]:
            unequal.append(case)
    for kind in by_kind:
        print(f"{kind}: {counts[kind, True]} accepted, {counts[kind, False]} refused")
    for case in unequal[:20]:
        verdict = "accepts" if case["accepted"] else "refuses"
        print(f"{case['kind']} {case['change']}: only the reader {verdict} it")
    print(f"{len(unequal)} of {len(cases)} verdicts are unequal")
    enough = all(counts[kind, verdict] >= 100 for kind in by_kind for verdict in (True, False))
    return 0 if enough and len(by_kind) == 3 and not unequal else 1


if __name__ == "__main__":
    sys.exit(main())
