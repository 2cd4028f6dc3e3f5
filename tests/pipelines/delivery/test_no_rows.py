"""A week in which nothing was reported loads as a file without rows; where that is odd, somebody has to accept the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.installation.workspace import Workspace
from tests.support.deliveries import agreement, deliver, known, load, make_workspace, put, waakvlam

DAYS = ("2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23")
OBJECTION = {"bezwaar_id": "B1", "overeenkomst_id": "O1", "datum": "2026-10-01"}
HEADERS = {
    "bezwaren": "bezwaar_id;overeenkomst_id;datum\r\n",
    "overlastmeldingen": "zaak_id;registratiedatum;zaaktypedetailsoort_code;beklaagde_eenheid_id\r\n",
    "huurovereenkomsten": "overeenkomst_id;eenheid_id;begindatum\r\n",
    "huurachterstanden": "overeenkomst_id;saldo\r\n",
}


def complaint(number: int, day: str) -> dict[str, Any]:
    """Return a complaint about a home."""
    return {
        "zaak_id": f"Z{day}-{number}",
        "registratiedatum": day,
        "zaaktypedetailsoort_code": "GEL",
        "beklaagde_eenheid_id": f"E{number}",
    }


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    workspace = make_workspace(tmp_path / "home")
    deliver(workspace, "huurovereenkomsten", DAYS[0], [agreement(n) for n in range(1, 13)])
    assert not any(outcome.refusal for outcome in load(workspace))
    return workspace


def delivered(place: Workspace, extract: str, *rows: list[dict[str, Any]]) -> list[str]:
    """Deliver one file per week, one without rows as its header; return why each was refused."""
    refusals = []
    for day, of_week in zip(DAYS, rows, strict=False):
        if of_week:
            deliver(place, extract, day, of_week)
        else:
            put(place, f"{extract}_{day}.csv", HEADERS[extract])
        refusals += [o.refusal for o in load(place) if not o.known]
    return refusals


@pytest.mark.dear
def test_an_extract_that_nobody_has_to_deliver_begins_without_rows(place: Workspace):
    assert delivered(place, "bezwaren", [], [], [OBJECTION], []) == ["", "", "", ""]
    assert [row[0] for row in known(place, "bezwaren", "2026-11-30", "bezwaar_id")] == ["B1"]


@pytest.mark.dear
def test_a_quiet_week_after_weeks_of_a_few_rows(place: Workspace):
    few = [complaint(n, DAYS[0]) for n in (1, 2)]
    assert delivered(place, "overlastmeldingen", few, []) == ["", ""]


@pytest.mark.parametrize(
    ("extract", "why"),
    [
        ("overlastmeldingen", "rows is 0, expected at least 1"),
        ("huurovereenkomsten", "not one row"),
        ("huurachterstanden", "not one row"),
    ],
)
def test_a_file_without_rows_of_what_is_expected_is_refused(place: Workspace, extract: str, why: str):
    put(place, f"{extract}_{DAYS[1]}.csv", HEADERS[extract])
    (refusal,) = [o.refusal for o in load(place) if not o.known]
    assert why in refusal


@pytest.mark.dear
def test_an_export_that_stays_broken_is_stopped_each_week(place: Workspace):
    """Of what has to come, one week that was accepted makes the next one no more ordinary."""
    many = [complaint(n, DAYS[0]) for n in range(1, 9)]
    assert "rows is 0" in delivered(place, "overlastmeldingen", many, [])[1]
    file = place.inbox / f"overlastmeldingen_{DAYS[1]}.csv"
    said = waakvlam(place, "accept", file.name, "--by", "Noor", "--reason", "storing bij de leverancier")
    assert said.code == 0, said
    put(place, f"overlastmeldingen_{DAYS[2]}.csv", HEADERS["overlastmeldingen"])
    assert ["rows is 0" in o.refusal for o in load(place) if not o.known] == [True]


@pytest.mark.dear
def test_a_sudden_file_without_rows_waits_until_somebody_accepts_it(place: Workspace):
    objections = [{**OBJECTION, "bezwaar_id": f"B{n}", "overeenkomst_id": f"O{n}"} for n in range(1, 6)]
    _, refusal = delivered(place, "bezwaren", objections, [])
    assert "rows is 0, expected at least 1" in refusal and "waakvlam accept" in refusal
    file = place.inbox / f"bezwaren_{DAYS[1]}.csv"
    said = waakvlam(
        place, "accept", file, "--by", "Noor", "--reason", "alleen nieuwe bezwaren, dat waren er geen"
    )
    assert said.code == 0, said
    put(place, f"bezwaren_{DAYS[2]}.csv", HEADERS["bezwaren"])
    assert [o.refusal for o in load(place) if not o.known] == [""]
    assert len(known(place, "bezwaren", "2026-11-30", "bezwaar_id")) == 5


@pytest.mark.dear
def test_a_column_lost_after_a_file_without_rows_is_told(place: Workspace):
    rows = [complaint(n, DAYS[0]) | {"melder_id": f"M{n}"} for n in range(1, 4)]
    lost = [complaint(n, DAYS[2]) for n in range(4, 7)]
    assert delivered(place, "overlastmeldingen", rows, []) == ["", ""]
    deliver(place, "overlastmeldingen", DAYS[2], lost)
    (outcome,) = [o for o in load(place) if not o.known]
    assert outcome.gate is not None
    assert "melder_id.filled" in [verdict.figure.name for verdict in outcome.gate.warnings]


@pytest.mark.dear
def test_a_mapping_that_leaves_out_each_objection_is_told_until_one_is_read(place: Workspace):
    """Two rights of one file are told apart by `only`, which may be mistyped."""
    mapping = place.mappings / "canoniek.toml"
    text = mapping.read_text(encoding="utf-8")
    only = '\n[extracts.bezwaren]\nonly = [{ column = "soort", values = ["B"] }]\n'
    mapping.write_text(text + only, encoding="utf-8")
    told = []
    for day, kind in zip(DAYS, "XXBX", strict=True):
        deliver(place, "bezwaren", day, [OBJECTION | {"soort": kind}])
        (outcome,) = [o for o in load(place) if not o.known]
        assert outcome.gate is not None and not outcome.refusal
        told.append([verdict.figure.meaning for verdict in outcome.gate.warnings])
    assert ["leaves out all 1" in " ".join(meanings) for meanings in told] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.dear
def test_a_week_of_a_shared_file_may_hold_none_of_an_extract(place: Workspace):
    mapping = place.mappings / "canoniek.toml"
    text = mapping.read_text(encoding="utf-8")
    mapping.write_text(
        text + '\n[extracts.overlastmeldingen]\nonly = [{ column = "soort", values = ["OL"] }]\n',
        encoding="utf-8",
    )
    first = [complaint(n, DAYS[0]) | {"soort": "OL" if n == 1 else "RP"} for n in range(1, 4)]
    second = [complaint(n, DAYS[1]) | {"soort": "RP"} for n in range(1, 4)]
    assert delivered(place, "overlastmeldingen", first, second) == ["", ""]
    assert len(known(place, "overlastmeldingen", "2026-11-30", "zaak_id")) == 1
