"""Test the analyst's pages of runs and the auditor's log."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from models.selection.shortlist import WHY_NOT
from pipelines.cli.app import app
from pipelines.learning import monitor
from portal.accounts.audit import record
from portal.accounts.models import AuditEntry, Role
from portal.runs.models import Run, StopRule
from portal.runs.templatetags.commands import commands as as_code
from tests.portal import factories, two_years
from tests.portal.factories import MONDAY, TODAY
from tests.portal.pages import commands, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst(enter, corporation):
    return enter(factories.user(Role.ANALYST, corporation))


@pytest.fixture
def auditor(enter):
    return enter(factories.user(Role.AUDITOR, username="auditor"))


def test_runs_newest_first_with_what_needs_a_look(analyst, corporation, other):
    two_years.runs(corporation, 3)
    factories.run(other)
    text = analyst.get(reverse("analyst:runs")).content.decode()
    days = [MONDAY - timedelta(weeks=back) for back in range(3)]
    places = [text.index(f"{day.day}-{day.month}-{day.year}") for day in days]
    assert places == sorted(places)
    assert text.count("1 levering afgekeurd") == 3
    assert text.count("1 × let op") == 1  # the arrears of one week were late
    assert "Elders Wonen" not in text


def test_a_run_shows_gate_quarantine_codes_drift_and_counts(analyst, corporation):
    two_years.runs(corporation, 1)
    text = analyst.get(reverse("analyst:run", args=(Run.objects.get().pk,))).content.decode()
    for word in (
        "rows.ratio_to_previous",
        "saldo is geen bedrag",
        "7, 19, 20, 31",
        "Lever saldo als getal, zoals 1240,00.",
        "codes &quot;GELUID-X&quot; = &quot;GEL&quot;",
        "GELUID-X",
        "complaints_90d",
        "Bezwaar gemaakt",
        "12% of the dates",
    ):
        assert word in text
    assert text.index("datum.bad") < text.index("rows.valid")  # what failed comes first
    assert text.index("complaints_90d") < text.index("arrears_months")
    assert text.count("Verschoven: kijk ernaar") == 1


def test_a_run_says_in_dutch_what_did_not_come_and_what_stopped_a_delivery(analyst, corporation):
    two_years.runs(corporation, 3)
    run = Run.objects.order_by("as_of").first()
    page = analyst.get(reverse("analyst:run", args=(run.pk,))).content.decode()
    absent, every = page.split("Alle bronnen", 1)
    for name, words in (
        ("De reparatieverzoeken", "Nooit gekomen"),
        ("De huurachterstanden", "Later dan gewoonlijk"),
    ):
        assert name in absent
        assert words in absent
    assert "De signaleringen" not in absent
    assert "Geleverd; niet elke week verwacht" in every
    assert "Afgekeurd</span>: 1 cijfer buiten de grens, zie Poort" in page
    assert "Aantal rijen, gedeeld door dat van de vorige levering" in page
    *_, folded = page.partition("Technische tekst (Engels)")
    assert page.count("12% of the dates") == folded.count("12% of the dates") == 1
    assert page.count("What the figure says.") == folded.count("What the figure says.") == 3
    rows = analyst.get(reverse("analyst:runs")).content.decode()
    assert "1 levering afgekeurd" in rows  # a refusal comes before a delivery that did not come


def test_a_code_without_translation_says_what_became_of_its_rows(analyst, corporation):
    """A column decides whether a row says anything without its code; the page must not claim both."""
    run = factories.run(corporation)
    file = {"extract": "woningen", "file": "woningen_20261123.csv"}
    run.quarantine = [
        file | {"reason": "bad amount huur, unknown code soort_code", "rows": 2, "lines": "3, 9"}
    ]
    run.unmapped = [
        file | {"column": column, "value": value, "rows": 2}
        for column, value in (("soort_code", "ZZZ"), ("reden_code", "YYY"))
    ] + [{"extract": "meldingen", "file": "m.csv", "column": "soort_code", "value": "XXX", "rows": 1}]
    run.save()
    page = analyst.get(reverse("analyst:run", args=(run.pk,))).content.decode()
    rows = {
        row.split("</code>")[0]: row.split("</tr>")[0] for row in page.split('<th scope="row"><code>')[1:]
    }
    apart = {value: "In quarantaine" in row for value, row in rows.items()}
    assert apart == {"ZZZ": True, "YYY": False, "XXX": False}
    assert all(("Geladen, zonder deze code" in row) is not apart[value] for value, row in rows.items())
    assert "De rij is geladen" not in page


def test_a_run_without_a_reference_says_how_to_fix_one(analyst, corporation):
    """The weeks that it takes are those of the monitor."""
    run = factories.run(corporation)
    Run.objects.filter(pk=run.pk).update(drift={})
    page = analyst.get(reverse("analyst:run", args=(run.pk,))).content.decode()
    assert "minstens een jaar en dertien weken aan leveringen" in page
    assert (monitor.FULL_AFTER_WEEKS, monitor.LEAST_WEEKS) == (52, 13)
    assert commands(page)[-1].endswith(" monitor")


def test_a_delivery_that_the_gate_stopped_says_how_it_is_accepted(analyst, corporation):
    two_years.runs(corporation, 1)
    run = Run.objects.get()
    page = analyst.get(reverse("analyst:run", args=(run.pk,))).content.decode()
    refused = next(row["file"] for row in run.deliveries if row["state"] == "refused")
    assert f" accept {refused} --by 'UW NAAM' --reason 'WAAROM IN EEN HELE ZIN'" in commands(page)[0]
    assert commands(page)[0].startswith("waakvlam --home ")
    fine, refusing = "is er en is op tijd.", "kwam op tijd. Niet alles is geladen: zie Leveringen."
    on_time = [source | {"state": "fresh"} for source in run.sources]
    Run.objects.update(sources=on_time)
    page = analyst.get(reverse("analyst:run", args=(run.pk,))).content.decode()
    assert refusing in page and fine not in page
    Run.objects.update(deliveries=[row | {"state": "loaded"} for row in run.deliveries])
    page = analyst.get(reverse("analyst:run", args=(run.pk,))).content.decode()
    assert fine in page and refusing not in page
    run.gates = []
    run.save()
    assert " accept " not in analyst.get(reverse("analyst:run", args=(run.pk,))).content.decode()


def test_the_list_of_runs_tells_a_late_delivery_from_one_that_did_not_come(analyst, corporation):
    two_years.runs(corporation, 1)
    run = Run.objects.get()
    for state, said, other in (
        ("late", "1 levering kwam te laat", "kwam niet"),
        ("stale", "1 levering kwam niet", "te laat"),
        ("missing", "1 levering kwam niet", "te laat"),
    ):
        Run.objects.update(deliveries=[], gates=[], sources=[run.sources[0] | {"state": state}])
        page = analyst.get(reverse("analyst:runs")).content.decode()
        assert said in page and other not in page


def test_a_run_of_before_the_sources_were_sent_does_not_claim_that_all_is_there(analyst, corporation):
    text = analyst.get(reverse("analyst:run", args=(factories.run(corporation).pk,))).content.decode()
    assert "Wat had moeten komen" not in text


def test_every_reason_for_leaving_an_address_off_the_list_has_a_dutch_name(analyst, corporation):
    run = factories.run(corporation)
    run.counts = {"not_listed": dict.fromkeys(WHY_NOT, 4)}
    run.save()
    text = analyst.get(reverse("analyst:run", args=(run.pk,))).content.decode()
    assert "In de wachtgroep geloot" in text
    assert [code for code in WHY_NOT if f">{code}<" in text] == []


def test_a_run_without_anything_is_shown(analyst, corporation):
    text = analyst.get(reverse("analyst:run", args=(factories.run(corporation).pk,))).content.decode()
    assert "Er was niets te toetsen." in text


def test_runs_ask_as_much_of_the_database_for_many_as_for_one(
    analyst, corporation, django_assert_num_queries
):
    two_years.runs(corporation, 1)
    analyst.get(reverse("analyst:runs"))
    with django_assert_num_queries(14):
        analyst.get(reverse("analyst:runs"))
    Run.objects.all().delete()
    two_years.runs(corporation, 20)
    with django_assert_num_queries(14):
        analyst.get(reverse("analyst:runs"))


def test_a_run_asks_the_database_for_itself_alone(analyst, corporation, django_assert_num_queries):
    two_years.runs(corporation, 20)
    url = reverse("analyst:run", args=(Run.objects.first().pk,))
    analyst.get(url)
    with django_assert_num_queries(8):  # one for the model before, three for the list before
        analyst.get(url)


def test_a_run_says_since_when_its_model_is_in_use(analyst, corporation):
    two_years.runs(corporation, 5)
    newest = Run.objects.order_by("-as_of").first()
    url = reverse("analyst:run", args=(newest.pk,))
    assert "op elke eerdere lijst hetzelfde" in analyst.get(url).content.decode()
    Run.objects.filter(as_of__lte=newest.as_of - timedelta(weeks=3)).update(model="expert 2025.4")
    day = newest.as_of - timedelta(weeks=3)
    assert (
        f"tot en met {day.day}-{day.month}-{day.year} was dat expert 2025.4"
        in analyst.get(url).content.decode()
    )


@pytest.mark.parametrize(
    ("approval", "said"),
    [
        ({"by": "Anna de Wit", "on": "2026-11-02"}, "in gebruik genomen door Anna de Wit op 2-11-2026"),
        ({"by": None, "on": None}, "de kaart uit de instellingen"),
        ({}, ""),
    ],
)
def test_a_run_says_who_installed_its_model(analyst, corporation, approval, said):
    two_years.runs(corporation, 1)
    Run.objects.update(approval=approval)
    page = analyst.get(reverse("analyst:run", args=(Run.objects.get().pk,))).content.decode()
    assert said in page
    assert bool(said) == ("in gebruik genomen" in page or "uit de instellingen" in page)


def test_the_log_is_searched_by_day(auditor, coach, case):
    record(coach, "case.view", case)
    for asked, seen in (
        ({"van": TODAY, "tot": TODAY}, True),
        ({"van": TODAY + timedelta(days=1)}, False),
        ({"tot": TODAY - timedelta(days=1)}, False),
        ({"action": "case.view", "username": coach.username}, True),
        ({"van": "0001-01-01", "tot": "9999-12-31"}, True),
    ):
        assert (case.overeenkomst_id in auditor.get(reverse("audit"), asked).content.decode()) is seen, asked


def test_the_log_is_searched_by_agreement_as_the_page_writes_it(auditor, coach, case, corporation):
    record(coach, "case.view", case)
    for text in (
        case.overeenkomst_id,
        case.overeenkomst_id.lower(),
        f"{corporation.pk} {case.overeenkomst_id}",
    ):
        page = auditor.get(reverse("audit"), {"overeenkomst_id": text}).content.decode()
        assert page.count("<time ") == 1, text
    nothing = auditor.get(reverse("audit"), {"overeenkomst_id": "OVK-anders"}).content.decode()
    assert "Niets gevonden" in nothing
    assert "Kies Adres zoeken" in nothing


def test_an_invalid_day_shows_a_message(auditor, coach, case):
    record(coach, "case.view", case)
    text = auditor.get(reverse("audit"), {"van": "<b>gisteren"}).content.decode()
    assert "geen datum die wij kunnen lezen" in text
    assert "<b>gisteren" not in text
    assert case.overeenkomst_id in text


def test_the_log_as_a_file_holds_what_was_asked_and_no_formula(auditor, coach, case):
    record(coach, "case.view", case, word="=1+1")
    record(coach, "=HYPERLINK(1)")
    response = auditor.get(reverse("audit_csv"), {"username": coach.username})
    rows = list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 3
    assert {row[3] for row in rows[1:]} == {"Bekeek een adres", "'=HYPERLINK(1)"}
    assert AuditEntry.objects.filter(username="auditor", action="export.audit").count() == 1


@pytest.mark.parametrize("state", StopRule.values)
def test_a_command_in_a_sentence_is_shown_as_one(analyst, corporation, state):
    """On every page where a sentence names one; *waakvlam* before another word stays the state of a case."""
    two_years.runs(corporation, 1)
    Run.objects.update(stop=state)
    verbs = "|".join(str(each.name) for each in app.registered_commands)
    for name in ("help", "analyst:runs", "audit"):
        page = shown(analyst.get(reverse(name))).split("<main")[1]
        bare = re.sub(r"<code.*?</code>", "", page, flags=re.DOTALL)
        assert not re.findall(rf"waakvlam (?:{verbs})\b", bare), name
    assert "Wie zag een adres?" in shown(analyst.get(reverse("analyst:users")))
    assert (
        as_code("waakvlam tot 3 mei & <b>waakvlam resume")
        == "waakvlam tot 3 mei &amp; &lt;b&gt;<code>waakvlam resume</code>"
    )


@pytest.mark.parametrize("state", ["", *StopRule.values])
def test_the_list_of_runs_says_where_the_stop_rule_stands_now(analyst, corporation, state):
    two_years.runs(corporation, 3)
    newest, *older = Run.objects.order_by("-as_of")
    for run, stop in ((newest, state), (older[0], StopRule.PAUSED)):
        run.stop = stop
        run.save()
    page = shown(analyst.get(reverse("analyst:runs")))
    assert ("Dit is de stand bij de lijst van" in page) is bool(state)
    assert ("Verdergaan" in page) is (state in ("paused", "by_hand"))
    assert (f"{reverse('analyst:server')}#stilzetten" in page) is bool(state)
    plain = page.replace("<code>", "").replace("</code>", "")
    said = [each for each in StopRule.values if str(StopRule(each).label) in plain]
    assert said == ([state] if state else [])
    assert "Een streepje" not in page
    Run.objects.filter(pk=older[0].pk).update(sources=[], deliveries=[])
    page = shown(analyst.get(reverse("analyst:runs")))
    assert "Een streepje: van die lijst is niet bewaard" in page


def test_a_figure_that_has_nothing_to_be_compared_with_is_not_counted_as_in_order(enter, corporation):
    run = factories.run(corporation)
    gate = {"file": "a.csv", "extract": "a", "figure": "rows.ratio_to_previous", "severity": "warning"}
    run.gates = [gate | {"passed": passed} for passed in (True, None, None)]
    run.save()
    page = enter(factories.user(Role.ANALYST, corporation)).get(reverse("analyst:run", args=(run.pk,)))
    text = page.content.decode()
    assert "1 cijfer in orde; 2 niet te vergelijken" in text
    assert text.count("Te weinig rijen ervoor om te vergelijken") == 2
