"""Test that a form of a next step leaves what was planned as it is, unless the coach chooses otherwise, and says what falls away."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from portal.accounts.models import Role
from portal.casework import lending, services
from portal.casework.codes import Kind, Result, State
from portal.casework.models import Case
from portal.casework.workdays import working_day
from portal.coach.templatetags.days import on
from tests.portal import factories
from tests.portal.factories import TODAY
from tests.portal.pages import shown, url

pytestmark = pytest.mark.django_db
DAY = working_day(TODAY + timedelta(days=18))
"""The day of what was planned, in some three weeks."""
BOTH = pytest.mark.parametrize("name", ["state", "contact"])


@pytest.fixture
def browser(enter, coach):
    return enter(coach)


@pytest.fixture
def agreed(coach, case) -> date:
    """The day of an appointment at half past two."""
    return plan(coach, case, result=Result.APPOINTMENT, follow_up_at=time(14, 30))


def plan(coach, case, **values) -> date:
    given = {"version": 1, "token": "a", "kind": Kind.VISIT, "reached": True, "follow_up_on": DAY}
    services.log_contact(coach, case.pk, **(given | values))
    return DAY


def send(browser, name: str, case: Case, **values: str):
    """Send a form as it opens, with these values, and return the page after it."""
    version = str(Case.objects.get(pk=case.pk).version)
    form = browser.get(url(name, case)).context["form"]
    sent = {field: form[field].value() or "" for field in form.fields if field != "needs"}
    sent |= {"version": version, "token": "s"} | ({"reached": "nee"} if name == "contact" else {})
    return browser.post(url(name, case), sent | values, follow=True)


def saved(browser, name: str, case: Case, **values: str) -> Case:
    """Send a form as it opens, with these values, and return the case."""
    send(browser, name, case, **values)
    return Case.objects.get(pk=case.pk)


@BOTH
def test_the_form_says_what_was_planned_and_it_is_chosen(browser, case, agreed, name):
    page = browser.get(url(name, case))
    assert "Laten staan <small>" in shown(page) and "14:30, afspraak</small>" in shown(page)
    form = page.context["form"]
    assert next(key for key, _words in form.fields["next"].choices) == form["next"].value() == "houden"


@BOTH
def test_saving_the_form_as_it_opens_changes_no_appointment(browser, case, agreed, name):
    after = saved(browser, name, case)
    assert (after.follow_up_on, after.follow_up_at, after.has_appointment) == (agreed, time(14, 30), True)


@BOTH
def test_saving_the_form_as_it_opens_moves_no_step_either_although_it_falls_in_a_leave(
    browser, coach, corporation, case, name
):
    plan(coach, case)
    colleague = factories.user(Role.COACH, corporation)
    lending.plan(coach, to=colleague, first=DAY - timedelta(days=1), until=DAY + timedelta(days=1))
    assert saved(browser, name, case).follow_up_on == DAY


@BOTH
def test_another_day_replaces_the_appointment_and_the_page_says_so(browser, case, agreed, name):
    page = shown(send(browser, name, case, next="28"))
    after = Case.objects.get(pk=case.pk)
    assert after.follow_up_on != agreed
    assert (after.follow_up_at, after.has_appointment) == (None, False)
    assert f"De afspraak op {on(agreed, 'D j b')} 14:30 is vervallen." in page


@BOTH
@pytest.mark.parametrize("state", [State.CLOSED, State.NOT_FITTING])
def test_a_finished_address_keeps_no_day_and_both_pages_say_so(browser, case, agreed, name, state):
    planned = f"De afspraak op {on(agreed, 'D j b')} 14:30"
    assert f"{planned} vervalt." in shown(browser.get(url(name, case)))
    page = shown(send(browser, name, case, state=state, result=Result.PAID))
    after = Case.objects.get(pk=case.pk)
    assert (after.state, after.follow_up_on, after.has_appointment) == (state, None, False)
    assert f"{planned} is vervallen." in page


@BOTH
def test_an_ordinary_step_that_closing_removes_is_named_too(browser, coach, case, name):
    plan(coach, case)
    day = on(DAY, "D j b")
    assert f"Het opvolgen op {day} vervalt." in shown(browser.get(url(name, case)))
    page = shown(send(browser, name, case, state=State.CLOSED))
    assert f"Het opvolgen op {day} is vervallen." in page


def test_what_stays_is_not_called_lapsed(browser, case, agreed):
    assert "vervallen" not in shown(send(browser, "contact", case))


@BOTH
def test_the_day_of_a_visit_is_not_the_end_of_a_watch(browser, case, agreed, name):
    page = shown(send(browser, name, case, state=State.WATCH))
    after = Case.objects.get(pk=case.pk)
    assert after.follow_up_on > agreed + timedelta(days=30)
    assert after.has_appointment is False
    assert "14:30 is vervallen." in page


def test_a_watch_that_is_saved_again_ends_when_it_did(browser, coach, case):
    day = working_day(TODAY + timedelta(days=40))
    services.set_state(coach, case.pk, version=1, token="w", state=State.WATCH, follow_up_on=day)
    assert f"<small>tot {on(day, 'D j b')}</small>" in shown(browser.get(url("state", case)))
    assert saved(browser, "state", case).follow_up_on == day


def test_a_call_during_a_watch_leaves_its_end(browser, coach, case):
    day = working_day(TODAY + timedelta(days=40))
    services.set_state(coach, case.pk, version=1, token="w", state=State.WATCH, follow_up_on=day)
    after = saved(browser, "contact", case)
    assert (after.state, after.follow_up_on) == (State.WATCH, day)


@BOTH
def test_a_day_that_has_passed_is_not_offered(browser, case, name):
    Case.objects.filter(pk=case.pk).update(state=State.IN_CONTACT, follow_up_on=TODAY - timedelta(days=3))
    assert "Laten staan" not in shown(browser.get(url(name, case)))


def test_a_contact_of_today_is_the_step_of_today_and_a_change_of_state_is_not(browser, case):
    Case.objects.filter(pk=case.pk).update(state=State.IN_CONTACT, worked_on=True, follow_up_on=TODAY)
    assert "Laten staan" not in shown(browser.get(url("contact", case)))
    assert saved(browser, "state", case).follow_up_on == TODAY


def test_an_appointment_needs_a_day_of_its_own(browser, case, agreed):
    page = shown(send(browser, "contact", case, result=Result.APPOINTMENT))
    assert "Vul de dag van de afspraak in." in page


def test_an_appointment_whose_hour_has_not_come_is_not_done_by_a_call_before_it(browser, case):
    given = {"state": State.IN_CONTACT, "worked_on": True, "follow_up_on": TODAY, "appointment_on": TODAY}
    for at, offered in ((time(23, 59, 59), True), (time(0, 0), False)):
        Case.objects.filter(pk=case.pk).update(follow_up_at=at, **given)
        assert ("Laten staan" in shown(browser.get(url("contact", case)))) == offered


@BOTH
@pytest.mark.parametrize("state", [State.IN_CONTACT, State.CLOSED, State.WATCH])
def test_a_form_with_a_planned_step_that_is_sent_twice_counts_once(browser, case, agreed, name, state):
    version = str(Case.objects.get(pk=case.pk).version)
    form = browser.get(url(name, case)).context["form"]
    sent = {field: form[field].value() or "" for field in form.fields if field != "needs"}
    sent |= {"version": version, "token": "s", "reached": "nee", "state": state, "next": "houden"}
    pages = [browser.post(url(name, case), sent) for _twice in range(2)]
    assert pages[0].url == pages[1].url and "gedaan=" in pages[1].url
    assert case.contacts.count() == 2, "that of the appointment and this one"


@pytest.mark.parametrize("what", ["worry", "refusal"])
def test_an_earlier_step_names_the_appointment_in_whose_place_it_came(browser, coach, case, agreed, what):
    said = f"Er stond een afspraak op {on(agreed, 'D j b')} 14:30."
    if what == "worry":
        address = reverse("coach:take", args=(factories.worry(case, urgent=True).pk,))
        page = shown(browser.post(address, follow=True))
    else:
        handover = factories.handover(case, by=coach)
        sent = {"version": Case.objects.get(pk=case.pk).version, "token": "n", "picked_up": "nee"}
        page = shown(browser.post(reverse("coach:answer", args=(handover.pk,)), sent, follow=True))
    assert said in page
    assert said not in shown(browser.get(url("case", case)))
