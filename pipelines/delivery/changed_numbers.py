"""Judge how the rows of a delivery are numbered: a figure for the gate where numbers are written otherwise, or are those of other rows.

Numbers that were cut fall together, numbers with another prefix count twice, and a list that used to hold all rows each time and
suddenly holds others is cut off, filtered or another list. A figure is only judged when something was found.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from pipelines.delivery.batch import Batch
from pipelines.delivery.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.sql import Sql, fill

LEAST_ROWS = 20
"""Number of earlier numbers from which their form is known."""
USUAL, OTHER_FROM = 0.9, 5
"""Share of the numbers with one form, and the number of rows from which it is judged."""
AGAIN, AGAIN_REGISTER, AGAIN_BEFORE, AGAIN_FROM = 0.5, 0.8, 0.95, 3
"""The least share of the rows of the delivery before that come again, in a list or a register of which nearly all came again before."""
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
    """Yield the share of the numbers that are written as no earlier one: with another prefix, without the zeros in front, or shorter."""
    own = batch.contract.own_id
    for form, other in (("regexp_extract({own}, '^[A-Za-z]*0?')", "<>"), ("len({own})", "<")):
        query = fill(
            """
            WITH earlier AS (SELECT {form} AS form, count(*) AS n FROM raw.{extract} GROUP BY ALL),
            usual AS (SELECT form, n FROM earlier ORDER BY n DESC, form LIMIT 1)
            SELECT (SELECT sum(n) FROM earlier), (SELECT n FROM usual), count(*), count(*) FILTER ({form} {other} (SELECT form FROM usual))
            FROM typed WHERE verdict = 'new'""",
            form=fill(form, own=own),
            other=Sql(other),
            extract=batch.contract.extract,
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
    keys = fill(
        "SELECT DISTINCT s.delivery_id, r.corporatie_id, r.{own} FROM raw.{sightings} s JOIN raw.{extract} r USING (row_id)",
        own=own, sightings=f"{extract}_sightings", extract=extract,
    )  # fmt: skip
    query = fill(
        """
        WITH keys AS ({keys} WHERE s.delivery_id IN ({last}, {first})),
        last AS (SELECT corporatie_id, {own} FROM keys WHERE delivery_id = {last}),
        first AS (SELECT corporatie_id, {own} FROM keys WHERE delivery_id = {first}),
        now AS (SELECT DISTINCT corporatie_id, {own} FROM typed WHERE verdict = 'new')
        SELECT (SELECT count(*) FROM first), (SELECT count(*) FROM first SEMI JOIN last USING (corporatie_id, {own})),
            (SELECT count(*) FROM last), (SELECT count(*) FROM last SEMI JOIN now USING (corporatie_id, {own}))""",
        keys=keys, own=own, last=int(earlier[0][0]), first=int(earlier[1][0]),
    )  # fmt: skip
    first, came, last, come = con.execute(query).fetchall()[0]
    if min(first, last) >= AGAIN_FROM and came >= AGAIN_BEFORE * first and come < least * last:
        meaning = (
            "Share of the rows of the delivery before that come again; of the one before that, nearly all did. Perhaps the export is cut "
            "off or filtered, or it is another list."
        )
        yield Figure(f"{own}.again.share", come / last, least, None, "warning", meaning)


def _of_register(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield the share of the numbers that are those of a tenant, a home or an agreement, if earlier numbers were not."""
    own = batch.contract.own_id
    for name in ("huurder_id", "eenheid_id", "overeenkomst_id"):
        of_register = fill(
            "SELECT DISTINCT corporatie_id, {name} AS number FROM versions.{register}",
            name=name,
            register=REGISTER,
        )
        query = fill(
            """
            SELECT count(*), count(*) FILTER (late), count(r.number) FILTER (NOT late), count(r.number) FILTER (late) FROM (
                SELECT corporatie_id, {own} AS number, true AS late FROM typed WHERE verdict = 'new'
                UNION SELECT corporatie_id, {own}, false FROM raw.{extract}) n
            LEFT JOIN ({of_register}) r USING (corporatie_id, number)""",
            own=own,
            extract=batch.contract.extract,
            of_register=of_register,
        )
        rows, now, earlier_found, found = con.execute(query).fetchall()[0]
        if rows > now >= OTHER_FROM and found > MOVED * now and earlier_found < LEAST_MOVED * (rows - now):
            meaning = f"Share of the rows whose {own} is the {name} of an agreement: perhaps the columns are swapped."
            yield Figure(f"{own}.of_register.share", found / now, None, MOVED, "warning", meaning)
