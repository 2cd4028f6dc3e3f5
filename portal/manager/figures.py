"""Look up the manager's tables by name, and draw the chart of each from the figures that its table shows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.cache import caches
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from models.words import small
from models.words.charts import Band, Bar, Value
from portal.accounts.models import User
from portal.manager import beside, wijken
from portal.trends import concerns, handed_over, pace, signals, suppress, work
from portal.trends.quarters import quarter_of
from portal.trends.reach import Reach
from portal.trends.suppress import Shown
from portal.trends.tables import Table, write

DAY = 24 * 3600


def _listing(user: User, reach: Reach, week: Table | None = None) -> tuple[Table, Table]:
    week = week or signals.weekly(reach)
    return work.listing(user, reach, week.rows[-1][-1] if week.rows else suppress.ZERO)  # type: ignore[arg-type]


SIGNALS = {"signalen": signals.weekly, "wijken": wijken.table}
"""Tables for any selection of wijken."""
WORK: dict[str, Callable[[User, Reach], Table]] = {
    "naast": beside.table,
    "trechter": lambda user, reach: _listing(user, reach)[1],
    "wachten": pace.waited,
    "tijd": pace.first_contact,
    "nieuw": lambda user, reach: _listing(user, reach)[0],
    "resultaten": work.outcomes,
    "capaciteit": pace.capacity,
    "groei": concerns.growth,
    "overdrachten": handed_over.handovers,
    "partners": handed_over.partners,
    "zorgen": concerns.reported,
}
"""Tables for all wijken of a corporation together. Those of half a page stand in pairs, so that no half stays empty."""
TABLES = (*SIGNALS, *WORK)
"""All tables, in the order of the page."""


def named_table(user: User, reach: Reach, name: str) -> Table | None:
    """Return a table, or None if these wijken have no table of that name."""
    if name in SIGNALS:
        return SIGNALS[name](reach)
    return _dated(WORK[name](user, reach), reach) if name in WORK and reach.complete else None


def every(user: User, reach: Reach) -> list[Table]:
    """Return all tables for these wijken; query only once what two tables share."""
    tables = {name: make(reach) for name, make in SIGNALS.items()}
    if reach.complete:
        tables |= {table.name: table for table in _listing(user, reach, tables["signalen"])}
        tables |= {name: make(user, reach) for name, make in WORK.items() if name not in (*tables, "naast")}
        tables["naast"] = beside.table(
            user, reach, {name: _dated(tables[name], reach) for name in beside.FROM}
        )
    return [_dated(tables[name], reach) for name in TABLES if name in tables]


def _dated(table: Table, reach: Reach) -> Table:
    """Let a table know the oldest and newest list, so that it shows of which quarter there is only a part."""
    return replace(table, newest=reach.newest, oldest=reach.oldest)


@dataclass(frozen=True)
class Chart:
    """A small chart: its title, and its SVG in the colours of the page."""

    title: str
    svg: SafeString


def charts(table: Table, marks: Collection[date] = ()) -> tuple[Chart, ...]:
    """Draw the small charts of a table, each on its own axis; cached for a day.

    Parameters
    ----------
    marks : collection of date
        Days to mark in charts per week: those of a late delivery or another model.
    """
    if not drawable(table):
        return ()
    shape = repr((get_language(), table, sorted(marks))).encode()
    key = f"charts-{hashlib.sha256(shape).hexdigest()}"
    drawn: tuple[Chart, ...] | None = caches["charts"].get(key)
    if drawn is None:
        drawn = DRAWN[table.name](table, marks)
        caches["charts"].set(key, drawn, DAY)
    return drawn


def _value(cell: Any) -> Value:
    """Return what to draw of a cell: a hidden count is a band from 1 to its maximum."""
    if isinstance(cell, Shown):
        return Band(1, cell.most) if cell.hidden else cell.low
    return cell if isinstance(cell, int | float) else None


def _over_time(table: Table, marks: Collection[date]) -> tuple[Chart, ...]:
    rows = [row for row in table.rows if isinstance(row[0], date)]
    first, last = rows[0][0], rows[-1][0]
    within = [day for day in marks if first <= day <= last]  # type: ignore[operator]
    return tuple(
        _chart(
            small.over_time(
                [(row[0], _value(row[place])) for row in rows],  # type: ignore[misc]
                title=_alt(column.title),
                marks=within if column.kind == "count" else (),
                language=get_language() or "nl",
            ),
            column.title,
        )
        for place, column in enumerate(table.columns)
        if place
    )


def _per_quarter(table: Table, marks: Collection[date]) -> tuple[Chart, ...]:  # noqa: ARG001
    rows = [row for row in table.rows if isinstance(row[0], date)]
    labels = [_quarter(row[0], table) for row in rows]  # type: ignore[arg-type]
    light = [label for label in labels if label.endswith(PART)]
    return tuple(
        _chart(
            small.bars(
                [
                    (label, _value(row[place]), write(row[place], column.kind))
                    for label, row in zip(labels, rows, strict=True)
                ],
                title=_alt(column.title),
                unfinished=light,
                language=get_language() or "nl",
            ),
            column.title,
        )
        for place, column in enumerate(table.columns)
        if column.kind == "count" and column.key in CHARTED[table.name]
    )


def _intervals(table: Table, marks: Collection[date]) -> tuple[Chart, ...]:  # noqa: ARG001
    rows = [
        Bar(_quarter(quarter, table), middle, low, high)  # type: ignore[arg-type]
        for quarter, low, middle, high, *_slow in table.rows
        if middle is not None
    ]
    return (_chart(small.spans(rows, title=_alt(table.title), language=get_language() or "nl"), table.title),)


CHARTED = {
    "trechter": ("reached", "helped"),
    "capaciteit": ("used",),
    "resultaten": ("advice", "referred", "no_contact"),
    "overdrachten": ("ja", "onbekend"),
    "zorgen": ("reported", "objections"),
}
"""The columns of the quarterly tables that are drawn; each chart takes time to draw."""
PART = " *"
"""Suffix of the label of a quarter of which there are lists of a part only."""


def _quarter(day: date, table: Table) -> str:
    """Write a quarter in short, with a mark if there are lists of a part of it only."""
    span = quarter_of(day)
    return f"{span.short}{PART}" if span.partly(table.newest, table.oldest) else span.short


def _chart(drawn: str, title: str) -> Chart:
    return Chart(title, mark_safe(drawn))  # noqa: S308 - drawn here, and its only text is escaped by Vega


DRAWN: dict[str, Callable[[Table, Collection[date]], tuple[Chart, ...]]] = {
    "signalen": _over_time,
    "nieuw": _over_time,
    "trechter": _per_quarter,
    "tijd": _intervals,
    "capaciteit": _per_quarter,
    "resultaten": _per_quarter,
    "overdrachten": _per_quarter,
    "zorgen": _per_quarter,
}


def drawable(table: Table) -> bool:
    """Return whether a table has anything to draw."""
    cells = [cell for row in table.rows if isinstance(row[0], date) for cell in row[1:]]
    return table.name in DRAWN and any(_value(cell) for cell in cells)


def _alt(title: str) -> str:
    return _("Grafiek: %(title)s. Dezelfde cijfers staan in de tabel eronder.") % {"title": title}
