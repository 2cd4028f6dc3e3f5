"""Working days in the Netherlands: a next step never falls in a weekend or on a bank holiday."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SATURDAY = 5
SUNDAY = 6
DAY = timedelta(days=1)
LIBERATION_EVERY = 5
"""Liberation day is a day off once in five years."""


def easter(year: int) -> date:
    """Return Easter Sunday of a year in the Gregorian calendar (the algorithm of Butcher and Meeus)."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - shift + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - epact - of_century % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@cache
def bank_holidays(year: int) -> dict[date, Promise]:
    """Return the bank holidays of a year with their names, computed once; do not change the answer."""
    sunday = easter(year)
    kings_day = date(year, 4, 27)
    if kings_day.weekday() == SUNDAY:
        kings_day -= DAY
    days: dict[date, Promise] = {
        date(year, 1, 1): _("Nieuwjaarsdag"),
        sunday: _("Eerste Paasdag"),
        sunday + DAY: _("Tweede Paasdag"),
        kings_day: _("Koningsdag"),
        sunday + 39 * DAY: _("Hemelvaartsdag"),
        sunday + 49 * DAY: _("Eerste Pinksterdag"),
        sunday + 50 * DAY: _("Tweede Pinksterdag"),
        date(year, 12, 25): _("Eerste Kerstdag"),
        date(year, 12, 26): _("Tweede Kerstdag"),
    }
    if year % LIBERATION_EVERY == 0:
        days.setdefault(date(year, 5, 5), _("Bevrijdingsdag"))
    return days


def works(day: date) -> bool:
    """Whether a day is a working day."""
    return day.weekday() < SATURDAY and day not in bank_holidays(day.year)


def working_day(day: date) -> date:
    """Return the day itself if it is a working day, otherwise the first working day after it."""
    while not works(day):
        day += DAY
    return day


def holidays_of_week(monday: date) -> list[tuple[date, Promise]]:
    """Return the bank holidays from Monday to Friday of a week, in order."""
    days = [monday + number * DAY for number in range(SATURDAY)]
    return [(day, name) for day in days for name in [bank_holidays(day.year).get(day)] if name is not None]
