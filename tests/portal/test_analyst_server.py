"""Test the analyst's page of what is done on the server."""

from __future__ import annotations

import re
import shlex
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from typer.main import get_command

from pipelines.cli.app import app
from portal.accounts.models import AuditEntry, Role
from portal.casework.models import SignalWeek
from portal.exchange import purge, receive
from portal.runs.models import Run, StopRule
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY
from tests.portal.pages import commands

pytestmark = pytest.mark.django_db
WHO = "--by 'UW NAAM' --reason 'WAAROM IN EEN HELE ZIN'"


@pytest.fixture
def analyst(enter, corporation):
    return enter(factories.user(Role.ANALYST, corporation))


def test_what_is_seldom_asked_has_its_answer_also_where_it_cannot_be_done(analyst, corporation):
    run = factories.run(corporation)
    page = analyst.get(reverse("analyst:server")).content.decode()
    earlier, source, case = (
        page.split(f'id="{anchor}"')[1].split("</section>")[0]
        for anchor in ("eerder-model", "bron", "langer")
    )
    assert f"Nu: {run.model} ({corporation}, lijst van" in earlier and "artefacts/scorecards" in earlier
    assert "Een schakelaar per bron is er niet." in source
    assert "Dat kan niet: een termijn geldt voor alle adressen." in case


def test_every_command_on_the_page_is_one_of_the_program_with_all_that_it_needs(analyst, corporation):
    """The program itself reads the words of each command: one with a required option less would stop here."""
    factories.run(corporation)
    known = get_command(app)
    shown = commands(analyst.get(reverse("analyst:server")).content.decode())
    assert len(shown) > 15
    for command in shown:
        name, *given = shlex.split(command)[3:]
        verb = known.commands[name]
        if given and given[0] in getattr(verb, "commands", {}):
            verb, given = verb.commands[given[0]], given[1:]
        verb.make_context(name, given)


def test_the_work_on_the_server_has_its_state_and_its_whole_command(analyst, corporation, settings):
    settings.HOME = Path("/srv/waak vlam")
    run = factories.run(corporation)
    Run.objects.filter(pk=run.pk).update(
        stop=StopRule.ON,
        decides=["directeur"],
        deliveries=[
            {"file": f"{name}_2026-11-16.csv", "extract": name, "state": state, "peildatum": "2026-11-16"}
            for name, state in (("a", "refused"), ("b", "refused"), ("c", "loaded"))
        ],
        gates=[{"file": "a_2026-11-16.csv", "figure": "x", "passed": False, "severity": "critical"}],
    )
    receive.evidence("dewaard", "fairness", MONDAY, ["Gelijk."], sure=True)
    factories.incident(corporation)
    page = analyst.get(reverse("analyst:server")).content.decode()
    home = "waakvlam --home '/srv/waak vlam'"
    assert [line.removeprefix(home) for line in commands(page)] == [
        " retention", f" pause {WHO}", " weekly",
        f" resume --role directeur {WHO}", " limits",
        f" accept a_2026-11-16.csv {WHO}", " weekly", " effect", " backtest", " fairness",
        " doctor", " weekly",
        " subject export NUMMER --out BESTAND.json", " subject erase NUMMER",
        " promote expert --by 'UW NAAM'", " promote VERSIE --by 'UW NAAM'", " weekly",
        " retract BESTAND", " weekly", " subject export NUMMER --out BESTAND.json",
    ]  # fmt: skip
    assert "Dat is hier nog niet gedaan" in page and "1 keer schade en 0 keer een klacht." in page
    assert "Gemeld en nog niet meegeteld: 1 keer schade. Dit telt mee vanaf de lijst van" in page
    Run.objects.update(stop=StopRule.OFF)
    off = analyst.get(reverse("analyst:server")).content.decode()
    assert "dus dit stopt de lijst niet. (De Waard)" in off and "telt mee vanaf" not in off
    assert f"Groepen: gemeten tot en met {MONDAY.day}-{MONDAY.month}-{MONDAY.year}." in page
    assert "Terugkijken: nog niet gemeten." in page
    assert "Tegengehouden: a_2026-11-16.csv." in page and "niet toe te laten: b_2026-11-16.csv." in page
    assert reverse("analyst:server") in analyst.get(reverse("analyst:runs")).content.decode()


def test_the_page_of_the_server_says_the_terms_and_what_is_past_them_before_the_first_time(
    analyst, corporation
):
    days = {"cases": 730, "lists": 365, "runs": 365}
    kept = {name: (MONDAY - timedelta(days=number)).isoformat() for name, number in days.items()}
    factories.run(corporation)
    page = analyst.get(reverse("analyst:server")).content.decode()
    assert "de volgende lijst meldt ze hier" in page  # a list that an older version published
    Run.objects.update(kept=kept)
    factories.listed_case(corporation, as_of=MONDAY - timedelta(days=400))
    due = purge.due(TODAY, **{name: TODAY - timedelta(days=number) for name, number in days.items()})
    page = analyst.get(reverse("analyst:server")).content.decode()
    assert "Dat is hier nog niet gedaan." in page
    assert "werk van coaches 24 maanden, lijsten 12 maanden, runs en inlogs 12 maanden" in page
    assert f"Nu over hun termijn: {sum(due.values())} rijen" in page and sum(due.values()) > 0


TOLD = {
    "shortlist.capacity": 8,
    "shortlist.lead_weeks": 4,
    "coaches.Noor": 6,
    "retention.deliveries_days": 90,
    "retention.cases_months": 24,
}


def test_the_settings_have_their_value_file_key_and_command_and_since_which_list_they_changed(
    analyst, corporation, settings
):
    settings.HOME = Path("/srv/waakvlam")
    page = analyst.get(reverse("analyst:server")).content.decode()
    assert "Welke waarden nu gelden, meldt de volgende lijst hier." in page
    for back, capacity in ((4, 12), (3, 10), (2, 10), (1, 8), (0, 8)):
        run = factories.run(corporation, as_of=MONDAY - timedelta(weeks=back))
        Run.objects.filter(pk=run.pk).update(settings=TOLD | {"shortlist.capacity": capacity})
    page = analyst.get(reverse("analyst:server")).content.decode()
    assert "/srv/waakvlam/settings.toml" in page and "bewaart niet wie een instelling wijzigde" in page
    rows = re.findall(r"<tr><th scope=\"row\".*?</tr>", page)
    said = [re.sub(r"<[^>]+>", " ", row).split() for row in rows]
    changed = MONDAY - timedelta(weeks=1)
    day = f"{changed.day}-{changed.month}-{changed.year}"
    assert " ".join(said[0]) == (
        f"Adressen per week, per coach [shortlist] capacity 8 was 10, tot de lijst van {day} waakvlam weekly"
    )
    assert " ".join(said[1]) == "Adressen per week van Noor [[coaches]] capacity 6 – waakvlam weekly"
    assert [row[-1] for row in said] == ["weekly", "weekly", "train", "retention", "retention"]


def test_what_is_past_its_term_is_split_and_so_is_what_follows_within_four_weeks(analyst, corporation):
    days = {"cases": 730, "lists": 365, "runs": 365}
    kept = {name: (TODAY - timedelta(days=number)).isoformat() for name, number in days.items()}
    run = factories.run(corporation, as_of=TODAY)
    Run.objects.filter(pk=run.pk).update(kept=kept)
    for back in (366, 400, 350):
        factories.listed_case(corporation, as_of=TODAY - timedelta(days=back))
    factories.run(corporation, as_of=TODAY - timedelta(days=340))
    page = analyst.get(reverse("analyst:server")).content.decode()
    due, soon = (
        purge.due(day, **{name: day - timedelta(days=number) for name, number in days.items()})
        for day in (TODAY, TODAY + timedelta(weeks=4))
    )
    lists = soon["lists"] - due["lists"]
    assert (due["cases"], due["runs"], soon["runs"]) == (0, 0, 1) and due["lists"] and lists
    oldest = SignalWeek.objects.earliest("as_of").as_of  # its weeks go back further than its list
    assert oldest < TODAY - timedelta(days=400)
    of = f"het oudste van {oldest.day}-{oldest.month}-{oldest.year}"
    assert f"Nu over hun termijn: {due['lists']} rijen in het portaal (lijsten {due['lists']}, {of})." in page
    said = f"Binnen vier weken komen daar {lists + 1} rijen bij (lijsten {lists}; runs en inlogs 1)."
    assert said in page
    assert "back-ups op de server" in page


def test_every_kind_that_is_removed_by_its_date_has_a_term(corporation):
    kinds = {what for what, _rows, _before in purge._past(TODAY, TODAY, TODAY, TODAY)}
    assert kinds - {purge.SESSIONS} == purge.TERM_OF.keys()
    assert set(purge.TERM_OF.values()) == set(purge.TERMS)


def test_the_page_of_the_server_proves_what_was_removed_and_counts_what_is_past_its_term(
    analyst, corporation
):
    factories.listed_case(corporation, as_of=MONDAY - timedelta(days=400))
    day = TODAY - timedelta(days=365)
    purge.purge(TODAY, cases=day, lists=day, runs=day)
    ended = Session.objects.create(session_key="ended", expire_date=timezone.now() - timedelta(days=1))
    removed = AuditEntry.objects.get(action="retention.run").detail["rows"]
    page = analyst.get(reverse("analyst:server")).content.decode()
    assert removed >= 1 and f": {removed} rijen in het portaal verwijderd, en nagekeken" in page
    assert "Nu is in het portaal niets over zijn termijn." in page, "a session that ended has no term"
    assert purge.purge(TODAY, cases=day, lists=day, runs=day)["sessions"][0] == 1
    assert not Session.objects.filter(pk=ended.pk).exists()
    assert "werk van coaches 12 maanden, lijsten 12 maanden, runs en inlogs 12 maanden" in page
    factories.listed_case(corporation, as_of=MONDAY - timedelta(days=400))
    due = purge.due(TODAY, cases=day, lists=day, runs=day)
    page = analyst.get(reverse("analyst:server")).content.decode()
    assert f"Nu over hun termijn: {sum(due.values())} rijen" in page and sum(due.values()) > 0
