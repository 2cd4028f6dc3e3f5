"""Test that a coach reads it where a colleague cannot see yet what goes there, and of which addresses nobody stands in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from portal.accounts.models import Role
from portal.casework import lending
from portal.casework.codes import State
from tests.portal import factories
from tests.portal.factories import TODAY
from tests.portal.pages import shown, url

pytestmark = pytest.mark.django_db
UNTIL = TODAY + timedelta(days=4)
SAID = "Fatima logde nog nooit in en ziet deze adressen dus nog niet."


@pytest.fixture
def fatima(corporation):
    """A colleague for one wijk, who has an account and was never here."""
    return factories.user(Role.COACH, corporation, wijk="Noord", first_name="Fatima", last_login=None)


@pytest.fixture
def in_care(corporation, coach):
    """Make a case in the care of the coach."""

    def make(wijk="Noord"):
        given = {"owner": coach, "state": State.IN_CONTACT, "worked_on": True, "follow_up_on": TODAY}
        coach.scopes.update(wijk="")
        return factories.listed_case(corporation, wijk=wijk, **given)

    return make


def test_who_was_never_here_is_marked_where_a_colleague_is_chosen(enter, coach, fatima, in_care):
    case = in_care()
    browser = enter(coach)
    for page in (reverse("coach:holiday"), url("colleague", case)):
        assert "Fatima <small>nog nooit ingelogd</small>" in shown(browser.get(page))
    fatima.last_login = coach.last_login
    fatima.save()
    for page in (reverse("coach:holiday"), url("colleague", case)):
        assert "nog nooit ingelogd" not in shown(browser.get(page))


def test_an_address_that_goes_to_somebody_who_was_never_here_says_so(enter, coach, fatima, in_care):
    case = in_care()
    sent = {"version": 1, "token": "c", "owner": fatima.pk}
    page = shown(enter(coach).post(url("colleague", case), sent, follow=True))
    assert "Fatima logde nog nooit in en ziet dit adres dus nog niet." in page


def test_a_leave_says_so_before_and_during_it(enter, coach, fatima, in_care):
    in_care()
    browser = enter(coach)
    lending.plan(coach, to=fatima, first=TODAY + timedelta(days=1), until=UNTIL)
    for name in ("holiday", "care"):
        assert SAID in shown(browser.get(reverse(f"coach:{name}"))), name
    lending.lend_all(coach, to=fatima, until=UNTIL)
    for name in ("holiday", "care", "week"):
        assert SAID in shown(browser.get(reverse(f"coach:{name}"))), name


def test_that_nobody_stands_in_is_said_of_the_other_addresses(enter, coach, fatima, in_care):
    in_care()
    browser, alone = enter(coach), "Geen collega werkt in dezelfde wijken."
    for _each in range(2):
        in_care(wijk="Zuid")
    lending.lend_all(coach, to=fatima, until=UNTIL)
    page = shown(browser.get(reverse("coach:holiday")))
    assert "Fatima neemt 1 adres waar" in page and alone not in page
    assert "De andere 2 adressen hebt u zelf nog in zorg: in die wijken werkt geen collega." in page
    fatima.scopes.update(wijk="Oost")
    lending.take_back(coach)
    assert alone in shown(browser.get(reverse("coach:holiday")))
