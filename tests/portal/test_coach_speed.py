"""Test that a list of forty takes as many queries as a list of five, and is quick."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from portal.accounts.models import Role
from portal.casework.models import Change
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY

pytestmark = pytest.mark.django_db
QUERIES = {"coach:week": 12, "coach:care": 5, "coach:paper": 6}
MEDIAN = 100  # milliseconds
ROOT = Path(__file__).resolve().parents[2]


def lists(corporation, coach, number):
    for position in range(1, number + 1):
        case = factories.listed_case(corporation, position=position)
        Change.objects.create(case=case, as_of=MONDAY, seen_on=TODAY, code="paid", text="Er is betaald.")
        if position % 4 == 0:
            factories.contact(case, by=coach)
            case.worked_on, case.state, case.owner, case.follow_up_on = True, "in_contact", coach, TODAY
            case.save()
            factories.handover(case, on=TODAY - timedelta(days=3))
            factories.worry(case, urgent=True)


@pytest.mark.parametrize("name", QUERIES)
def test_the_number_of_queries_does_not_grow_with_the_list(
    name, enter, corporation, django_assert_num_queries
):
    coach = factories.user(Role.COACH, corporation)
    client = enter(coach)
    client.get(reverse(name))  # a first visit writes the session
    for number in (5, 35):
        lists(corporation, coach, number)
        with django_assert_num_queries(QUERIES[name]):
            assert client.get(reverse(name)).status_code == 200


def test_an_address_has_a_constant_number_of_queries(enter, corporation, django_assert_num_queries):
    coach = factories.user(Role.COACH, corporation)
    client, case = enter(coach), factories.listed_case(corporation)
    client.get(reverse("coach:case", args=(case.pk,)))
    for _more in range(2):
        for _each in range(3):
            factories.contact(case, by=factories.user(Role.COACH, corporation))
            factories.handover(case)
            factories.worry(case)
        with django_assert_num_queries(11):
            client.get(reverse("coach:case", args=(case.pk,)))


@pytest.mark.slow
def test_the_list_of_forty_takes_under_a_tenth_of_a_second():
    # In a process of its own: the tests' own look into every template costs more than the page.
    command = [sys.executable, "-m", "benchmarks.portal_pages"]
    printed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    taken = json.loads(printed)
    assert {page: times for page, times in taken.items() if times["cpu"] >= MEDIAN} == {}
