"""Test that who changes only the state of a case leaves its next step as it was."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from portal.casework import services
from portal.casework.codes import Kind, Result, State
from portal.casework.models import Case
from portal.casework.workdays import working_day
from tests.portal.factories import TODAY
from tests.portal.pages import shown, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(enter, coach):
    return enter(coach)


@pytest.fixture
def agreed(coach, case) -> date:
    """The day of an appointment at half past two, in some three weeks."""
    day = working_day(TODAY + timedelta(days=18))
    services.log_contact(
        coach, case.pk, version=1, token="a", kind=Kind.VISIT, reached=True, result=Result.APPOINTMENT,
        follow_up_on=day, follow_up_at=time(14, 30),
    )  # fmt: skip
    return day


def saved(browser, case: Case, **values: str) -> Case:
    """Send the form as it opens, with these values, and return the case."""
    version = str(Case.objects.get(pk=case.pk).version)
    form = browser.get(url("state", case)).context["form"]
    sent = {"next": form["next"].value(), "state": form["state"].value() or "", "result": ""}
    browser.post(url("state", case), {"version": version, "token": "s", **sent, **values})
    return Case.objects.get(pk=case.pk)


def test_the_form_says_what_was_planned(browser, case, agreed):
    page = shown(browser.get(url("state", case)))
    assert "Laten staan <small>" in page and "14:30, afspraak</small>" in page


def test_saving_the_form_as_it_opens_changes_no_appointment(browser, case, agreed):
    after = saved(browser, case)
    assert (after.follow_up_on, after.follow_up_at, after.has_appointment) == (agreed, time(14, 30), True)


def test_another_day_replaces_the_appointment(browser, case, agreed):
    after = saved(browser, case, next="28")
    assert after.follow_up_on != agreed
    assert (after.follow_up_at, after.has_appointment) == (None, False)


def test_a_closed_address_keeps_no_day(browser, case, agreed):
    after = saved(browser, case, state=State.CLOSED)
    assert (after.follow_up_on, after.has_appointment) == (None, False)


def test_the_day_of_a_visit_is_not_the_end_of_a_watch(browser, case, agreed):
    after = saved(browser, case, state=State.WATCH)
    assert after.follow_up_on > agreed + timedelta(days=30)
    assert after.has_appointment is False


def test_a_watch_that_is_saved_again_ends_when_it_did(browser, coach, case):
    day = working_day(TODAY + timedelta(days=40))
    services.set_state(coach, case.pk, version=1, token="w", state=State.WATCH, follow_up_on=day)
    assert saved(browser, case).follow_up_on == day


def test_a_day_that_has_passed_is_not_offered(browser, case):
    Case.objects.filter(pk=case.pk).update(state=State.IN_CONTACT, follow_up_on=TODAY - timedelta(days=3))
    assert "Laten staan" not in shown(browser.get(url("state", case)))
