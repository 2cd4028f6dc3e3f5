"""Test that a program can send and read what the pages keep of a contact, a worry and a hand-over."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from portal.accounts.models import Role
from portal.api.models import Write
from portal.casework import care
from portal.casework.codes import State
from portal.casework.models import Contact, Worry
from tests.portal import factories
from tests.portal.programs import Program, contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def crm(corporation) -> Program:
    return Program(Role.COACH, corporation)


def test_a_contact_keeps_the_hour_of_its_appointment_and_what_help_is_for(crm, case):
    monday = factories.TODAY + timedelta(days=7 - factories.TODAY.weekday())
    appointment = {"result": "Afspraak gemaakt", "follow_up_on": monday.isoformat(), "follow_up_at": "14:30"}
    saved = crm.post("contacts", **contact(case, needs=["post", "geld"], **appointment))
    assert saved.status_code == 201, saved.content
    assert (saved.json()["follow_up_on"], saved.json()["follow_up_at"]) == (monday.isoformat(), "14:30")
    kept = case.contacts.get()
    assert (kept.follow_up_at, kept.needs) == (time(14, 30), "geld post")
    (row,) = crm.get("week", corporation="dewaard").json()["addresses"]
    assert (row["follow_up_on"], row["follow_up_at"]) == (monday.isoformat(), "14:30")


@pytest.mark.parametrize("state", [State.IN_CONTACT, State.WATCH, State.CLOSED])
def test_an_hour_that_would_be_lost_is_refused(crm, case, state):
    day = (
        {}
        if state == State.IN_CONTACT
        else {"follow_up_on": (factories.TODAY + timedelta(days=7)).isoformat()}
    )
    refused = crm.post("contacts", **contact(case, state=state, follow_up_at="14:30", **day))
    assert refused.status_code == 422 and list(refused.json()["fields"]) == ["follow_up_at"]
    assert not Contact.objects.exists() and not Write.objects.exists()


def test_a_coach_passes_on_whom_to_call_back_about_an_urgent_worry(crm, corporation):
    report = {"corporation": "dewaard", "unit": "E1", "source": "politie", "worry": "geldzorgen"}
    whom = {"call_back": "de wijkagent"}
    assert crm.post("worries", urgent=True, **whom, **report).status_code == 201
    assert Worry.objects.get().call_back == "de wijkagent"
    melder = Program(Role.MELDER, corporation)
    for program, urgent in ((crm, False), (melder, True)):
        refused = program.post("worries", urgent=urgent, **whom, **report)
        assert refused.status_code == 422 and list(refused.json()["fields"]) == ["call_back"]
    assert Worry.objects.count() == 1


def test_a_handover_shows_who_agreed_and_who_was_asked(crm, case, coach):
    given = {"partner": "wijkteam", "person": "mevrouw Bakker", "consent": "bewoner"}
    handed = care.hand_over(coach, case.pk, version=case.version, token="handover-1", **given)
    case.refresh_from_db()
    care.ask_after(coach, handed.pk, version=case.version, kind="Telefoon")
    shown = crm.get(f"handovers/{handed.reference}").json()
    today = factories.TODAY.isoformat()
    assert {name: shown[name] for name in given} == given
    assert (shown["consent_on"], shown["asked"]) == (today, [{"on": today, "kind": "Telefoon"}])
    assert (shown["picked_up"], shown["answered_on"]) == ("onbekend", None)
