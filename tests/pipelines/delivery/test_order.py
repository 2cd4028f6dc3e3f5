"""The order of deliveries does not matter: one current register and the lists of years before it load in one run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.deliveries import agreement, deliver, load, load_well, make_workspace, tables

pytestmark = pytest.mark.dear

HOMES = range(1, 31)
LISTS = ("2025-11-24", "2026-05-04", "2026-11-09", "2026-11-16", "2026-11-23")


def arrears(day: str) -> list[dict[str, str]]:
    return [{"overeenkomst_id": f"O{n}", "peildatum": day, "saldo": f"{n}00,00"} for n in HOMES]


def test_lists_of_years_before_the_only_register_load_in_the_first_run(tmp_path: Path):
    place = make_workspace(tmp_path / "one")
    deliver(place, "huurovereenkomsten", "2026-11-23", [agreement(n) for n in HOMES])
    for day in LISTS:
        deliver(place, "huurachterstanden", day, arrears(day))
    load_well(place)
    assert len(tables(place)["staged.huurachterstanden"]) == len(HOMES) * len(LISTS)
    assert all(outcome.known for outcome in load(place)), "a second run finds nothing more to load"

    other = make_workspace(tmp_path / "two")
    deliver(other, "huurovereenkomsten", "2026-11-23", [agreement(n) for n in HOMES])
    load_well(other)
    for day in reversed(LISTS):
        deliver(other, "huurachterstanden", day, arrears(day))
        load_well(other)
    for table in ("staged.huurachterstanden", "versions.peildata"):
        assert tables(place)[table] == tables(other)[table]
