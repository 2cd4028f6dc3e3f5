"""Test that the stores that begin as a copy in tests are those that a workspace creates."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from pipelines.installation.workspace import Workspace, write_key
from pipelines.warehouse.stores import attach_vault, open_warehouse
from tests.support import new_stores
from tests.support.deliveries import make_workspace

CATALOG = (
    "SELECT database_name, schema_name, table_name, column_name, data_type, is_nullable, column_default FROM duckdb_columns()",
    "SELECT database_name, schema_name, table_name, constraint_text FROM duckdb_constraints()",
    "SELECT database_name, schema_name, index_name, sql FROM duckdb_indexes()",
    "SELECT database_name, schema_name, view_name, sql, comment FROM duckdb_views() WHERE NOT internal",
    "SELECT database_name, schema_name, sequence_name, sql FROM duckdb_sequences()",
    "SELECT 'warehouse', version FROM warehouse.main.schema_version",
    "SELECT 'vault', version FROM vault.main.schema_version",
)


def catalog(place: Workspace) -> list[list[tuple[Any, ...]]]:
    """Read what the stores of a workspace consist of, once both exist."""
    with open_warehouse(place) as con:
        attach_vault(con, place)
        return [con.execute(f"{query} ORDER BY ALL").fetchall() for query in CATALOG]


def test_a_copy_has_what_is_created_and_only_the_keys_of_the_tests_open_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    copies = []
    copy = shutil.copyfile
    monkeypatch.setattr(new_stores.shutil, "copyfile", lambda *paths: copies.append(copy(*paths)))
    begun, created = make_workspace(tmp_path / "begun"), make_workspace(tmp_path / "created")
    for store in new_stores.KEYS:
        write_key(created.keys / f"{store}.key")
    actual = catalog(begun)
    assert [path.name for path in copies] == ["warehouse.duckdb", "vault.duckdb"]
    assert actual == catalog(created) and all(actual[index] for index in (0, 1, 3, 5, 6))
    assert len(copies) == 2
    modes = [
        (place.stores / f"{store}.duckdb").stat().st_mode
        for place in (begun, created)
        for store in new_stores.KEYS
    ]
    assert {mode & 0o777 for mode in modes} == {0o600}
