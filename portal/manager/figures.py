"""Look up the manager's tables by name, and draw the chart of each from the figures that its table shows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.cache import cache
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from models.words import charts
from portal.accounts.models import User
from portal.trends import pace, signals, suppress, work
from portal.trends.reach import Reach
from portal.trends.suppress import Shown
from portal.trends.tables import Table, when

DAY = 24 * 3600


def _listing(user: User, reach: Reach, week: Table | None = None) -> tuple[Table, Table]:
    week = week or signals.weekly(reach)
    return work.listing(user, reach, week.rows[-1][-1] if week.rows else suppress.ZERO)  # type: ignore[arg-type]


SIGNALS = {"signalen": signals.weekly, "wijken": signals.per_wijk}
"""Tables for any selection of wijken."""
WORK: dict[str, Callable[[User, Reach], Table]] = {
    "nieuw": lambda user, reach: _listing(user, reach)[0],
    "trechter": lambda user, reach: _listing(user, reach)[1],
    "tijd": pace.first_contact,
    "capaciteit": pace.capacity,
    "resultaten": work.outcomes,
    "overdrachten": work.handovers,
}
"""Tables for all wijken of a corporation together."""
TABLES = (*SIGNALS, *WORK)
"""All tables, in the order of the page."""


def one(user: User, reach: Reach, name: str) -> Table | None:
    """Return a table, or None if these wijken have no table of that name."""
    if name in SIGNALS:
        return SIGNALS[name](reach)
    return WORK[name](user, reach) if name in WORK and reach.complete else None


def every(user: User, reach: Reach) -> list[Table]:
    """Return all tables for these wijken; query only once what two tables share."""
    tables = {name: make(reach) for name, make in SIGNALS.items()}
    if reach.complete:
        tables |= {table.name: table for table in _listing(user, reach, tables["signalen"])}
        tables |= {name: make(user, reach) for name, make in WORK.items() if name not in tables}
    return [tables[name] for name in TABLES if name in tables]


def chart(table: Table) -> str:
    """Draw a table as SVG; cached for a day."""
    shape = repr((get_language(), table)).encode()
    key = f"chart-{hashlib.sha256(shape).hexdigest()}"
    drawn: str | None = cache.get(key)
    if drawn is None:
        drawn = DRAWN[table.name](table)
        cache.set(key, drawn, DAY)
    return drawn


def _value(cell: Any) -> charts.Value:
    """Return what to draw of a cell: a hidden count is a band from 1 to its maximum."""
    if isinstance(cell, Shown):
        return charts.Band(1, cell.most) if cell.hidden else cell.low
    return cell if isinstance(cell, int | float) else None


def _lines(table: Table) -> str:
    days: list[date] = table.column("as_of")
    series = {
        column.title: [(day, _value(cell)) for day, cell in zip(days, table.column(column.key), strict=True)]
        for column in table.columns[1:]
    }
    return charts.lines(series, axis=table.unit, title=_alt(table))


def _columns(table: Table) -> str:
    kind = table.columns[0].kind
    counted = [n for n, column in enumerate(table.columns) if column.kind == "count"]
    rows = [
        (when(row[0], kind), {table.columns[n].title: _value(row[n]) for n in counted})
        for row in table.rows
        if isinstance(row[0], date)
    ]
    return charts.columns(rows, axis=table.unit, title=_alt(table))


def _intervals(table: Table) -> str:
    bars = [
        charts.Bar(when(quarter, "quarter"), middle, low, high, strong=True)  # type: ignore[arg-type]
        for quarter, low, middle, high in table.rows
        if middle is not None
    ]
    return charts.intervals(bars, axis=table.unit, title=_alt(table))


DRAWN: dict[str, Callable[[Table], str]] = {
    "signalen": _lines,
    "nieuw": _columns,
    "trechter": _columns,
    "tijd": _intervals,
    "capaciteit": _columns,
    "resultaten": _columns,
    "overdrachten": _columns,
}


def drawable(table: Table) -> bool:
    """Return whether a table has anything to draw."""
    cells = [cell for row in table.rows if isinstance(row[0], date) for cell in row[1:]]
    return table.name in DRAWN and any(_value(cell) for cell in cells)


def _alt(table: Table) -> str:
    return _("Grafiek: %(title)s. Dezelfde cijfers staan in de tabel eronder.") % {"title": table.title}
