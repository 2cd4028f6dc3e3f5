"""Test that harm and complaints are reported without a word about the resident, and reach the chain once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from pipelines.proof import hold
from portal.accounts.models import AuditEntry, Role
from portal.exchange import give
from portal.incidents.models import VISITS_ARRIVE, Incident
from portal.incidents.uncounted import uncounted
from portal.runs.models import Run
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY
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


@pytest.fixture
def newest(corporation) -> Run:
    """The newest run, of which the stop rule is on."""
    run = factories.run(corporation)
    run.stop, run.limits, run.decides = "on", {"harm": 0.02, "complaint": 0.05}, ["bestuurder"]
    run.save()
    return run


def reported(corporation, kind: str = "harm", on: date = TODAY) -> Incident:
    row = factories.incident(corporation)
    at = timezone.make_aware(datetime.combine(max(on, MONDAY), time(9)))
    Incident.objects.filter(pk=row.pk).update(kind=kind, on=on, created_at=at)
    return Incident.objects.get(pk=row.pk)


@pytest.mark.parametrize("happened", [MONDAY - timedelta(days=back) for back in range(-6, 16)])
def test_a_report_counts_from_the_first_list_in_which_the_weekly_run_weighs_it(corporation, happened):
    """As `pipelines.proof.hold.watch` and `portal.exchange.give.incidents` decide, of what is reported on its day or this Monday."""
    assert hold.VISITS_ARRIVE == VISITS_ARRIVE
    row = reported(corporation, on=happened)
    lists = [MONDAY + timedelta(days=7 * week) for week in range(5)]
    weighed = [day for day in lists if row.reported_on < day and row.on < day - hold.VISITS_ARRIVE]
    assert row.counts_from == weighed[0]


def told(enter, role, corporation) -> str:
    page = ("analyst:runs", ()) if role == Role.ANALYST else ("manager:corporation", (corporation.pk,))
    reader = enter(factories.user(role, corporation))
    return shown(reader.get(reverse(page[0], args=page[1]))).replace("\xa0", " ")


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ANALYST])
def test_what_is_reported_and_not_counted_yet_is_said_with_the_limit(enter, corporation, other, newest, role):
    assert "nog niet meegeteld" not in told(enter, role, corporation)
    coach = factories.user(Role.COACH, other, first_name="Noor", last_name="Bos")
    for _each in range(4):
        Incident.objects.filter(pk=reported(corporation).pk).update(by=coach)
    reported(other)
    taken_back = reported(corporation)
    Incident.objects.filter(pk=taken_back.pk).update(withdrawn_at=timezone.now())
    reported(corporation, on=MONDAY - timedelta(days=30))
    reported(corporation, "complaint")
    page = told(enter, role, corporation)
    assert "Gemeld en nog niet meegeteld: 5 keer schade en 1 klacht." in page
    assert "De grens is 2 keer schade en 5 klachten op de 100 bezoeken" in page
    assert "Noor" not in page


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ANALYST])
def test_a_rule_that_is_off_promises_no_counting(enter, corporation, newest, role):
    reported(corporation, "complaint")
    Run.objects.update(stop="off")
    page = told(enter, role, corporation)
    assert "nog niet meegeteld: 1 klacht. De stopregel staat uit" in page and "telt mee vanaf" not in page


@pytest.mark.parametrize("role", [Role.COACH, Role.MANAGER, Role.ANALYST])
def test_where_the_rule_is_off_whoever_reports_reads_that_nothing_stops(
    enter, corporation, other, newest, role
):
    """Also where another corporation of the reader has the rule on."""
    Run.objects.update(stop="off")
    client = enter(factories.user(role, corporation, other))
    page = shown(client.get(PAGE))
    assert "dan stopt de lijst tot iemand beslist" in page
    page = shown(send(client, corporation))
    assert "Gemeld. De stopregel staat uit, dus dit stopt de lijst niet." in page
    assert "telt mee" not in page and "Het telt voor de stopregel mee" not in page
    page = shown(send(client, other, token="b"))
    assert "Het telt voor de stopregel mee" in page and page.count("telt mee vanaf de lijst") == 1
    page = shown(enter(factories.user(role, corporation)).get(PAGE))
    assert "dan stopt de lijst tot iemand beslist" not in page and "De stopregel staat uit" in page


def test_once_a_list_counted_it_nothing_waits(enter, corporation, newest):
    row = reported(corporation, on=MONDAY - timedelta(days=30))
    Run.objects.filter(pk=newest.pk).update(as_of=row.counts_from - timedelta(days=7))
    assert uncounted(Run.objects.get()) is not None
    Run.objects.filter(pk=newest.pk).update(as_of=row.counts_from)
    assert uncounted(Run.objects.get()) is None


def test_whoever_reports_reads_from_which_list_it_counts(enter, coach, corporation):
    client = enter(coach)
    page = shown(send(client, corporation)).replace("\xa0", " ")
    row = Incident.objects.get()
    assert f"mee vanaf de lijst van {date_format(row.counts_from, 'j F Y')}." in page
    assert "telt mee vanaf de lijst van" in page
    type(corporation).objects.update(newest_list=row.counts_from)
    assert "meegeteld" in shown(client.get(PAGE)).partition("Wat er gemeld is")[2]


@pytest.mark.parametrize(
    ("role", "says"),
    [(Role.COACH, "Bel de analist"), (Role.MANAGER, "Bel de analist"), (Role.ANALYST, "#stilzetten")],
)
def test_who_cannot_wait_reads_who_pauses_the_list_at_once(enter, corporation, role, says):
    page = shown(enter(factories.user(role, corporation)).get(PAGE))
    assert "Kan het niet wachten?" in page and says in page
