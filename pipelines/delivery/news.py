"""Say what is new or odd in a loaded delivery: columns that nobody reads, values that no mapping covers, short lists."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import duckdb

from features.known import current_sql
from pipelines.installation.settings import Gates
from pipelines.installation.sql import Sql, fill, read_sql
from pipelines.parsing.batch import Batch

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
SHORT = (
    "{file}: {lists} far fewer rows than the lists before and after: {days}. Whoever is missing counts as free of arrears on that "
    "day. If the export was cut off, deliver that list again as a file of its own."
)


def news(con: duckdb.DuckDBPyConnection, outcomes: Sequence[Outcome], gates: Gates) -> Iterator[str]:
    """Yield a sentence, with what to do, for what is new or odd in the loaded deliveries and did not stop them.

    That is what the gate doubts, a standing warning the first time, a new column, a column with new values, and a short list
    among the lists of one delivery: the gate compares only the newest list of a delivery with those before it. A doubt about
    rights is not news: the run falls short because of it.
    """
    for outcome in outcomes:
        for verdict in outcome.gate.warnings if outcome.loaded and outcome.gate else ():
            if verdict.figure.doubt and outcome.batch and not outcome.batch.contract.rights:
                yield f"{outcome.delivery.name}: {verdict.describe()}"
        if outcome.loaded and outcome.batch and outcome.batch.contract.snapshot:
            yield from _short(con, outcome.batch, gates)
        if outcome.loaded and outcome.batch and (before := _before(con, outcome.batch)) is not None:
            yield from _of(outcome.batch, before)
    yield from _standing(con, outcomes)


def _standing(con: duckdb.DuckDBPyConnection, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield once, for all deliveries of the run together, each standing warning of the gate that no run had before."""
    warned: dict[tuple[str, str, str], list[tuple[Outcome, str]]] = {}
    for outcome in outcomes:
        for verdict in outcome.gate.warnings if outcome.loaded and outcome.gate else ():
            if verdict.figure.standing:
                key = (outcome.delivery.extract, outcome.delivery.source, verdict.figure.name)
                warned.setdefault(key, []).append((outcome, verdict.describe()))
    for (extract, source, figure), warnings in warned.items():
        # What was refused was judged too, and nobody read its warnings.
        query = (
            "SELECT count(*) FROM run.expectations JOIN run.deliveries USING (sha256, extract, peildatum) "
            "WHERE extract = ? AND source = ? AND figure = ? AND success = false AND NOT list_contains(?, peildatum)"
        )
        here = [outcome.delivery.peildatum for outcome, _ in warnings]
        if con.execute(query, [extract, source, figure, here]).fetchall()[0][0]:
            continue
        newest, text = max(warnings, key=lambda warning: warning[0].delivery.peildatum)
        more = (
            f" The same holds for {len(warnings) - 1} older deliveries of this run."
            if len(warnings) > 1
            else ""
        )
        yield f"{newest.delivery.name}: {text}{more}"


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


def _short(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[str]:
    """Yield a sentence if a delivery of several lists has short ones."""
    contract, delivery = batch.contract, batch.delivery
    query = fill(
        read_sql(__package__, "short_lists"),
        day=contract.snapshot or "",
        extract=contract.extract,
        current=Sql(current_sql("v")),
    )
    values = {
        "extract": contract.extract,
        "source": delivery.source,
        "peildatum": delivery.peildatum,
        "version": delivery.version,
        "rows": gates.volume_from_rows,
        "least": gates.volume_least,
    }
    days = [str(day) for (day,) in con.execute(query, values).fetchall()]
    if days:
        more = f" and {len(days) - SHOWN} more" if len(days) > SHOWN else ""
        lists = "one list has" if len(days) == 1 else f"{len(days)} lists have"
        yield SHORT.format(file=delivery.name, lists=lists, days=", ".join(days[:SHOWN]) + more)


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
