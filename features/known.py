"""The as-of cut: what was known, and what had happened, as of a date. The only place that cuts time.

Two clocks, both strict. A version of a row counts at the as-of date t iff ``known_from < t`` and it was not
yet replaced (``known_until`` empty or ``>= t``); an event counts iff its own date is before t as well.
Signals read nothing but what comes out of here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache

import ibis
import ibis.expr.types as ir

AGREEMENT = ["corporatie_id", "overeenkomst_id"]
"""Columns that identify an agreement. A list, as pandas needs it."""

KEY = (*AGREEMENT, "as_of")
"""Columns that identify a row of the features: an agreement on an as-of date."""

FOREVER = date(9999, 12, 31)

Known = Callable[[str], ir.Table]
"""From the name of a staged table to what was known of it, with its ``as_of`` column."""


def as_of_dates(as_of: date | Sequence[date]) -> date | ir.Table:
    """One date as it is; several as a table with one column ``as_of``, each once.

    Raises
    ------
    ValueError
        When no date is given.
    """
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
    if isinstance(as_of, date):
        moment = ibis.date(as_of.isoformat())
        still = table.known_until.isnull() | (table.known_until >= moment)
        rows = table.filter(table.known_from < moment, still).mutate(as_of=moment)
    else:
        until = ibis.coalesce(table.known_until, ibis.date(FOREVER.isoformat()))  # plain bounds: a range join
        rows = table.join(as_of, [table.known_from < as_of.as_of, until >= as_of.as_of])
    return rows.drop("known_from", "known_until")


def happened(rows: ir.Table, on: str, within_days: int) -> ir.Table:
    """Keep the events of the last ``within_days`` days before the as-of date and add their age.

    Parameters
    ----------
    rows : ibis table
        Known rows.
    on : str
        Column with the event date (DATE).
    within_days : int
        An event on the as-of date itself is out; one exactly ``within_days`` before it is in.

    Returns
    -------
    ibis table
        The rows with ``days``: age of the event in days, 1 (yesterday) to ``within_days``.
    """
    aged = rows.mutate(days=rows.as_of.delta(rows[on], unit="day"))
    return aged.filter(aged.days >= 1, aged.days <= within_days)


def reader(staged: Mapping[str, ir.Table], as_of: date | ir.Table) -> Known:
    """Make the only door to the staged tables that a signal gets: each table cut at the as-of date."""
    return cache(lambda name: known(staged[name], as_of))
