"""`check` judges a delivery after those of the inbox that the week would load before it, and loads nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.installation.workspace import Workspace
from tests.support.deliveries import agreement, deliver, load, make_workspace, tables, waakvlam

pytestmark = pytest.mark.dear


def arrears(numbers: range) -> list[dict[str, Any]]:
    return [
        {"overeenkomst_id": f"O{n}", "saldo": "500,00", "oudste_vervaldatum": "2026-10-01"} for n in numbers
    ]


def check(place: Workspace, path: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(waakvlam(place, "check", path, "--json").out)
    return report


def test_the_first_list_is_judged_with_the_register_and_the_list_before(tmp_path: Path):
    place = make_workspace(tmp_path)
    register = deliver(place, "huurovereenkomsten", "2026-11-16", [agreement(n) for n in range(1, 101)])
    deliver(place, "huurachterstanden", "2026-11-09", arrears(range(1, 81)))
    whole = deliver(place, "huurachterstanden", "2026-11-16", arrears(range(1, 71)))
    report = check(place, whole)
    assert report["passes"] and report["notes"][-1].startswith(
        "Judged as if huurovereenkomsten_2026-11-16.csv, huurachterstanden_2026-11-09.csv were loaded first"
    )
    half = check(place, deliver(place, "huurachterstanden", "2026-11-16", arrears(range(1, 21))))
    assert "rows.ratio_to_previous is 0.25" in "".join(half["gate"]) and not half["passes"]
    assert not any("Judged as if" in note for note in check(place, register)["notes"])
    assert tables(place)["run.deliveries"] == []


def test_a_register_that_would_be_refused_is_named(tmp_path: Path):
    place = make_workspace(tmp_path)
    deliver(place, "huurovereenkomsten", "2026-11-16", [agreement(n, begindatum="") for n in range(1, 21)])
    report = check(place, deliver(place, "huurachterstanden", "2026-11-16", arrears(range(1, 4))))
    assert "huurovereenkomsten_2026-11-16.csv comes first and would be refused" in "".join(report["notes"])


def test_an_earlier_list_is_judged_by_the_register_that_the_week_loads_before_it(tmp_path: Path):
    """Between the first register and the last one, many agreements came and went."""
    place = make_workspace(tmp_path)
    for day, first in (("2026-01-05", 1), ("2026-11-02", 201), ("2026-11-16", 401)):
        deliver(place, "huurovereenkomsten", day, [agreement(n) for n in range(first, first + 100)])
    deliver(place, "huurachterstanden", "2026-11-09", arrears(range(201, 271)))
    whole = deliver(place, "huurachterstanden", "2026-11-16", arrears(range(401, 471)))
    assert not any("would be refused" in note for note in check(place, whole)["notes"])


def test_a_loaded_file_is_judged_as_it_was_when_it_was_loaded(tmp_path: Path):
    place = make_workspace(tmp_path)
    deliver(place, "huurovereenkomsten", "2026-11-02", [agreement(n) for n in range(1, 41)])
    rows = [{"verzoek_id": f"V{n}", "eenheid_id": f"E{n}", "melddatum": "2026-10-20"} for n in range(1, 41)]
    done = [row | {"gereeddatum": "2026-11-05"} for row in rows]
    first = deliver(place, "reparatieverzoeken", "2026-11-02", [row | {"gereeddatum": ""} for row in rows])
    deliver(place, "reparatieverzoeken", "2026-11-09", done)
    before = check(place, first)["gate"]
    load(place)
    report = check(place, first)
    assert report["loaded_before"] and report["passes"] and report["gate"] == before


def test_further_tenants_are_no_duplicates(tmp_path: Path):
    place = make_workspace(tmp_path)
    rows = [agreement(n) for n in range(1, 11)]
    file = deliver(
        place, "huurovereenkomsten", "2026-11-16", [*rows, *(row | {"huurder_id": "Z1"} for row in rows)]
    )
    report = check(place, file)
    assert (report["rows_accepted"], report["rows_duplicate"], report["rows_co_tenant"]) == (10, 0, 10)
    assert not any("duplicates.share" in line for line in report["gate"])
    assert "10 further tenants of an agreement" in waakvlam(place, "check", file).out


def test_no_agreement_contradicts_a_register_that_is_not_loaded(tmp_path: Path):
    place = make_workspace(tmp_path)
    rows = [
        {"verzoek_id": f"V{n}", "eenheid_id": f"E{n}", "overeenkomst_id": f"O{n}", "melddatum": "2026-11-02"}
        for n in range(1, 41)
    ]
    report = check(place, deliver(place, "reparatieverzoeken", "2026-11-16", rows))
    assert not any("contradicts" in line for line in report["gate"])
