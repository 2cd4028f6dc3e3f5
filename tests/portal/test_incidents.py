"""Test that harm and complaints are reported without a word about the resident, and reach the chain once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import AuditEntry, Role
from portal.exchange import give
from portal.incidents.models import Incident
from tests.portal import factories
from tests.portal.factories import TODAY
from tests.portal.pages import shown

pytestmark = pytest.mark.django_db
PAGE = reverse("incident")


def send(client, corporation, **values):
    given = {"corporation": corporation.pk, "kind": "complaint", "on": TODAY.isoformat(), "token": "a"}
    return client.post(PAGE, given | values, follow=True)


@pytest.mark.parametrize("role", [Role.COACH, Role.MANAGER, Role.ANALYST])
def test_a_report_says_what_and_when_and_is_in_the_log(enter, corporation, role):
    client = enter(factories.user(role, corporation))
    page = shown(send(client, corporation))
    send(client, corporation)  # the same form a second time
    incident = Incident.objects.get()
    assert (incident.kind, incident.on, incident.corporation) == ("complaint", TODAY, corporation)
    assert "Gemeld." in page and "Iemand klaagt over de aanpak" in page
    assert AuditEntry.objects.get(action="incident.add").detail["kind"] == "complaint"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"kind": ""}, "Kies er een."),
        ({"kind": "praise"}, "geldige"),
        ({"on": (TODAY + timedelta(days=1)).isoformat()}, "Deze dag moet nog komen."),
        ({"on": ""}, "verplicht"),
    ],
)
def test_a_report_that_is_not_complete_is_asked_again(enter, coach, corporation, values, why):
    assert why in shown(send(enter(coach), corporation, **values))
    assert not Incident.objects.exists()


def test_another_corporation_is_neither_reported_about_nor_read(enter, coach, corporation, other):
    client = enter(coach)
    send(client, other)
    assert not Incident.objects.exists()
    send(enter(factories.user(Role.MANAGER, other)), other)
    assert "Iemand klaagt over de aanpak</p>" not in shown(client.get(PAGE))
    assert Incident.objects.count() == 1


def test_a_report_is_taken_back_on_its_day_and_only_by_who_made_it(enter, coach, corporation):
    client, colleague = enter(coach), enter(factories.user(Role.COACH, corporation))
    send(client, corporation)
    incident = Incident.objects.get()
    taken_back = {"incident": incident.pk}
    assert colleague.post(reverse("withdraw_incident"), taken_back).status_code == 404
    Incident.objects.update(created_at=timezone.now() - timedelta(days=1))
    assert "eerdere dag" in shown(client.post(reverse("withdraw_incident"), taken_back, follow=True))
    Incident.objects.update(created_at=timezone.now())
    assert "telt niet mee" in shown(client.post(reverse("withdraw_incident"), taken_back, follow=True))
    assert give.incidents(TODAY + timedelta(days=1)) == ()


def test_what_was_reported_before_today_is_given_to_the_weekly_run(enter, coach, corporation):
    send(enter(coach), corporation, kind="harm")
    assert give.incidents(TODAY) == ()
    (given,) = give.incidents(TODAY + timedelta(days=1))
    assert (given.kind, given.on, given.by) == ("harm", TODAY, coach.username)


def test_old_reports_are_purged(enter, coach, corporation):
    from portal.exchange.purge import purge

    send(enter(coach), corporation)
    long_ago = TODAY - timedelta(days=800)
    Incident.objects.update(on=long_ago, created_at=timezone.now() - timedelta(days=800))
    two_years = TODAY - timedelta(days=730)
    purge(TODAY, cases=two_years, lists=two_years, runs=two_years)
    assert not Incident.objects.exists()
