"""Test that a delivery that comes at a steady rhythm is missed on the first Monday without it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from pipelines.delivery.rhythm import usual_age
from pipelines.installation.calendar import WEEK

MONDAY = date(2026, 11, 16)


def late(days: list[date], as_of: date) -> bool:
    """Return whether the newest of these days is older than usual on a Monday."""
    usual = usual_age(days, as_of)
    return usual is not None and (as_of - max(day for day in days if day <= as_of)).days > usual


def every(first: date, last: date, step: timedelta) -> list[date]:
    return [first + number * step for number in range((last - first) // step + 1)]


FIRST = date(2026, 6, 1)
MONTHS = [date(2025, month, 1) for month in range(1, 13)] + [date(2026, month, 1) for month in range(1, 12)]


@pytest.mark.parametrize("weekday", range(7))
def test_a_weekly_list_is_late_on_the_first_monday_and_never_before(weekday: int):
    days = every(FIRST + timedelta(days=weekday), MONDAY, WEEK)
    assert [late(days, MONDAY - number * WEEK) for number in range(10)] == [False] * 10
    assert late(days, MONDAY + WEEK) is (MONDAY + WEEK - days[-1] >= WEEK)
    assert late(days, MONDAY + 2 * WEEK)


@pytest.mark.parametrize("day", [1, 5, 15, 28])
def test_a_monthly_list_is_late_within_two_weeks_after_it_was_due_and_never_before(day: int):
    days = [month.replace(day=day) for month in MONTHS]
    mondays = every(date(2025, 9, 1), days[-1] + timedelta(days=28), WEEK)
    assert not any(late(days, monday) for monday in mondays)
    due = max((later - earlier).days for earlier, later in pairwise(days))
    assert any(late(days, days[-1] + timedelta(days=due + more)) for more in range(15))


def test_a_daily_list_is_late_when_two_are_missing():
    days = every(FIRST, MONDAY, timedelta(days=1))
    assert not late(days, MONDAY)
    assert late(days, MONDAY + timedelta(days=2))


def test_a_holiday_that_delayed_one_list_makes_no_later_list_late():
    days = every(FIRST, MONDAY, WEEK)
    days[-4] += timedelta(days=2)
    assert not any(late(days, MONDAY - number * WEEK) for number in range(8) if number != 3)


def test_a_few_deliveries_have_no_rhythm():
    days = every(MONDAY - 3 * WEEK, MONDAY, WEEK)
    assert usual_age(days, MONDAY + WEEK) is None
    assert usual_age([MONDAY - 9 * WEEK, *days], MONDAY) is not None
    assert usual_age([], MONDAY) is None
