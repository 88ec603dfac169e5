#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes ziggurat_tables.cc to standard output. Nothing but the standard library is needed.

A ziggurat has 255 layers of equal area A and a tail beyond x[255] = r. Going up, the edge of a
layer follows from the one below it: f(x[i]) = f(x[i+1]) + A / x[i+1]. The numbers must be those
that NumPy's generators use, bit for bit, so each recursion is carried out as theirs was:

exponential  with many digits, each entry rounded once; `inside` has 52 bits, the last bit is 0.
normal       in double precision, every operation rounded, with the area below; one height came out
             one unit in the last place above the rounded value, and all layers above it inherit
             that.
"""
import decimal
import math
from decimal import Decimal

LAYERS = 256
EXPONENTIAL_TAIL = Decimal("7.6971174701310497140446280481")
NORMAL_TAIL = 3.6541528853610088
NORMAL_AREA = 0.004928673233974652
NORMAL_UNROUNDED_LAYER = 38

decimal.getcontext().prec = 60


def exponential_tables():
    tail = EXPONENTIAL_TAIL
    area = tail * (-tail).exp() + (-tail).exp()
    edges = [Decimal(0)] * LAYERS
    edges[LAYERS - 1] = tail
    for i in range(LAYERS - 2, 0, -1):
        below = edges[i + 1]
        edges[i] = -(area / below + (-below).exp()).ln()

    def inside(ratio):
        return 2 * int(ratio * 2**52)

    first_edge = area * tail.exp()
    return {
        "width": [float(edge / 2**53) for edge in [first_edge] + edges[1:]],
        "height": [1.0] + [float((-edge).exp()) for edge in edges[1:]],
        "inside": [inside(tail / first_edge), 0]
                  + [inside(edges[i - 1] / edges[i]) for i in range(2, LAYERS)],
    }


def normal_tables():
    def density(x):
        return float(Decimal(-0.5 * x * x).exp())

    edges = [0.0] * LAYERS
    heights = [1.0] * LAYERS
    edges[LAYERS - 1] = NORMAL_TAIL
    heights[LAYERS - 1] = density(NORMAL_TAIL)
    for i in range(LAYERS - 2, 0, -1):
        logarithm = float(Decimal(NORMAL_AREA / edges[i + 1] + heights[i + 1]).ln())
        edges[i] = math.sqrt(-2.0 * logarithm)
        heights[i] = density(edges[i])
        if i == NORMAL_UNROUNDED_LAYER:
            heights[i] += math.ulp(heights[i])
    first_edge = NORMAL_AREA / heights[LAYERS - 1]
    first_inside = NORMAL_TAIL * heights[LAYERS - 1] / NORMAL_AREA
    return {
        "width": [edge / 2**52 for edge in [first_edge] + edges[1:]],
        "height": heights,
        "inside": [round(first_inside * 2**52), 0]
                  + [round(edges[i - 1] / edges[i] * 2**52) for i in range(2, LAYERS)],
    }


def rows(values):
    """The values as lines of a braced list."""
    texts = [value.hex() if isinstance(value, float) else f"{value}u" for value in values]
    lines = [", ".join(texts[i:i + 4]) for i in range(0, len(texts), 4)]
    return ",\n     ".join(lines)


def main():
    print("// SPDX-License-Identifier: MIT")
    print("// tidy: a table of data. Written by ziggurat_tables.py; change that, not this.")
    print('#include "schema/random/ziggurat_tables.h"\n')
    print("namespace rtag::random {\n")
    print("// clang-format off")
    for name, tables in (("kExponentialTables", exponential_tables()),
                         ("kNormalTables", normal_tables())):
        print(f"const ZigguratTables {name} = {{")
        for column in ("width", "height", "inside"):
            print(f"    {{{rows(tables[column])}}},")
        print("};\n")
    print("// clang-format on\n")
    print("}  // namespace rtag::random")


if __name__ == "__main__":
    main()
