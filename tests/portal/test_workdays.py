"""A next step falls on a working day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.accounts.models import Role
from portal.casework import services
from portal.casework.codes import Kind, State
from portal.casework.models import Absence
from portal.casework.workdays import bank_holidays, easter, holidays_of_week, working_day, works
from portal.coach.next_step import ahead
from portal.coach.templatetags.days import on as written
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY
from tests.portal.pages import form, shown, url


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
    assert all(works(ahead(days)) for days in range(60))


@pytest.mark.parametrize("ahead", range(7))
def test_a_typed_day_moves_to_a_working_day(coach, case, ahead):
    day = TODAY + timedelta(days=14 + ahead)
    contact = services.log_contact(
        coach, case.pk, version=1, token="t", kind=Kind.VISIT, follow_up_on=day
    )  # fmt: skip
    assert works(contact.follow_up_on)
    assert 0 <= (contact.follow_up_on - day).days <= 5


CHRISTMAS = date(TODAY.year + (date(TODAY.year, 12, 20) < TODAY), 12, 25)


@pytest.mark.parametrize("page", ["contact", "state"])
def test_a_typed_day_that_moves_is_said_with_the_reason(enter, coach, case, page):
    given = form(case, follow_up_on=CHRISTMAS.isoformat())
    given |= {"state": State.IN_CONTACT} if page == "state" else {}
    text = shown(enter(coach).post(url(page, case), given, follow=True))
    case.refresh_from_db()
    assert case.follow_up_on == working_day(CHRISTMAS)
    assert "25 december is Eerste Kerstdag. De volgende stap is daarom op " in text
    assert f"daarom op {written(case.follow_up_on, 'l j F')}." in text


@pytest.mark.parametrize("days", [-5, 1])
def test_the_leave_is_named_if_that_is_what_moved_it(enter, coach, corporation, case, days):
    """A holiday within a leave, or just before one, is not why the step waits until January."""
    first, until = CHRISTMAS + timedelta(days=days), CHRISTMAS + timedelta(days=9)
    to = factories.user(Role.COACH, corporation)
    Absence.objects.create(away=coach, to=to, first=first, until=until)
    text = shown(
        enter(coach).post(url("contact", case), form(case, follow_up_on=CHRISTMAS.isoformat()), follow=True)
    )
    day = CHRISTMAS if days < 0 else working_day(CHRISTMAS)
    back = working_day(until + timedelta(days=1))
    said = (
        f"{written(day, 'l j F')} valt in uw verlof. De volgende stap is daarom op {written(back, 'l j F')}."
    )
    assert said.casefold() in text.casefold()
    assert "Eerste Kerstdag" not in text


def test_so_is_one_in_a_weekend_and_no_other(enter, coach, case):
    saturday = MONDAY + timedelta(days=7 * 4 + 5)
    while saturday in bank_holidays(saturday.year):
        saturday += timedelta(days=7)
    client = enter(coach)
    text = shown(
        client.post(url("contact", case), form(case, follow_up_on=saturday.isoformat()), follow=True)
    )
    assert f"Zaterdag {written(saturday, 'j F')} valt in het weekend." in text
    case.refresh_from_db()
    day = working_day(saturday)
    given = form(case, token="t2", follow_up_on=day.isoformat(), kind=Kind.PHONE)
    text = shown(client.post(url("contact", case), given, follow=True))
    assert "daarom op" not in text and f"Opvolgen op {written(day, 'l j F')}" in text


def test_the_label_says_that_a_day_may_move(enter, coach, case):
    for page in ("contact", "state"):
        text = shown(enter(coach).get(url(page, case)))
        assert "dan telt die dag" not in text
        assert "In een weekend of op een feestdag? Dan wordt het de eerste werkdag daarna." in text
