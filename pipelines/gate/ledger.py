"""Doubt a ledger whose entries are not the rent of their agreements, or that holds totals.

Most entries are the rent of their agreement, so the register shows whether a column was sorted or shifted without the others.
"""

from __future__ import annotations

from collections.abc import Iterator

from features.known import current_sql
from pipelines.gate.doubt import Examined, one_in, sampled, warn
from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER, Contract
from pipelines.installation.sql import Sql, fill, join, read_sql

DETAIL = "BOEKINGDETAILSOORT"
"""The VERA list that distinguishes rent and its payment from other entries."""
LEAST_ROWS = 20
"""Minimum number of entries to compare them with the rents."""
OF_RENT = 0.5
"""A ledger is judged if at least this share of its entries usually is the rent, and doubtful below half of the usual share."""
OTHERS, DAYS, OF_DAYS, CENT = 3, 2, 0.5, 0.015
"""A day shows whether an entry is the total of the others if it has more than `OTHERS` entries. Such days are doubtful if they are at
least `DAYS` and more than the share `OF_DAYS` of all days. A total may differ from the sum by less than `CENT`."""


def figures(it: Examined) -> Iterator[Figure]:
    """Yield the figures about the entries of a ledger."""
    amount = it.contract.entries
    if amount:
        yield from _not_of_their_rent(it, amount)
        yield from _day_totals(it, amount)


def _not_of_their_rent(it: Examined, amount: str) -> Iterator[Figure]:
    """Yield the share of entries that are the rent of their agreement, if it fell below half of what it was."""
    rows, part = _of_rent(it, amount, Sql("(FROM typed WHERE verdict = 'new')"))
    if rows < LEAST_ROWS or part >= OF_RENT:
        return
    rows_before, usual = _of_rent(it, amount, it.new_in(*it.earlier[:2]))
    if rows_before >= LEAST_ROWS and usual > OF_RENT and part < usual / 2:
        meaning = (
            f"Share of the entries that are about the rent of their agreement; before it was {usual:.0%}. Perhaps a column was sorted or "
            "shifted without the others, or the amounts are others. Ask whether the export changed."
        )
        yield warn(f"{amount}.of_rent.share", part, meaning, least=usual / 2)


def _of_rent(it: Examined, amount: str, entries: Sql) -> tuple[int, float]:
    """Return the size of a sample of entries, and the share of them that are the rent of their agreement."""
    rows, part = it.row(
        """SELECT count(*), coalesce(avg((abs(e.{amount}) BETWEEN 0.9 * r.brutohuur AND 1.1 * r.brutohuur)::INT), 0)
        FROM {entries} e JOIN versions.{register} r ON r.corporatie_id = e.corporatie_id
            AND r.overeenkomst_id = e.{agreement} WHERE {current} AND r.brutohuur > 0 AND {about_rent} AND {sampled}""",
        amount=amount,
        agreement=it.contract.agreement or "",
        about_rent=_about_rent(it.contract),
        entries=entries,
        register=REGISTER,
        current=Sql(current_sql("r")),
        sampled=Sql(sampled(f"e.{it.contract.own_id}", one_in(it))),
    )
    return rows, part


def _about_rent(contract: Contract) -> Sql:
    """Return the condition that the code of an entry, if it has one, stands for the rent, its payment or its reversal."""
    details = (name for name, column in contract.columns.items() if column.list == DETAIL)
    codes = [
        fill("coalesce(e.{detail}, 'PRO') IN ('PRO', 'BAN', 'STO')", detail=detail) for detail in details
    ]
    return join(codes or [Sql("true")], " AND ")


def _day_totals(it: Examined, amount: str) -> Iterator[Figure]:
    """Yield the number of days with one entry that is the sum of all others, if most days have one."""
    days, totals = it.row(
        read_sql(__package__, "day_totals"),
        day=Sql(f"CAST({it.day} AS DATE)"),
        amount=amount,
        cent=CENT,
        others=OTHERS,
    )
    if totals >= DAYS and totals > OF_DAYS * days:
        meaning = (
            "Days on which one entry is the sum of all others of that day: perhaps a total, which counts twice. Leave such entries out "
            "with skip in the mapping."
        )
        yield warn(f"{amount}.day_totals.rows", totals, meaning, most=0)
