"""Test that every row read is counted as staged, seen before, duplicate or quarantined, and is where the report says."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from models.as_json import as_json
from pipelines.delivery import accounting
from pipelines.installation.workspace import Workspace
from pipelines.warehouse.stores import attach, open_warehouse
from tests.support.deliveries import (
    agreement,
    csv_text,
    deliver,
    known,
    load,
    load_well,
    make_workspace,
    put,
    tables,
    waakvlam,
    with_settings,
)

pytestmark = pytest.mark.dear

DAY, NEXT = "2026-11-09", "2026-11-16"
REGISTER = "huurovereenkomsten"
# Line in the file -> what is wrong with the row; everything else is right.
DIRTY = [
    agreement(1),
    agreement(2, overeenkomst_id=""),
    agreement(3, begindatum="31-02-2020"),
    agreement(4, eenheidsoort_code="ZZZ"),
    agreement(5, brutohuur="n.v.t."),
    agreement(6, brutohuur="99999,00"),
    agreement(7, einddatum="2070-01-01"),
    agreement(8, begindatum="1753-01-01", huurder_id="", brutohuur="1,2,3"),
    agreement(9),
    agreement(9),
    agreement(10, wijk="Noord"),
    agreement(10, wijk="Zuid"),
    agreement(11, overeenkomst_id="O" * 65),
    agreement(12, eindereden_code="VERHUISD", einddatum="2026-12-31"),
    agreement(13, einddatum="9999-12-31"),
    agreement(14),
]
WRONG = {
    3: ["missing overeenkomst_id"],
    4: ["bad date begindatum"],
    5: ["unknown code eenheidsoort_code"],
    6: ["bad amount brutohuur"],
    7: ["amount out of range brutohuur"],
    8: ["date too late einddatum"],
    9: ["missing huurder_id", "missing begindatum", "bad amount brutohuur"],
    12: ["same key, other content"],
    13: ["same key, other content"],
    14: ["too long overeenkomst_id"],
    18: ["wrong number of fields: 2 fields, header has 17"],
}
FORBIDDEN = {"Geslacht": "V", "BSN": "123456782"}
LENIENT = "[gates]\ntolerated_rows = 100\n"


def dirty() -> str:
    """Write the dirty register: two forbidden columns, one that nothing asks for, and a last row cut short."""
    text = csv_text([{**row, **FORBIDDEN, "complexnr": "C1"} for row in DIRTY])
    return f"{text}O15;H15\r\n"


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return with_settings(make_workspace(tmp_path / "home"), LENIENT)


def account(place: Workspace) -> dict[str, dict[str, Any]]:
    """Load the inbox and return the run report's entries by file."""
    outcomes = load(place)
    with open_warehouse(place, read_only=True) as con:
        return {report.file: as_json(report) for report in accounting.accounting(con, outcomes)}


def quarantine(place: Workspace) -> dict[int, tuple[list[str], str]]:
    """Read the quarantine: line -> reasons, as delivered."""
    with open_warehouse(place, read_only=True) as con:
        attach(con, place, "vault", read_only=True)
        rows = con.execute(
            "SELECT line, reasons, as_delivered FROM vault.main.quarantine ORDER BY line"
        ).fetchall()
    return {line: (reasons, text) for line, reasons, text in rows}


def test_every_row_is_accounted_for_with_all_its_reasons_and_as_delivered(place: Workspace):
    path = put(place, f"{REGISTER}_{DAY}.csv", dirty())
    checked = json.loads(waakvlam(place, "check", path, "--json").out)
    assert tables(place)[f"raw.{REGISTER}"] == [], "check loads nothing"

    entry = account(place)[path.name]
    assert entry["state"] == "loaded"
    assert (entry["rows_read"], entry["rows_staged"], entry["rows_seen_before"]) == (17, 5, 0)
    assert (entry["rows_duplicate"], entry["rows_quarantined"]) == (1, 11)
    assert [k for (k,) in known(place, REGISTER, NEXT, "overeenkomst_id")] == [
        "O1",
        "O12",
        "O13",
        "O14",
        "O9",
    ]

    apart = quarantine(place)
    assert {line: reasons for line, (reasons, _) in apart.items()} == WRONG
    lines = dirty().splitlines()
    for line, (_, text) in apart.items():
        if line == 18:
            assert text == "", "where its fields begin is not known, and one may be the BSN"
            continue
        (delivered,) = csv.DictReader(io.StringIO(f"{lines[0]}\n{lines[line - 1]}"), delimiter=";")
        kept = {name: value or None for name, value in delivered.items() if name not in FORBIDDEN}
        assert json.loads(text) == kept

    report = {reason: found["lines"] for reason, found in entry["quarantine"].items()}
    assert report["bad amount brutohuur"] == [6, 9] and report["wrong number of fields"] == [18]
    assert sorted({line for found in report.values() for line in found}) == sorted(WRONG)
    assert entry["refused_columns"] == {"Geslacht": "gender", "BSN": "national identification number"}
    assert entry["ignored_columns"] == ["complexnr"]
    unmapped = {(u["column"], u["value"]): u["rows"] for u in entry["unmapped"]}
    assert unmapped == {("eenheidsoort_code", "ZZZ"): 1, ("eindereden_code", "VERHUISD"): 1}

    same = (
        "rows_read",
        "rows_duplicate",
        "rows_quarantined",
        "quarantine",
        "refused_columns",
        "ignored_columns",
    )
    for name in (*same, "encoding", "delimiter", "mapping", "notes"):
        assert checked[name] == entry[name], name
    assert checked["rows_accepted"] == entry["rows_staged"] + entry["rows_seen_before"]


def test_rows_seen_before_are_counted_as_such_and_the_same_file_changes_nothing(place: Workspace):
    deliver(place, REGISTER, DAY, [agreement(1), agreement(2)])
    path = deliver(
        place,
        REGISTER,
        NEXT,
        [agreement(1), agreement(2, wijk="Zuid"), agreement(2, wijk="Zuid"), agreement(3)],
    )
    entry = account(place)[path.name]
    counts = [entry[f"rows_{name}"] for name in ("read", "staged", "seen_before", "duplicate", "quarantined")]
    assert counts == [4, 2, 1, 1, 0]
    before = tables(place)
    assert {e["state"] for e in account(place).values()} == {"known"}
    assert tables(place) == before
    said = waakvlam(place, "check", path)
    assert said.code == 0 and "loaded before" in said.out


def test_a_file_of_the_same_bytes_on_two_days_keeps_both_quarantines(place: Workspace):
    rows = [agreement(1), agreement(2, brutohuur="?")]
    for day in (DAY, NEXT):
        deliver(place, REGISTER, day, rows)
    load_well(place)
    assert len(tables(place, "vault")["main.quarantine"]) == 2
    figures = {row[2].isoformat() for row in tables(place)["run.expectations"]}
    assert figures == {DAY, NEXT}


def test_rows_without_an_agreement_wait_and_are_counted_until_they_come_in(place: Workspace):
    complaint = {"zaak_id": "Z1", "registratiedatum": "2026-11-01", "beklaagde_eenheid_id": "E1"}
    deliver(place, REGISTER, DAY, [agreement(1)])
    deliver(
        place,
        "overlastmeldingen",
        DAY,
        [complaint, {**complaint, "zaak_id": "Z2", "beklaagde_eenheid_id": "E2"}],
    )
    entry = account(place)[f"overlastmeldingen_{DAY}.csv"]
    assert (entry["rows_staged"], entry["rows_waiting"], entry["rows_quarantined"]) == (1, 1, 1)
    deliver(place, REGISTER, NEXT, [agreement(1), agreement(2)])
    load_well(place)
    assert [z for (z,) in known(place, "overlastmeldingen", NEXT, "zaak_id")] == ["Z1", "Z2"]


def test_health_codes_load_as_other_and_are_kept_nowhere(place: Workspace):
    (place.home / "mappings" / "canoniek.toml").write_text(
        'name = "canoniek"\n[extracts.overlastmeldingen.codes.zaaktypedetailsoort_code]\n"Verslaafd" = "VER"\n',
        encoding="utf-8",
    )
    kinds = ["PSY", "ver", " PSY ", "Verslaafd", "GEL"]
    rows = [
        {
            "zaak_id": f"Z{n}",
            "registratiedatum": "2026-11-01",
            "zaaktypedetailsoort_code": kind,
            "beklaagde_eenheid_id": "E1",
        }
        for n, kind in enumerate(kinds)
    ]
    deliver(place, REGISTER, DAY, [agreement(1)])
    bad = [
        {**rows[0], "zaak_id": "Z8", "registratiedatum": "?"},
        {**rows[3], "zaak_id": "Z9", "registratiedatum": "?"},
    ]
    put(place, f"overlastmeldingen_{DAY}.csv", csv_text([*rows, *bad]) + "Z10;2026-11-01;PSY\r\n")
    flags = [
        {"signalering_id": f"S{n}", "huurder_id": "H1", "detailsoort_code": code, "begindatum": "2026-01-01"}
        for n, code in enumerate(("AMB", "cur", "BEW", "BEZ"))
    ]
    deliver(place, "signaleringen", DAY, flags)
    entries = account(place)
    complaints, flagged = entries[f"overlastmeldingen_{DAY}.csv"], entries[f"signaleringen_{DAY}.csv"]
    assert complaints["replaced_health_codes"] == {"zaaktypedetailsoort_code": 6}
    assert complaints["rows_quarantined"] == 3
    assert known(place, "overlastmeldingen", NEXT, "zaaktypedetailsoort_code") == [("GEL",), *[("OVE",)] * 4]
    assert {reason: found["lines"] for reason, found in flagged["quarantine"].items()} == {
        "forbidden content detailsoort_code": [2, 3, 4]
    }
    assert known(place, "signaleringen", NEXT, "detailsoort_code") == [("BEZ",)]
    everything = repr([tables(place), tables(place, "vault")])
    for code in ("PSY", "Verslaafd", "'VER'", "AMB", "BEW", "'cur'"):
        assert code not in everything


def test_a_column_may_have_any_name(place: Workspace):
    """Names that the program uses itself, and names that look like SQL."""
    odd = dict.fromkeys(
        ("reasons", "verdict", "row_hash", "key_hash", "text_saldo", 'a "b"; DROP TABLE raw', "select"), "x"
    )
    deliver(place, REGISTER, DAY, [agreement(1, **odd), agreement(2, brutohuur="?", **odd)])
    load_well(place)
    ((_, text),) = quarantine(place).values()
    assert odd.items() <= json.loads(text).items()


def test_a_mapping_may_not_read_what_is_never_accepted(place: Workspace):
    (place.home / "mappings" / "canoniek.toml").write_text(
        'name = "canoniek"\n[extracts.contacten.columns]\nresultaat = "Opmerking"\n', encoding="utf-8"
    )
    row = {
        "contact_id": "C1",
        "overeenkomst_id": "O1",
        "datum": DAY,
        "stand": "nieuw",
        "Opmerking": "ZZTEKST",
    }
    deliver(place, "contacten", DAY, [row])
    (outcome,) = load(place)
    assert "'Opmerking' (free text), which is never accepted" in outcome.refusal
    assert "give it another name in the export" in outcome.refusal


def test_a_folder_of_the_inbox_is_a_corporation_for_check_too(place: Workspace):
    place = with_settings(place, 'corporaties = ["noord"]\n')
    folder = place.inbox / "noord"
    folder.mkdir()
    register = deliver(place, REGISTER, DAY, [agreement(n) for n in range(1, 7)])
    arrears = deliver(
        place, "huurachterstanden", DAY, [{"overeenkomst_id": f"O{n}", "saldo": "1,00"} for n in range(1, 7)]
    )
    for path in (register, arrears):
        path.rename(folder / path.name)
    load_well(place)
    assert {row[0] for row in known(place, REGISTER, NEXT, "corporatie_id")} == {"noord"}
    said = waakvlam(place, "check", folder / arrears.name, "--json")
    assert said.code == 0, said.out
    assert json.loads(said.out)["file"] == f"noord/{arrears.name}"
    broken = folder / f"huurachterstanden_{NEXT}.csv"
    broken.write_text("", encoding="utf-8")
    (refused,) = [outcome.refusal for outcome in load(place) if not outcome.known]
    assert refused.startswith(f"noord/{broken.name}: the file is empty")
