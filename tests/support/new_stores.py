"""Begin the stores of a new workspace as copies of the first ones of a test run.

Creating their tables takes 0.1 seconds of processor, and most tests begin with a new workspace. A copy opens only with the key
of the original: so `KEYS` are those of the workspaces that `tests.support.deliveries.make_workspace` makes. A workspace with
other keys, as `waakvlam init` makes it, gets its tables one by one.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import duckdb

from pipelines.installation.audit_contract import contract
from pipelines.installation.contracts import REGISTER, contracts
from pipelines.installation.settings import Engine
from pipelines.warehouse import migrations, schema, staged, stores, unresolved
from tests.support import QUERIES

KEYS = {"warehouse": "1" * 64, "vault": "2" * 64}
"""What the key files of the stores hold."""


def create_once() -> None:
    """Let the stores that this process and its children create begin so."""
    folder, attach = Path(os.environ[QUERIES]), stores._attach

    @functools.wraps(attach)
    def begun(con: duckdb.DuckDBPyConnection, path: Path, name: str, key: str, **options: Any) -> None:
        if not path.exists() and name in KEYS and key == stores.derive(KEYS[name].encode(), name):
            kept = folder / f"{name}-{_digest()}.duckdb"
            if not kept.exists():
                _create(kept, name, key, attach)
            shutil.copyfile(kept, path)
            path.chmod(0o600)
        attach(con, path, name, key, **options)

    stores._attach = begun


def _digest() -> str:
    """Return what the tables follow from: a test may have other contracts."""
    tables = (*schema.tables(), *staged.tables(), *unresolved.views())
    vault = (*contracts()[REGISTER].identity, *contract().columns)
    return hashlib.sha256(repr((tables, vault)).encode()).hexdigest()


def _create(kept: Path, name: str, key: str, attach: Any) -> None:
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        path = Path(folder) / f"{name}.duckdb"
        with stores.engine_connection(Path(folder) / "scratch", Engine()) as con:
            attach(con, path, name, key)
            migrations.upgrade(con, name)
            (stores._create_tables if name == "warehouse" else schema.create_vault)(con)
        path.replace(kept)
