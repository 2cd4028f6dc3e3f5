"""A number that is used again for somebody else is another right: the earlier one stands until it is withdrawn."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from pipelines.installation.contracts import contracts
from pipelines.installation.workspace import Workspace
from pipelines.scoring import history
from pipelines.warehouse import schema, versions
from pipelines.warehouse.stores import open_warehouse
from pipelines.warehouse.unresolved import unresolved
from tests.support import deliveries
from tests.support.deliveries import agreement, deliver, load_well, make_workspace
from tests.support.small import no_gate

pytestmark = pytest.mark.dear

FIRST, SECOND, THIRD = "2026-11-09", "2026-11-16", "2026-11-23"
RIGHTS = {
    "bezwaren": {"datum": "2026-11-05"},
    "signaleringen": {"begindatum": "2026-11-05", "detailsoort_code": "BEZ"},
    "contacten": {"datum": "2026-11-05", "stand": "benaderd"},
    "meldingen_medewerkers": {"datum": "2026-11-05 10:00", "zorg": "geldzorgen"},
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    result = make_workspace(tmp_path_factory.mktemp("reused") / "home")
    deliver(result, "huurovereenkomsten", FIRST, [agreement(n) for n in range(1, 6)])
    load(result)
    return result


@pytest.fixture
def place(loaded: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(loaded.home, tmp_path / "home")
    return Workspace(tmp_path / "home")


def load(place: Workspace) -> None:
    with no_gate():
        load_well(place)


def objection(number: str, home: object, **changes: str) -> dict[str, str]:
    return {"bezwaar_id": number, "overeenkomst_id": f"O{home}", "datum": "2026-11-05"} | changes


def objectors(place: Workspace) -> set[str]:
    with open_warehouse(place, read_only=True) as con:
        return {overeenkomst for _corporation, overeenkomst in history.objectors(con)}


def reaches_nobody(place: Workspace) -> set[tuple[str, int]]:
    with open_warehouse(place, read_only=True) as con:
        return {(row.file_name.split("_")[1], row.line) for row in unresolved(con)}


def told(place: Workspace) -> list[str]:
    """Load with the gate and return the names of the figures that it doubts."""
    outcomes = deliveries.load(place)
    return [
        verdict.figure.name
        for outcome in outcomes
        if outcome.loaded and outcome.gate
        for verdict in outcome.gate.warnings
        if verdict.figure.doubt
    ]


@pytest.mark.parametrize("extract", RIGHTS)
def test_both_rows_stand(place: Workspace, extract: str):
    contract = contracts()[extract]
    whom = contract.key_columns[-1][0]
    for day, home in ((FIRST, 1), (SECOND, 2)):
        number = whom[0].upper() + str(home)
        deliver(place, extract, day, [{contract.own_id: "1", whom: number} | RIGHTS[extract]])
    load(place)
    with open_warehouse(place, read_only=True) as con:
        stand = con.execute(
            f"SELECT overeenkomst_id FROM staged.{extract} WHERE known_until IS NULL ORDER BY 1"
        ).fetchall()
    assert stand == [("O1",), ("O2",)]


def test_two_persons_under_one_number_in_one_file_both_object(place: Workspace):
    deliver(place, "bezwaren", FIRST, [objection("B1", 1), objection("B1", 2)])
    load(place)
    assert objectors(place) == {"O1", "O2"}


def test_only_the_person_who_withdraws_counts_again(place: Workspace):
    deliver(place, "bezwaren", FIRST, [objection("B1", 1)])
    deliver(place, "bezwaren", SECOND, [objection("B1", 2, ingetrokken_op="2026-11-10")])
    load(place)
    assert objectors(place) == {"O1"}
    deliver(place, "bezwaren", THIRD, [objection("B1", 1, ingetrokken_op="2026-11-20")])
    load(place)
    assert objectors(place) == set()


def test_a_number_used_again_is_told_once(place: Workspace):
    for day, home in ((FIRST, 1), (SECOND, 2), (THIRD, 2)):
        deliver(place, "bezwaren", day, [objection("B1", home)])
        assert told(place) == (["bezwaar_id.reused.rows"] if day == SECOND else [])


def test_a_mistyped_row_is_corrected_under_its_number(place: Workspace):
    deliver(place, "bezwaren", FIRST, [objection("B1", 99)])
    load(place)
    assert reaches_nobody(place) == {(f"{FIRST}.csv", 2)}
    deliver(place, "bezwaren", SECOND, [objection("B1", 3)])
    assert told(place) == [], "the earlier row matched nobody"
    assert objectors(place) >= {"O3"}
    assert reaches_nobody(place) == set()


@pytest.mark.parametrize("ended", ["", "v2", "withdrawn"])
def test_a_mistyped_number_that_is_issued_later_is_told_and_can_be_ended(place: Workspace, ended: str):
    deliver(place, "bezwaren", FIRST, [objection("B1", 99), objection("B2", 98)])
    deliver(place, "bezwaren", SECOND, [objection("B1", 3)])
    load(place)
    if ended == "v2":
        deliver(place, "bezwaren", FIRST, [objection("B2", 98)], version=2)
    if ended == "withdrawn":
        deliver(place, "bezwaren", THIRD, [objection("B1", 99, ingetrokken_op="2026-11-20")])
    load(place)
    deliver(place, "huurovereenkomsten", THIRD, [agreement(n) for n in (*range(1, 6), 99, 98)])
    assert told(place) == ([] if ended else ["bezwaar_id.issued.rows"])
    assert objectors(place) == {"O3", "O98"} | (set() if ended else {"O99"}), "O98 waited for the register"
    deliver(place, "huurovereenkomsten", "2026-11-30", [agreement(n) for n in (*range(1, 6), 99, 98)])
    assert told(place) == []


@pytest.mark.parametrize(
    "later",
    [
        [objection("B1", 3, datum="2026-11-12")],  # another day: the objection of somebody else
        [objection("B1", 99), objection("B1", 3)],  # the row is still there
    ],
)
def test_a_mistyped_row_waits_for_an_answer_when_it_is_not_corrected(place: Workspace, later):
    deliver(place, "bezwaren", FIRST, [objection("B1", 99)])
    deliver(place, "bezwaren", SECOND, later)
    load(place)
    assert objectors(place) >= {"O3"}
    with open_warehouse(place, read_only=True) as con:
        assert [row.reason for row in unresolved(con)] == ["matches nobody in the register"]


def test_an_unreadable_row_that_names_somebody_is_not_corrected_by_somebody_else(place: Workspace):
    deliver(place, "bezwaren", FIRST, [objection("B1", 1, datum="5 november jl.")])
    deliver(place, "bezwaren", SECOND, [objection("B1", 2)])
    load(place)
    assert reaches_nobody(place) == {(f"{FIRST}.csv", 2)}
    deliver(place, "bezwaren", THIRD, [objection("B1", 1)])
    load(place)
    assert reaches_nobody(place) == set()
    assert objectors(place) == {"O1", "O2"}


@pytest.mark.parametrize("day", ["2026-11-05", "5 november jl."])
def test_a_next_version_without_the_row_is_told(place: Workspace, day: str):
    deliver(place, "bezwaren", FIRST, [objection("B1", 1, datum=day), objection("B2", 2)])
    load(place)
    deliver(place, "bezwaren", FIRST, [objection("B2", 2)], version=2)
    assert told(place) == ["bezwaar_id.gone.rows"]


@pytest.mark.parametrize("day", ["2026-11-05", "5 november jl."])
def test_a_next_version_with_the_row_corrected_is_not_told(place: Workspace, day: str):
    deliver(place, "bezwaren", FIRST, [objection("B1", 1, datum=day), objection("B2", 2)])
    load(place)
    deliver(place, "bezwaren", FIRST, [objection("B1", 1, datum="2026-11-06"), objection("B2", 2)], version=2)
    assert told(place) == []
    assert objectors(place) == {"O1", "O2"}


def test_a_row_that_another_delivery_shows_is_not_gone(place: Workspace):
    for day in (FIRST, SECOND):
        deliver(place, "bezwaren", day, [objection("B1", 1), objection("B2", 2)])
    load(place)
    deliver(place, "bezwaren", SECOND, [objection("B2", 2)], version=2)
    assert told(place) == []
    assert objectors(place) == {"O1", "O2"}


@pytest.mark.parametrize("extract", ["bezwaren", "signaleringen"])
def test_an_older_warehouse_gives_back_what_was_replaced(place: Workspace, extract: str):
    contract = contracts()[extract]
    whom = contract.key_columns[-1][0]
    for day, home in ((FIRST, 1), (SECOND, 2)):
        deliver(
            place, extract, day, [{contract.own_id: "1", whom: whom[0].upper() + str(home)} | RIGHTS[extract]]
        )
    load(place)
    current = f"SELECT overeenkomst_id FROM staged.{extract} WHERE known_until IS NULL ORDER BY 1"
    with open_warehouse(place) as con:
        make_version_2(con, extract)
        assert con.execute(
            f"SELECT count(*) FROM versions.{extract} WHERE known_until IS NULL"
        ).fetchall() == [(1,)]
    with open_warehouse(place) as con:
        assert con.execute(current).fetchall() == [("O1",), ("O2",)]
        key = schema.hash_sql(schema.key_expressions(contract))
        assert con.execute(f"SELECT count(*) FROM raw.{extract} WHERE key_hash <> {key}").fetchall() == [(0,)]
        kept = con.execute(
            f"SELECT count(*) FROM run.kept_objections JOIN versions.{extract} USING (key_hash)"
        )
        assert kept.fetchall() == [(2,)], "what was kept of an erased person is still found"


def make_version_2(con, extract: str) -> None:
    """Identify the rows by their number alone, as version 2 did, and keep the number as that of an erased person."""
    key = schema.hash_sql(["corporatie_id", contracts()[extract].own_id])
    con.execute(f"UPDATE raw.{extract} SET key_hash = {key}")
    con.execute(f"DELETE FROM versions.{extract}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT key_hash FROM raw.{extract}")
    versions.rebuild(con, contracts()[extract])
    con.execute("INSERT INTO run.kept_objections SELECT key_hash FROM touched")
    con.execute("UPDATE warehouse.main.schema_version SET version = 2")


STORIES, PEOPLE, WEEKS = 400, 3, ("2026-11-02", FIRST, SECOND, THIRD)


def test_no_story_of_a_number_loses_an_objection(tmp_path: Path):
    """Four weeks of every kind of row under 400 numbers: whoever objected and did not withdraw stays protected."""
    chance = random.Random(11)
    place = make_workspace(tmp_path / "home")
    register = [
        agreement(f"{1000 * story + 7 * person:07}")
        for story in range(1, STORIES + 1)
        for person in range(PEOPLE)
    ]
    deliver(place, "huurovereenkomsten", WEEKS[0], register)
    stand: set[str] = set()
    waits: dict[tuple[str, str], str] = {}
    for week in WEEKS:
        rows = []
        for story in range(1, STORIES + 1):
            for person in chance.sample(range(PEOPLE), chance.choice([0, 1, 1, 2])):
                number, home = f"B{story}", f"{1000 * story + 7 * person:07}"
                row = objection(number, home, datum=chance.choice(["2026-10-01", "2026-10-20"]))
                kind = chance.choice(["raise", "raise", "withdraw", "mistype"])
                if kind == "mistype":
                    row["overeenkomst_id"] = f"X{home}"
                    waits[number, row["overeenkomst_id"]] = row["datum"]
                elif kind == "withdraw":
                    stand.discard(f"O{home}")
                    row["ingetrokken_op"] = "2026-11-01"
                else:
                    stand.add(f"O{home}")
                rows.append(row)
        # A mistyped row waits until a later week has its number and its day for somebody of the register, and not itself.
        here = {(row["bezwaar_id"], row["overeenkomst_id"]) for row in rows}
        corrects = {
            (row["bezwaar_id"], row["datum"]) for row in rows if row["overeenkomst_id"].startswith("O")
        }
        waits = {one: day for one, day in waits.items() if one in here or (one[0], day) not in corrects}
        deliver(place, "bezwaren", week, rows)
    load(place)
    assert stand <= objectors(place)
    with open_warehouse(place, read_only=True) as con:
        assert len(unresolved(con)) == len(waits)
        possible = con.execute(
            "SELECT DISTINCT overeenkomst_id FROM staged.possible_rights WHERE known_until IS NULL"
        )
        assert {one for (one,) in possible.fetchall()} >= {f"O{wrong[1:]}" for _number, wrong in waits}
