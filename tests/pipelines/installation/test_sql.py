"""Test that names are quoted, that our own SQL is not, and that a template takes exactly the parts it names."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from pipelines.installation import sql
from pipelines.installation.sql import Sql, fill, identifier, insert, join, literal, literals

HOSTILE = "x\"'; DROP TABLE kept; --"


def test_a_plain_string_is_always_a_name():
    with duckdb.connect() as con:
        con.execute(fill("CREATE TABLE {table} AS SELECT 7 AS {column}", table=HOSTILE, column=HOSTILE))
        query = fill("SELECT {columns} FROM {table}", columns=[HOSTILE, Sql("1 + 1")], table=HOSTILE)
        assert con.execute(query).fetchall() == [(7, 2)]
        assert con.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [(HOSTILE,)]


def test_a_literal_gives_back_its_value():
    with duckdb.connect() as con:
        values = ["", "'", HOSTILE, "\\", "{table}", "é\n"]
        assert con.execute(f"SELECT [{literals(values)}]").fetchall() == [(values,)]
        assert con.execute(f"SELECT {literal(HOSTILE)}").fetchall() == [(HOSTILE,)]


def test_filled_text_is_not_filled_again():
    assert fill("{one} {two}", one=literal("{two}"), two=3) == "'{two}' 3"
    assert join([identifier("{one}"), "b"], " OR ") == '"{one}" OR "b"'


def test_braces_that_name_nothing_stay():
    text = r"SELECT regexp_matches(x, '^\d{4}-\d{1,2}$'), {'a': 1}"
    assert fill(text) == text


@pytest.mark.parametrize("parts", [{}, {"one": "a", "two": "b"}, {"other": "a"}])
def test_a_part_too_many_or_too_few_is_refused(parts: dict[str, str]):
    with pytest.raises(TypeError, match="one"):
        fill("SELECT {one}", **parts)


@pytest.mark.parametrize("number", [0, 1, 3, 4, 7])
def test_rows_are_inserted_as_they_are_and_in_order(monkeypatch: pytest.MonkeyPatch, number: int):
    monkeypatch.setattr(sql, "AT_ONCE", 3)
    mixed = [(None, 1.5, date(2026, 11, 9)), (HOSTILE, 2, None), ("é\n", None, date(2024, 2, 29))]
    rows = [(at, *mixed[at % 3]) for at in range(number)]
    with duckdb.connect() as con:
        con.execute("CREATE TABLE t (n INTEGER, word VARCHAR, value DOUBLE, day DATE)")
        insert(con, Sql("t"), rows)
        assert con.execute("FROM t").fetchall() == rows
