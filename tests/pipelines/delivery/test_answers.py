"""An analyst answers which agreement a row is about that matched nobody; the answer counts like any delivery."""

from __future__ import annotations

import pytest

from pipelines.installation.workspace import Workspace
from pipelines.operations import subject
from pipelines.warehouse.stores import open_warehouse
from pipelines.warehouse.unresolved import unresolved
from tests.pipelines.delivery.test_unresolved import (
    FLAGS,
    HEADER,
    MONDAY,
    NUMBERS,
    OBJECTIONS,
    ids,
    loaded,
    outcomes,
    place,
    week,
)
from tests.support.deliveries import load_well, put
from tests.support.small import no_gate

pytestmark = pytest.mark.dear

__all__ = ["loaded", "place"]


def answer(place: Workspace, day: str, **agreements: str) -> None:
    """Deliver what an analyst answered, by the line of the row in bezwaren_2026-11-23.csv or another file."""
    with open_warehouse(place, read_only=True) as con:
        keys = {f"{row.extract}_{row.line}": row.key for row in unresolved(con)}
    rows = "".join(f"demo;{keys[line]};{agreement};{day}\n" for line, agreement in agreements.items())
    (place.inbox / "portal").mkdir(exist_ok=True)
    put(place, f"portal/toewijzingen_{day}.csv", "corporatie_id;rij;overeenkomst_id;datum\n" + rows)


def objectors(place: Workspace) -> set[int]:
    """Return the numbers of the register's agreements that are left out of everything."""
    with open_warehouse(place, read_only=True) as con:
        names = con.execute("SELECT overeenkomst_id FROM staged.objectors").fetchall()
    return {int(name[3:]) for (name,) in names if name.startswith("OVK")}


def test_an_answered_objection_counts_for_the_chosen_agreement_alone(place: Workspace):
    put(place, "bezwaren_2026-11-23.csv", HEADER + OBJECTIONS + "BZ1;OVK0000909;18-11-2026;;te veel\n")
    with no_gate():
        load_well(place)
    answers = {"bezwaren_3": ids(20)["overeenkomst_id"], "bezwaren_4": "", "bezwaren_6": "OVK0000909"}
    answer(place, "2026-11-23", **answers)
    report = "\n".join(week(place).fell_short)
    assert "line 5: objection" in report and not any(f"line {n}: objection" in report for n in (3, 4, 6))
    assert {n: outcomes(place)[n] for n in NUMBERS} == {
        702: "objection",
        20: "objection",
        786: "top",
        909: "objection",
    }
    assert objectors(place) == {20, 702, 909}


def test_an_answered_flag_warns_for_the_chosen_tenant_alone(place: Workspace):
    put(place, "signaleringen_2026-11-23.csv", FLAGS)
    with no_gate():
        load_well(place)
    answer(
        place, "2026-11-23", signaleringen_3="OVK0000909", signaleringen_4="", signaleringen_5="OVK0000786"
    )
    assert not any("signaleringen" in text for text in week(place).fell_short)
    sheet = (place.output / str(MONDAY) / "shortlist.csv").read_text(encoding="utf-8-sig").splitlines()
    warned = {
        n for n in NUMBERS for row in sheet if ids(n)["overeenkomst_id"] in row and "twee personen" in row
    }
    assert warned == {20, 786, 909}


def test_an_answered_contact_and_worry_count_for_the_chosen_agreement(place: Workspace):
    contacts = (
        "contact_id;overeenkomst_id;datum;stand\nC1;702;19-11-2026;in_contact\nC2;909;1-11-26;in_contact\n"
    )
    worries = "melding_id;overeenkomst_id;datum;zorg\nM1;ovk-20;2026-11-19 10:00;geldzorgen\n"
    put(place, "contacten_2026-11-23.csv", contacts)
    put(place, "meldingen_medewerkers_2026-11-23.csv", worries)
    with no_gate():
        load_well(place)
    agreements = {
        "contacten_2": "OVK0000702",
        "contacten_3": "OVK0000909",
        "meldingen_medewerkers_2": "OVK0000020",
    }
    answer(place, "2026-11-23", **agreements)
    report = [text for text in week(place).fell_short if "matches nobody" in text]
    assert ["line 3: contact" in text for text in report] == [True], (
        "what could not be read has nothing to count"
    )
    assert outcomes(place)[702] == "in_contact"
    with open_warehouse(place, read_only=True) as con:
        query = "SELECT overeenkomst_id FROM staged.meldingen_medewerkers"
        assert con.execute(query).fetchall() == [("OVK0000020",)]


def test_an_answer_can_be_revised_and_one_with_an_unknown_agreement_does_not_count(place: Workspace):
    put(place, "bezwaren_2026-11-23.csv", HEADER + OBJECTIONS)
    with no_gate():
        load_well(place)
    answer(place, "2026-11-23", bezwaren_3="OVK0000703", bezwaren_4="OVK9999999")
    with no_gate():
        load_well(place)
    with open_warehouse(place, read_only=True) as con:
        assert [row.line for row in unresolved(con)] == [4, 5]
        key = con.execute("SELECT row_key FROM run.assigned").fetchall()[0][0]
    assert objectors(place) == {702, 703}
    revised = f"corporatie_id;rij;overeenkomst_id;datum\ndemo;{key};OVK0000020;2026-11-24\n"
    put(place, "portal/toewijzingen_2026-11-24.csv", revised)
    with no_gate():
        load_well(place)
    assert objectors(place) == {20, 702}


def test_an_answered_objection_outlives_the_erasure_of_its_tenant(place: Workspace):
    put(place, "bezwaren_2026-11-23.csv", HEADER + OBJECTIONS)
    with no_gate():
        load_well(place)
    answer(place, "2026-11-23", bezwaren_3="OVK0000020")
    with no_gate():
        load_well(place)
    subject.erase(place, "HRD000020")
    with open_warehouse(place, read_only=True) as con:
        assert [row.line for row in unresolved(con)] == [4, 5]
        assert con.execute("SELECT overeenkomst_id FROM run.assigned").fetchall() == [("OVK0000020",)]
