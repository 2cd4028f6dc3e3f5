"""Corporations that share an installation: a row counts only for the corporation in whose folder its file is."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.installation.workspace import Workspace
from pipelines.warehouse.stores import open_warehouse
from pipelines.warehouse.unresolved import unresolved
from tests.support.deliveries import agreement, deliver, load, load_well, make_workspace, put, with_settings
from tests.support.small import no_gate

pytestmark = pytest.mark.dear

OBJECTIONS = """\
corporatie_id;bezwaar_id;overeenkomst_id;datum;ingetrokken_op
zuid;BZ1;OVK0000702;18-11-2026;19-11-2026
noord;EVIL1;OVK0000909;18-11-2026;
"""


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """Make a workspace in which `noord` and `zuid` each have a register of their own."""
    workspace = with_settings(make_workspace(tmp_path / "home"), 'corporaties = ["noord", "zuid"]\n')
    for corporation, number in (("noord", 909), ("zuid", 702)):
        path = deliver(
            workspace, "huurovereenkomsten", "2026-11-23", [agreement(1, overeenkomst_id=f"OVK{number:07}")]
        )
        (workspace.inbox / corporation).mkdir()
        path.rename(workspace.inbox / corporation / path.name)
    with no_gate():
        load_well(workspace)
    return workspace


def test_an_objection_in_the_folder_of_another_corporation_is_refused_and_not_lost(place: Workspace):
    put(place, "zuid/bezwaren_2026-11-30.csv", OBJECTIONS)
    with no_gate():
        load_well(place)
    with open_warehouse(place) as con:
        (row,) = unresolved(con)
        held = con.execute("SELECT DISTINCT corporatie_id, bezwaar_id FROM staged.bezwaren").fetchall()
        possible = con.execute("FROM staged.possible_rights").fetchall()
    assert (row.file_name, row.line) == ("zuid/bezwaren_2026-11-30.csv", 3)
    assert "foreign corporatie_id" in row.reason
    assert held == [("zuid", "BZ1")]
    assert possible == [], "no tenant of noord is kept off the list by a file of zuid"


def test_a_register_of_another_corporation_stops_at_the_gate(place: Workspace):
    rows = [agreement(n, corporatie_id="noord") for n in range(1, 9)]
    path = deliver(place, "huurovereenkomsten", "2026-11-30", rows)
    path.rename(place.inbox / "zuid" / path.name)
    (refusal,) = [outcome.refusal for outcome in load(place) if outcome.refusal]
    assert "foreign_corporatie_id.share is 1" in refusal
    with open_warehouse(place, read_only=True) as con:
        assert con.execute("SELECT count(*) FROM staged.huurovereenkomsten").fetchall() == [(2,)]


def test_a_folder_that_no_setting_names_is_refused(place: Workspace):
    folder = place.inbox / "oud"
    folder.mkdir()
    path = deliver(place, "huurovereenkomsten", "2026-11-16", [agreement(3)])
    path.rename(folder / path.name)
    (refusal,) = [outcome.refusal for outcome in load(place) if outcome.refusal]
    assert refusal.startswith(
        "oud/huurovereenkomsten_2026-11-16.csv: No setting names the corporation of the folder 'oud'."
    )
    assert "`corporaties` in settings.toml" in refusal
