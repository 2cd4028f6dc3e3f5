"""Judge whether the entries of a ledger are those of its agreements: a figure for the gate where they are not.

Most entries are the rent of their agreement, so the register tells where a column was sorted or shifted without the others. A figure
is only judged when something was found.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from features.known import current_sql
from pipelines.gate import previous
from pipelines.gate.questions import every, some
from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.settings import Gates
from pipelines.installation.sql import Sql, fill
from pipelines.parsing.batch import Batch

LEAST_ROWS = 20
"""Number of entries in a delivery from which they are compared with the rents."""
OF_RENT = 0.5
"""Share of the entries that are usually of the rent, from which it is judged; half of the usual share is doubtful."""

OTHERS, DAYS, OF_DAYS, CENT = 3, 2, 0.5, 0.015
"""A day with more than so many entries tells whether one is the total; so many days, and more than this share of them, are no chance.
By so much a total may differ from the sum."""


def figures(con: duckdb.DuckDBPyConnection, batch: Batch, _: Gates) -> Iterator[Figure]:
    """Yield the figures about the entries of a ledger, from the temporary table `typed`."""
    if batch.contract.extract == "boekingen":
        yield from _not_of_their_rent(con, batch)
        yield from _day_totals(con)


def _not_of_their_rent(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield the share of the entries that are of the rent of their agreement, if it fell to a part of what it was."""
    rows, part = _of_rent(con, batch, Sql("(FROM typed WHERE verdict = 'new')"))
    if rows < LEAST_ROWS or part >= OF_RENT:
        return
    earlier = previous.find(con, batch)
    entries = fill("(FROM raw.{extract} WHERE delivery_id IN ({earlier}))", extract=batch.contract.extract,
                   earlier=Sql(", ".join(map(str, earlier)) or "NULL"))  # fmt: skip
    rows_before, usual = _of_rent(con, batch, entries)
    if rows_before >= LEAST_ROWS and usual > OF_RENT and part < usual / 2:
        meaning = (
            f"Share of the entries that are about the rent of their agreement; before it was {usual:.0%}. Perhaps a column was sorted or "
            "shifted without the others, or the amounts are others. Ask whether the export changed."
        )
        yield Figure("bedrag.of_rent.share", part, usual / 2, None, "warning", meaning)


def _of_rent(con: duckdb.DuckDBPyConnection, batch: Batch, entries: Sql) -> tuple[int, float]:
    """Return the number of a sample of entries, and the share of them that are of the rent of their agreement."""
    query = fill(
        """SELECT count(*), coalesce(avg((abs(e.bedrag) BETWEEN 0.9 * r.brutohuur AND 1.1 * r.brutohuur)::INT), 0)
        FROM {entries} e JOIN versions.{register} r USING (corporatie_id, overeenkomst_id) WHERE {current} AND r.brutohuur > 0
            AND coalesce(e.detailsoort_code, 'PRO') IN ('PRO', 'BAN', 'STO') AND {some}""",
        entries=entries,
        register=REGISTER,
        current=Sql(current_sql("r")),
        some=some("boeking_id", every(batch)),
    )
    rows, share = con.execute(query).fetchall()[0]
    return rows, share


def _day_totals(con: duckdb.DuckDBPyConnection) -> Iterator[Figure]:
    """Yield the number of days with one entry that is the sum of all others of the day, if it is most days."""
    query = fill(
        """
        WITH entries AS (SELECT corporatie_id, boekdatum, bedrag, sum(bedrag) OVER a_day - bedrag AS others, count(*) OVER a_day AS n
            FROM typed WHERE verdict = 'new' WINDOW a_day AS (PARTITION BY corporatie_id, boekdatum)),
        days AS (SELECT count(*) FILTER (bedrag <> 0 AND abs(bedrag - others) < {cent}) AS totals FROM entries WHERE n > {others}
            GROUP BY corporatie_id, boekdatum)
        SELECT count(*), count(*) FILTER (totals = 1) FROM days""",
        cent=CENT,
        others=OTHERS,
    )
    days, totals = con.execute(query).fetchall()[0]
    if totals >= DAYS and totals > OF_DAYS * days:
        meaning = (
            "Days on which one entry is the sum of all others of that day: perhaps a total, which counts twice. Leave such entries out "
            "with skip in the mapping."
        )
        yield Figure("bedrag.day_totals.rows", float(totals), None, 0, "warning", meaning)
