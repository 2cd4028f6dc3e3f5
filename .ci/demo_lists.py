"""Make two lists of the demo's corporation and print what they hold: `python .ci/demo_lists.py FOLDER`.

HOMES=600 makes a smaller corporation, for a quick look.

Without DuckDB's httpfs extension for this version, the stores are written with DuckDB's own encryption, which is not secure.
That is good enough to compare lists of invented data, and for nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
from pathlib import Path

from pipelines.cli import app
from pipelines.installation.errors import ConfigurationError
from pipelines.warehouse import crypto

DAYS = ("2026-11-09", "2026-11-16")
FILES = ("shortlist.csv", "shortlist.html", "quality.html")


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
    run(home, "sample", "--until", DAYS[-1], "--homes", os.environ.get("HOMES", "6000"))
    for day in DAYS:
        run(home, "weekly", "--as-of", day, "--top", "0")


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    with contextlib.redirect_stdout(sys.stderr):
        make(folder)
    for day in DAYS:
        entries = len((folder / "output" / day / FILES[0]).read_text(encoding="utf-8-sig").splitlines()) - 1
        if entries < 1:
            sys.exit(f"The list of {day} is empty, so there is nothing to compare.")
        for name in FILES:
            content = (folder / "output" / day / name).read_bytes()
            print(
                day, name, f"{entries} rows" if name == FILES[0] else "", hashlib.sha256(content).hexdigest()
            )
