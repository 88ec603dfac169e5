# SPDX-License-Identifier: MIT
"""Replays the noise of a sensor with NumPy, value for value: noise_oracle.py DRAW_NOISE."""
import hashlib
import subprocess
import sys

import numpy

VALUES = 60000
SEEDS = [0, 1, 42, 2026, 2**31 - 1]
STAGES = ("poisson", "gaussian", "salt and pepper", "read noise")


def derived_seed(parent, context):
    digest = hashlib.sha256(f"{parent}:{context}:0".encode()).digest()
    return int.from_bytes(digest[:4], "big") & 0x7FFFFFFF


def replayed(seed):
    """As docs/imaging.md says: doubles inside a stage, floats between stages."""
    ramp = numpy.float32(1.2) * numpy.arange(VALUES, dtype=numpy.float32)
    light = numpy.clip(ramp / numpy.float32(VALUES) - numpy.float32(0.1), 0, 1)

    rng = numpy.random.default_rng(seed + 1000)
    photons = rng.poisson(numpy.clip(light, 0, 1).astype(numpy.float64) * 800)
    light = (photons / 800).astype(numpy.float32)

    rng = numpy.random.default_rng(seed + 1001)
    light = (light + rng.normal(0.004, 0.013, VALUES)).astype(numpy.float32)

    draw = numpy.random.default_rng(seed + 1002).random(VALUES)
    light = numpy.where(draw < 0.02, numpy.where(draw < 0.02 * 0.3, 1, 0), light)

    rng = numpy.random.default_rng(derived_seed(seed, "read_noise"))
    light = (light + rng.normal(0, 10 ** (-54 / 20), VALUES)).astype(numpy.float32)

    scaled = numpy.clip(light, 0, 1) * numpy.float32(4095) + numpy.float32(0.5)
    return numpy.floor(scaled) / numpy.float32(4095)


def main():
    wrong = 0
    for seed in SEEDS:
        output = subprocess.run([sys.argv[1], str(seed)], check=True, capture_output=True).stdout
        ours = numpy.frombuffer(output, dtype=numpy.float32)
        differing = numpy.flatnonzero(ours != replayed(seed))
        wrong += differing.size
        if differing.size:
            print(f"seed {seed}: {differing.size} of {VALUES} values differ, "
                  f"the first is number {differing[0]}")
    print(f"{len(SEEDS)} seeds, {VALUES} values with {', '.join(STAGES)}: {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
