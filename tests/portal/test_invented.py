"""Invented worries are about addresses that are known, and there are enough of them for a quarter to show a figure."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from portal import clock
from portal.casework.codes import Answer, Result, State
from portal.casework.models import Case, Worry
from portal.invented import Casework
from portal.resting import Rests, holds
from tests.portal import factories
from tests.portal.factories import MONDAY

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)
FIRST = MONDAY - 20 * WEEK


def test_a_worry_of_the_demo_names_an_address_that_was_listed(corporation):
    for place in range(1, 5):
        factories.listed_case(corporation, position=place)
    casework = Casework(
        corporation, MONDAY, lambda _key, _day: SimpleNamespace(opens=1.0, need=True, helps=False)
    )
    casework.week(MONDAY)
    worries = list(Worry.objects.all())
    assert 2 <= len(worries) <= 4
    assert all(row.postcode and row.case and not row.eenheid_id for row in worries)
    assert not Case.objects.filter(from_worry=True).exists()


def live(corporation, addresses, helped_at):
    """Let the invented coaches work for twenty weeks on the same addresses."""
    for place in range(1, addresses + 1):
        factories.listed_case(corporation, as_of=FIRST, position=place)
    casework = Casework(
        corporation,
        FIRST,
        lambda key, _day: SimpleNamespace(opens=0.5, need=key[-1] in helped_at, helps=True),
    )
    for number in range(20):
        monday = FIRST + number * WEEK
        Case.objects.update(listed_on=monday)
        type(corporation).objects.update(newest_list=monday)
        casework.week(monday)


def test_every_address_of_the_demo_stands_as_its_last_contact_says(corporation):
    live(corporation, 24, "02468")
    worked = Case.objects.filter(worked_on=True)
    assert len(worked) > 15
    for case in worked:
        rows = case.contacts.filter(undone_at=None)
        assert case.state == rows.latest("on", "reference").state
        assert [row.pk for row in rows.order_by("on", "reference")] == [row.pk for row in rows.order_by("pk")]


def test_nobody_knocks_where_a_colleague_was_lately_and_who_took_a_worry_up_answers_it(corporation):
    case = factories.listed_case(corporation, as_of=FIRST)
    type(corporation).objects.update(newest_list=FIRST)
    casework = Casework(
        corporation, FIRST, lambda _key, _day: SimpleNamespace(opens=1.0, need=True, helps=False)
    )
    for day in (1, 2, 8):
        casework._plan(FIRST + timedelta(days=day), casework._visit, case.pk)
    casework.until(FIRST + 2 * WEEK, FIRST)
    assert [row.result for row in case.contacts.all()] == [Result.APPOINTMENT]
    case.refresh_from_db()
    colleague = next(coach for coach in casework.coaches.values() if coach != case.owner)
    worry = factories.worry(case, urgent=True, taken_by=colleague, taken_at=clock.now())
    casework._plan(FIRST + 2 * WEEK, casework._take_up, worry.pk)
    casework.until(FIRST + 10 * WEEK, FIRST)
    worry.refresh_from_db()
    assert worry.answer


def test_no_promise_of_the_demo_is_forgotten(corporation):
    live(corporation, 24, "02468")
    today = FIRST + 20 * WEEK
    trying = Worry.objects.filter(answer=Answer.TRYING)
    assert Worry.objects.exclude(answer="").count() > 5
    assert all(row.answered_on > today - timedelta(days=14) for row in trying)
    old = Case.objects.filter(follow_up_on__lt=today - timedelta(days=120), objected_on=None)
    assert not old.exclude(state__in=(State.CLOSED, State.NOT_FITTING)).exists()


def test_the_lists_of_the_past_rest_by_the_rules_of_every_list(corporation):
    """An unfit case rests a year, one in care half a year, and whom a visit helped only until the deliveries know it."""
    day, agreed = MONDAY, MONDAY + timedelta(days=3)
    rests = Rests(cooldown=timedelta(days=28), unfit=timedelta(days=365), since=day - timedelta(days=60))
    cases, contacted, helped = {}, {}, {}
    for name, state, ago, follow_up, given in (
        ("unfit", State.NOT_FITTING, 365, None, {}),
        ("fit", State.NOT_FITTING, 366, None, {}),
        ("care", State.IN_CONTACT, 181, None, {}),
        ("asleep", State.IN_CONTACT, 183, None, {}),
        ("agreed", State.APPROACHED, 183, agreed, {}),
        ("watch", State.WATCH, 80, agreed, {}),
        ("over", State.WATCH, 80, day - timedelta(days=1), {}),
        ("cool", State.CLOSED, 27, None, {}),
        ("closed", State.CLOSED, 28, None, {}),
        ("new", State.CLOSED, 50, None, {}),
        ("old", State.CLOSED, 61, None, {}),
        ("objected", State.CLOSED, 300, None, {"objected_on": day - timedelta(days=300)}),
    ):
        case = factories.case(corporation, state=state, worked_on=True, follow_up_on=follow_up, **given)
        cases[case.overeenkomst_id] = name
        contacted[case.overeenkomst_id] = day - timedelta(days=ago)
        if name in ("new", "old"):
            helped[case.overeenkomst_id] = day - timedelta(days=ago)
    found = holds(corporation, contacted, helped, day, rests)
    assert {cases[key]: reason for key, reason in found.items()} == {
        "unfit": "not_fitting", "care": "in_contact", "agreed": "in_contact", "watch": "waakvlam", "cool": "cool_down",
        "new": "cool_down", "objected": "objection",
    }  # fmt: skip
