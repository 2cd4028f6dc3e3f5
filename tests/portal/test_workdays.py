"""A next step falls on a working day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.casework import services
from portal.casework.codes import Kind
from portal.casework.workdays import easter, holidays_of_week, working_day, works
from portal.coach import forms
from tests.portal.factories import TODAY


@pytest.mark.parametrize(
    ("year", "sunday"),
    [(2024, (3, 31)), (2025, (4, 20)), (2026, (4, 5)), (2027, (3, 28)), (2038, (4, 25)), (2285, (3, 22))],
)
def test_easter(year, sunday):
    assert easter(year) == date(year, *sunday)


@pytest.mark.parametrize(
    ("day", "next_day"),
    [
        (date(2026, 11, 27), date(2026, 11, 27)),
        (date(2026, 11, 28), date(2026, 11, 30)),
        (date(2026, 12, 25), date(2026, 12, 28)),  # Christmas on Friday and Saturday
        (date(2026, 4, 3), date(2026, 4, 3)),  # Good Friday is a working day
        (date(2026, 4, 6), date(2026, 4, 7)),
        (date(2026, 5, 14), date(2026, 5, 15)),
        (date(2025, 4, 26), date(2025, 4, 28)),  # King's day moves from Sunday 27 to Saturday
        (date(2030, 5, 5), date(2030, 5, 6)),
        (date(2025, 5, 5), date(2025, 5, 6)),
        (date(2026, 5, 5), date(2026, 5, 5)),
    ],
)
def test_the_next_working_day(day, next_day):
    assert working_day(day) == next_day


def test_a_week_names_its_bank_holidays():
    assert [(day, str(name)) for day, name in holidays_of_week(date(2026, 5, 11))] == [
        (date(2026, 5, 14), "Hemelvaartsdag")
    ]
    assert holidays_of_week(date(2026, 11, 23)) == []


def test_the_choices_of_a_form_fall_on_working_days(db):
    assert all(works(forms.ahead(days)) for days in range(60))


@pytest.mark.parametrize("ahead", range(7))
def test_a_typed_day_moves_to_a_working_day(coach, case, ahead):
    day = TODAY + timedelta(days=14 + ahead)
    contact = services.log_contact(
        coach, case.pk, version=1, token="t", kind=Kind.VISIT, follow_up_on=day
    )  # fmt: skip
    assert works(contact.follow_up_on)
    assert 0 <= (contact.follow_up_on - day).days <= 5
