"""Make two lists of the invented corporation and print their hashes: `python .ci/demo_lists.py FOLDER`.

Without DuckDB's httpfs extension for this version, the stores are written with DuckDB's own encryption, which is not secure.
That is good enough to compare lists of invented data, and for nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sys
from pathlib import Path

from pipelines.cli import app
from pipelines.installation.errors import ConfigurationError
from pipelines.warehouse import crypto

DAYS = ("2026-11-09", "2026-11-16")


def run(home: Path, *words: str) -> None:
    """Run a command; exit code 1 is a list that fell short, which is a list too."""
    sys.argv = ["waakvlam", "--home", str(home), *words]
    try:
        app.main()
    except SystemExit as end:
        if end.code not in (None, 0, 1):
            raise


def make(home: Path) -> None:
    """Make the lists in a new workspace."""
    try:
        crypto.extension()
    except ConfigurationError:
        crypto.extension = lambda httpfs="": Path()  # noqa: ARG005
        crypto.load = lambda con, path: con.execute("SET force_mbedtls_unsafe = true")  # noqa: ARG005
        print("The stores are not encrypted securely: there is no httpfs extension.")
    shutil.rmtree(home, ignore_errors=True)
    run(home, "init")
    run(home, "sample", "--homes", "600", "--weeks", "80", "--until", DAYS[-1])
    for day in DAYS:
        run(home, "weekly", "--as-of", day, "--top", "0")


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    with contextlib.redirect_stdout(sys.stderr):
        make(folder)
    for day in DAYS:
        content = (folder / "output" / day / "shortlist.csv").read_bytes()
        print(hashlib.sha256(content).hexdigest(), day)
