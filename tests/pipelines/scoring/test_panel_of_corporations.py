"""Test that no outcome is taken as known for a corporation before its own history begins or after its deliveries stopped."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.installation.calendar import WEEK
from pipelines.installation.workspace import Workspace
from pipelines.scoring import panel
from pipelines.warehouse.stores import open_warehouse
from tests.support.deliveries import agreement, deliver, load_well, make_workspace
from tests.support.small import no_gate

pytestmark = pytest.mark.dear

MONDAY = date(2026, 11, 16)
STOPPED = MONDAY - 6 * WEEK
BEGAN = MONDAY - 12 * WEEK


def test_outcomes_are_known_only_in_the_days_of_which_a_corporation_delivered(tmp_path: Path):
    place = make_workspace(tmp_path / "home")
    settings = place.home / "settings.toml"
    settings.write_text(settings.read_text().replace("corporaties = []", 'corporaties = ["oost", "west"]', 1))
    place = Workspace(place.home)
    for folder, lists in (("oost", (BEGAN, MONDAY)), ("west", (STOPPED - 4 * WEEK, STOPPED))):
        (place.inbox / folder).mkdir()
        for day in (STOPPED, MONDAY):  # the registers of both go on
            deliver(place, f"{folder}/huurovereenkomsten", str(day), [agreement(1)])
        for day in lists:
            debt = {"overeenkomst_id": "O1", "peildatum": str(day), "saldo": "650,00"}
            deliver(place, f"{folder}/huurachterstanden", str(day), [debt])
    with no_gate():
        load_well(place)
    dates = [BEGAN, STOPPED - 4 * WEEK, MONDAY - 4 * WEEK]
    with open_warehouse(place, read_only=True) as con:
        panel.build(con, dates, cooldown_days=28, horizon_weeks=4)
        rows = con.execute(
            "SELECT corporatie_id, as_of, mature, escalated FROM panel ORDER BY ALL"
        ).fetchall()
    assert rows == [
        ("oost", BEGAN, True, 0),
        ("oost", STOPPED - 4 * WEEK, True, 0),
        ("oost", MONDAY - 4 * WEEK, True, 0),
        ("west", BEGAN, False, None),
        ("west", STOPPED - 4 * WEEK, True, 0),
        ("west", MONDAY - 4 * WEEK, False, None),
    ]
