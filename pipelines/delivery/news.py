"""Say what is new in a delivery beside the one before it: columns that nobody reads, and values that no mapping covers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

import duckdb

from pipelines.delivery.batch import Batch

if TYPE_CHECKING:
    from pipelines.delivery.ingest import Outcome

SHOWN = 3
"""Number of new values of a column that are named."""
COLUMN = (
    "{file}: column {column} is new, and nothing reads it. If it holds a column of {extract}, write `that_column = {quoted}` under "
    "[extracts.{extract}.columns] in mappings/{mapping}.toml; otherwise there is nothing to do."
)
VALUES = (
    "{file}: column {column} has {number} that no mapping covers: {values}. Ask what {they}, and add the lines that "
    "`waakvlam check` prints to mappings/{mapping}.toml."
)


def news(con: duckdb.DuckDBPyConnection, outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Yield a sentence, with what to do, for each new column and each column with new values of the loaded deliveries."""
    for outcome in outcomes:
        if outcome.loaded and outcome.batch and (before := _before(con, outcome.batch)) is not None:
            yield from _of(outcome.batch, before)


def _of(batch: Batch, before: set[tuple[str, str, str]]) -> Iterator[str]:
    file, mapping, extract = batch.delivery.name, batch.mapping, batch.delivery.extract
    for header in batch.ignored:
        if ("ignored", header, "") not in before:
            quoted = json.dumps(header, ensure_ascii=False)
            yield COLUMN.format(file=file, column=header, quoted=quoted, extract=extract, mapping=mapping)
    fresh = [u for u in batch.unmapped if not u.hidden and ("unmapped", u.column, u.value) not in before]
    for column, unmapped in groupby(sorted(fresh, key=lambda u: u.column), key=lambda u: u.column):
        values = [u.value for u in unmapped]
        named = ", ".join(repr(value) for value in values[:SHOWN])
        more = f" and {len(values) - SHOWN} more" if len(values) > SHOWN else ""
        number, they = (
            ("a new value", "it means") if len(values) == 1 else (f"{len(values)} new values", "they mean")
        )
        yield VALUES.format(
            file=file, column=column, number=number, values=named + more, they=they, mapping=mapping
        )


def _before(con: duckdb.DuckDBPyConnection, batch: Batch) -> set[tuple[str, str, str]] | None:
    """Return the ignored columns and unmapped values of the delivery before; None if there was none."""
    delivery = batch.delivery
    before = con.execute(
        "SELECT delivery_id FROM run.deliveries WHERE extract = ? AND source = ? AND (peildatum, version) < (?::DATE, ?) "
        "ORDER BY peildatum DESC, version DESC LIMIT 1",
        [delivery.extract, delivery.source, delivery.peildatum, delivery.version],
    ).fetchall()
    if not before:
        return None
    query = "SELECT kind, name, value FROM run.delivery_counts WHERE delivery_id = ? AND kind IN ('ignored', 'unmapped')"
    return set(con.execute(query, list(before[0])).fetchall())
