"""Doubt whether the entries of a ledger are those of its agreements.

Most entries are the rent of their agreement, so the register tells where a column was sorted or shifted without the others.
"""

from __future__ import annotations

from collections.abc import Iterator

from features.known import current_sql
from pipelines.gate.doubt import Examined, one_in, sampled, warn
from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.sql import Sql

LEAST_ROWS = 20
"""Number of entries in a delivery from which they are compared with the rents."""
OF_RENT = 0.5
"""Share of the entries that are usually of the rent, from which it is judged; half of the usual share is doubtful."""
OTHERS, DAYS, OF_DAYS, CENT = 3, 2, 0.5, 0.015
"""A day with more than so many entries tells whether one of them is the total. More than so many such days, and more than this share
of all days, do not come about by chance. By so much a total may differ from the sum."""


def figures(it: Examined) -> Iterator[Figure]:
    """Yield the figures about the entries of a ledger."""
    if it.contract.extract == "boekingen":
        yield from _not_of_their_rent(it)
        yield from _day_totals(it)


def _not_of_their_rent(it: Examined) -> Iterator[Figure]:
    """Yield the share of the entries that are of the rent of their agreement, if it fell to a part of what it was."""
    rows, part = _of_rent(it, Sql("(FROM typed WHERE verdict = 'new')"))
    if rows < LEAST_ROWS or part >= OF_RENT:
        return
    rows_before, usual = _of_rent(it, it.new_in(*it.earlier[:2]))
    if rows_before >= LEAST_ROWS and usual > OF_RENT and part < usual / 2:
        meaning = (
            f"Share of the entries that are about the rent of their agreement; before it was {usual:.0%}. Perhaps a column was sorted or "
            "shifted without the others, or the amounts are others. Ask whether the export changed."
        )
        yield warn("bedrag.of_rent.share", part, meaning, least=usual / 2)


def _of_rent(it: Examined, entries: Sql) -> tuple[int, float]:
    """Return the number of a sample of entries, and the share of them that are of the rent of their agreement."""
    rows, part = it.row(
        """SELECT count(*), coalesce(avg((abs(e.bedrag) BETWEEN 0.9 * r.brutohuur AND 1.1 * r.brutohuur)::INT), 0)
        FROM {entries} e JOIN versions.{register} r USING (corporatie_id, overeenkomst_id) WHERE {current} AND r.brutohuur > 0
            AND coalesce(e.detailsoort_code, 'PRO') IN ('PRO', 'BAN', 'STO') AND {sampled}""",
        entries=entries,
        register=REGISTER,
        current=Sql(current_sql("r")),
        sampled=Sql(sampled("boeking_id", one_in(it))),
    )
    return rows, part


def _day_totals(it: Examined) -> Iterator[Figure]:
    """Yield the number of days with one entry that is the sum of all others of the day, if it is most days."""
    days, totals = it.row(
        """
        WITH entries AS (SELECT corporatie_id, boekdatum, bedrag, sum(bedrag) OVER a_day - bedrag AS others, count(*) OVER a_day AS n
            FROM typed WHERE verdict = 'new' WINDOW a_day AS (PARTITION BY corporatie_id, boekdatum)),
        days AS (SELECT count(*) FILTER (bedrag <> 0 AND abs(bedrag - others) < {cent}) AS totals FROM entries WHERE n > {others}
            GROUP BY corporatie_id, boekdatum)
        SELECT count(*), count(*) FILTER (totals = 1) FROM days""",
        cent=CENT,
        others=OTHERS,
    )
    if totals >= DAYS and totals > OF_DAYS * days:
        meaning = (
            "Days on which one entry is the sum of all others of that day: perhaps a total, which counts twice. Leave such entries out "
            "with skip in the mapping."
        )
        yield warn("bedrag.day_totals.rows", totals, meaning, most=0)
