"""A renewed contract keeps its person, and several tenants on one contract are one agreement with several persons."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.installation.workspace import Workspace
from pipelines.operations import subject
from pipelines.shortlist.weekly_list import WeeklyList
from pipelines.warehouse.stores import open_warehouse
from pipelines.warehouse.unresolved import unresolved
from pipelines.week import run
from tests.support.deliveries import agreement, deliver, load_well, make_workspace, put
from tests.support.small import no_gate

pytestmark = pytest.mark.dear

BEFORE, AFTER = date(2026, 11, 9), date(2026, 11, 16)


def arrears(name: str) -> list[dict[str, str]]:
    return [
        {
            "overeenkomst_id": name,
            "saldo": "1500,00",
            "oudste_vervaldatum": "2026-06-01",
            "incassofase": "aanmaning",
        }
    ]


def lists(place: Workspace, week: date) -> str:
    return (place.output / str(week) / "shortlist.csv").read_text(encoding="utf-8-sig")


def renewed(place: Workspace, contacts: bool = False) -> WeeklyList:
    """Make the list of a week, and that of the next in which the same tenant has a new contract for the same home."""
    deliver(place, "huurovereenkomsten", "2026-10-19", [agreement(n) for n in range(1, 5)])
    complaint = "zaak_id;registratiedatum;zaaktypedetailsoort_code;beklaagde_eenheid_id;melder_id\nZ1;2026-10-05;GEL;E1;M1\n"
    put(place, "overlastmeldingen_2026-10-19.csv", complaint)
    for day in ("2026-10-19", "2026-11-02", "2026-11-09"):
        deliver(place, "huurachterstanden", day, arrears("O1"))
    if contacts:
        row = {
            "contact_id": "C1",
            "overeenkomst_id": "O1",
            "datum": "2026-10-22",
            "soort": "Huisbezoek",
            "bereikt": "ja",
            "stand": "in_contact",
        }
        deliver(place, "contacten", "2026-11-02", [row])
    with no_gate():
        run.run(place, BEFORE)
    register = [agreement(1, einddatum="2026-10-31"), *(agreement(n) for n in range(2, 5))]
    deliver(
        place,
        "huurovereenkomsten",
        "2026-11-16",
        [*register, agreement(1, overeenkomst_id="N1", begindatum="2026-11-01")],
    )
    deliver(place, "huurachterstanden", "2026-11-16", arrears("N1"))
    with no_gate():
        return run.run(place, AFTER).weekly


def test_a_renewed_contract_keeps_its_arrears_its_complaints_and_its_place(tmp_path: Path):
    place = make_workspace(tmp_path / "home")
    weekly = renewed(place)
    assert "O1" in lists(place, BEFORE)
    assert {entry.overeenkomst_id: entry.listed_before for entry in weekly.entries}["N1"]
    (row,) = [line for line in lists(place, AFTER).splitlines() if "N1" in line]
    assert "begonnen in juni" in row and "melding van overlast" in row
    assert "Nieuw op de lijst" not in row
    assert "O1" not in lists(place, AFTER)


def test_a_renewed_contract_keeps_the_contact_of_the_coach(tmp_path: Path):
    place = make_workspace(tmp_path / "home")
    renewed(place, contacts=True)
    with open_warehouse(place, read_only=True) as con:
        outcomes = con.execute(
            "SELECT overeenkomst_id, outcome FROM run.decided WHERE as_of = ?", [AFTER]
        ).fetchall()
    assert dict(outcomes)["N1"] == "in_contact"
    assert "N1" not in lists(place, AFTER)


def test_another_tenant_in_the_home_inherits_nothing(tmp_path: Path):
    place = make_workspace(tmp_path / "home")
    register = [
        agreement(1, einddatum="2026-10-31"),
        agreement(1, overeenkomst_id="N1", huurder_id="H9", begindatum="2026-11-01"),
    ]
    deliver(place, "huurovereenkomsten", "2026-11-16", register)
    deliver(place, "huurachterstanden", "2026-11-16", arrears("O1"))
    with no_gate():
        load_well(place)
    with open_warehouse(place, read_only=True) as con:
        assert con.execute("FROM versions.renewals").fetchall() == []
        assert con.execute("SELECT DISTINCT overeenkomst_id FROM staged.huurachterstanden").fetchall() == [
            ("O1",)
        ]


@pytest.fixture
def couple(tmp_path: Path) -> Workspace:
    """Load a register in which agreement O2 has a row for each of its two tenants, and a flag on the second."""
    place = make_workspace(tmp_path / "home")
    rows = [
        agreement(1),
        agreement(2),
        agreement(2, huurder_id="H92", naam="Partner", telefoon="0670000002"),
        agreement(3),
    ]
    deliver(place, "huurovereenkomsten", "2026-11-16", rows)
    flag = {
        "signalering_id": "S1",
        "huurder_id": "H92",
        "soort_code": "",
        "detailsoort_code": "BEZ",
        "begindatum": "2026-11-01",
    }
    deliver(place, "signaleringen", "2026-11-16", [flag])
    load_well(place)
    return place


def test_two_tenants_on_one_contract_are_one_agreement(couple: Workspace):
    with open_warehouse(couple) as con:
        register = con.execute(
            "SELECT overeenkomst_id, huurder_id FROM staged.huurovereenkomsten ORDER BY 1"
        ).fetchall()
        counts = con.execute(
            "SELECT rows_read, rows_new, rows_duplicate FROM run.deliveries WHERE delivery_id = 1"
        ).fetchall()
        assert unresolved(con) == []
    assert register == [("O1", "H1"), ("O2", "H2"), ("O3", "H3")]
    assert counts == [(4, 3, 1)]


def test_a_flag_on_the_second_tenant_warns_for_the_agreement(couple: Workspace):
    with open_warehouse(couple, read_only=True) as con:
        assert con.execute("SELECT overeenkomst_id FROM staged.signaleringen").fetchall() == [("O2",)]


def test_an_objection_covers_every_home_of_both_tenants(couple: Workspace):
    deliver(couple, "huurovereenkomsten", "2026-11-17", [agreement(7, huurder_id="H92")])
    deliver(
        couple,
        "bezwaren",
        "2026-11-17",
        [{"bezwaar_id": "B1", "overeenkomst_id": "O2", "datum": "2026-11-16"}],
    )
    with no_gate():
        load_well(couple)
    with open_warehouse(couple, read_only=True) as con:
        assert con.execute("SELECT overeenkomst_id FROM staged.objectors ORDER BY 1").fetchall() == [
            ("O2",),
            ("O7",),
        ]


def test_the_second_tenant_can_ask_for_own_data_and_their_erasure(couple: Workspace):
    held = subject.export(couple, "H92")
    assert held["run.co_tenants"] and held["signaleringen"]
    subject.erase(couple, "H92")
    with open_warehouse(couple, read_only=True) as con:
        assert con.execute("SELECT count(*) FROM run.co_tenants").fetchall() == [(0,)]
        assert con.execute("SELECT count(*) FROM staged.huurovereenkomsten").fetchall() == [(3,)], (
            "the agreement of H2 stays"
        )


def test_rows_that_differ_in_more_than_the_tenant_still_contradict_each_other(tmp_path: Path):
    place = make_workspace(tmp_path / "home")
    deliver(
        place,
        "huurovereenkomsten",
        "2026-11-16",
        [*(agreement(n) for n in range(1, 30)), agreement(2, huurder_id="H92", brutohuur="1,00")],
    )
    with no_gate():
        load_well(place)
    with open_warehouse(place, read_only=True) as con:
        assert con.execute("SELECT rows_quarantined FROM run.deliveries").fetchall() == [(2,)]
