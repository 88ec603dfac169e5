# SPDX-License-Identifier: MIT
"""Compares RandomStream with NumPy's default_rng, bit for bit.

    numpy_oracle.py DRAW_STREAMS [--draws 10000]

100 seeds of up to 64 bits, so many draws of every kind for each.
"""
import argparse
import subprocess
import sys

import numpy

SHUFFLED = 100
TRILLION = 10**12
TWO_TO_62 = 2**62
SEEDS = [0, 1, 42, 2026, 428192135, 2**31 - 1, 2**32 - 1, 2**32, 2**63 + 12345, 2**64 - 1]
SEEDS += [(2654435761 * n) % 2**31 for n in range(1, 91)]


def shuffles(rng, draws):
    for _ in range(draws // SHUFFLED):
        items = list(range(SHUFFLED))
        rng.shuffle(items)
        yield from items


def mixture(rng, draws):
    for _ in range(draws // 5):
        yield rng.integers(0, 587)
        yield numpy.float64(rng.uniform(2, 5)).view(numpy.int64)
        yield rng.integers(0, TRILLION)
        yield numpy.float64(rng.standard_exponential()).view(numpy.int64)
        yield rng.integers(0, 3)


def poisson_ramp(rng, draws):
    # Sums in sequence, as the other side takes them.
    return rng.poisson(numpy.cumsum(numpy.full(draws, 0.013)))


KINDS = {
    "next_64": lambda rng, draws: rng.bit_generator.random_raw(draws),
    "unit": lambda rng, draws: rng.random(draws),
    "uniform": lambda rng, draws: rng.uniform(-3, 5, draws),
    "integer below 587": lambda rng, draws: rng.integers(0, 587, draws),
    "integer, most of 32 bits": lambda rng, draws: rng.integers(-2 * 10**9, 2 * 10**9 + 1, draws),
    "integer of 32 bits": lambda rng, draws: rng.integers(0, 2**32, draws),
    "integer below a trillion": lambda rng, draws: rng.integers(0, TRILLION, draws),
    "integer, half of 64 bits": lambda rng, draws: rng.integers(-TWO_TO_62, TWO_TO_62 + 9, draws),
    "integer of 64 bits": lambda rng, draws: rng.integers(0, 2**64, draws, dtype=numpy.uint64),
    "exponential": lambda rng, draws: rng.standard_exponential(draws),
    "normal": lambda rng, draws: rng.standard_normal(draws),
    "poisson, mean 0.3": lambda rng, draws: rng.poisson(0.3, draws),
    "poisson, mean 8": lambda rng, draws: rng.poisson(8, draws),
    "poisson, mean 10": lambda rng, draws: rng.poisson(10, draws),
    "poisson, mean 73.5": lambda rng, draws: rng.poisson(73.5, draws),
    "poisson, mean 40000": lambda rng, draws: rng.poisson(40000, draws),
    "poisson, mean a trillion": lambda rng, draws: rng.poisson(1e12, draws),
    "poisson, rising mean": poisson_ramp,
    "shuffle": lambda rng, draws: numpy.fromiter(shuffles(rng, draws), dtype=numpy.int64),
    "mixture": lambda rng, draws: numpy.fromiter(mixture(rng, draws), dtype=numpy.int64),
}


def differing_streams(program, seed, draws):
    """How many kinds of draw differ from NumPy's."""
    output = subprocess.run([program, str(draws), str(seed)], check=True,
                            capture_output=True).stdout
    ours = numpy.frombuffer(output, dtype=numpy.uint64).reshape(len(KINDS), draws)
    wrong = 0
    for kind_index, (kind, draw) in enumerate(KINDS.items()):
        expected = draw(numpy.random.default_rng(seed), draws).view(numpy.uint64)
        differing = numpy.flatnonzero(ours[kind_index] != expected)
        if differing.size:
            wrong += 1
            print(f"{kind}, seed {seed}: {differing.size} of {draws} draws differ, "
                  f"the first is number {differing[0]}")
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--draws", type=int, default=10000)
    arguments = parser.parse_args()
    wrong = sum(differing_streams(arguments.program, seed, arguments.draws) for seed in SEEDS)
    print(f"{len(KINDS)} kinds, {len(SEEDS)} seeds, {arguments.draws} draws each: "
          f"{wrong} streams differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
