"""Test the number of queries of each page, and that the list of forty is quick."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.models import Role
from portal.casework.codes import Kind
from portal.casework.models import Change
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY
from tests.portal.table import TABLE

pytestmark = [pytest.mark.django_db, pytest.mark.dear]
QUERIES = {
    "coach:week": 15,
    "coach:care": 10,
    "coach:paper": 12,
    "coach:search": 2,
    "coach:finished": 4,
    "coach:case": 15,
    "coach:contact": 10,
    "coach:state": 6,
    "coach:growth": 6,
    "coach:handover": 5,
    "coach:objection": 5,
    "coach:worry": 5,
    "coach:colleague": 6,
    "coach:holiday": 8,
    "coach:left": 6,
    "coach:handovers": 6,
    "coach:leaflet": 4,
    "coach:agenda": 6,
    "manager:trends": 51,
    "manager:corporation": 51,
    "manager:report": 48,
    "manager:board": 48,
    "analyst:runs": 14,
    "analyst:unmatched": 4,
    "melder:worry": 6,
    "audit": 5,
    "audit_find": 2,
}
"""Queries of each page, with those for the session, the user, the areas and the log. Pages that list addresses have one
for their safety warnings (`portal.coach.safety.warn`)."""
SAVING = 15
"""Queries of a contact that is saved, with those of the transaction."""
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


def test_each_page_has_its_number_of_queries_however_long_the_list(enter, corporation):
    coach = factories.user(Role.COACH, corporation)
    clients = {role: enter(factories.user(role, corporation)) for role in Role.values if role != Role.COACH}
    clients[Role.COACH] = enter(coach)
    lists(corporation, coach, 5)
    factories.run(corporation)
    case = factories.listed_case(corporation)
    pages = {}
    for name in QUERIES:
        roles, arguments = TABLE[name]
        # of a page for two roles, the one for whom it is made
        role = Role.AUDITOR if Role.AUDITOR in roles else next(iter(roles - {Role.COACH}), Role.COACH)
        pages[name] = clients[role], reverse(name, args=arguments(case) if arguments else ())
    for client, url in pages.values():
        client.get(url)  # a first visit writes the session
    for more in (0, 35):
        lists(corporation, coach, more)
        assert {name: queries(*page) for name, page in pages.items()} == QUERIES


def queries(client, url: str) -> int:
    with CaptureQueriesContext(connection) as sent:
        assert client.get(url).status_code == 200, url
    return len(sent)


def test_an_address_has_a_constant_number_of_queries(enter, corporation, django_assert_num_queries):
    coach = factories.user(Role.COACH, corporation)
    client, case = enter(coach), factories.listed_case(corporation)
    client.get(reverse("coach:case", args=(case.pk,)))
    for _more in range(2):
        for _each in range(3):
            factories.contact(case, by=factories.user(Role.COACH, corporation))
            factories.handover(case)
            factories.worry(case)
        with django_assert_num_queries(QUERIES["coach:case"]):
            client.get(reverse("coach:case", args=(case.pk,)))


def test_saving_a_contact_has_its_number_of_queries(enter, corporation, django_assert_num_queries):
    coach = factories.user(Role.COACH, corporation)
    client = enter(coach)
    client.get(reverse("coach:week"))  # a first visit writes the session
    for number in range(3):
        url = reverse("coach:contact", args=(factories.listed_case(corporation).pk,))
        form = {
            "token": f"token-{number}",
            "version": "1",
            "kind": Kind.VISIT,
            "on": str(TODAY),
            "reached": "ja",
        }
        with django_assert_num_queries(SAVING):
            answer = client.post(url, form)
        assert "gedaan" in answer["Location"]
        with django_assert_num_queries(QUERIES["coach:week"] + 1):
            assert client.get(answer["Location"]).status_code == 200


@pytest.mark.slow
def test_the_list_of_forty_takes_under_a_tenth_of_a_second():
    # In a process of its own: the tests' own look into every template costs more than the page.
    command = [sys.executable, "-m", "benchmarks.portal_pages"]
    printed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    taken = json.loads(printed)
    assert {page: times for page, times in taken.items() if times["cpu"] >= MEDIAN} == {}
