"""Test that a new portal of the tests begins with the tables of the first one, and that no half-made one is kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.portal_tables import begun


def tables(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as con:
        return [name for (name,) in con.execute("SELECT name FROM sqlite_master ORDER BY name")]


def migrate(database: Path, table: str) -> None:
    with closing(sqlite3.connect(database)) as con, con:
        con.execute(f"CREATE TABLE {table} (a)")


def test_the_second_database_begins_with_what_the_first_one_had(tmp_path: Path):
    first, second = tmp_path / "first.sqlite3", tmp_path / "second.sqlite3"
    with begun(first, tmp_path):
        migrate(first, "one")
    migrate(first, "later")
    with begun(second, tmp_path):
        assert tables(second) == ["one"]
    with begun(first, tmp_path):
        assert tables(first) == ["later", "one"], "what is there stays as it is"


def test_tables_that_could_not_be_made_are_not_kept(tmp_path: Path):
    first, second = tmp_path / "first.sqlite3", tmp_path / "second.sqlite3"
    with pytest.raises(ValueError, match="half"), begun(first, tmp_path):
        migrate(first, "one")
        raise ValueError("half")
    with begun(second, tmp_path):
        assert not second.exists()
        migrate(second, "whole")
    assert tables(second) == ["whole"]
