"""Test that a row with another day than its arrears list cannot make a debt vanish."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.installation.workspace import Workspace
from tests.support.deliveries import agreement, deliver, known, load, make_workspace

pytestmark = pytest.mark.dear

DAY, BEFORE = "2026-11-23", "2026-11-16"


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    workspace = make_workspace(tmp_path / "home")
    deliver(workspace, "huurovereenkomsten", BEFORE, [agreement(n) for n in range(60)])
    return workspace


def arrears(day: str, numbers: range) -> list[dict[str, str]]:
    return [{"peildatum": day, "overeenkomst_id": f"O{n}", "saldo": "600,00"} for n in numbers]


@pytest.mark.parametrize("strays", [4, 20])
def test_rows_with_last_weeks_day_stop_the_list(place: Workspace, strays: int) -> None:
    deliver(place, "huurachterstanden", BEFORE, arrears(BEFORE, range(50)))
    deliver(place, "huurachterstanden", DAY, arrears(BEFORE, range(strays)) + arrears(DAY, range(strays, 50)))
    refused = load(place)[-1]
    assert f"peildatum.stray.rows is {strays}" in refused.refusal
    assert len(known(place, "huurachterstanden", DAY, "overeenkomst_id")) == 50


def test_a_few_rows_may_correct_an_earlier_list(place: Workspace) -> None:
    deliver(place, "huurachterstanden", BEFORE, arrears(BEFORE, range(50)))
    deliver(place, "huurachterstanden", DAY, arrears(BEFORE, range(3)) + arrears(DAY, range(3, 50)))
    assert load(place)[-1].refusal == ""


def test_lists_of_several_days_in_one_file_are_loaded(place: Workspace) -> None:
    deliver(place, "huurachterstanden", DAY, arrears(BEFORE, range(50)) + arrears(DAY, range(5, 50)))
    assert load(place)[-1].refusal == ""


def test_years_of_lists_may_change_from_one_to_the_next(place: Workspace) -> None:
    days = ["2026-11-02", "2026-11-09", BEFORE, DAY]
    deliver(
        place,
        "huurachterstanden",
        DAY,
        [row for n, day in enumerate(days) for row in arrears(day, range(n, n + 1))],
    )
    assert load(place)[-1].refusal == ""


def test_a_list_of_equal_rows_is_stopped(place: Workspace) -> None:
    deliver(place, "huurachterstanden", DAY, arrears(DAY, range(50)) + arrears(DAY, range(20)))
    assert "duplicates.share" in load(place)[-1].refusal
