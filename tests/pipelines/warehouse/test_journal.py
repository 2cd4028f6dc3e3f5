"""Test that a store opens with everything in it after a run died during a checkpoint."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from pipelines.installation.errors import WaakvlamError
from pipelines.installation.workspace import Workspace
from pipelines.warehouse import journal
from pipelines.warehouse.stores import open_warehouse, path_of
from tests.support import waits
from tests.support.deliveries import make_workspace

pytestmark = pytest.mark.dear

BLOCK = 262144
ROWS = "SELECT count(*) FROM run.snapshots"


class Dead(NamedTuple):
    """A warehouse of 50 rows, and what is on the disk when its run dies in a checkpoint just before it writes the header."""

    place: Workspace
    before: bytes
    blocks: bytes
    log: bytes
    journal: bytes

    def put(self, store: bytes, *, kept: bool = True) -> Path:
        """Write a store with the log, and the journal unless it is not kept; return the path of the store."""
        path = path_of(self.place, "warehouse")
        path.write_bytes(store)
        Path(f"{path}.wal").write_bytes(self.log)
        Path(f"{path}.journal").unlink(missing_ok=True)
        if kept:
            Path(f"{path}.journal").write_bytes(self.journal)
        return path

    def torn(self, written: int) -> list[bytes]:
        """Return, for each block that the checkpoint overwrites, the store in which only its first bytes were written."""
        places = range(journal.START, len(self.before), BLOCK)
        changed = [at for at in places if self.before[at : at + BLOCK] != self.blocks[at : at + BLOCK]]
        cuts = [at + written for at in changed]
        return [
            self.before[:at] + self.blocks[at:cut] + self.before[cut:]
            for at, cut in zip(changed, cuts, strict=True)
        ]


def die(place: Workspace, moment: str, numbers: range) -> None:
    """Insert rows, and let the engine stop the checkpoint by the setting that it has for its own tests."""
    with open_warehouse(place) as con:
        insert(con, numbers)
        con.execute(f"SET debug_checkpoint_abort = '{moment}'")


@pytest.fixture
def dead(tmp_path: Path) -> Dead:
    place = make_workspace(tmp_path / "home")
    path = path_of(place, "warehouse")
    with open_warehouse(place) as con:
        insert(con, range(10))
    assert [file.name for file in place.stores.glob("*.duckdb*")] == [path.name], (
        "a whole checkpoint leaves nothing"
    )
    before = path.read_bytes()
    die(place, "before_truncate", range(10, 50))
    after = path.read_bytes()
    blocks = before[: journal.START] + after[journal.START :]
    return Dead(place, before, blocks, Path(f"{path}.wal").read_bytes(), Path(f"{path}.journal").read_bytes())


def insert(con: duckdb.DuckDBPyConnection, numbers: range) -> None:
    for number in numbers:
        con.execute("INSERT INTO run.snapshots VALUES (?, 'x', DATE '2026-01-01')", [number])


def rows(place: Workspace, *, read_only: bool = False) -> int:
    with open_warehouse(place, read_only=read_only) as con:
        return int(con.execute(ROWS).fetchall()[0][0])


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("written", [4096, BLOCK // 2, BLOCK - 4096])
def test_a_block_that_was_half_written_is_put_back(dead: Dead, written: int, read_only: bool):
    stores = dead.torn(written)
    assert stores, "the engine overwrites its metadata in place; without that there is no need for a journal"
    for store in stores:
        path = dead.put(store)
        assert rows(dead.place, read_only=read_only) == 50
        assert not Path(f"{path}.journal").exists()


def test_without_the_journal_the_file_is_lost(dead: Dead):
    """This also fails when the engine no longer needs the journal."""
    dead.put(dead.torn(BLOCK // 2)[0], kept=False)
    with pytest.raises(WaakvlamError, match=r"is damaged\. Restore a backup"):
        rows(dead.place)


@pytest.mark.parametrize("moment", ["before_header", "after_free_list_write", "before_truncate"])
def test_a_run_that_dies_between_two_steps_of_a_checkpoint_loses_nothing(dead: Dead, moment: str):
    dead.put(dead.before)
    die(dead.place, moment, range(50, 60))
    assert rows(dead.place) == 60
    assert not list(dead.place.stores.glob("*.journal"))
    assert rows(dead.place, read_only=True) == 60


def test_a_journal_that_was_not_finished_counts_for_nothing(dead: Dead):
    path = dead.put(dead.before, kept=False)
    path.with_name(f".{path.name}.journal.part").write_bytes(dead.journal[:100])
    assert rows(dead.place) == 50


def test_the_store_of_another_run_is_left_alone(dead: Dead):
    """Its journal means that its checkpoint is under way."""
    fcntl = pytest.importorskip("fcntl")
    path = dead.put(dead.torn(BLOCK // 2)[0])
    content = path.read_bytes()
    (ready, started), (go_on, goes_on) = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        with path.open("r+b") as store:
            fcntl.lockf(store, fcntl.LOCK_EX)
            os.write(started, b"x")
            os.read(go_on, 1)
        os._exit(0)
    waits.heard(ready, started)
    journal.put_back(path)
    assert path.read_bytes() == content and Path(f"{path}.journal").exists()
    os.write(goes_on, b"x")
    os.waitpid(pid, 0)


def test_a_checkpoint_does_not_free_the_lock_of_the_engine(dead: Dead):
    """Closing any descriptor of a file frees the locks of its process, so the journal keeps its own open."""
    fcntl = pytest.importorskip("fcntl")
    path = dead.put(dead.before, kept=False)
    with open_warehouse(dead.place) as con:
        insert(con, range(50, 51))
        journal.checkpoint(con)
        pid = os.fork()
        if pid == 0:
            with path.open("r+b") as store:
                try:
                    fcntl.lockf(store, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    os._exit(3)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 3


def test_a_large_log_is_written_between_deliveries(dead: Dead):
    path = path_of(dead.place, "warehouse")
    with open_warehouse(dead.place) as con:
        insert(con, range(50, 55))
        size = Path(f"{path}.wal").stat().st_size
        journal.checkpoint(con, least=size + 1)
        assert Path(f"{path}.wal").stat().st_size == size
        journal.checkpoint(con, least=size)
        assert not Path(f"{path}.wal").exists()
    shutil.rmtree(dead.place.stores / "scratch", ignore_errors=True)
    assert rows(dead.place) == 55


def test_an_error_leaves_no_log_and_keeps_what_was_committed(dead: Dead):
    dead.put(dead.before)
    with pytest.raises(KeyError), open_warehouse(dead.place) as con:
        insert(con, range(50, 60))
        con.execute("BEGIN")
        insert(con, range(60, 70))
        raise KeyError
    assert not list(dead.place.stores.glob("*.wal"))
    assert rows(dead.place) == 60
