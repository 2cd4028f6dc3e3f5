"""The as-of cut: select what was known, and what had happened, as of a date. No other module cuts time.

There are two clocks, and both are strict. A version of a row counts at the as-of date t if ``known_from < t`` and it
was not yet replaced (``known_until`` is empty or ``>= t``). An event counts only if its own date is before t as well.
Signals read their rows through `reader`. A query in SQL takes its conditions from `known_sql`, `known_before_sql` and
`current_sql`; they do not load Ibis, which takes most of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import ibis.expr.types as ir

AGREEMENT = ["corporatie_id", "overeenkomst_id"]
"""Columns that identify an agreement. A list, as pandas needs it."""

KEY = (*AGREEMENT, "as_of")
"""Columns that identify a row of the features: an agreement on an as-of date."""

LACKING = "lacking"
"""The staged table of the columns that the newest delivery of an extract lacked, by corporation.

A row without a column name means that the corporation never delivered the extract although others did.
"""

FOREVER = date(9999, 12, 31)
"""The ``known_until`` of a version that still holds, where a comparison needs a date."""

Known: TypeAlias = "Callable[[str], ir.Table]"
"""A function from the name of a staged table to its known rows, with an ``as_of`` column."""


def as_of_dates(as_of: date | Sequence[date]) -> date | ir.Table:
    """Return a single date unchanged, and several dates as a table with one column ``as_of``, each date once.

    Raises
    ------
    ValueError
        No date is given.
    """
    import ibis

    if isinstance(as_of, date):
        return as_of
    dates = sorted(set(as_of))
    if not dates:
        raise ValueError("At least one as-of date is needed.")
    if len(dates) == 1:
        return dates[0]
    return ibis.array([ibis.date(day.isoformat()) for day in dates]).unnest().name("as_of").as_table()


def known(table: ir.Table, as_of: date | ir.Table) -> ir.Table:
    """Cut a staged table to what was known as of a date, or as of each of several dates.

    Parameters
    ----------
    table : ibis table
        A staged table with ``known_from`` and ``known_until`` (DATE, NULL = still holds).
    as_of : date or ibis table
        One date, or a table of dates (column ``as_of``): one query then answers for all of them.

    Returns
    -------
    ibis table
        The known versions, at most one per key and date, with ``as_of`` and without the two known dates.
    """
    import ibis

    if isinstance(as_of, date):
        moment = ibis.date(as_of.isoformat())
        still = table.known_until.isnull() | (table.known_until >= moment)
        rows = table.filter(table.known_from < moment, still).mutate(as_of=moment)
    else:
        # One bound on each side, without OR, lets the engine use a range join.
        until = ibis.coalesce(table.known_until, ibis.date(FOREVER.isoformat()))
        rows = table.join(as_of, [table.known_from < as_of.as_of, until >= as_of.as_of])
    return rows.drop("known_from", "known_until")


def known_sql(alias: str, moment: str) -> str:
    """Return the SQL condition that a version was known as of a moment.

    Parameters
    ----------
    alias : str
        The table of versions in the query.
    moment : str
        A SQL expression for the as-of date: a parameter such as ``$as_of``, or a column.

    Returns
    -------
    str
        The same cut as `known`, in parentheses.
    """
    # One bound on each side, without OR, lets the engine use a range join.
    until = f"coalesce({alias}.known_until, DATE '{FOREVER}') >= {moment}"
    return f"({known_before_sql(alias, moment)} AND {until})"


def known_before_sql(alias: str, moment: str) -> str:
    """Return the SQL condition that a version was known before a moment, even if it was replaced since."""
    return f"({alias}.known_from < {moment})"


def current_sql(alias: str) -> str:
    """Return the SQL condition that a version still holds after everything that was delivered."""
    return f"({alias}.known_until IS NULL)"


def happened(rows: ir.Table, on: str, within_days: int) -> ir.Table:
    """Keep the events of the last ``within_days`` days before the as-of date and add their age.

    Parameters
    ----------
    rows : ibis table
        Known rows.
    on : str
        Column with the event date (DATE).
    within_days : int
        An event on the as-of date itself is left out; one exactly ``within_days`` before it is kept.

    Returns
    -------
    ibis table
        The rows with ``days``: age of the event in days, 1 (yesterday) to ``within_days``.
    """
    aged = rows.mutate(days=rows.as_of.delta(rows[on], unit="day"))
    return aged.filter(aged.days >= 1, aged.days <= within_days)


def reader(staged: Mapping[str, ir.Table], as_of: date | ir.Table) -> Known:
    """Return a function that reads a staged table by name, cut at the as-of date. Signals read nothing else."""
    return cache(lambda name: known(staged[name], as_of))
