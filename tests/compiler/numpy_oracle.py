# SPDX-License-Identifier: MIT
"""Compares RandomStream with NumPy's default_rng, bit for bit: numpy_oracle.py DRAW_STREAMS.

100 seeds of up to 64 bits, 10 000 draws of every kind for each.
"""
import subprocess
import sys

import numpy

DRAWS = 10000
SHUFFLED = 100
TRILLION = 10**12
TWO_TO_62 = 2**62
SEEDS = [0, 1, 42, 2026, 428192135, 2**31 - 1, 2**32 - 1, 2**32, 2**63 + 12345, 2**64 - 1]
SEEDS += [(2654435761 * n) % 2**31 for n in range(1, 91)]


def shuffles(rng):
    for _ in range(DRAWS // SHUFFLED):
        items = list(range(SHUFFLED))
        rng.shuffle(items)
        yield from items


def mixture(rng):
    for _ in range(DRAWS // 5):
        yield rng.integers(0, 587)
        yield numpy.float64(rng.uniform(2, 5)).view(numpy.int64)
        yield rng.integers(0, TRILLION)
        yield numpy.float64(rng.standard_exponential()).view(numpy.int64)
        yield rng.integers(0, 3)


KINDS = {
    "next_64": lambda rng: rng.bit_generator.random_raw(DRAWS),
    "unit": lambda rng: rng.random(DRAWS),
    "uniform": lambda rng: rng.uniform(-3, 5, DRAWS),
    "integer below 587": lambda rng: rng.integers(0, 587, DRAWS),
    "integer, most of 32 bits": lambda rng: rng.integers(-2 * 10**9, 2 * 10**9 + 1, DRAWS),
    "integer of 32 bits": lambda rng: rng.integers(0, 2**32, DRAWS),
    "integer below a trillion": lambda rng: rng.integers(0, TRILLION, DRAWS),
    "integer, half of 64 bits": lambda rng: rng.integers(-TWO_TO_62, TWO_TO_62 + 9, DRAWS),
    "integer of 64 bits": lambda rng: rng.integers(0, 2**64, DRAWS, dtype=numpy.uint64),
    "exponential": lambda rng: rng.standard_exponential(DRAWS),
    "normal": lambda rng: rng.standard_normal(DRAWS),
    "shuffle": lambda rng: numpy.fromiter(shuffles(rng), dtype=numpy.int64),
    "mixture": lambda rng: numpy.fromiter(mixture(rng), dtype=numpy.int64),
}


def main():
    output = subprocess.run([sys.argv[1]] + [str(seed) for seed in SEEDS], check=True,
                            capture_output=True).stdout
    ours = numpy.frombuffer(output, dtype=numpy.uint64).reshape(len(SEEDS), len(KINDS), DRAWS)
    wrong = 0
    for kind_index, (kind, draw) in enumerate(KINDS.items()):
        for seed_index, seed in enumerate(SEEDS):
            expected = draw(numpy.random.default_rng(seed)).view(numpy.uint64)
            differing = numpy.flatnonzero(ours[seed_index, kind_index] != expected)
            if differing.size:
                wrong += 1
                print(f"{kind}, seed {seed}: {differing.size} of {DRAWS} draws differ, "
                      f"the first is number {differing[0]}")
    print(f"{len(KINDS)} kinds, {len(SEEDS)} seeds, {DRAWS} draws each: {wrong} streams differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
