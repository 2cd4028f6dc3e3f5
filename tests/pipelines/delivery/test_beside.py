"""`check` judges a delivery after those of the inbox that the week would load before it, and loads nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.installation.workspace import Workspace
from tests.support.deliveries import agreement, deliver, make_workspace, tables, waakvlam

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
