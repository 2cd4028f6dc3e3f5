"""Test unusual but valid files: changes by Excel, notations of amounts, and files that are still missing."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from pipelines.installation.workspace import Workspace
from tests.support.deliveries import (
    agreement,
    corporation,
    csv_text,
    deliver,
    known,
    load,
    make_workspace,
    put,
    tables,
    with_settings,
)

pytestmark = pytest.mark.dear

AS_OF = "2026-11-16"
ARREARS = corporation()["huurachterstanden"]
WHOLE = csv_text(ARREARS)


RESAVED = {
    "semicolons": lambda text: f"\ufeff{text}".encode(),
    "sep=": lambda text: f"\ufeffsep=;\r\n{text}".encode(),
    "ansi": lambda text: text.encode("cp1252"),
    "comma": lambda text: text.replace(",", ".").replace(";", ",").encode(),
    "unicode text": lambda text: text.replace(";", "\t").encode("utf-16"),
    "old mac": lambda text: text.replace("\r\n", "\r").encode(),
}


@pytest.mark.parametrize("form", RESAVED)
def test_a_csv_that_excel_saved_again_loads_as_the_clean_one(place: Workspace, form: str):
    """Empty columns at the end, empty rows below, dates without zeros, amounts as Excel shows them."""
    clean = [
        {
            "overeenkomst_id": "O1",
            "saldo": "1234.56",
            "oudste_vervaldatum": "2026-09-01",
            "incassofase": "geen",
        },
        {
            "overeenkomst_id": "O3",
            "saldo": "-50.00",
            "oudste_vervaldatum": "2026-10-12",
            "incassofase": "aanmaning",
        },
        {"overeenkomst_id": "O5", "saldo": "200.50", "oudste_vervaldatum": "", "incassofase": ""},
    ]
    deliver(place, "huurachterstanden", AS_OF, clean)
    saved = (
        "overeenkomst_id;saldo;oudste_vervaldatum;incassofase;;\r\nO1;1234,56;1-9-2026;geen;;\r\n"
        "O3;-50;12-10-2026 0:00;AANMANING ;;\r\nO5;200,5;;;;\r\n;;;;;\r\n"
    )
    put(place, f"huurachterstanden_{AS_OF}_v2.csv", RESAVED[form](saved))
    first, again = [outcome for outcome in load(place) if not outcome.known]
    assert (first.refusal, again.refusal) == ("", "")
    assert again.batch and again.batch.rows_read == 3
    columns = "overeenkomst_id, saldo, oudste_vervaldatum, incassofase"
    assert known(place, "huurachterstanden", "2026-11-17", columns)[-3:]
    same = [row for row in tables(place)["run.deliveries"] if row[4] == 2]
    assert [row[12:14] for row in same] == [(0, 3)], "every row was seen before: not one value differs"


AMOUNTS = {
    "1.234,56-": -1234.56,
    "-1.234,56": -1234.56,
    "- 1.234,56": -1234.56,
    "€ 1.234,56": 1234.56,
    "€ -1.234,56": -1234.56,
    "1 234,56 EUR": 1234.56,
    "+12,5": 12.5,
    "7": 7,
    "1.000": 1000,
    "1.234.567,80": None,
    "1,234.56": None,
    "12.34,56": None,
    "0,125": None,
    "1e3": None,
    "--5,00": None,
}


def test_an_amount_is_read_as_it_is_meant_or_set_apart(tmp_path: Path):
    """Negative balances are credits and allowed; nothing is guessed."""
    place = with_settings(make_workspace(tmp_path / "home"), "[gates]\ntolerated_rows = 100\n")
    deliver(place, "huurovereenkomsten", AS_OF, [agreement(n) for n in range(len(AMOUNTS))])
    rows = [{"overeenkomst_id": f"O{n}", "saldo": amount} for n, amount in enumerate(AMOUNTS)]
    deliver(place, "huurachterstanden", AS_OF, rows)
    _, arrears = load(place)
    actual = dict(known(place, "huurachterstanden", AS_OF, "overeenkomst_id, saldo"))
    read = {amount: actual.get(f"O{n}") for n, amount in enumerate(AMOUNTS)}
    assert read == AMOUNTS
    assert arrears.batch
    report = {line for lines in arrears.batch.reason_lines.values() for line in lines}
    assert report == {line for line, value in enumerate(AMOUNTS.values(), 2) if value is None}


def test_a_file_still_being_written_waits_for_the_next_run(place: Workspace, monkeypatch):
    path = put(place, f"huurachterstanden_{AS_OF}.csv", WHOLE[:60])
    soon = time.time() + 60
    os.utime(path, (soon, soon))  # touched just now, however slow this machine is

    def write_on(_: float) -> None:
        if path.stat().st_size == len(WHOLE[:60]):  # a thread of an earlier test may sleep as well
            with path.open("a", newline="") as file:
                file.write(WHOLE[60:])

    with monkeypatch.context() as patch:
        patch.setattr(time, "sleep", write_on)  # while the reader waits for the file to settle
        (outcome,) = [outcome for outcome in load(place) if not outcome.known]
    assert outcome.refusal == f"{path.name}: the file is still being written. Run again when it is complete."
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert [(o.loaded, o.refusal) for o in load(place) if not o.known] == [(True, "")]


def test_what_copying_programs_leave_is_passed_over(place: Workspace):
    for name in (
        f"huurachterstanden_{AS_OF}.csv.part",
        f"huurachterstanden_{AS_OF}.csv.tmp",
        "~$bezwaren.xlsx",
        ".DS_Store",
    ):
        put(place, name, b"half")
    assert all(outcome.known for outcome in load(place))


def test_a_file_held_by_another_program_is_reported_and_the_others_load(place: Workspace, monkeypatch):
    held = deliver(place, "huurachterstanden", AS_OF, ARREARS)
    deliver(place, "reparatieverzoeken", AS_OF, corporation()["reparatieverzoeken"])
    opened = Path.open

    def as_windows_does(path: Path, *arguments, **named):
        if path == held:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments, **named)

    monkeypatch.setattr(Path, "open", as_windows_does)
    report = {o.delivery.extract: o.refusal for o in load(place) if not o.known}
    assert report["huurachterstanden"].startswith(f"{held.name}: the file cannot be opened")
    assert report["reparatieverzoeken"] == ""
