"""A workspace that 0.1.0 made opens, and gives the list that 0.1.0 made, byte for byte but for a sentence that misled.

`tests/support/workspace_0.1.0.tar.xz` was made by the last commit of 0.1.0: `sample --homes 50 --weeks 104 --until 2026-11-16
--deliveries 4`, then `weekly` for two Mondays. Everybody in it is invented. Its stores are encrypted; DuckDB's `COPY FROM
DATABASE` copied them to blocks of 16 KB, so that the file is 1 MB instead of 12.
"""

from __future__ import annotations

import re
import shutil
import tarfile
from datetime import date
from pathlib import Path

import pytest

from pipelines.installation import calendar
from pipelines.installation.workspace import Workspace
from pipelines.operations import backup, restore, status
from pipelines.warehouse import migrations
from pipelines.warehouse.stores import open_warehouse
from pipelines.week import run

ARCHIVE = Path(__file__).resolve().parents[2] / "support" / "workspace_0.1.0.tar.xz"
DAY = date(2026, 11, 16)
LIST = f"output/{DAY}/shortlist.csv"
pytestmark = pytest.mark.slow


@pytest.fixture
def old(tmp_path: Path) -> Workspace:
    with tarfile.open(ARCHIVE) as file:
        file.extractall(tmp_path, filter="data")
    return Workspace(tmp_path / "workspace_0.1.0")


def listed(place: Workspace) -> bytes:
    """Return the list with the words of 0.1.0, which said "begonnen in" also of arrears whose bills of then are paid."""
    again = rb"telkens weer sinds ([a-z]+( \d{4})?) \(oudste open rekening: [^)]*\)"
    return re.sub(again, rb"begonnen in \1", (place.home / LIST).read_bytes())


def test_the_list_after_the_upgrade_is_that_of_before(old: Workspace):
    before = (old.home / LIST).read_bytes()
    assert before.count(b"\r\n") > 5
    (old.home / LIST).unlink()
    result = run.run(old, DAY)
    assert listed(old) == before != (old.home / LIST).read_bytes()
    assert {delivery.state for delivery in result.report.deliveries} == {"known"}, "nothing was loaded again"
    with open_warehouse(old, read_only=True) as con:
        assert migrations.version(con, "warehouse") == migrations.CURRENT


def test_an_upgraded_workspace_equals_one_that_loads_the_same_deliveries_now(old: Workspace, tmp_path: Path):
    fresh = Workspace(Path(shutil.copytree(old.home, tmp_path / "fresh")))
    shutil.rmtree(fresh.stores)
    fresh.stores.mkdir()
    lists = []
    for place in (old, fresh):
        for monday in (date(2026, 11, 9), DAY):
            run.run(place, monday)
        lists.append((place.home / LIST).read_bytes())
    assert lists[0] == lists[1]


def test_a_backup_of_before_the_upgrade_brings_the_old_state_back(old: Workspace, tmp_path: Path):
    before = (old.home / LIST).read_bytes()
    saved = backup.backup(old, tmp_path / "before.backup", with_keys=False)
    run.run(old, date(2026, 11, 23))
    place = Workspace(tmp_path / "back")
    restore.restore(saved.path, place.home, keys=old.keys)
    shutil.copytree(old.inbox, place.inbox, dirs_exist_ok=True)
    run.run(place, DAY)
    assert listed(place) == before


def test_status_upgrades_a_workspace_that_it_only_reads(old: Workspace):
    """It opens the warehouse without the extension that encrypts what is written, and loads it for the upgrade."""
    lines = dict(status.status(old, calendar.now()).lines)
    assert "deliveries" in lines["warehouse"]
    with open_warehouse(old, read_only=True) as con:
        assert migrations.version(con, "warehouse") == migrations.CURRENT
