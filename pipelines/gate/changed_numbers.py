"""Judge how the rows of a delivery are numbered: a figure for the gate where numbers are written otherwise, or are those of other rows.

Numbers that were cut fall together, numbers with another prefix count twice, and a list that used to hold all rows each time and
suddenly holds others is cut off, filtered or another list. A figure is only judged when something was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.sql import Sql, fill, literal
from pipelines.parsing.batch import Batch

LEAST_ROWS = 20
"""Number of earlier numbers from which their form is known."""
USUAL, OTHER_FROM = 0.9, 5
"""Share of the numbers with one form, and the number of rows from which it is judged."""
AGAIN, AGAIN_REGISTER, AGAIN_BEFORE, AGAIN_FROM, AGAIN_STANDING = 0.5, 0.8, 0.95, 20, 3
"""The least share of the rows of the delivery before that come again, in a list or a register of which nearly all came again before,
and the number of rows from which it is judged: a few new rows may come twice by chance, but rights that stand come each time."""
MOVED, LEAST_MOVED = 0.5, 0.1
"""Share of the numbers of rows that may be numbers of the register, and the share of earlier ones under which this is new."""


def figures(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield the figures about the numbers of rows, from the temporary table `typed`; an agreement on a list is no number of a row."""
    if batch.contract.snapshot:
        return
    if batch.contract.extract == REGISTER:
        yield from _again(con, batch, AGAIN_REGISTER)
        return
    yield from _other_form(con, batch)
    yield from _again(con, batch, AGAIN)
    yield from _of_register(con, batch)


def _other_form(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield the share of the numbers that are written as no earlier one of the source: another prefix, no zeros in front, or shorter."""
    own = batch.contract.own_id
    for form, other in (("regexp_extract({own}, '^[A-Za-z]*0?')", "<>"), ("len({own})", "<")):
        query = fill(
            """
            WITH theirs AS (
                SELECT {own} FROM raw.{extract} JOIN run.deliveries USING (delivery_id) WHERE source = {source}),
            sampled AS (SELECT {own} FROM theirs USING SAMPLE reservoir(10000 ROWS) REPEATABLE (1)),
            earlier AS (SELECT {form} AS form, count(*) AS n FROM sampled GROUP BY ALL),
            usual AS (SELECT form, n FROM earlier ORDER BY n DESC, form LIMIT 1)
            SELECT (SELECT sum(n) FROM earlier), (SELECT n FROM usual), count(*), count(*) FILTER ({form} {other} (SELECT form FROM usual))
            FROM typed WHERE verdict = 'new'""",
            form=fill(form, own=own),
            own=own,
            other=Sql(other),
            extract=batch.contract.extract,
            source=literal(batch.delivery.source),
        )
        ever, usual, rows, unlike = con.execute(query).fetchall()[0]
        # A file in which cut numbers fall together has few of them left.
        least = OTHER_FROM if other == "<>" else 1
        if (ever or 0) >= LEAST_ROWS and usual >= USUAL * ever and rows >= least and unlike >= USUAL * rows:
            meaning = (
                f"Share of the rows whose {own} has another prefix than nearly all earlier ones, no zeros in front, or fewer characters: "
                "a row that was delivered before would count twice, and cut numbers fall together. Export the numbers as before, as text."
            )
            yield Figure(f"{own}.other_form.share", unlike / rows, None, 1 - USUAL, "warning", meaning)
            return


def _again(con: duckdb.DuckDBPyConnection, batch: Batch, least: float) -> Iterator[Figure]:
    """Yield the share of the rows of the delivery before that come again, if it is low and used to be high.

    A list that holds all rows each time and suddenly holds others is cut off, filtered or another list.
    """
    extract, own = batch.contract.extract, batch.contract.own_id
    earlier = con.execute(
        "SELECT delivery_id FROM run.deliveries WHERE extract = ? AND source = ? AND peildatum < ? "
        "ORDER BY peildatum DESC, version DESC LIMIT 2",
        [extract, batch.delivery.source, batch.delivery.peildatum],
    ).fetchall()
    if len(earlier) < 2:
        return
    query = fill(
        """
        WITH keys AS (SELECT DISTINCT s.delivery_id, r.key_hash FROM raw.{sightings} s JOIN raw.{extract} r USING (row_id)
            WHERE s.delivery_id IN ({last}, {first})),
        last AS (SELECT key_hash FROM keys WHERE delivery_id = {last}),
        first AS (SELECT key_hash FROM keys WHERE delivery_id = {first})
        SELECT (SELECT count(*) FROM first), (SELECT count(*) FROM first SEMI JOIN last USING (key_hash)),
            (SELECT count(*) FROM last), (SELECT count(*) FROM last SEMI JOIN typed USING (key_hash))""",
        sightings=f"{extract}_sightings", extract=extract, last=int(earlier[0][0]), first=int(earlier[1][0]),
    )  # fmt: skip
    found = con.execute(query).fetchall()[0]
    first, came, last, come = found
    standing = batch.contract.rights in ("objection", "safety")
    if (
        min(first, last) >= (AGAIN_STANDING if standing else AGAIN_FROM)
        and came >= AGAIN_BEFORE * first
        and come < least * last
    ):
        meaning = (
            "Share of the rows of the delivery before that come again; of the one before that, nearly all did. Perhaps the export is cut "
            "off or filtered, or it is another list."
        )
        yield Figure(f"{own}.again.share", come / last, least, None, "warning", meaning)


def _of_register(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield the share of the numbers that are those of a tenant, a home or an agreement, if earlier numbers were not."""
    names = ("huurder_id", "eenheid_id", "overeenkomst_id")
    now = _found(con, batch, names, Sql("(SELECT * FROM typed WHERE verdict = 'new')"))
    likely = [name for name in names if now.rows >= OTHER_FROM and now.found[name] > MOVED * now.rows]
    if not likely:
        return
    own = batch.contract.own_id
    earlier = _found(con, batch, names, fill("raw.{extract}", extract=batch.contract.extract))
    for name in likely:
        if earlier.rows and earlier.found[name] < LEAST_MOVED * earlier.rows:
            meaning = f"Share of the rows whose {own} is the {name} of an agreement: perhaps the columns are swapped."
            share = now.found[name] / now.rows
            yield Figure(f"{own}.of_register.share", share, None, MOVED, "warning", meaning)


@dataclass(frozen=True)
class Found:
    """The number of different numbers of rows, and how many of them each column of the register has."""

    rows: int
    found: Mapping[str, int]


def _found(con: duckdb.DuckDBPyConnection, batch: Batch, names: Sequence[str], rows: Sql) -> Found:
    """Count the numbers of some rows that columns of the register have."""
    counts = [
        fill(
            "count(*) FILTER ((corporatie_id, number) IN (SELECT (corporatie_id, {name}) FROM versions.{register}))",
            name=name,
            register=REGISTER,
        )
        for name in names
    ]
    query = fill(
        "SELECT count(*), {counts} FROM (SELECT DISTINCT corporatie_id, {own} AS number FROM {rows})",
        counts=counts,
        own=batch.contract.own_id,
        rows=rows,
    )
    total, *found = con.execute(query).fetchall()[0]
    return Found(total, dict(zip(names, found, strict=True)))
