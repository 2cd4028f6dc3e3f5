"""Test that DuckDB and Spark write equal feature and score tables from the same history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from models.card.scorecard import EXPERT, load
from pipelines.installation.workspace import Workspace
from pipelines.scoring import export, spark, tables
from pipelines.warehouse.stores import memory_connection

pytestmark = [pytest.mark.spark, pytest.mark.slow]
CARD = load(EXPERT)
COOLDOWN_DAYS = 28
ONE = (date(2024, 11, 18),)
MANY = tuple(
    map(
        date.fromisoformat,
        [
            "2023-10-29",  # winter time begins
            "2023-12-31",
            "2024-01-31",
            "2024-02-29",
            "2024-03-01",
            "2024-03-31",  # summer time begins, on a month end
            "2024-04-01",
            "2024-10-27",
            "2024-10-28",
            "2024-11-18",
        ],
    )
)


def table(folder: Path, name: str) -> duckdb.DuckDBPyRelation:
    return duckdb.sql(f"SELECT * FROM '{folder}/{name}/*.parquet' ORDER BY ALL")


def assert_same(one: Path, other: Path) -> None:
    """The same columns, types and values. Exactly: a column that is divided is divided once, from the same numbers."""
    for name in ("features", "scores"):
        left, right = table(one, name), table(other, name)
        assert (left.columns, left.types) == (right.columns, right.types)
        rows = left.fetchall()
        assert rows
        assert rows == right.fetchall()


def on_duckdb(exported: export.History, place: Workspace, as_of: Sequence[date], out: Path) -> None:
    with memory_connection(place) as con:
        engine = tables.DuckDB(con, export.attach(con, exported))
        tables.write(engine, exported.available, as_of, CARD, COOLDOWN_DAYS, out)


@pytest.mark.parametrize(
    ("settings", "as_of"),
    [("session", ONE), ("interpreted", MANY)],
    ids=["one date, compiled by Spark", "many dates"],
)
def test_both_engines_write_the_same_tables(
    request: pytest.FixtureRequest,
    demo: Workspace,
    exported: export.History,
    settings: str,
    as_of: tuple[date, ...],
    tmp_path: Path,
):
    engine = spark.Spark(request.getfixturevalue(settings), exported)
    result = tables.write(engine, exported.available, as_of, CARD, COOLDOWN_DAYS, tmp_path / "spark")
    on_duckdb(exported, demo, as_of, tmp_path / "duckdb")
    assert_same(tmp_path / "spark", tmp_path / "duckdb")
    features = table(tmp_path / "spark", "features")
    assert {day for (day,) in features.project("as_of").distinct().fetchall()} == set(as_of)
    assert result.rows == len(features)


def test_the_demo_shows_what_could_differ(exported: export.History, demo: Workspace, tmp_path: Path):
    """Otherwise equal tables would prove little: every kind of value occurs, and every column but what no extract fills."""
    on_duckdb(exported, demo, MANY, tmp_path / "out")
    features, scores = table(tmp_path / "out", "features"), table(tmp_path / "out", "scores")
    counted = features.aggregate(", ".join(f"count({name})" for name in features.columns)).fetchall()[0]
    empty = {name for name, number in zip(features.columns, counted, strict=True) if not number}
    assert empty <= {"stornos_90d", "stornos_365d", "fact_last_storno_on", "silent_days"}, empty
    assert features.filter("len(fact_not_home_on) > 1").fetchall()
    assert features.filter("arrears_change_3m <> round(arrears_change_3m)").fetchall()
    assert scores.filter("score > 0 AND exclusion IS NULL").fetchall()
    assert scores.filter("exclusion IS NOT NULL AND score IS NULL").fetchall()
    assert scores.filter("hold IS NOT NULL").fetchall()


def test_a_history_without_an_optional_extract_gives_the_same_on_both(
    interpreted: Any, demo: Workspace, exported: export.History, tmp_path: Path
):
    required = exported.available & {"huurovereenkomsten", "reparatieverzoeken"}
    engine = spark.Spark(interpreted, exported)
    tables.write(engine, required, ONE, CARD, COOLDOWN_DAYS, tmp_path / "spark")
    with memory_connection(demo) as con:
        attached = tables.DuckDB(con, export.attach(con, exported))
        tables.write(attached, required, ONE, CARD, COOLDOWN_DAYS, tmp_path / "duckdb")
    assert_same(tmp_path / "spark", tmp_path / "duckdb")
    assert not table(tmp_path / "spark", "features").filter("arrears_euro IS NOT NULL").fetchall()
