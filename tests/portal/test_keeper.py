"""Test that a coach knows before a visit which colleague has or had an address, and chooses who keeps it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from portal.accounts.models import AuditEntry, Role
from portal.casework.codes import State
from portal.casework.models import Absence
from portal.casework.workdays import working_day
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


@pytest.mark.parametrize("state", [State.CLOSED, State.IN_CONTACT])
def test_who_left_is_still_named_as_who_knew_this_address(browser, theirs, state):
    case = theirs(state, follow_up_on=None if state == State.CLOSED else TODAY)
    case.owner.is_active = False
    case.owner.save()
    for page in (reverse("coach:week"), reverse("coach:paper"), url("case", case)):
        read = shown(browser.get(page))
        assert "in zorg bij samira (werkt hier niet meer)" in read.lower(), page
        assert "wie van u beiden" not in read
    assert ASKS not in shown(browser.get(url("contact", case)))


def test_nobody_is_asked_where_there_is_no_colleague(browser, coach, corporation, theirs):
    left = theirs(State.CLOSED)
    left.owner.is_active = False
    left.owner.save()
    own = factories.listed_case(corporation, owner=coach, worked_on=True, state=State.IN_CONTACT)
    for case in (factories.listed_case(corporation), left, own):
        assert ASKS not in shown(browser.get(url("contact", case)))


def test_who_takes_it_over_stands_in_the_story_and_the_log(browser, coach, theirs):
    """So that *In zorg bij* does not name a colleague for ever, and the log tells since when."""
    case = theirs(State.IN_CONTACT)
    samira = case.owner
    browser.post(url("contact", case), form(case) | {"keeper": "ik"})
    assert [(row.by, row.to) for row in case.transfers.all()] == [(coach, coach)]
    browser.post(url("undo", case.contacts.get()), {"version": case.version + 1})
    last = case.transfers.order_by("reference").last()
    assert (last.by, last.to) == (coach, samira), "undone: it went back"
    owners = AuditEntry.objects.filter(action="case.owner").order_by("pk")
    assert [entry.detail["owner"] for entry in owners] == [coach.username, samira.username]


@pytest.mark.parametrize("who", ["first", "own", "stays"])
def test_no_transfer_is_written_where_the_case_changes_no_hands(browser, coach, corporation, theirs, who):
    case = theirs(State.IN_CONTACT) if who == "stays" else factories.listed_case(corporation)
    if who == "own":
        case.owner, case.worked_on, case.state = coach, True, State.IN_CONTACT
        case.save()
    browser.post(url("contact", case), form(case))
    assert case.contacts.exists() and not case.transfers.exists()


@pytest.mark.parametrize("state", [State.CLOSED, State.IN_CONTACT])
@pytest.mark.parametrize("keeper", ["ik", "collega"])
@pytest.mark.parametrize("away", ["me", "samira"])
def test_the_next_step_avoids_the_leave_of_whoever_keeps_it(
    browser, coach, corporation, theirs, state, keeper, away
):
    case = theirs(state)
    whose, first = coach if away == "me" else case.owner, TODAY + timedelta(days=5)
    stands_in = factories.user(Role.COACH, corporation)
    leave = Absence.objects.create(away=whose, to=stands_in, first=first, until=first + timedelta(days=9))
    day = working_day(first + timedelta(days=1))
    sent = form(case, keeper=keeper, follow_up_on=day.isoformat())
    told = shown(browser.post(url("contact", case), sent, follow=True))
    case.refresh_from_db()
    theirs_it_is = (keeper == "ik") == (away == "me")
    assert case.follow_up_on == (working_day(leave.until + timedelta(days=1)) if theirs_it_is else day)
    assert ("verlof. De volgende stap is daarom" in told) == (theirs_it_is and away == "me")
    assert ("verlof van Samira. De volgende stap is daarom" in told) == (theirs_it_is and away == "samira")
