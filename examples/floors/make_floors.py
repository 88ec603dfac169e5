#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the floor images of the examples: concrete, tiles and planks that repeat without a seam.

usage: make_floors.py FOLDER. Standard library only; the same bytes on every machine, but for zlib.
"""
import os
import struct
import sys
import zlib

SIZE_PX = 256


def lattice(seed, x, y):
    """A hash of a lattice point, 0..1 (the multipliers are those of PCG and of Knuth)."""
    h = (x * 0x9E3779B1 ^ y * 0x85EBCA6B ^ seed * 0xC2B2AE35) & 0xFFFFFFFF
    h = (h ^ h >> 15) * 2246822519 & 0xFFFFFFFF
    h = (h ^ h >> 13) * 3266489917 & 0xFFFFFFFF
    return (h ^ h >> 16) / 0xFFFFFFFF


def noise(seed, x, y, cells_x, cells_y):
    """Value noise that repeats after SIZE_PX pixels."""
    fx, fy = x * cells_x / SIZE_PX, y * cells_y / SIZE_PX
    ix, iy = int(fx), int(fy)
    u, v = fx - ix, fy - iy
    u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    corner = [lattice(seed, (ix + dx) % cells_x, (iy + dy) % cells_y)
              for dy in (0, 1) for dx in (0, 1)]
    top = corner[0] + (corner[1] - corner[0]) * u
    bottom = corner[2] + (corner[3] - corner[2]) * u
    return top + (bottom - top) * v


def cloud(seed, x, y, octaves=5):
    return sum(noise(seed + k, x, y, 4 << k, 4 << k) / 2 ** (k + 1) for k in range(octaves))


def concrete(x, y):
    value = 95 + 70 * cloud(11, x, y)
    return value, value, value * 0.97


def tiles(x, y):
    if x % 64 < 3 or y % 64 < 3:
        return 70, 68, 64
    shade = 0.8 + 0.25 * lattice(23, x // 64, y // 64) + 0.12 * (cloud(29, x, y) - 0.5)
    return 170 * shade, 150 * shade, 128 * shade


def planks(x, y):
    row = y // 32
    if y % 32 < 2 or (x + 90 * (row % 2)) % 256 < 2:
        return 45, 30, 20
    grain = noise(31 + row, x, y, 4, 128) * 0.35 + 0.15 * cloud(37, x, y)
    shade = 0.6 + 0.25 * lattice(41, row, 0) + grain
    return 150 * shade, 105 * shade, 68 * shade


def png(pixel):
    rows = b"".join(
        b"\0" + bytes(min(255, max(0, round(channel))) for x in range(SIZE_PX)
                      for channel in pixel(x, y)) for y in range(SIZE_PX))

    def chunk(kind, content):
        checksum = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", SIZE_PX, SIZE_PX, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) +
            chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def main(folder):
    os.makedirs(folder, exist_ok=True)
    for paint in (concrete, tiles, planks):
        with open(os.path.join(folder, paint.__name__ + ".png"), "wb") as file:
            file.write(png(paint))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
