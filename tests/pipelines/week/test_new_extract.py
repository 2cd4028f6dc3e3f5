"""A new contract file is enough to load, gate, quarantine, age and report a new extract."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipelines.delivery import freshness
from pipelines.installation import calendar, contracts_page
from pipelines.installation.workspace import Workspace
from pipelines.learning import monitor
from pipelines.scoring import export
from pipelines.warehouse.stores import attach, open_warehouse
from tests.support.contracts import EXTRACT, contracts_in, example
from tests.support.deliveries import (
    corporation,
    deliver,
    deliver_all,
    known,
    load,
    waakvlam,
    with_settings,
)
from tests.support.small import small

pytestmark = pytest.mark.slow

DAY, AS_OF = "2026-11-14", "2026-11-16"
OTHER = "huisbezoeken"
"""An extract whose agreement has a name of its own, with an event that has one of two dates."""
OTHER_CONTRACT = (
    example()
    .replace(EXTRACT, OTHER)
    .replace("overeenkomst_id", "bezochte_overeenkomst_id")
    .replace('agreement = "', 'event = "gepland | datum"\nagreement = "')
    .replace("datum = {", 'gepland = { type = "timestamp", description = "Planned" }\ndatum = {', 1)
)
HOME = "brieven"
"""An extract whose rows name a home only."""
HOME_CONTRACT = (
    example()
    .replace(EXTRACT, HOME)
    .replace("overeenkomst_id", "eenheid_id")
    .replace('agreement = "', 'event = "datum"\nhome = "')
)


def signals(*kinds: str) -> list[dict[str, str]]:
    """Make a signal about each of the first agreements."""
    return [
        {"signaal_id": f"S{n}", "overeenkomst_id": f"O{n}", "datum": f"2026-11-{n:02}", "soort": kind}
        for n, kind in enumerate(kinds, 1)
    ]


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace whose warehouse was made before the contracts existed."""
    place = small(tmp_path_factory.mktemp("older") / "home", "2026-11-07")
    deliver_all(place, DAY, corporation())
    return place


@pytest.fixture(scope="module")
def added(older: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("contracts")
    new = {EXTRACT: example(), OTHER: OTHER_CONTRACT, HOME: HOME_CONTRACT}
    with contracts_in(folder, **new) as contracts:
        yield contracts


@pytest.fixture(scope="module")
def place(older: Workspace, added: Path) -> Workspace:
    """The same workspace after a week in which the new extracts were delivered, one row of them wrong."""
    said = waakvlam(older, "status")
    assert said.code in (0, 1), said.err
    with open_warehouse(older, read_only=True) as con:
        assert con.execute(f"SELECT count(*) FROM staged.{EXTRACT}").fetchall() == [(0,)]
    file = deliver(older, EXTRACT, DAY, signals("aanmelding", "uitval", "Regeling", "onzin"))
    checked = json.loads(waakvlam(older, "check", file, "--json").out)
    assert (checked["rows_accepted"], checked["quarantine"]) == (
        3,
        {"unknown code soort": {"rows": 1, "lines": [5]}},
    )
    renamed = [
        {"bezochte_overeenkomst_id" if k == "overeenkomst_id" else k: v for k, v in row.items()}
        for row in signals("uitval", "uitval")
    ]
    deliver(older, OTHER, DAY, [renamed[0] | {"gepland": "2026-11-09 10:00"}, renamed[1] | {"gepland": ""}])
    deliver(
        older, HOME, DAY, [{"signaal_id": "S1", "eenheid_id": "E3", "datum": "2026-11-02", "soort": "uitval"}]
    )
    said = waakvlam(older, "weekly", "--as-of", AS_OF)
    assert said.code == 0, said.out + said.err
    return older


def test_rows_count_from_their_date_and_a_wrong_one_is_set_apart(place: Workspace):
    rows = known(place, EXTRACT, AS_OF, "overeenkomst_id, soort, known_from")
    assert rows == [
        ("O1", "aanmelding", date(2026, 11, 1)),
        ("O2", "uitval", date(2026, 11, 2)),
        ("O3", "regeling", date(2026, 11, 3)),
    ]
    with open_warehouse(place) as con:
        attach(con, place, "vault")
        apart = con.execute("SELECT line, reasons FROM vault.main.quarantine WHERE extract = ?", [EXTRACT])
        assert apart.fetchall() == [(5, ["unknown code soort", "hidden value soort"])]


def test_agreements_and_events_are_found_under_other_names(place: Workspace):
    rows = known(place, OTHER, AS_OF, "overeenkomst_id, gebeurd_op")
    assert rows == [("O1", date(2026, 11, 9)), ("O2", date(2026, 11, 2))]
    assert known(place, HOME, AS_OF, "overeenkomst_id") == [("O3",)]


def test_the_run_reports_it(place: Workspace):
    folder = place.output / AS_OF
    report = json.loads((folder / "run_report.json").read_text())
    entry = next(d for d in report["deliveries"] if d["extract"] == EXTRACT)
    assert (entry["state"], entry["rows_staged"], entry["rows_quarantined"]) == ("loaded", 3, 1)
    fresh = next(f for f in report["freshness"] if f["extract"] == EXTRACT)
    assert (fresh["delivered"], fresh["expected"], fresh["stale"]) == (True, False, False)
    page = (folder / "quality.html").read_text()
    assert EXTRACT in page
    assert "unknown code soort" in page
    assert f"## {EXTRACT}" in contracts_page.page()


def test_problems_of_a_new_extract_have_its_dutch_name(place: Workspace):
    expected = with_settings(place, f'expected = ["{EXTRACT}"]\n')
    with open_warehouse(expected, read_only=True) as con:
        before = freshness.freshness(con, expected.settings, date(2026, 10, 5))
        after = freshness.freshness(con, expected.settings, date(2026, 12, 7))
    missing = "Let op: de signalen van schuldhulp ontbreken. Deze lijst is gemaakt zonder."
    assert missing in freshness.notices(before, [])
    old = "Let op: de signalen van schuldhulp van deze week ontbreken. Gebruikt is de stand van 14 november 2026."
    assert old in freshness.notices(after, [])
    deliver(expected, EXTRACT, "2026-11-15", signals(*["onzin"] * 9))
    refused = [outcome for outcome in load(expected) if outcome.refusal]
    assert [outcome.delivery.extract for outcome in refused] == [EXTRACT]
    stopped = "Let op: een levering van de signalen van schuldhulp is afgekeurd en telt niet mee."
    assert stopped in freshness.notices([], refused)
    (expected.inbox / f"{EXTRACT}_2026-11-15.csv").unlink()
    assert EXTRACT in waakvlam(expected, "doctor").out


def test_settings_can_name_it(place: Workspace):
    text = f'[freshness]\n{EXTRACT} = 40\n[mapping]\n{EXTRACT} = "dynamics_empire"\n'
    settings = with_settings(place, text).settings
    assert (settings.freshness.of(EXTRACT), settings.mapping.of(EXTRACT)) == (40, "dynamics_empire")
    assert (settings.freshness.of(OTHER), settings.mapping.of(OTHER)) == (8, "canoniek")


def test_the_monitor_counts_its_rows(place: Workspace):
    with open_warehouse(place, read_only=True) as con:
        counts = monitor.volumes(con, [date(2026, 11, 16)])
    assert (counts[EXTRACT], counts[OTHER], counts[HOME]) == tuple(
        {date(2026, 11, 16): float(n)} for n in (3, 2, 1)
    )


def test_the_history_is_exported_with_it(place: Workspace, tmp_path: Path):
    with open_warehouse(place, read_only=True) as con:
        written = export.write(con, frozenset({EXTRACT, OTHER, HOME}), tmp_path / "history")
    assert [written.rows[name] for name in (EXTRACT, OTHER, HOME)] == [3, 2, 1]


def test_other_verbs_pass_it(place: Workspace, tmp_path: Path):
    assert waakvlam(place, "backfill", "--from", AS_OF, "--to", AS_OF, "--replace").code == 0
    today = calendar.today().isoformat()  # says that the clock is right, however long after the deliveries
    assert waakvlam(place, "retention", "--today", today).code == 0
    out = tmp_path / "own.json"
    assert waakvlam(place, "subject", "export", "H1", "--out", out).code == 0
    text = out.read_text()
    assert EXTRACT in text
    assert OTHER in text


def test_a_person_is_erased_from_it_and_a_delivery_withdrawn(place: Workspace):
    assert waakvlam(place, "retract", f"{OTHER}_{DAY}.csv").code == 0
    assert known(place, OTHER, AS_OF) == []
    said = waakvlam(place, "subject", "erase", "H3", "--yes")
    assert said.code == 0, said.err
    assert [row[0] for row in known(place, EXTRACT, AS_OF, "overeenkomst_id")] == ["O1", "O2"]
    assert known(place, HOME, AS_OF) == []
