"""Compare Spark, DuckDB and the reference on generated histories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.scoring import export, spark
from tests.support.agreement import Answers, by_duckdb, by_reference, differences, expressions
from tests.support.cases import cases
from tests.support.history import ALL, Row, connection, staged
from tests.support.worlds import OPTIONAL, load, many, together

pytestmark = [pytest.mark.spark, pytest.mark.slow, pytest.mark.long]
DATES = tuple(map(date.fromisoformat, ("2024-02-29", "2024-03-04", "2024-04-01", "2026-03-30", "2026-10-26")))
"""The leap day, a Monday after it, and the Mondays after the clock changed."""
ASKED = (
    pytest.param(DATES, ALL, id="all dates at once"),
    pytest.param(DATES[:3], ALL - {"huurachterstanden"}, id="no lists of arrears"),
    pytest.param(DATES[1:2], ALL, id="one date"),
    pytest.param(DATES[3:], ALL - OPTIONAL, id="required extracts only"),
)
"""Two queries for `make test`; test_same_answer.py asks for one date and fewer extracts as well, of DuckDB and Spark."""


def exported(available: frozenset[str], folder: Path) -> export.History:
    """Write the rows of the shared engine as `waakvlam history` lays them out."""
    con, rows = connection().con, {}
    for name, columns in export.tables().items():
        (folder / name).mkdir(parents=True)
        con.execute(f"COPY (SELECT {', '.join(columns)} FROM {name}) TO '{folder / name}/part-0.parquet'")
        ((rows[name],),) = con.execute(f"SELECT count(*) FROM {name}").fetchall()
    return export.History(folder, rows, available)


def by_spark(session: Any, exported: export.History, as_of: Sequence[date], folder: Path) -> Answers:
    """Run the expressions inside Spark, from Parquet to Parquet."""
    engine = spark.Spark(session, exported)
    asked = expressions(engine.staged, as_of, exported.available)
    engine.save(asked.features, folder / "features")
    engine.kept(folder / "features", asked.features)
    engine.save(asked.scope, folder / "scope")
    engine.save(asked.points, folder / "points")
    return Answers(*(_rows(folder / part) for part in Answers._fields))


def _rows(folder: Path) -> list[Row]:
    actual = duckdb.sql(f"SELECT * FROM '{folder}/*.parquet'")
    return [dict(zip(actual.columns, row, strict=True)) for row in actual.fetchall()]


@pytest.mark.parametrize(("as_of", "available"), ASKED[: cases(2, len(ASKED))])
def test_three_engines_agree(
    interpreted: Any, as_of: tuple[date, ...], available: frozenset[str], tmp_path: Path
):
    tables = together(many(cases(300, 1000), as_of, seed=5), available)
    load(tables)
    expected = by_reference(tables, as_of, available)
    on_duckdb = by_duckdb(Answers(*map(connection().compile, expressions(staged(), as_of, available))))
    on_spark = by_spark(interpreted, exported(available, tmp_path / "history"), as_of, tmp_path)
    for part in Answers._fields:
        spark_rows, duckdb_rows = getattr(on_spark, part), getattr(on_duckdb, part)
        assert len(spark_rows) > 1_000
        assert not (actual := differences(spark_rows, duckdb_rows)), "\n".join(actual)
        assert not (actual := differences(spark_rows, getattr(expected, part))), "\n".join(actual)
