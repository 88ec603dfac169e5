# SPDX-License-Identifier: MIT
"""The committed ziggurat tables are what their script writes: ziggurat_tables_test.py FOLDER."""
import pathlib
import subprocess
import sys

folder = pathlib.Path(sys.argv[1])
written = subprocess.run([sys.executable, folder / "ziggurat_tables.py"], check=True,
                         capture_output=True, text=True).stdout
if written != (folder / "ziggurat_tables.cc").read_text(encoding="utf-8"):
    sys.exit("ziggurat_tables.cc is not what ziggurat_tables.py writes, write it again")
