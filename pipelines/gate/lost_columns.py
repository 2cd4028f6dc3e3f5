"""Compare the columns of a delivery, and how far they are filled, with the delivery before.

An export from which a column disappears still loads, because most columns are optional: the signals that need the column
become unknown. A column that decides who can be listed (`decides_scope` in the contract) may not disappear that way:
without `incassofase`, every household at the bailiff would come back onto the list.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from pipelines.gate.expectations import Figure
from pipelines.installation.sql import Sql, fill
from pipelines.parsing.batch import Batch

SUFFIX = ".filled"
"""The end of the name of each figure about a lost column."""
EMPTY_FROM = 5
"""A column that is in the file counts as lost if it is empty while this many filled rows were to be expected."""
FELL_FROM = 20
"""Number of filled rows to be expected from which a fall to a tenth of it counts as lost."""


def figures(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield a figure for each column of the temporary table `typed` that the delivery before had and this one lost."""
    contract = batch.contract
    names = [name for name in contract.content if not contract.columns[name].required]
    if not names or not batch.rows_read:
        return
    rows, *before = _filled(con, names, *_previous(batch))
    if not rows:
        return
    _, *now = _filled(con, names, Sql("typed"), [])
    for name, filled, earlier in zip(names, now, before, strict=True):
        expected = earlier / rows * batch.rows_read
        gone = earlier > 0 and not batch.source.has(name) and not filled
        if gone or _is_lost(filled, expected):
            column = contract.columns[name]
            state = "is not in the file" if gone else f"is filled in {filled} of {batch.rows_read} rows"
            yield Figure(
                name + SUFFIX,
                float(filled),
                max(1.0, expected / 10),
                None,
                "critical" if column.decides_scope else "warning",
                f"Column {name} {state}; in the delivery before it was filled in {earlier} of {rows}.",
            )


def _is_lost(filled: int, expected: float) -> bool:
    return (not filled and expected >= EMPTY_FROM) or (expected >= FELL_FROM and filled < expected / 10)


def _previous(batch: Batch) -> tuple[Sql, list[object]]:
    """Return the query for the rows of the delivery before, and its parameters."""
    delivery = batch.delivery
    query = fill(
        """(SELECT r.* FROM raw.{sightings} s JOIN raw.{extract} r USING (row_id) WHERE s.delivery_id = (
            SELECT delivery_id FROM run.deliveries WHERE extract = ? AND source = ? AND (peildatum, version) < (?::DATE, ?)
            ORDER BY peildatum DESC, version DESC LIMIT 1))""",
        extract=delivery.extract,
        sightings=f"{delivery.extract}_sightings",
    )
    return query, [delivery.extract, delivery.source, delivery.peildatum, delivery.version]


def _filled(
    con: duckdb.DuckDBPyConnection, names: list[str], rows: Sql, values: list[object]
) -> tuple[int, ...]:
    """Count the rows, and the rows in which each column is filled."""
    counts = [fill("count({name})", name=name) for name in names]
    query = fill("SELECT count(*), {counts} FROM {rows}", counts=counts, rows=rows)
    return tuple(con.execute(query, values).fetchall()[0])
