"""Make the tables of a portal once in a test run: a new SQLite database begins as a copy of the first one.

More than eighty migrations take 2.5 seconds of processor, and many tests begin with a new portal.
"""

from __future__ import annotations

import functools
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.support import QUERIES
from tests.support.waits import LIMIT


@contextmanager
def begun(database: Path, folder: Path) -> Iterator[None]:
    """Let the block migrate a database; a new one begins as a copy if another process of this run made the tables before.

    Who makes them first lets the others wait, and keeps a copy in the folder. The lock is SQLite's own, which ends with its process.
    """
    if database.exists():
        yield
        return
    kept = folder / "portal.sqlite3"
    with closing(sqlite3.connect(f"{kept}.lock", timeout=LIMIT, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        if not kept.exists():
            yield
            part = kept.with_suffix(f".{os.getpid()}")
            with closing(sqlite3.connect(database)) as made:
                made.execute("VACUUM INTO ?", [str(part)])
            part.replace(kept)
            return
    part = database.with_suffix(f".{os.getpid()}")  # whoever is killed meanwhile leaves no half database
    shutil.copyfile(kept, part)
    part.replace(database)
    yield


def create_once() -> None:
    """Let the database of Django's tests in this process begin so, if it is SQLite."""
    from django.db import connection

    if connection.vendor != "sqlite":
        return
    creation = connection.creation
    create: Callable[..., str] = creation.create_test_db

    @functools.wraps(create)
    def created(*arguments: Any, **named: Any) -> str:
        with begun(Path(creation._get_test_db_name()), Path(os.environ[QUERIES])):
            return create(*arguments, **{**named, "keepdb": True})  # else it would remove the copy

    creation.create_test_db = created  # type: ignore[method-assign]


def migrate_once() -> None:
    """Let each portal that this process and its children prepare begin so, unless it is on another database."""
    from portal import serve

    folder, prepare = Path(os.environ[QUERIES]), serve.prepare  # a child may have an environment of its own

    @functools.wraps(prepare)
    def prepared(home: Path, *, static: bool = True, migrate: bool = True) -> None:
        if "DATABASE_URL" in os.environ or not migrate:
            prepare(home, static=static, migrate=migrate)
            return
        (home / "portal").mkdir(parents=True, exist_ok=True, mode=0o700)
        with begun(home / "portal" / "portal.sqlite3", folder):
            prepare(home, static=static)

    serve.prepare = prepared
