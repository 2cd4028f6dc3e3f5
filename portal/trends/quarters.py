"""Calendar quarters and years: their days, their names, and those to choose from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

WEEK = timedelta(days=7)
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

    @property
    def short(self) -> str:
        """How a chart or a tile names it."""
        if not self.number:
            return str(self.year)
        return _("%(quarter)se kw. %(year)s") % {"quarter": self.number, "year": self.year}

    def partly(self, newest: date | None, oldest: date | None) -> bool:
        """Whether lists exist of a part of it only: the newest falls before its end, or the oldest over a week after its begin."""
        runs = newest is not None and newest < self.last
        return runs or (oldest is not None and self.first + WEEK <= oldest <= self.last)

    def named(self, newest: date | None, oldest: date | None = None) -> str:
        """Return the name, which says so if the newest list falls before the end, or the oldest well after the begin."""
        if not self.partly(newest, oldest):
            return self.name
        name = self.name if self.number else str(self.year)
        if oldest is not None and self.first + WEEK <= oldest <= self.last:
            day = date_format(oldest, "j F")
            name = _("%(period)s (vanaf %(day)s)") % {"period": name, "day": day}
        if newest is None or newest >= self.last:
            return name
        return _("%(period)s (loopt nog)") % {"period": name}


def quarter_of(day: date) -> Span:
    """Return the quarter in which a day falls."""
    return Span(day.year, (day.month + 2) // 3)


def year_of(day: date) -> Span:
    """Return the year in which a day falls."""
    return Span(day.year)


def parse(text: str) -> Span | None:
    """Read a code of a URL; None if it is neither a quarter nor a year."""
    match = re.fullmatch(r"([12][0-9]{3})(?:-([1-4]))?", text, re.ASCII)
    return Span(int(match[1]), int(match[2] or 0)) if match else None


def choices(newest: date, oldest: date | None = None) -> list[Span]:
    """Return the years to choose from with their quarters, the newest first; each has a day between the oldest and newest list."""
    spans = [Span(newest.year - back, number) for back in range(YEARS) for number in (0, 4, 3, 2, 1)]
    return [span for span in spans if span.first <= newest and (oldest is None or span.last >= oldest)]
