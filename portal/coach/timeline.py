"""Draw the signals of an address per week, and list them as a table.

Signals are shown in three levels instead of points, because points could be added up to the score, which is shown only
if the corporation chose so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from portal.casework.models import SignalWeek

WEEKS = 26
FAMILY_LABELS = {
    "arrears": _("Huurachterstand"),
    "nuisance": _("Overlast"),
    "repairs": _("Reparaties"),
    "worries": _("Doorgegeven zorgen"),
    "stacking": _("Meer tegelijk"),
}
SIGNAL_ICONS = {
    "arrears": "euro",
    "nuisance": "noise",
    "repairs": "wrench",
    "worries": "eye",
    "stacking": "layers",
}
AMOUNT = "arrears_euro"
LEVELS = (_("niets"), _("weinig"), _("matig"), _("veel"))
STEPS = (1, 6, 16)
"""Lowest points of the levels little, more and much. A usual first sign gives up to 5, one strong sign about 15."""
WIDTH, LEFT, LANE, GAP = 344, 2, 34, 20
WIDEST, NARROWEST = 28, 30
TALL = LANE - 6


@dataclass(frozen=True)
class Bar:
    """One family in one week, as drawn: ``level`` is 0 to 3."""

    x: int
    y: int
    width: int
    height: int
    level: int


@dataclass(frozen=True)
class Lane:
    """One family over the weeks."""

    name: str
    label_y: int
    base: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Mark:
    """The label of a month under the drawing."""

    x: int
    day: date


@dataclass(frozen=True)
class Row:
    """A week of the table: per family its level in words and its points, and the amount owed."""

    as_of: date
    cells: tuple[tuple[str, int], ...]
    amount: float | None


@dataclass(frozen=True)
class Timeline:
    """The drawing, and the same data as a table with the newest week first."""

    width: int
    height: int
    end: int
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]
    marks_y: int
    rows: tuple[Row, ...]
    has_amount: bool

    @property
    def families(self) -> list[str]:
        """The displayed families, in order."""
        return [lane.name for lane in self.lanes]


def level(points: int) -> int:
    """Return the level of a number of points, from 0 (none) to 3 (much)."""
    return sum(points >= step for step in STEPS)


def build(weeks: Iterable[SignalWeek], newest: date | None) -> Timeline | None:
    """Draw the last half year up to a week.

    Parameters
    ----------
    weeks : iterable of SignalWeek
        The weeks of one case, in any order.
    newest : date or None
        The last week to draw; default: the newest of `weeks`.

    Returns
    -------
    Timeline or None
        None if there is no data. A week that was not published stays empty; families without points are left out.
    """
    known = {week.as_of: week for week in weeks}
    if not known:
        return None
    last = max(newest or max(known), max(known))
    first = max(min(known), last - timedelta(weeks=WEEKS - 1))
    days = [first + timedelta(weeks=number) for number in range((last - first).days // 7 + 1)]
    shown = [week for day, week in known.items() if day >= first]
    families = [name for name in FAMILY_LABELS if any(week.points.get(name, 0) > 0 for week in shown)]
    if not families:
        return None
    cell = min((WIDTH - 2 * LEFT) // len(days), WIDEST)
    lanes = tuple(_lane(name, place, days, known, cell) for place, name in enumerate(families))
    bottom = len(lanes) * (LANE + GAP)
    words = tuple(map(str, LEVELS))  # once, and not for each of a hundred cells
    rows = tuple(
        _row(week, families, words) for week in sorted(shown, key=lambda week: week.as_of, reverse=True)
    )
    return Timeline(
        width=WIDTH,
        height=bottom + 18,
        end=LEFT + len(days) * cell,
        lanes=lanes,
        marks=tuple(_marks(days, cell)),
        marks_y=bottom + 13,
        rows=rows,
        has_amount=any(row.amount is not None for row in rows),
    )


def _lane(name: str, place: int, days: list[date], known: dict[date, SignalWeek], cell: int) -> Lane:
    top = place * (LANE + GAP)
    base = top + GAP + TALL
    bars = []
    for number, day in enumerate(days):
        week = known.get(day)
        step = level(week.points.get(name, 0)) if week else 0
        if step:
            height = TALL * step // 3
            bars.append(
                Bar(x=LEFT + number * cell, y=base - height, width=cell - 3, height=height, level=step)
            )
    return Lane(name=str(FAMILY_LABELS[name]), label_y=top + 13, base=base, bars=tuple(bars))


def _marks(days: list[date], cell: int) -> list[Mark]:
    """Label each month at its first week, if there is room for the label."""
    marks: list[Mark] = []
    for number, day in enumerate(days):
        begins = number == 0 or day.month != days[number - 1].month
        x = LEFT + number * cell
        if begins and (not marks or x - marks[-1].x >= NARROWEST):
            marks.append(Mark(x=x, day=day))
        elif begins and len(marks) == 1:
            marks[0] = Mark(x=x, day=day)
    return marks


def _row(week: SignalWeek, families: list[str], words: tuple[str, ...]) -> Row:
    cells = tuple(
        (words[level(points)], points) for name in families for points in [week.points.get(name, 0)]
    )
    amount = week.figures.get(AMOUNT)
    return Row(
        as_of=week.as_of, cells=cells, amount=float(amount) if isinstance(amount, int | float) else None
    )
