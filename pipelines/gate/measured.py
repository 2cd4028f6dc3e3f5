"""Measure what the columns of some rows hold, in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from pipelines.gate.changed_codes import has_codes
from pipelines.installation import contracts
from pipelines.installation.sql import Sql, fill
from pipelines.parsing.batch import Batch


@dataclass(frozen=True)
class Column:
    """What one column of a delivery holds: its rows, those filled, and what is found among those."""

    rows: int
    filled: int
    same: float = 0.0
    negative: float = 0.0
    median: float | None = None
    late: float = 0.0
    cents: float = 0.0
    several: float = 0.0
    newest: date | None = None
    codes: Mapping[str, int] = field(default_factory=dict)


def _judged(batch: Batch) -> list[str]:
    """Return the delivered columns whose content is compared."""
    return [
        name for name in batch.contract.content if batch.source.has(name) and name != batch.contract.snapshot
    ]


def measure(con: duckdb.DuckDBPyConnection, batch: Batch, table: str) -> dict[str, Column]:
    """Return what the delivered columns hold in some rows, by their name."""
    columns = {name: batch.contract.columns[name] for name in _judged(batch)}
    if not columns:
        return {}
    measures = {name: _measures(name, column) for name, column in columns.items()}
    usual = [
        fill("mode({name}) AS {usual}", name=name, usual=f"usual_{name}")
        for name, column in columns.items()
        if not has_codes(column)
    ]
    query = fill(
        "SELECT {measures} FROM {table}, "
        # A value of half of the rows is the most frequent one of a thousand as well, and counting all values is slow.
        "(SELECT 0{comma}{usual} FROM (SELECT * FROM {table} USING SAMPLE reservoir(1000 ROWS) REPEATABLE (1)))",
        measures=[measure for of_one in measures.values() for measure in of_one.values()],
        comma=Sql(", " if usual else ""),
        usual=usual,
        table=table,
    )
    found = iter(con.execute(query).fetchall()[0])
    values = {name: {measure: next(found) for measure in of_one} for name, of_one in measures.items()}
    return {name: _column(**of_one) for name, of_one in values.items()}


def _column(*, rows: int, filled: int, usual: int = 0, **others: Any) -> Column:
    return Column(
        rows, filled, usual / max(filled, 1), **{name: v for name, v in others.items() if v is not None}
    )


def _measures(name: str, column: contracts.Column) -> dict[str, Sql]:
    """Return what is measured of a column, by its name in `Column`."""
    measures = {"rows": "count(*)", "filled": "count({name})"}
    if has_codes(column):
        measures["codes"] = "histogram(CAST({name} AS VARCHAR))"
        return {measure: fill(sql, **_used(sql, name)) for measure, sql in measures.items()}
    measures["usual"] = "count(*) FILTER ({name} = {usual})"
    if column.type == "euro":
        measures["median"] = "quantile_disc(abs({name}), 0.5) FILTER ({name} <> 0)"
        measures["negative"] = "avg(({name} < 0)::INT) FILTER ({name} <> 0)"
        measures["cents"] = "avg(({name} * 10 <> floor({name} * 10))::INT)"
    if column.type == "dates":
        measures["several"] = "avg((len({name}) > 1)::INT)"
    if column.type == "timestamp":
        measures["late"] = "avg((hour({name}) >= 13)::INT)"
    if column.type == "date":
        measures["newest"] = "max({name})"
    return {measure: fill(sql, **_used(sql, name)) for measure, sql in measures.items()}


def _used(template: str, name: str) -> dict[str, str]:
    """Return the names that a measure uses."""
    names = {"name": name, "usual": f"usual_{name}"}
    return {place: value for place, value in names.items() if f"{{{place}}}" in template}
