"""Run a PostgreSQL cluster in a temporary folder, reached over a socket there."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")


def programs() -> Path | None:
    """Find the folder with initdb and pg_ctl: the newest that a package installed, else what the path knows."""
    for pattern in PLACES:
        actual = sorted(Path("/").glob(pattern.lstrip("/")), key=lambda path: path.parent.name)
        if actual and (actual[-1] / "initdb").exists():
            return actual[-1]
    known = shutil.which("initdb")
    return Path(known).resolve().parent if known else None


def require() -> Path:
    """Give the programs; without them a loud skip, and a failure where CI is true."""
    actual = programs()
    if actual is None:
        said = "no PostgreSQL here (initdb): install the package postgresql; the portal was NOT tested on it"
        if os.environ.get("CI") == "true":
            pytest.fail(said)
        pytest.skip(said)
    return actual


@contextmanager
def cluster() -> Iterator[str]:
    """Run a PostgreSQL; gives DATABASE_URL of its empty database `portal`.

    PostgreSQL refuses to run as root: there it runs as the user postgres, to whom the folder is given.
    """
    where = require()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: the path of a socket has at most 107 characters
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root:
        shutil.chown(folder, "postgres")
    become = ["runuser", "-u", "postgres", "--"] if root else []
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [*become, str(where / program), *arguments], check=True, stdout=subprocess.DEVNULL, cwd=folder
        )

    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=60"
    try:
        run("initdb", "-D", str(data), "-U", "portal", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        run("pg_ctl", "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
        try:
            run("createdb", "-h", str(folder), "-U", "portal", "portal")
            yield f"postgres://portal@{quote(str(folder), safe='')}/portal"
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
