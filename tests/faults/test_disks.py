"""Test the stores on bad disks: flipped bits, a power cut during the last write, a slow disk."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pipelines.installation import files, logs
from pipelines.installation.workspace import Workspace
from pipelines.warehouse import stores
from tests.faults.test_faults import LIST, Undisturbed, flipped, run
from tests.faults.test_faults import place as place
from tests.faults.test_faults import undisturbed as undisturbed
from tests.support import waits
from tests.support.deliveries import waakvlam
from tests.support.small import content

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("store", "at"), [("warehouse", 0.02), ("warehouse", 0.3), ("warehouse", 0.6), ("vault", 0.4)]
)
def test_a_flipped_bit_is_reported_and_a_backup_repairs_it(
    place: Workspace, undisturbed: Undisturbed, tmp_path: Path, store: str, at: float
):
    """In a row, `doctor` reports it and no backup is made. Elsewhere (an index) the backup is good. Restoring repairs both."""
    good = tmp_path / "good.backup"
    assert waakvlam(place, "backup", good).code == 0
    path = place.stores / f"{store}.duckdb"
    path.write_bytes(flipped(path, at))
    broken = path.read_bytes()
    said = waakvlam(place, "doctor")
    later = waakvlam(place, "backup", tmp_path / "later.backup")
    assert path.read_bytes() == broken
    if "damaged" in said.out:
        assert said.code == 1 and "waakvlam restore" in " ".join(said.out.split())
        assert later.code in (1, 2) and "damaged" in later.err and not (tmp_path / "later.backup").exists()
    else:
        assert later.code == 0
        good = tmp_path / "later.backup"
    refused = run(place)
    assert refused.code in (1, 2) and "damaged" in refused.err and "waakvlam restore" in refused.err
    assert waakvlam(place, "restore", good, "--replace").code == 0
    assert run(place).code == 0
    assert (place.home / LIST).read_bytes() == undisturbed.list
    assert content(place) == undisturbed.content


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
@pytest.mark.parametrize("lost", [40, 4000])
def test_a_power_cut_that_tears_the_last_write_loses_no_more_than_that(
    place: Workspace, undisturbed: Undisturbed, lost: int
):
    """The process dies before the stores are tidied, and the end of the engine's log never reached the disk."""
    ready, started = os.pipe()
    pid = os.fork()
    if pid == 0:
        with stores.open_warehouse(place) as con:
            for number in range(50):
                con.execute("INSERT INTO run.snapshots VALUES (?, 'x', DATE '2026-01-01')", [1000 + number])
            os.write(started, b"x")
            signal.pause()
    waits.heard(ready, started)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    log = place.stores / "warehouse.duckdb.wal"
    log.write_bytes(log.read_bytes()[:-lost])
    with stores.open_warehouse(place) as con:
        ((there,),) = con.execute("SELECT count(*) FROM run.snapshots WHERE corporatie_id = 'x'").fetchall()
        first = con.execute("SELECT min(delivery_id) FROM run.snapshots WHERE corporatie_id = 'x'").fetchall()
        con.execute("DELETE FROM run.snapshots WHERE corporatie_id = 'x'")
    assert there < 50 and (there == 0 or first == [(1000,)]), "what was written first is there first"
    assert run(place).code == 0
    assert (place.home / LIST).read_bytes() == undisturbed.list
    assert content(place) == undisturbed.content


def test_the_list_is_on_the_disk_before_it_has_its_name(place: Workspace, monkeypatch):
    """A power cut leaves the previous list or the new one, and never an empty file."""
    done: list[str] = []
    flush, put = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda file: (done.append("flushed"), flush(file))[1])
    monkeypatch.setattr(Path, "replace", lambda path, to: (done.append(Path(to).name), put(path, to))[1])
    assert run(place).code == 0
    named = [at for at, what in enumerate(done) if what.startswith("shortlist")]
    assert len(named) == 3 and done[: named[0]].count("flushed") >= 3


def test_a_slow_disk_is_reported_and_gives_the_same_list(
    place: Workspace, undisturbed: Undisturbed, tmp_path: Path, monkeypatch
):
    """After some quick runs, each file takes a second: nothing is lost, and the stage is named."""
    for _ in range(5):
        log = logs.Log(place.logs, "weekly")
        log.event("started")
        log.event("stage", stage="publish", seconds=0.1, outcome="good")
        log.event("ended", seconds=1, outcome="good", said="", counts={})
        time.sleep(0.002)
    write = files._write

    def slow(part: Path, *given: Any) -> None:
        time.sleep("shortlist" in part.name)
        write(part, *given)

    monkeypatch.setattr(files, "_write", slow)
    said = run(place)
    assert (place.home / LIST).read_bytes() == undisturbed.list
    assert "publish took 3 s" in said.out + said.err and "is usual" in said.out + said.err
