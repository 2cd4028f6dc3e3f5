"""Calendar quarters and years: their days, their names, and those to choose from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

YEARS = 3
"""Number of calendar years to choose from, the running one included."""


@dataclass(frozen=True)
class Span:
    """A calendar quarter, or a calendar year if ``number`` is 0."""

    year: int
    number: int = 0

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, 3 * (self.number or 1) - 2, 1)

    @property
    def last(self) -> date:
        """The last day."""
        if self.number in (0, 4):
            return date(self.year, 12, 31)
        return date(self.year, 3 * self.number + 1, 1) - timedelta(days=1)

    @property
    def code(self) -> str:
        """How a URL writes it: 2026-3, or 2026 for the year."""
        return f"{self.year}-{self.number}" if self.number else str(self.year)

    @property
    def name(self) -> str:
        """How a table names it."""
        if not self.number:
            return _("Heel %(year)s") % {"year": self.year}
        return _("%(quarter)se kwartaal %(year)s") % {"quarter": self.number, "year": self.year}

    def named(self, newest: date | None) -> str:
        """Return the name, which says so if the newest list falls before the end."""
        if newest is None or newest >= self.last:
            return self.name
        return _("%(period)s (loopt nog)") % {"period": self.name}


def quarter_of(day: date) -> Span:
    """Return the quarter in which a day falls."""
    return Span(day.year, (day.month + 2) // 3)


def year_of(day: date) -> Span:
    """Return the year in which a day falls."""
    return Span(day.year)


def parse(text: str) -> Span | None:
    """Read a code of a URL; None if it is no quarter or year."""
    found = re.fullmatch(r"([12][0-9]{3})(?:-([1-4]))?", text, re.ASCII)
    return Span(int(found[1]), int(found[2] or 0)) if found else None


def choices(newest: date) -> list[Span]:
    """Return the years to choose from with their quarters, the newest first; nothing begins after the newest list."""
    spans = [Span(newest.year - back, number) for back in range(YEARS) for number in (0, 4, 3, 2, 1)]
    return [span for span in spans if span.first <= newest]
