"""Test that an appointment made at the door stays on its day, is shown as one, and leaves the codes of DDAS alone."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from portal.casework import services
from portal.casework.codes import Result, State
from portal.casework.models import Case, Contact
from portal.coach.templatetags.days import on
from portal.exchange import give
from portal.trends import work
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY
from tests.portal.pages import form, shown, url

pytestmark = pytest.mark.django_db
SATURDAY = MONDAY + timedelta(days=12)


@pytest.fixture
def browser(enter, coach):
    return enter(coach)


def agree(browser, case, **given):
    """Send the form of a contact at which an appointment was made."""
    values = {"reached": "ja", "result": Result.APPOINTMENT, "follow_up_on": SATURDAY.isoformat()}
    return browser.post(url("contact", case), form(case, **(values | given)), follow=True)


def test_an_appointment_is_the_next_step_on_the_day_that_was_agreed(browser, case):
    agree(browser, case, reached="onbekend")
    case.refresh_from_db()
    assert (case.state, case.follow_up_on, case.has_appointment) == (State.IN_CONTACT, SATURDAY, True)
    day = f"za {SATURDAY.day} "
    for page in ("coach:week", "coach:care"):
        assert f"afspraak op {day}" in shown(browser.get(reverse(page)))
    text = shown(browser.get(url("case", case)))
    assert f"Afspraak gemaakt. Stand: In contact, afspraak op {day}" in text
    assert "opvolgen za" not in text


@pytest.mark.parametrize("next_", ["7", "geen", ""])
def test_an_appointment_needs_its_day(browser, case, next_):
    page = agree(browser, case, follow_up_on="", next=next_)
    assert "Vul de dag van de afspraak in." in shown(page)
    assert not Contact.objects.exists()


@pytest.mark.parametrize("state", [State.CLOSED, State.WATCH])
def test_an_appointment_keeps_the_address_open(coach, case, state):
    given = {"version": 1, "token": "a", "kind": "Huisbezoek", "result": Result.APPOINTMENT}
    with pytest.raises(ValidationError) as refused:
        services.log_contact(coach, case.pk, **given, state=state, follow_up_on=SATURDAY)
    assert list(refused.value.message_dict) == ["state"]


def test_another_next_step_is_no_appointment_any_more_until_it_is_undone(browser, coach, case):
    agree(browser, case)
    case.refresh_from_db()
    given = {"version": case.version, "token": "b", "kind": "Telefoon", "follow_up_on": SATURDAY}
    later = services.log_contact(coach, case.pk, **given)
    case.refresh_from_db()
    assert not case.has_appointment
    services.undo(coach, later.pk, version=case.version)
    case.refresh_from_db()
    assert (case.has_appointment, case.follow_up_on) == (True, SATURDAY)


def test_a_missed_appointment_is_named_as_one(browser, case):
    agree(browser, case)
    case.refresh_from_db()
    case.appointment_on = case.follow_up_on = TODAY - timedelta(days=1)
    case.save()
    assert "de afspraak was" in shown(browser.get(reverse("coach:week")))


def test_the_extract_has_the_day_and_only_results_of_ddas(browser, case):
    agree(browser, case)
    row = give.feedback(TODAY).contacten[0]
    assert (row["resultaat"], row["opvolgdatum"], row["stand"]) == (None, SATURDAY, "in_contact")


def test_an_appointment_is_counted_in_no_group_of_results_and_every_other_result_in_one():
    grouped = [result for group in work.GROUPS.values() for result in group]
    assert sorted([*grouped, Result.APPOINTMENT]) == sorted(Result.values)


def test_an_appointment_with_an_hour_shows_it_wherever_its_day_stands(browser, case):
    agree(browser, case, follow_up_on=TODAY.isoformat(), follow_up_at="14:30")
    for page in ("coach:week", "coach:care", "coach:paper"):
        assert "afspraak vandaag 14:30" in shown(browser.get(reverse(page)))
    assert f"afspraak op {on(TODAY, 'D j b')} 14:30" in shown(browser.get(url("case", case)))


def test_appointments_of_a_day_are_in_the_order_of_their_hours(enter, coach, corporation):
    for at in ("16:00", "", "09:15"):
        case = factories.listed_case(corporation, address=f"Laan {at or 'geen uur'}")
        given = {"version": 1, "token": f"t{at}", "kind": "Telefoon", "result": Result.APPOINTMENT}
        at = time.fromisoformat(at) if at else None
        services.log_contact(coach, case.pk, **given, follow_up_on=TODAY, follow_up_at=at)
    page = enter(coach).get(reverse("coach:week"))
    assert [f"{case.follow_up_at}" for case in page.context["appointments"]] == [
        "09:15:00",
        "16:00:00",
        "None",
    ]


@pytest.mark.parametrize(
    ("day", "begin", "end"),
    [
        (date(2027, 1, 13), "20270113T133000Z", "20270113T143000Z"),
        (date(2027, 7, 14), "20270714T123000Z", "20270714T133000Z"),
    ],
    ids=["winter", "summer"],
)
def test_the_calendar_has_the_hour_of_a_step_in_our_time(browser, case, day, begin, end):
    Case.objects.filter(pk=case.pk).update(follow_up_on=day, follow_up_at=time(14, 30))
    text = browser.get(url("agenda", case)).content.decode()
    assert f"DTSTART:{begin}\r\nDTEND:{end}\r\n" in text
    assert "VALUE=DATE" not in text


def test_an_hour_is_undone_with_its_contact_and_replaced_with_its_step(browser, coach, case):
    agree(browser, case, follow_up_at="14:30")
    case.refresh_from_db()
    given = {"version": case.version, "token": "b", "kind": "Telefoon", "follow_up_on": SATURDAY}
    later = services.log_contact(coach, case.pk, **given)
    case.refresh_from_db()
    assert case.follow_up_at is None
    services.undo(coach, later.pk, version=case.version)
    case.refresh_from_db()
    assert case.follow_up_at == time(14, 30)


@pytest.mark.parametrize(
    "given",
    [
        {"result": "", "follow_up_on": "", "next": "geen"},
        {"result": "", "state": State.WATCH},
        {"follow_up_at": "half drie"},
    ],
    ids=["no day", "watch", "words"],
)
def test_an_hour_that_would_be_lost_is_not_saved(browser, case, given):
    page = agree(browser, case, **({"follow_up_at": "14:30"} | given))
    assert any(text in shown(page) for text in ("Een uur hoort bij een dag.", "Schrijf het zo: 14:30."))
    assert not Contact.objects.exists()
