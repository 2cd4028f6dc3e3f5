"""Test what the analyst reads about a delivery that its gate stopped: what is wrong, the text to send, and who accepted it."""

from __future__ import annotations

import html
import re

import pytest
from django.urls import reverse
from django.utils.formats import date_format

from portal.accounts.models import Role
from portal.analyst.refused import next_version
from portal.runs.models import Run
from tests.portal import factories, two_years
from tests.portal.factories import MONDAY

pytestmark = pytest.mark.django_db
FILE = {"extract": "huurachterstanden", "file": f"huurachterstanden_{MONDAY}.csv"}
OTHER = {"extract": "meldingen", "file": f"meldingen_{MONDAY}.csv"}
SHARE = {"figure": "quarantined.share", "value": 0.342, "least": None, "most": 0.05, "severity": "critical"}


@pytest.fixture
def run(corporation):
    """A run with one delivery that the gate refused and one that was loaded with two rows set apart."""
    run = factories.run(corporation)
    day = {"peildatum": str(MONDAY)}
    run.deliveries = [
        FILE | day | {"state": "refused", "refusal": "stopped at the gate", "rows_read": 1204},
        OTHER | day | {"state": "loaded", "rows_read": 9},
    ]
    run.gates = [FILE | SHARE | {"meaning": "Rows that cannot count.", "passed": False}]
    run.quarantine = [
        FILE | {"reason": "bad date oudste_vervaldatum", "rows": 412, "lines": "3, 6, 9"},
        FILE | {"reason": "missing saldo", "rows": 1, "lines": "8"},
        OTHER | {"reason": "missing soort_code", "rows": 2, "lines": "4, 5"},
    ]
    run.unmapped = [
        FILE | {"column": "soort", "value": "X99", "rows": 3, "mapping": '"X99" = "..."'},
        FILE | {"column": "soort", "value": "a value of 10 characters, line 4", "rows": 1, "mapping": ""},
    ]
    run.save()
    return run


@pytest.fixture
def page(enter, corporation):
    client = enter(factories.user(Role.ANALYST, corporation))

    def show(run) -> str:
        return html.unescape(client.get(reverse("analyst:run", args=(run.pk,))).content.decode())

    return show


def letter(page: str) -> str:
    return re.search('<p class="letter">(.*?)</p>', page, re.DOTALL)[1]


def test_a_refused_delivery_says_which_lines_and_what_to_ask_and_writes_it_to_the_supplier(run, page):
    text = page(run)
    part = text.split("Afgekeurd: huurachterstanden", 1)[1].split("</section>", 1)[0]
    for words in (
        "Van de 1204 rijen in dit bestand is niets geladen.",
        "Deel van de rijen dat apart is gezet: 34,2% (grens: hoogstens 5%).",
        "oudste_vervaldatum is geen datum",
        "3, 6, 9",
        "Lever oudste_vervaldatum als datum, in dezelfde vorm als de andere rijen, zoals 23-11-2026.",
    ):
        assert words in part
    sent = letter(text).splitlines()
    assert sent[0] == (
        f"Wij konden het bestand {FILE['file']} (peildatum {date_format(MONDAY, 'j F Y')}) niet gebruiken. Er is niets van geladen."
    )
    assert sent[2] == (
        "- oudste_vervaldatum is geen datum: 412 rijen (regels 3, 6, 9, …). "
        "Lever oudste_vervaldatum als datum, in dezelfde vorm als de andere rijen, zoals 23-11-2026."
    )
    assert sent[3] == "- saldo is niet ingevuld: 1 rij (regel 8). Vul saldo in."
    assert sent[4] == "- Wat betekent de code X99 in soort (3 rijen)?"
    assert "10 characters" not in letter(text)
    assert (
        sent[-1]
        == f"Wilt u dit nakijken en het hele bestand opnieuw leveren, met de naam huurachterstanden_{MONDAY}_v2.csv?"
    )


def test_the_page_says_where_the_mended_file_goes_and_what_to_run(run, page, enter, corporation, settings):
    text = page(run)
    said = f"Zet het verbeterde bestand op de server bij het oude, in {settings.HOME / 'inbox'}: het hele bestand, met _v2"
    command = f"waakvlam --home {settings.HOME} weekly"
    for title in ("Leveringen", "Quarantaine, per reden"):
        part = text.split(f"<h2>{title}</h2>", 1)[1].split("<h2>", 1)[0]
        assert said in part and command in part
    server = enter(factories.user(Role.ANALYST, corporation)).get(reverse("analyst:server"))
    assert said in html.unescape(server.content.decode())


def test_a_run_without_anything_to_mend_does_not_say_where_a_mended_file_goes(run, page):
    run.deliveries, run.gates, run.quarantine, run.unmapped = run.deliveries[1:], [], [], []
    run.save()
    assert "verbeterde bestand" not in page(run)


def test_rows_of_a_refused_file_are_neither_quarantined_nor_loaded(run, page, enter, corporation):
    text = page(run)
    apart = text.split("<h2>Quarantaine, per reden</h2>", 1)[1].split("</section>", 1)[0]
    assert "soort_code is niet ingevuld" in apart and "oudste_vervaldatum" not in apart
    codes = text.split("<h2>Codes zonder vertaling</h2>", 1)[1].split("</section>", 1)[0]
    assert "Niets: het bestand is afgekeurd" in codes and "Geladen, zonder deze code" not in codes
    runs = enter(factories.user(Role.ANALYST, corporation)).get(reverse("analyst:runs")).content.decode()
    assert '<td class="number">2</td>' in runs


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ({"line": 7, "column": "C"}, "Het lezen stopte bij regel 7, kolom C."),
        ({"line": 7}, "Het lezen stopte bij regel 7."),
        ({"column": "saldo"}, "Het lezen stopte bij kolom saldo."),
        ({}, "Het ligt aan het bestand als geheel, niet aan één regel."),
    ],
)
def test_a_file_that_cannot_be_read_says_where_reading_stopped(run, page, at, said):
    read = {key: value for key, value in run.deliveries[0].items() if key != "rows_read"}
    run.deliveries = [read | at | {"refusal": "a quote is never closed."}]
    run.gates = run.quarantine = run.unmapped = []
    run.save()
    text = page(run)
    assert said in letter(text)
    assert "De melding van het programma (Engels): a quote is never closed." in letter(text)
    assert "Van dit bestand is niets geladen." in text


def test_a_figure_without_faulty_rows_asks_whether_it_is_right(run, page):
    run.gates = [
        run.gates[0] | {"figure": "rows.ratio_to_previous", "value": 0.4, "least": 0.8, "most": None}
    ]
    run.quarantine = run.unmapped = []
    run.save()
    sent = letter(page(run)).splitlines()
    assert sent[1].endswith("dat van de vorige levering: 0,4 (grens: minstens 0,8).")
    assert sent[-1].startswith("Klopt dit?")


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("huur_verlaging_2026-11-23.csv.gz", "huur_verlaging_2026-11-23_v2.csv.gz"),
        ("contacten_2026-11-23_v9.xlsx", "contacten_2026-11-23_v10.xlsx"),
    ],
)
def test_a_better_file_has_the_name_of_the_next_version(name, better):
    assert next_version(name) == better


def test_an_accepted_delivery_says_who_and_why_and_is_no_fault_any_more(enter, corporation):
    analyst = enter(factories.user(Role.ANALYST, corporation))
    two_years.runs(corporation, 1)
    run = Run.objects.get()
    accepted = {
        "accepted_by": "Anna de Wit",
        "accepted_on": "2026-11-24",
        "accepted_because": "De <b> klopt.",
    }
    for given, said in (({}, "1 fout<"), (accepted, "1 levering toegelaten")):
        rows = [
            row | {"state": "loaded"} | given
            for row in run.deliveries
            if row["extract"] == "overlastmeldingen"
        ]
        Run.objects.update(deliveries=rows, sources=[])
        assert said in analyst.get(reverse("analyst:runs")).content.decode()
    page = analyst.get(reverse("analyst:run", args=(run.pk,))).content.decode()
    assert "Geladen. Toegelaten door Anna de Wit op 24-11-2026: „De &lt;b&gt; klopt.”" in page
