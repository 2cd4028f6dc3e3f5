"""Test that an older warehouse is upgraded completely or not at all, and that a newer one is refused unchanged."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.installation.contracts import contracts
from pipelines.installation.workspace import Workspace
from pipelines.warehouse import migrations
from pipelines.warehouse.stores import attach, attach_vault, derive, memory_connection, open_warehouse
from tests.support.contracts import EXTRACT, contracts_in, example
from tests.support.deliveries import corporation, deliver_all, load_well, tables, waakvlam
from tests.support.small import no_gate, small

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def key():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAAKVLAM_KEY", "2" * 64)
        yield


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Workspace:
    return small(tmp_path_factory.mktemp("loaded") / "home")


@pytest.fixture
def place(loaded: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(loaded.home, tmp_path / "home")
    return Workspace(tmp_path / "home")


def make_first_release(place: Workspace) -> None:
    """Give both stores the tables of the first release, which kept no version and the line beside the row."""
    with memory_connection(place) as con:
        for store in ("warehouse", "vault"):
            attach(con, place, store)
            con.execute(f"DROP TABLE {store}.main.schema_version")
        con.execute(
            "DROP TABLE vault.main.secrets; DROP VIEW warehouse.run.decided; DROP VIEW warehouse.staged.possible_rights"
        )
        for name in ("runs", "stages", "lists", "list_coaches", "decisions", "draws"):
            con.execute(f"DROP TABLE warehouse.run.{name}")
        con.execute(
            "CREATE TABLE warehouse.run.decisions (as_of DATE NOT NULL, corporatie_id VARCHAR NOT NULL, "
            "overeenkomst_id VARCHAR NOT NULL, score INTEGER NOT NULL, coach VARCHAR, outcome VARCHAR NOT NULL, "
            "propensity DOUBLE NOT NULL, model VARCHAR NOT NULL)"
        )
        con.execute(
            "CREATE TABLE warehouse.run.draws (as_of DATE NOT NULL, coach VARCHAR NOT NULL, kind VARCHAR NOT NULL, "
            "seed VARCHAR NOT NULL, pool INTEGER NOT NULL, drawn VARCHAR NOT NULL, probability DOUBLE NOT NULL)"
        )
        for name in contracts():
            con.execute(f"ALTER TABLE warehouse.raw.{name} ADD COLUMN line INTEGER")
            con.execute(
                f"UPDATE warehouse.raw.{name} r SET line = s.line FROM warehouse.raw.{name}_sightings s "
                "WHERE s.row_id = r.row_id AND s.delivery_id = r.delivery_id"
            )
            con.execute(f"ALTER TABLE warehouse.raw.{name}_sightings DROP COLUMN line")


def test_the_first_release_is_brought_up_to_date(place: Workspace):
    before = tables(place, derived=True), tables(place, "vault")
    make_first_release(place)
    load_well(place)
    assert (tables(place, derived=True), tables(place, "vault")) == before


def test_a_contract_newer_than_the_first_release_gains_its_tables(place: Workspace, tmp_path: Path):
    make_first_release(place)
    with (
        contracts_in(tmp_path / "contracts", **{EXTRACT: example()}),
        open_warehouse(place, read_only=True) as con,
    ):
        assert con.execute(f"SELECT count(*) FROM staged.{EXTRACT}").fetchall() == [(0,)]


def test_what_was_decided_is_kept(place: Workspace):
    make_first_release(place)
    with memory_connection(place) as con:
        path, secret = place.stores / "warehouse.duckdb", derive(place.secret("warehouse"), "warehouse")
        con.execute(f"ATTACH '{path}' AS warehouse (ENCRYPTION_KEY '{secret}')")
        con.execute(
            "INSERT INTO warehouse.run.decisions VALUES ('2026-11-09', 'demo', 'O1', 9, 'Noor', 'listed', 0.5, 'expert 1')"
        )
    with open_warehouse(place) as con:
        rows = con.execute(
            "SELECT as_of::VARCHAR, overeenkomst_id, score, coach, propensity FROM run.decided"
        ).fetchall()
    assert rows == [("2026-11-09", "O1", 9, "Noor", 0.5)]


@pytest.mark.parametrize("how", ["reading", "writing"])
def test_whoever_opens_it_first_does_it(place: Workspace, how: str):
    make_first_release(place)
    with open_warehouse(place, read_only=how == "reading") as con:
        assert migrations.version(con, "warehouse") == migrations.CURRENT
        assert con.execute("SELECT count(line) FROM raw.huurovereenkomsten_sightings").fetchall() == [(12,)]


def test_what_comes_next_is_what_it_would_have_been(place: Workspace, tmp_path: Path):
    shutil.copytree(place.home, tmp_path / "other")
    other = Workspace(tmp_path / "other")
    make_first_release(place)
    for one in (place, other):
        deliver_all(one, "2026-11-16", corporation())
        with no_gate():
            load_well(one)
    assert (tables(place, derived=True), tables(place, "vault")) == (
        tables(other, derived=True),
        tables(other, "vault"),
    )


def test_cut_off_it_is_as_it_was(place: Workspace, monkeypatch):
    make_first_release(place)

    real = migrations.STEPS["warehouse"][2]

    def dies(con: object) -> None:
        real(con)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "STEPS", {"warehouse": {2: dies}, "vault": {2: dies}})
        with pytest.raises(KeyboardInterrupt), open_warehouse(place):
            pass
    with open_warehouse(place) as con:
        assert con.execute("SELECT count(line) FROM raw.huurovereenkomsten_sightings").fetchall() == [(12,)]


@pytest.mark.parametrize("store", ["warehouse", "vault"])
def test_a_newer_file_is_refused_and_left_alone(place: Workspace, store: str):
    with open_warehouse(place) as con:
        attach_vault(con, place)
        con.execute(f"UPDATE {store}.main.schema_version SET version = 99")
    path = place.stores / f"{store}.duckdb"
    before = path.read_bytes()
    said = waakvlam(place, "weekly", "--as-of", "2026-11-16")
    assert said.code == 2 and "made by a newer Waakvlam (version 99" in said.err
    assert path.read_bytes() == before
