"""A row without a number of its home gets it by its address; an address with several homes is never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.installation.errors import ConfigurationError
from pipelines.installation.mapping import read_mapping
from pipelines.warehouse.stores import attach_vault, open_warehouse
from pipelines.warehouse.unresolved import candidates, unresolved
from tests.support.deliveries import agreement, deliver, load, make_workspace, put, with_settings
from tests.support.small import no_gate

MAPPING = """name = "zig"
[extracts.overlastmeldingen.columns]
zaak_id = "Nr"
registratiedatum = "Datum"
[extracts.overlastmeldingen.address]
postcode = "pc"
number = ["Huisnr", "Toev"]
"""
COMPLAINTS = """Nr;Datum;PC;Huisnr;Toev
Z1;2026-11-01;1811 AA;3;
Z2;2026-11-02;1811aa;12;-B
Z3;2026-11-03;1811AA;99;
Z4;2026-11-04;1811AA;7;
Z5;2026-11-05;;3;
"""


def test_homes_are_found_by_address(tmp_path: Path):
    place = with_settings(make_workspace(tmp_path), '[mapping]\noverlastmeldingen = "zig"\n')
    (place.mappings / "zig.toml").write_text(MAPPING)
    shared = [agreement(7), agreement(8, huisnummer="7")]  # two homes at one address
    addition = agreement(12, huisnummer="12", huisnummertoevoeging="B")
    deliver(place, "huurovereenkomsten", "2026-11-16", [agreement(3), addition, *shared])
    put(place, "overlastmeldingen_2026-11-16.csv", COMPLAINTS)
    with no_gate():
        batch = load(place)[1].batch
    assert batch and "homes found by their address: 2 of 5" in batch.notes
    assert batch.reasons == {
        "no home at the address": 3,
        "missing beklaagde_eenheid_id or beklaagde_overeenkomst_id": 3,
    }
    with open_warehouse(place, read_only=True) as con:
        staged = con.execute(
            "SELECT zaak_id, overeenkomst_id FROM staged.overlastmeldingen ORDER BY ALL"
        ).fetchall()
        columns = {name for (name, *_) in con.execute("DESCRIBE raw.overlastmeldingen").fetchall()}
    assert staged == [("Z1", "O3"), ("Z2", "O12")]
    assert not columns & {"PC", "postcode", "Huisnr"}


def test_zeros_in_front_of_a_house_number_are_left_out(tmp_path: Path):
    """A source with columns of a fixed width writes 00003; a coach looks for 3, and a complaint may say either."""
    place = with_settings(make_workspace(tmp_path), '[mapping]\noverlastmeldingen = "zig"\n')
    (place.mappings / "zig.toml").write_text(MAPPING)
    filled = [agreement(3, huisnummer="00003"), agreement(12, huisnummer="00012", huisnummertoevoeging="B")]
    deliver(place, "huurovereenkomsten", "2026-11-16", [*filled, agreement(7, huisnummer="100")])
    put(place, "overlastmeldingen_2026-11-16.csv", COMPLAINTS.replace("AA;12;-B", "AA;0012;-B"))
    with no_gate():
        batch = load(place)[1].batch
    assert batch and "homes found by their address: 2 of 5" in batch.notes
    with open_warehouse(place) as con:
        attach_vault(con, place)
        numbers = con.execute("SELECT huisnummer FROM vault.main.tenancies ORDER BY ALL").fetchall()
    assert numbers == [("100",), ("12",), ("3",)]


def test_a_worry_at_an_unknown_address_is_loaded_and_offers_the_homes_near_it(tmp_path: Path):
    place = with_settings(make_workspace(tmp_path), '[mapping]\nmeldingen_medewerkers = "zig"\n')
    mapping = MAPPING.replace("overlastmeldingen", "meldingen_medewerkers").replace("zaak_id", "melding_id")
    mapping = mapping.replace('registratiedatum = "Datum"', 'datum = "Datum"\nzorg = "Zorg"')
    (place.mappings / "zig.toml").write_text(mapping)
    moved = agreement(98, huisnummer="98", einddatum="2026-01-31")
    deliver(place, "huurovereenkomsten", "2026-11-16", [agreement(3), agreement(31), agreement(90), moved])
    worries = (
        "Nr;Datum;PC;Huisnr;Toev;Zorg\nM1;2026-11-02;1811 AA;13;;overig\nM2;2026-11-03;1811AA;99;;overig\n"
    )
    put(place, "meldingen_medewerkers_2026-11-16.csv", worries + "M3;2026-11-03;9999ZZ;1;;overig\n")
    with no_gate():
        load(place)
    with open_warehouse(place, read_only=True) as con:
        rows = {row.line: row for row in unresolved(con)}
        near = {line: agreements for (_, line), agreements in candidates(con).items()}
        kept = con.execute("FROM run.near_homes").fetchall()
    assert [(row.reason, row.answerable) for row in rows.values()] == [("no home at the address", True)] * 3
    # 3 is one digit less than 13, and 31 is nearer than 90; nobody lived in 98 any more.
    assert near == {2: ["O3", "O31", "O90"], 3: ["O90", "O31", "O3"]}
    assert not {"1811AA", "13", "99"} & {str(value) for row in kept for value in row}


def test_only_rows_about_a_home_have_an_address(tmp_path: Path):
    path = tmp_path / "zig.toml"
    path.write_text(MAPPING.replace("overlastmeldingen.address", "huurachterstanden.address"))
    with pytest.raises(ConfigurationError, match="not about a home"):
        read_mapping(path)
