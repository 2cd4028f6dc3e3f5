"""Compare the columns of a delivery, and how far they are filled, with the delivery before.

An export from which a column disappears still loads, because most columns are optional: the signals that need the column
become unknown. A column that decides who can be listed (`decides_scope` in the contract) may not disappear that way:
without `incassofase`, every household at the bailiff would come back onto the list.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import duckdb

from pipelines.gate.doubt import shown_in
from pipelines.gate.verdicts import Figure
from pipelines.installation.sql import Sql, fill
from pipelines.parsing.batch import Batch

SUFFIX = ".filled"
"""Suffix of the name of each figure about a lost column."""
ABSENT = ".delivered"
"""Suffix of the name of each figure about a column that the first delivery lacks."""
EMPTY_FROM = 5
"""A column in the file counts as lost if it is empty although at least this many filled rows were expected."""
FELL_FROM = 20
"""A column counts as lost if at least this many filled rows were expected, and at most a tenth of them came."""
CHANCE = 1e-3
"""In a delivery of changes, an empty column counts as lost if its probability by chance is below this."""


def figures(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield a figure for each column of the temporary table `typed` that the delivery before had and this one lost.

    A list and a register hold the same rows each time, and a delivery of changes holds others. The first of these holds years, in
    which every case is closed, so after it a column counts as lost only if it is not in the file.
    """
    contract = batch.contract
    names = [name for name in contract.content if not contract.columns[name].required]
    earlier = _earlier(con, batch)
    if not earlier:
        yield from _never_had(batch)
        return
    changes = contract.accumulates
    after_years = changes and len(earlier) == 1
    if after_years:
        names = [name for name in names if not batch.source.has(name)]
    if not names:
        return
    rows, *before = _filled(con, names, shown_in(con, contract.extract, earlier[0]))
    if not rows:
        return
    _, *now = _filled(con, names, Sql("typed"))
    for name, filled, had in zip(names, now, before, strict=True):
        expected = had / rows * batch.rows_read
        gone = had > 0 and not batch.source.has(name) and not filled
        emptied = (
            not filled
            and expected >= EMPTY_FROM
            and not (changes and _chance(had, rows, batch.rows_read) >= CHANCE)
        )
        fell = expected >= FELL_FROM and filled < expected / 10
        if gone or ((emptied or fell) and not after_years):
            column = contract.columns[name]
            state = "is not in the file" if gone else f"is filled in {filled} of {batch.rows_read} rows"
            yield Figure(
                name + SUFFIX,
                float(filled),
                max(1.0, expected / 10),
                None,
                "critical" if column.decides_scope else "warning",
                f"Column {name} {state}; in the delivery before it was filled in {had} of {rows}.",
            )


def _never_had(batch: Batch) -> Iterator[Figure]:
    """Yield a doubt for each column that decides who can be listed and that the first delivery of a source lacks."""
    for name, column in batch.contract.columns.items():
        if column.decides_scope and not batch.source.has(name):
            yield Figure(
                name + ABSENT,
                0.0,
                1.0,
                None,
                "warning",
                f"Column {name} is not in the file, so the list may hold people whom it should leave out. If the source has it under "
                "another header, map it before the first list.",
                doubt=True,
            )


def _chance(had: int, rows: int, now: int) -> float:
    """Return the probability by chance that none of `now` rows is filled, if `had` of `rows` other rows were.

    Examples
    --------
    >>> round(_chance(2, 3, 8), 3), round(_chance(8, 8, 8), 5)
    (0.018, 4e-05)
    """
    return prod((rows - had + 1 + n) / (rows + 2 + n) for n in range(now))


def _earlier(con: duckdb.DuckDBPyConnection, batch: Batch) -> list[int]:
    """Return the ids of the delivery or version before, and of the one before that."""
    delivery = batch.delivery
    rows = con.execute(
        "SELECT delivery_id FROM run.deliveries WHERE extract = ? AND source = ? AND (peildatum, version) < (?::DATE, ?) "
        "AND rows_read > 0 "
        "ORDER BY peildatum DESC, version DESC LIMIT 2",
        [delivery.extract, delivery.source, delivery.peildatum, delivery.version],
    ).fetchall()
    return [id_ for (id_,) in rows]


def _filled(con: duckdb.DuckDBPyConnection, names: list[str], rows: Sql) -> tuple[int, ...]:
    """Count the rows, and the rows in which each column is filled."""
    counts = [fill("count({name})", name=name) for name in names]
    return tuple(
        con.execute(fill("SELECT count(*), {counts} FROM {rows}", counts=counts, rows=rows)).fetchall()[0]
    )
