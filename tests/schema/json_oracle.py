#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What Python says about our JSON, one line of output for one line of input.

    json_oracle.py doubles FILE    hexadecimal bits of a double -> repr()
    json_oracle.py documents FILE  JSON -> the same value as compact JSON, written by Python

FILE holds one item a line; "documents" separates its items by a line that holds only "--".
"""
import json
import struct
import sys


def doubles(text):
    for line in text.splitlines():
        yield repr(struct.unpack(">d", bytes.fromhex(line))[0])


def documents(text):
    for document in text.split("\n--\n"):
        value = json.loads(document)
        yield json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def main():
    convert = {"doubles": doubles, "documents": documents}[sys.argv[1]]
    with open(sys.argv[2], encoding="utf-8", newline="") as file:
        text = file.read()
    for line in convert(text):
        sys.stdout.buffer.write(line.encode() + b"\n")


if __name__ == "__main__":
    main()
