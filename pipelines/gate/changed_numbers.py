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
from pipelines.installation.settings import Gates
from pipelines.installation.sql import Sql, fill, literal
from pipelines.parsing.batch import Batch

LEAST_ROWS = 20
"""Number of earlier numbers from which their form is known."""
USUAL, OTHER_FROM = 0.9, 5
"""Share of the numbers with one form, and the number of rows from which it is judged."""
NUMBERS = 200
"""Number of numbers that are looked for in the register."""
SAMPLE = 2_000
"""Number of earlier rows that show how numbers are written."""
AGAIN, AGAIN_REGISTER, AGAIN_BEFORE, AGAIN_FROM, AGAIN_STANDING = 0.5, 0.8, 0.95, 20, 3
"""The least share of the rows of the delivery before that come again, in a list or a register of which nearly all came again before,
and the number of rows from which it is judged: a few new rows may come twice by chance, but rights that stand come each time."""
GONE = 0.02
"""Share of the running agreements that a register which used to hold all of them may lack."""
MOVED, LEAST_MOVED = 0.5, 0.1
"""Share of the numbers of rows that may be numbers of the register, and the share of earlier ones under which this is new."""


def figures(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[Figure]:
    """Yield the figures about the numbers of rows, from the temporary table `typed`; an agreement on a list is no number of a row."""
    if batch.contract.snapshot:
        return
    yield from _again(con, batch, gates)
    if batch.contract.extract != REGISTER:
        yield from _other_form(con, batch)
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


def _again(con: duckdb.DuckDBPyConnection, batch: Batch, gates: Gates) -> Iterator[Figure]:
    """Yield the share of the rows of the delivery before that come again, and of the agreements that ran, if they used to come.

    A list that holds all rows each time and suddenly holds others is cut off, filtered or another list. Whether the delivery before
    it came again is only looked up if this one does not.
    """
    own, earlier = batch.contract.own_id, previous.find(con, batch)
    if len(earlier) < 2:
        return
    register = batch.contract.extract == REGISTER
    enough = AGAIN_STANDING if batch.contract.rights in ("objection", "safety") else AGAIN_FROM
    least = AGAIN_REGISTER if register else AGAIN
    last = _come(con, batch, earlier[0], Sql("typed"))
    fewer = last.rows >= enough and last.come < least * last.rows
    gone = register and last.running_gone > max(gates.tolerated_rows, GONE * last.running)
    if not fewer and not gone:
        return
    usual = _come(con, batch, earlier[1], previous.rows(batch, earlier[0]))
    if fewer and usual.rows >= enough and usual.come >= AGAIN_BEFORE * usual.rows:
        meaning = (
            "Share of the rows of the delivery before that come again; of the one before that, nearly all did. Perhaps the export is cut "
            "off or filtered, or it is another list."
        )
        yield Figure(f"{own}.again.share", last.come / last.rows, least, None, "warning", meaning)
    # A source that delivers changes only lacks most of them each time.
    if gone and usual.running_gone <= GONE * usual.running:
        meaning = (
            "Share of the running agreements of the register before that are not in this one, and did not end: perhaps it is cut off, "
            "filtered, or an old copy. Ask for the whole register."
        )
        share = last.running_gone / last.running
        yield Figure(f"{own}.running_gone.share", share, None, GONE, "warning", meaning)


@dataclass(frozen=True)
class Come:
    """The number of rows of a delivery and of those that come again, and of its running agreements and those that do not."""

    rows: int
    come: int
    running: int
    running_gone: int


def _come(con: duckdb.DuckDBPyConnection, batch: Batch, delivery: int, later: Sql) -> Come:
    """Count the rows of a delivery that come again in later ones."""
    running = Sql("einddatum IS NULL" if batch.contract.extract == REGISTER else "false")
    query = fill(
        "SELECT count(*), count(*) FILTER (come), count(*) FILTER (running), count(*) FILTER (running AND NOT come) "
        "FROM (SELECT key_hash IN (SELECT key_hash FROM {later}) AS come, {running} AS running FROM {rows})",
        later=later,
        running=running,
        rows=previous.rows(batch, delivery),
    )
    return Come(*con.execute(query).fetchall()[0])


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
