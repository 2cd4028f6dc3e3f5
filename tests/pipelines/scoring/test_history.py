"""Test that the staged history as Ibis tables has the columns that Ibis itself reads, for one question to the engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ibis
import pytest

from pipelines.scoring import history
from pipelines.warehouse.stores import open_warehouse
from tests.support.small import small


class Counting:
    """A connection that keeps what is asked of it."""

    def __init__(self, con: Any) -> None:
        self.con, self.asked = con, []

    def execute(self, query: str, *parameters: Any) -> Any:
        self.asked.append(query)
        return self.con.execute(query, *parameters)


def test_the_staged_tables_are_those_that_ibis_reads_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with open_warehouse(small(tmp_path / "home"), read_only=True) as con:
        backend = ibis.duckdb.from_connection(con)
        monkeypatch.setattr(history.ibis.duckdb, "from_connection", lambda _: backend)
        counting = Counting(con)
        staged = history.staged(counting)  # type: ignore[arg-type]
        assert len([query for query in counting.asked if "columns()" in query]) == 1
        assert not [query for query in counting.asked if "DESCRIBE" in query]
        for name, table in staged.items():
            own = backend.table(name, database=("warehouse", "staged"))
            assert {c: kind.copy(nullable=True) for c, kind in own.schema().items()} == dict(
                table.schema()
            ), name
            assert list(own.columns) == list(table.columns)
            assert table.count().to_pyarrow() == own.count().to_pyarrow()
        assert staged["huurovereenkomsten"].count().to_pyarrow().as_py() == 12
