"""Test that one panel serves every report, and that no kept panel outlives what it was computed from."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pipelines.installation.errors import WaakvlamError
from pipelines.installation.workspace import Workspace
from pipelines.operations import subject
from pipelines.scoring import panel, shared
from pipelines.warehouse.stores import kept_folder, open_warehouse
from tests.support.deliveries import deliver, load_well, with_settings
from tests.support.small import no_gate, small

pytestmark = pytest.mark.dear

DATES = [date(2026, 10, 5), date(2026, 11, 2)]
DELIVERED = "2026-11-09"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return small(tmp_path_factory.mktemp("shared") / "home", "2026-09-07", DELIVERED)


@pytest.fixture
def place(loaded: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(loaded.home, tmp_path / "home")
    return Workspace(tmp_path / "home")


@pytest.fixture
def built_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build a panel of one row, for tests of the file alone."""
    query = "CREATE OR REPLACE TEMP TABLE panel AS SELECT 'demo' AS corporatie_id, 'O1' AS overeenkomst_id, today() AS as_of"
    monkeypatch.setattr(panel, "build", lambda con, *_, **__: con.execute(query))


def read(place: Workspace, *, horizon_weeks: int = 1, dates: list[date] = DATES) -> pd.DataFrame:
    with open_warehouse(place, read_only=True) as con:
        return shared.read(con, place, dates, horizon_weeks=horizon_weeks)


def kept(place: Workspace) -> list[Path]:
    return sorted(kept_folder(place).glob("*")) if kept_folder(place).exists() else []


def test_the_second_report_reads_what_the_first_computed(place, monkeypatch):
    first = read(place)
    (file,) = kept(place)
    assert file.stat().st_mode & 0o077 == 0 and kept_folder(place).stat().st_mode & 0o077 == 0
    with pytest.raises(duckdb.Error), duckdb.connect() as con:
        con.execute(f"ATTACH '{file}'")
    monkeypatch.setattr(panel, "build", lambda *_, **__: pytest.fail("computed again"))
    pd.testing.assert_frame_equal(read(place), first)


@pytest.mark.usefixtures("built_fast")
def test_other_dates_settings_and_code_make_another_panel(place, monkeypatch):
    names = {read(place) is not None and kept(place)[0].name}
    for other in ({"horizon_weeks": 2}, {"dates": DATES[:1]}):
        read(place, **other)
        names.add(kept(place)[0].name)
    read(with_settings(place, "[shortlist]\ncooldown_weeks = 13\n"))
    names.add(kept(place)[0].name)
    monkeypatch.setattr(shared, "_code", lambda: "other code")
    read(place)
    names.add(kept(place)[0].name)
    assert len(names) == 5 and len(kept(place)) == 1, "one panel is kept at a time"


@pytest.mark.parametrize("way", ["objection", "erasure"])
def test_no_kept_panel_shows_a_person_after_an_objection_or_an_erasure(place, way):
    assert "O1" in set(read(place)["overeenkomst_id"])
    (file,) = kept(place)
    before = file.read_bytes()
    if way == "objection":
        row = {"bezwaar_id": "B1", "overeenkomst_id": "O1", "datum": "2026-11-10"}
        deliver(place, "bezwaren", "2026-11-11", [row])
        with no_gate():
            load_well(place)
    else:
        subject.erase(place, "H1")
    assert kept(place) == []
    kept_folder(place).mkdir()
    file.write_bytes(before)  # as if an old copy of the folder came back
    assert "O1" not in set(read(place)["overeenkomst_id"])
    assert [path.name for path in kept(place)] != [file.name]


@pytest.mark.usefixtures("built_fast")
def test_whoever_writes_to_the_warehouse_removes_the_kept_panel(place, monkeypatch):
    read(place)
    with open_warehouse(place):
        assert kept(place) == []
    read(place)
    monkeypatch.setattr("shutil.rmtree", lambda _: (_ for _ in ()).throw(PermissionError(1, "not permitted")))
    with pytest.raises(WaakvlamError, match="A kept panel cannot be removed"), open_warehouse(place):
        pass


@pytest.mark.usefixtures("built_fast")
def test_a_damaged_file_and_a_full_disk_are_no_obstacle(place, monkeypatch):
    first = read(place)
    (file,) = kept(place)
    file.write_bytes(b"damaged")
    pd.testing.assert_frame_equal(read(place), first)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipelines.warehouse.kept.put_in_place", full)
    pd.testing.assert_frame_equal(read(place, dates=DATES[:1]), read(place, dates=DATES[:1]))
    assert not list((place.stores / "scratch").glob("kept-*"))
