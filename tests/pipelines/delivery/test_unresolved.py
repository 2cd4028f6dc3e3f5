"""Objections and safety flags that match nobody: none is lost without a word."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.delivery.retract import retract
from pipelines.installation.workspace import Workspace
from pipelines.operations import doctor, status, subject
from pipelines.warehouse.stores import open_warehouse
from pipelines.warehouse.unresolved import unresolved
from pipelines.week import run
from tests.pipelines.operations.test_status import MONDAY as NOW
from tests.support.deliveries import agreement, deliver, load_well, make_workspace, put
from tests.support.small import no_gate

pytestmark = pytest.mark.dear

MONDAY = NOW.date().replace(day=23)
NUMBERS = (20, 702, 786, 909)
HEADER = "bezwaar_id;overeenkomst_id;datum;ingetrokken_op\n"
OBJECTIONS = """\
BZ1;OVK0000702;18-11-2026;
BZ2;ovk0000020;18-11-2026;
BZ3;OVK0000786;18-11-26;
BZ4;909;18-11-2026;
"""
FLAGS = """\
signalering_id;huurder_id;eenheid_id;soort_code;detailsoort_code;begindatum;einddatum
S1;HRD000020;;;BEZ;01-11-2026;
S2;hrd000702;;;BEZ;01-11-2026;
S3;702;;;BEZ;01-11-2026;
S4;HRD000786;;;BEZ;1-11-26;
"""


def ids(number: int) -> dict[str, str]:
    return {"overeenkomst_id": f"OVK{number:07}", "huurder_id": f"HRD{number:06}"}


def trouble(home: Path) -> Workspace:
    """Make a workspace in which four tenants are in trouble and some others are not; nothing is loaded yet."""
    workspace = make_workspace(home)
    register = [agreement(n) | ids(n) for n in (*NUMBERS, 703, 5555)]
    arrears = [{**ids(n), "saldo": "2900,50", "oudste_vervaldatum": "2026-08-01"} for n in NUMBERS]
    for row in arrears:
        del row["huurder_id"]
    for day in ("2026-11-16", "2026-11-23"):
        deliver(workspace, "huurovereenkomsten", day, register)
        deliver(workspace, "huurachterstanden", day, arrears)
    return workspace


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    result = trouble(tmp_path_factory.mktemp("trouble") / "home")
    with no_gate():
        load_well(result)
    return result


@pytest.fixture
def place(loaded: Workspace, tmp_path: Path) -> Workspace:
    """Copy the workspace in which the register and the arrears are loaded."""
    shutil.copytree(loaded.home, tmp_path / "home")
    return Workspace(tmp_path / "home")


def outcomes(place: Workspace) -> dict[int, str]:
    with open_warehouse(place, read_only=True) as con:
        decided = con.execute("SELECT overeenkomst_id, outcome FROM run.decided WHERE as_of = ?", [MONDAY])
        return {int(agreement_id[3:]): outcome for agreement_id, outcome in decided.fetchall()}


def week(place: Workspace) -> run.Made:
    return run.run(place, MONDAY)


def test_objections_that_reach_nobody_keep_everyone_they_may_mean_off_the_list(place: Workspace):
    put(place, "bezwaren_2026-11-23.csv", HEADER + OBJECTIONS)
    result = week(place)
    report = "\n".join(result.fell_short)
    for line in (3, 4, 5):
        assert f"bezwaren_2026-11-23.csv, line {line}: objection" in report
    assert "line 2" not in report and "OVK" not in report.upper()
    possible = dict.fromkeys((20, 786, 909), "possible_objection")
    assert {n: outcomes(place)[n] for n in NUMBERS} == {702: "objection", **possible}
    page = (place.output / str(MONDAY) / "shortlist.html").read_text(encoding="utf-8")
    assert "drie bezwaren zijn niet aan een huurder te koppelen" in page.lower()
    assert "mogelijk bezwaar, nog niet uitgezocht" in page
    now = NOW.replace(day=23)
    assert sum("bezwaren_2026-11-23.csv, line" in text for text in status.status(place, now).wrong) >= 3
    checks = [check for check in doctor.examine(place, now) if check.name == "unresolved"]
    assert [check.found[:31] for check in checks] == [
        f"bezwaren_2026-11-23.csv, line {n}"[:31] for n in (3, 4, 5)
    ]
    assert all(check.mend for check in checks)


def test_flags_that_reach_nobody_warn_for_everyone_they_may_mean(tmp_path: Path):
    place = trouble(tmp_path / "home")
    put(place, "signaleringen_2026-11-23.csv", FLAGS)
    result = week(place)
    report = "\n".join(result.fell_short)
    assert [n for n in range(2, 6) if f"signaleringen_2026-11-23.csv, line {n}: safety" in report] == [
        3,
        4,
        5,
    ]
    sheet = (place.output / str(MONDAY) / "shortlist.csv").read_text(encoding="utf-8-sig").splitlines()
    warned = {
        int(n)
        for n in (20, 702, 786, 909)
        for row in sheet
        if ids(n)["overeenkomst_id"] in row and "twee personen" in row
    }
    assert warned == {20, 702, 786}
    page = (place.output / str(MONDAY) / "shortlist.html").read_text(encoding="utf-8").lower()
    assert "drie veiligheidsafspraken zijn niet aan een huurder te koppelen" in page


@pytest.mark.parametrize("name", ["bezwaren_2026-11-23_v2.csv", "bezwaren_2026-11-24.csv"])
def test_a_corrected_row_under_the_same_id_ends_the_warning(place: Workspace, name: str):
    put(place, "bezwaren_2026-11-23.csv", HEADER + OBJECTIONS)
    with no_gate():
        load_well(place)
    good = "".join(f"BZ{k};OVK{n:07};18-11-2026;\n" for k, n in enumerate((702, 20, 786, 909), 1))
    put(place, name, HEADER + good)
    with no_gate():
        load_well(place)
    with open_warehouse(place) as con:
        assert unresolved(con) == []


def test_a_file_of_nothing_but_a_bad_row_is_loaded_and_counts(place: Workspace):
    put(place, "bezwaren_2026-11-23.csv", HEADER + "BZ3;OVK0000786;18-11-26;\n")
    report = week(place).fell_short
    assert (
        [text for text in report if "bezwaren" in text]
        == [text for text in report if "line 2: objection" in text]
        != []
    )
    assert outcomes(place)[786] == "possible_objection" and outcomes(place)[909] != "possible_objection"


def test_a_mistyped_digit_keeps_the_neighbours_of_the_number_off_the_list(place: Workspace):
    put(place, "bezwaren_2026-11-23.csv", HEADER + "BZ1;OVK0000704;18-11-2026;\n")
    week(place)
    held = {n for n, outcome in outcomes(place).items() if outcome == "possible_objection"}
    assert held == {702, 703}


def test_an_objection_that_outlives_the_erasure_of_its_tenant_is_not_unresolved(place: Workspace):
    rows = "BZ1;OVK0000702;18-11-2026;\nBZ3;OVK0000786;18-11-26;\n"
    put(place, "bezwaren_2026-11-23.csv", HEADER + rows)
    put(place, "signaleringen_2026-11-23.csv", FLAGS)
    with no_gate():
        load_well(place)
    for number in (702, 786):
        subject.erase(place, ids(number)["huurder_id"])
    with open_warehouse(place) as con:
        assert [(row.extract, row.line) for row in unresolved(con) if row.extract == "bezwaren"] == [
            ("bezwaren", 3)
        ]
        assert con.execute("SELECT count(*) FROM run.set_apart WHERE tenant = 'HRD000786'").fetchall() == [
            (0,)
        ]


def test_taking_the_delivery_back_takes_its_unresolved_rows_along(place: Workspace):
    put(place, "bezwaren_2026-11-23.csv", HEADER + OBJECTIONS)
    with no_gate():
        load_well(place)
    retract(place, "bezwaren_2026-11-23.csv")
    with open_warehouse(place) as con:
        assert unresolved(con) == []


def test_a_broken_row_keeps_off_the_list_whom_its_words_name(place: Workspace):
    put(
        place,
        "bezwaren_2026-11-23.csv",
        HEADER + "BZ1;OVK0000786;18-11-2026;;te veel\nBZ2;OVK0000020;18-11-2026;\n",
    )
    report = week(place).fell_short
    assert (
        sum("line 2: objection that matches nobody (wrong number of fields)" in text for text in report) == 1
    )
    assert outcomes(place)[20] == "objection"
    held = {n for n, outcome in outcomes(place).items() if outcome == "possible_objection"}
    assert held == {786}


def test_a_flag_whose_code_nobody_knows_warns_as_if_it_were_one(place: Workspace):
    flag = FLAGS.splitlines()[0] + "\nS1;HRD000909;;;Met zijn tweeen;01-11-2026;\n"
    put(place, "signaleringen_2026-11-23.csv", flag)
    assert any("line 2: safety that matches nobody (unknown code)" in text for text in week(place).fell_short)
    sheet = (place.output / str(MONDAY) / "shortlist.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [row for row in sheet if "twee personen" in row and "OVK0000909" in row]


def test_a_collection_step_that_nobody_knows_keeps_the_household_off_the_list(tmp_path: Path):
    place = trouble(tmp_path / "home")
    steps = dict(zip(NUMBERS, ("Deurw. fase 2", "sommatie", "deurwaarder", ""), strict=True))
    rows = [
        {
            "overeenkomst_id": f"OVK{n:07}",
            "saldo": "2900,50",
            "oudste_vervaldatum": "2026-08-01",
            "incassofase": step,
        }
        for n, step in steps.items()
    ]
    deliver(place, "huurachterstanden", "2026-11-23", rows)
    result = week(place)
    assert {n: outcomes(place)[n] for n in NUMBERS} == {
        20: "unknown_step",
        702: "top",
        786: "too_late",
        909: "top",
    }
    assert any("1 agreements stay off the list: their incassofase" in text for text in result.fell_short)
    page = (place.output / str(MONDAY) / "shortlist.html").read_text(encoding="utf-8")
    assert "van één huurder is niet bekend hoe ver de incasso is" in page
    assert "stap in de incasso onbekend" in page
