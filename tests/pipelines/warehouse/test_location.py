"""Where homes are: read from the register into the vault, judged, and gained by a vault from before the columns."""

from __future__ import annotations

import pytest

from pipelines.warehouse import schema
from pipelines.warehouse.stores import attach_vault, open_warehouse
from pipelines.warehouse.vault import Identity, identities
from tests.support.deliveries import agreement, deliver, load, make_workspace

REGISTER = "huurovereenkomsten"
KEY = ("demo", "O1")


PLACES = [
    ("52,370216", "4,895168", (52.370216, 4.895168)),
    ("52.370216", " 4.895168 ", (52.370216, 4.895168)),
    ("", "", None),
    ("52,37", "", None),
    ("0", "0", None),
    ("4,895168", "52,370216", None),  # exchanged
    ("487212", "121687", None),  # metres of the Dutch grid
    ("n.v.t.", "n.v.t.", None),
    ("nan", "nan", None),
    ("51,05", "3,72", (51.05, 3.72)),  # Ghent: the edges are those of a box, not of the border
    ("40,71", "-74,01", None),
]


@pytest.mark.parametrize(("latitude", "longitude", "location"), PLACES)
def test_a_place_counts_only_in_the_netherlands(latitude, longitude, location):
    assert Identity(breedtegraad=latitude, lengtegraad=longitude).location == location


def test_a_place_is_kept_in_the_vault_only_and_follows_the_newest_register(tmp_path):
    place = make_workspace(tmp_path)
    deliver(
        place, REGISTER, "2026-11-09", [agreement(1, breedtegraad="52,1", lengtegraad="5,1"), agreement(2)]
    )
    load(place)
    assert identities(place, [KEY])[KEY].location == (52.1, 5.1)
    deliver(
        place, REGISTER, "2026-11-16", [agreement(1, breedtegraad="52,2", lengtegraad="5,2"), agreement(2)]
    )
    load(place)
    assert identities(place, [KEY])[KEY].location == (52.2, 5.2)
    with open_warehouse(place, read_only=True) as con:
        held = con.execute("SELECT DISTINCT column_name FROM duckdb_columns()").fetchall()
    assert not {"breedtegraad", "lengtegraad"} & {name for (name,) in held}


def test_a_vault_from_before_gains_the_columns_and_keeps_its_rows(tmp_path):
    place = make_workspace(tmp_path)
    deliver(place, REGISTER, "2026-11-09", [agreement(1)])
    load(place)
    with open_warehouse(place) as con:
        attach_vault(con, place)
        for name in ("breedtegraad", "lengtegraad"):
            con.execute(f"ALTER TABLE vault.main.tenancies DROP COLUMN {name}")
        schema.create_vault(con)
    assert identities(place, [KEY])[KEY].straatnaam == "Lindelaan"
    deliver(place, REGISTER, "2026-11-16", [agreement(1, breedtegraad="52,2", lengtegraad="5,2")])
    load(place)
    assert identities(place, [KEY])[KEY].location == (52.2, 5.2)


def test_the_gate_counts_the_places_that_the_map_leaves_out(tmp_path):
    place = make_workspace(tmp_path)
    rows = [
        agreement(number, breedtegraad=latitude, lengtegraad=longitude)
        for number, (latitude, longitude, _location) in enumerate(PLACES, 1)
    ]
    deliver(place, REGISTER, "2026-11-09", rows)
    (outcome,) = load(place)
    warnings = {each.figure.name: each.figure.value for each in outcome.gate.warnings}
    wrong = [1 for latitude, longitude, location in PLACES if (latitude or longitude) and not location]
    assert warnings["breedtegraad.abroad.rows"] == len(wrong)
    assert not outcome.refusal
