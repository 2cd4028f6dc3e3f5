"""Test that a new portal of the tests begins with the tables of the first one, and that no half-made one is kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support import QUERIES
from tests.support.portal_tables import begun


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv(QUERIES, str(tmp_path))
    return tmp_path


def tables(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as con:
        return [name for (name,) in con.execute("SELECT name FROM sqlite_master ORDER BY name")]


def migrate(database: Path, table: str) -> None:
    with closing(sqlite3.connect(database)) as con, con:
        con.execute(f"CREATE TABLE {table} (a)")


def test_the_second_database_begins_with_what_the_first_one_had(folder: Path):
    first, second = folder / "first.sqlite3", folder / "second.sqlite3"
    with begun(first):
        migrate(first, "one")
    migrate(first, "later")
    with begun(second):
        assert tables(second) == ["one"]
    with begun(first):
        assert tables(first) == ["later", "one"], "what is there stays as it is"


def test_tables_that_could_not_be_made_are_not_kept(folder: Path):
    first, second = folder / "first.sqlite3", folder / "second.sqlite3"
    with pytest.raises(ValueError, match="half"), begun(first):
        migrate(first, "one")
        raise ValueError("half")
    with begun(second):
        assert not second.exists()
        migrate(second, "whole")
    assert tables(second) == ["whole"]
