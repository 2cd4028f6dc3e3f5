"""Judge how the rows of a delivery are numbered: a figure for the gate where numbers are written otherwise, or are those of other rows.

Numbers that were cut fall together, numbers with another prefix count twice, and a list that used to hold all rows each time and
suddenly holds others is cut off, filtered or another list. A figure is only judged when something was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from pipelines.gate import previous
from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.sql import Sql, fill, literal
from pipelines.parsing.batch import Batch

LEAST_ROWS = 20
"""Number of earlier numbers from which their form is known."""
USUAL, OTHER_FROM = 0.9, 5
"""Share of the numbers with one form, and the number of rows from which it is judged."""
NUMBERS = 200
"""Number of numbers that are looked for in the register."""
SAMPLE = 2_000
"""Number of earlier rows that show how numbers are written, and whether a list comes again."""
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
    own, extract = batch.contract.own_id, batch.contract.extract
    query = fill(
        """
        WITH theirs AS (SELECT delivery_id FROM run.deliveries WHERE source = {source}),
        earlier AS (SELECT {own} FROM raw.{extract} WHERE delivery_id IN (FROM theirs) AND row_id > (
            SELECT max(row_id) - {sample} FROM raw.{extract} WHERE delivery_id IN (FROM theirs))),
        forms AS (SELECT {prefix} AS prefix, len({own}) AS size FROM earlier),
        usual AS (SELECT mode(prefix) AS prefix, mode(size) AS size FROM forms)
        SELECT (SELECT count(*) FROM forms), (SELECT count(*) FROM forms SEMI JOIN usual USING (prefix)),
            (SELECT count(*) FROM forms SEMI JOIN usual USING (size)), count(*),
            count(*) FILTER ({prefix} <> (SELECT prefix FROM usual)), count(*) FILTER (len({own}) < (SELECT size FROM usual))
        FROM typed WHERE verdict = 'new'""",
        own=own,
        extract=extract,
        prefix=fill("regexp_extract({own}, '^[A-Za-z]*0?')", own=own),
        sample=SAMPLE,
        source=literal(batch.delivery.source),
    )
    ever, prefixed, sized, rows, unlike, shorter = con.execute(query).fetchall()[0]
    # A file in which cut numbers fall together has few of them left.
    for usual, other, least in ((prefixed, unlike, OTHER_FROM), (sized, shorter, 1)):
        if ever >= LEAST_ROWS and usual >= USUAL * ever and rows >= least and other >= USUAL * rows:
            meaning = (
                f"Share of the rows whose {own} has another prefix than nearly all earlier ones, no zeros in front, or fewer characters: "
                "a row that was delivered before would count twice, and cut numbers fall together. Export the numbers as before, as text."
            )
            yield Figure(f"{own}.other_form.share", other / rows, None, 1 - USUAL, "warning", meaning)
            return


def _again(con: duckdb.DuckDBPyConnection, batch: Batch, least: float) -> Iterator[Figure]:
    """Yield the share of the rows of the delivery before that come again, if it is low and used to be high.

    A list that holds all rows each time and suddenly holds others is cut off, filtered or another list. Whether the delivery before
    it came again is told by some of its rows.
    """
    own, earlier = batch.contract.own_id, previous.find(con, batch)
    if len(earlier) < 2:
        return
    last, first = (
        fill(
            "(SELECT DISTINCT key_hash FROM raw.{extract} WHERE row_id IN "
            "(SELECT row_id FROM raw.{sightings} WHERE delivery_id = {delivery}{limit}))",
            extract=batch.contract.extract,
            sightings=f"{batch.contract.extract}_sightings",
            delivery=delivery,
            limit=limit,
        )
        for delivery, limit in zip(earlier, (Sql(""), fill(" LIMIT {sample}", sample=SAMPLE)), strict=True)
    )
    query = fill(
        "SELECT count(*), count(*) FILTER (key_hash IN (SELECT key_hash FROM typed)) FROM {last}", last=last
    )
    before, come = con.execute(query).fetchall()[0]
    standing = batch.contract.rights in ("objection", "safety")
    enough = AGAIN_STANDING if standing else AGAIN_FROM
    if before < enough or come >= least * before:
        return
    query = fill(
        "SELECT count(*), count(*) FILTER (key_hash IN (FROM {last})) FROM {first}", last=last, first=first
    )
    sample, came = con.execute(query).fetchall()[0]
    if sample >= enough and came >= AGAIN_BEFORE * sample:
        meaning = (
            "Share of the rows of the delivery before that come again; of the one before that, nearly all did. Perhaps the export is cut "
            "off or filtered, or it is another list."
        )
        yield Figure(f"{own}.again.share", come / before, least, None, "warning", meaning)


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
    """Count some of the numbers of rows, and those of them that columns of the register have."""
    sample = fill(
        "WITH sample AS (SELECT DISTINCT corporatie_id, {own} AS number FROM {rows} ORDER BY ALL LIMIT {most}) ",
        own=batch.contract.own_id, rows=rows, most=NUMBERS,
    )  # fmt: skip
    # Few numbers are looked for in the register, instead of the register in itself.
    counts = [
        fill(
            "(SELECT count(DISTINCT (s.corporatie_id, number)) FROM sample s JOIN versions.{register} r "
            "ON r.corporatie_id = s.corporatie_id AND r.{name} = number)",
            name=name,
            register=REGISTER,
        )
        for name in names
    ]
    query = fill("{sample}SELECT (SELECT count(*) FROM sample), {counts}", sample=sample, counts=counts)
    total, *found = con.execute(query).fetchall()[0]
    return Found(total, dict(zip(names, found, strict=True)))
