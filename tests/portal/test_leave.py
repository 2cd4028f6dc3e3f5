"""Test that a next step avoids the days on which the coach is away, and that the choices say so."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from portal.accounts.models import Role
from portal.casework import services
from portal.casework.codes import Kind, Result, State
from portal.casework.leave import Leave, free_day
from portal.casework.models import Absence
from portal.casework.workdays import working_day
from portal.coach.forms import ContactForm
from portal.coach.next_step import ahead
from tests.portal import factories
from tests.portal.factories import TODAY

pytestmark = pytest.mark.django_db
SHORT = Leave(date(2026, 12, 7), date(2026, 12, 18), "Sam")
LONG = Leave(date(2026, 12, 7), date(2027, 2, 26), "Sam")


@pytest.mark.parametrize(
    ("day", "leave", "moved"),
    [
        (date(2026, 12, 4), SHORT, date(2026, 12, 4)),
        (date(2026, 12, 5), SHORT, date(2026, 12, 21)),  # a Saturday: its Monday is the first day away
        (date(2026, 12, 7), SHORT, date(2026, 12, 21)),
        (date(2026, 12, 18), SHORT, date(2026, 12, 21)),
        (date(2026, 12, 21), SHORT, date(2026, 12, 21)),
        (date(2026, 12, 8), LONG, date(2026, 12, 8)),
        (date(2026, 12, 25), None, date(2026, 12, 28)),
        (date(2026, 12, 24), Leave(date(2026, 12, 24), date(2026, 12, 24), "Sam"), date(2026, 12, 28)),
    ],
)
def test_a_step_moves_to_the_first_working_day_after_a_short_leave(day, leave, moved):
    assert free_day(day, leave) == moved


@pytest.fixture
def coach(corporation):
    return factories.user(Role.COACH, corporation)


def away(coach, corporation, days: int) -> Absence:
    first = TODAY + timedelta(days=5)
    to = factories.user(Role.COACH, corporation, first_name="Sam", last_name="Jansen")
    return Absence.objects.create(away=coach, to=to, first=first, until=first + timedelta(days=days))


def test_the_form_says_when_the_coach_is_away_and_saves_after_it(enter, corporation, coach):
    absence = away(coach, corporation, 9)
    case = factories.listed_case(corporation)
    url = reverse("coach:contact", args=(case.pk,))
    after = working_day(absence.until + timedelta(days=1))
    client = enter(coach)
    text = client.get(url).content.decode()
    assert "na verlof" in text and "Weg van" in text and "eerste werkdag daarna" in text
    case.refresh_from_db()
    sent = {
        "reached": "ja",
        "kind": Kind.VISIT,
        "on": str(TODAY),
        "next": "7",
        "version": case.version,
        "token": "t",
    }
    client.post(url, sent)
    case.refresh_from_db()
    assert case.follow_up_on == after == ahead(7, Leave(absence.first, absence.until, ""))


def test_another_coach_is_not_moved_and_hears_nothing(enter, corporation, coach):
    away(coach, corporation, 9)
    case = factories.listed_case(corporation)
    colleague = factories.user(Role.COACH, corporation)
    text = enter(colleague).get(reverse("coach:contact", args=(case.pk,))).content.decode()
    assert "verlof" not in text and "Weg van" not in text


def test_the_leave_of_the_owner_counts_whoever_logs_the_contact(corporation, coach):
    absence = away(coach, corporation, 9)
    case = factories.listed_case(corporation, owner=coach, worked_on=True, state=State.IN_CONTACT)
    colleague = factories.user(Role.COACH, corporation)
    day = absence.first + timedelta(days=1)
    contact = services.log_contact(
        colleague, case.pk, version=case.version, token="t", kind=Kind.PHONE, follow_up_on=day
    )
    assert contact.follow_up_on == working_day(absence.until + timedelta(days=1))


def test_an_appointment_and_a_step_in_a_long_leave_stay_with_the_colleague(corporation, coach):
    absence = away(coach, corporation, 60)
    case = factories.listed_case(corporation)
    day = working_day(absence.first + timedelta(days=2))
    contact = services.log_contact(
        coach, case.pk, version=case.version, token="t", kind=Kind.PHONE, follow_up_on=day
    )
    assert contact.follow_up_on == day
    form = ContactForm(case=None, leave=Leave(absence.first, absence.until, str(absence.to)))
    assert "Sam Jansen doet dan wat daarin valt" in form.away
    Absence.objects.filter(pk=absence.pk).update(until=absence.first + timedelta(days=9))
    case.refresh_from_db()
    agreed = services.log_contact(
        coach, case.pk, version=case.version, token="u", kind=Kind.PHONE, reached=True,
        result=Result.APPOINTMENT, follow_up_on=day,
    )  # fmt: skip
    assert agreed.follow_up_on == day


def test_a_colleague_reads_who_will_be_away_and_who_stands_in(enter, corporation, coach):
    coach.first_name = "Noor"
    coach.save()
    away(coach, corporation, 9)
    factories.listed_case(corporation, owner=coach, worked_on=True, state=State.IN_CONTACT)
    page = reverse("coach:care")
    text = enter(factories.user(Role.COACH, corporation)).get(page).content.decode()
    assert "Noor is weg van" in text and "Sam Jansen neemt waar." in text
    elsewhere = factories.user(Role.COACH, factories.corporation("elders", "Elders Wonen"))
    assert "Noor" not in enter(elsewhere).get(page).content.decode()
