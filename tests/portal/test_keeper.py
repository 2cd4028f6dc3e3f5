"""Test that a coach knows before a visit which colleague has or had an address, and chooses who keeps it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from portal.accounts.models import Role
from portal.casework.codes import State
from tests.portal import factories
from tests.portal.factories import TODAY
from tests.portal.pages import form, shown, url

pytestmark = pytest.mark.django_db
ASKS = "Wie houdt dit adres?"


@pytest.fixture
def browser(enter, coach):
    return enter(coach)


@pytest.fixture
def theirs(corporation):
    """An address on this week's list that a colleague has in care, or had."""
    samira = factories.user(Role.COACH, corporation, first_name="Samira")

    def make(state, **more):
        return factories.listed_case(corporation, owner=samira, worked_on=True, state=state, **more)

    return make


@pytest.mark.parametrize(
    ("state", "words"),
    [(State.CLOSED, "eerder in zorg bij Samira"), (State.IN_CONTACT, "in zorg bij Samira")],
)
def test_the_colleague_is_named_before_the_visit(browser, theirs, state, words):
    case = theirs(state, follow_up_on=None if state == State.CLOSED else TODAY)
    for page in (reverse("coach:week"), reverse("coach:paper"), url("case", case)):
        assert words.lower() in shown(browser.get(page)).lower()
    assert ASKS in shown(browser.get(url("contact", case)))


@pytest.mark.parametrize(
    ("state", "chosen", "mine"),
    [
        (State.CLOSED, None, True),
        (State.CLOSED, "ik", True),
        (State.CLOSED, "collega", False),
        (State.IN_CONTACT, None, False),
        (State.IN_CONTACT, "ik", True),
        (State.IN_CONTACT, "collega", False),
    ],
)
def test_the_coach_chooses_who_keeps_it(browser, coach, theirs, state, chosen, mine):
    case = theirs(state)
    before = case.owner
    sent = form(case) | ({"keeper": chosen} if chosen else {})
    page = shown(browser.post(url("contact", case), sent, follow=True))
    case.refresh_from_db()
    assert case.owner == (coach if mine else before)
    assert ("Dit adres is nu bij u in zorg" in page, "In zorg bij Samira" in page) == (mine, not mine)
    browser.post(url("undo", case.contacts.get()), {"version": case.version})
    case.refresh_from_db()
    assert case.owner == before


def test_nobody_is_asked_where_there_is_no_colleague(browser, coach, corporation, theirs):
    left = theirs(State.CLOSED)
    left.owner.is_active = False
    left.owner.save()
    own = factories.listed_case(corporation, owner=coach, worked_on=True, state=State.IN_CONTACT)
    for case in (factories.listed_case(corporation), left, own):
        assert ASKS not in shown(browser.get(url("contact", case)))
