"""Read the clock and compute Mondays. No other module of `pipelines` decides what day it is.

Dates are those in Amsterdam, because the corporations are Dutch. On a server in UTC the list of the previous week would
otherwise be made on a Monday at half past midnight.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = "Europe/Amsterdam"
WEEK = timedelta(days=7)
"""The time between two weekly lists."""


def now() -> datetime:
    """Return the current time in Amsterdam, whatever time zone the machine is set to."""
    return datetime.now(ZoneInfo(AMSTERDAM))


def today() -> date:
    """Return today's date in Amsterdam."""
    return now().date()


def day_of(seconds: float) -> date:
    """Return the date in Amsterdam of a moment, in seconds since 1970 in UTC."""
    return datetime.fromtimestamp(seconds, ZoneInfo(AMSTERDAM)).date()


def last_monday(day: date) -> date:
    """Return the Monday on or before a day."""
    return day - timedelta(days=day.weekday())


def this_monday() -> date:
    """Return the Monday of the current week, the day of the newest list."""
    return last_monday(today())


def months_before(day: date, months: int) -> date:
    """Return the day `months` months earlier, or the last day of that month if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
