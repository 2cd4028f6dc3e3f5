"""Test that a next step avoids the days on which the coach is away, and that the choices say so."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from portal.accounts.models import Role, User
from portal.casework import care, services
from portal.casework.codes import Kind, Result, State
from portal.casework.leave import Leave, free_day, leave_of
from portal.casework.models import Absence
from portal.casework.workdays import working_day
from portal.coach.forms import ContactForm
from portal.coach.next_step import ahead
from portal.coach.templatetags.days import on as written
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
    assert "na verlof" in text and "U bent weg van" in text and "eerste werkdag daarna" in text
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
    assert "verlof" not in text and "weg van" not in text


@pytest.mark.parametrize("days", [9, 60])
def test_a_colleague_reads_whose_leave_it_is(enter, corporation, coach, days):
    coach.first_name, coach.last_name = "Noor", ""
    coach.save()
    absence = away(coach, corporation, days)
    case = factories.listed_case(corporation, owner=coach, worked_on=True, state=State.IN_CONTACT)
    client, page = enter(factories.user(Role.COACH, corporation)), reverse("coach:contact", args=(case.pk,))
    text = client.get(page).content.decode()
    assert "Noor heeft dit adres in zorg en is weg van" in text and "U bent weg" not in text
    assert ("na verlof van Noor" in text) is (days == 9)
    assert ("Sam Jansen doet dan" in text) is (days == 60)
    sent = {"reached": "ja", "kind": Kind.PHONE, "on": str(TODAY), "version": case.version, "token": "t"}
    day = working_day(absence.first + timedelta(days=2))
    told = client.post(page, sent | {"follow_up_on": day.isoformat()}, follow=True).content.decode()
    assert ("in het verlof van Noor. De volgende stap is daarom" in told) is (days == 9)


def test_the_leave_of_a_coach_who_left_is_not_that_of_who_takes_over(corporation, coach):
    away(coach, corporation, 9)
    coach.is_active = False
    coach.save()
    case = factories.listed_case(corporation, owner=coach, worked_on=True, state=State.IN_CONTACT)
    assert leave_of(factories.user(Role.COACH, corporation).pk, case) is None


@pytest.mark.parametrize("gone", [{"is_active": False}, {"role": Role.MANAGER}])
def test_a_step_waits_for_no_leave_in_which_nobody_stands_in_any_more(enter, corporation, coach, gone):
    absence = away(coach, corporation, 9)
    case = factories.listed_case(corporation)
    assert leave_of(coach.pk, case) is not None
    User.objects.filter(pk=absence.to_id).update(**gone)
    assert leave_of(coach.pk, case) is None
    text = enter(coach).get(reverse("coach:contact", args=(case.pk,))).content.decode()
    assert "verlof" not in text and "U bent weg" not in text


def working(corporation, absence, **values):
    """A case with a next step on a working day in a leave."""
    day = working_day(absence.first + timedelta(days=1))
    given = {"worked_on": True, "state": State.IN_CONTACT, "follow_up_on": day}
    return factories.listed_case(corporation, **(given | values)), day


def test_who_takes_an_address_into_care_gets_its_step_after_the_leave(enter, corporation, coach):
    absence = away(coach, corporation, 9)
    case, day = working(corporation, absence, owner=factories.user(Role.COACH, corporation))
    after = working_day(absence.until + timedelta(days=1))
    sent = {"version": case.version}
    told = enter(coach).post(reverse("coach:own", args=(case.pk,)), sent, follow=True).content.decode()
    case.refresh_from_db()
    assert (case.owner, case.follow_up_on) == (coach, after)
    said = f"Opvolgen was op {written(day, 'l j F')}. Dat valt in uw verlof, dus wordt het {written(after, 'l j F')}."
    assert said in told


def test_so_does_a_colleague_to_whom_it_is_given(enter, corporation, coach):
    coach.first_name, coach.last_name = "Noor", ""
    coach.save()
    absence = away(coach, corporation, 9)
    colleague = factories.user(Role.COACH, corporation)
    case, _day = working(corporation, absence, owner=colleague)
    sent = {"version": case.version, "token": "c", "owner": coach.pk}
    page = reverse("coach:colleague", args=(case.pk,))
    told = enter(colleague).post(page, sent, follow=True).content.decode()
    assert "Dat valt in het verlof van Noor, dus wordt het" in told
    case.refresh_from_db()
    assert case.follow_up_on == working_day(absence.until + timedelta(days=1))


def test_so_do_all_addresses_of_who_left_and_one_that_opens_again(enter, corporation, coach):
    absence = away(coach, corporation, 9)
    left = factories.user(Role.COACH, corporation, is_active=False)
    case, _day = working(corporation, absence, owner=left)
    free, _day = working(corporation, absence, owner=left, follow_up_on=TODAY)
    told = enter(coach).post(reverse("coach:inherit"), follow=True).content.decode()
    assert "Bij 1 adres viel het opvolgen in uw verlof" in told
    case.refresh_from_db()
    free.refresh_from_db()
    after = working_day(absence.until + timedelta(days=1))
    assert (case.follow_up_on, free.follow_up_on) == (after, TODAY)
    Absence.objects.update(first=TODAY + timedelta(days=1))
    closed, _day = working(corporation, absence, state=State.CLOSED, follow_up_on=None)
    care.reopen(coach, closed.pk, version=closed.version)
    closed.refresh_from_db()
    assert closed.follow_up_on == after


@pytest.mark.parametrize("kept", ["appointment", "watch"])
def test_an_appointment_and_the_end_of_a_watch_stay_when_somebody_takes_the_address(
    enter, corporation, coach, kept
):
    absence = away(coach, corporation, 9)
    case, day = working(corporation, absence)
    case.appointment_on = day if kept == "appointment" else None
    case.state = State.WATCH if kept == "watch" else State.IN_CONTACT
    case.save()
    told = enter(coach).post(
        reverse("coach:own", args=(case.pk,)), {"version": case.version}, follow=True
    ).content.decode()  # fmt: skip
    case.refresh_from_db()
    assert case.follow_up_on == day and "uw verlof" not in told


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
