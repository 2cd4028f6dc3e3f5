"""Test that after a kill at any moment the warehouse opens, and that the next run makes the list of an undisturbed run."""

from __future__ import annotations

import csv
import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pipelines.delivery import refresh, write
from pipelines.installation.workspace import Workspace
from pipelines.sample.write import write_corporation
from pipelines.warehouse.stores import attach_vault, open_warehouse
from pipelines.week import run
from pipelines.week.steps import Runner, Step, directly
from tests.support import waits
from tests.support.cases import cases
from tests.support.deliveries import make_workspace, tables, waakvlam
from tests.support.quicker import import_ahead

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither fork nor SIGKILL"),
]
AS_OF = date(2026, 11, 16)
LIST = Path("output") / AS_OF.isoformat() / "shortlist.csv"
REQUIRED = ("huurovereenkomsten", "huurachterstanden", "overlastmeldingen", "reparatieverzoeken")


class Undisturbed(NamedTuple):
    """A run that nobody disturbed: its deliveries, its list, its stores and the seconds it took."""

    inbox: Path
    list: bytes
    stores: tuple[dict, dict]
    seconds: float


def start(home: Path, prepare: Callable[[], run.Step | None] = lambda: None) -> int:
    """Start the weekly run in a process of its own; `prepare` is called in it first."""
    pid = os.fork()
    if pid == 0:
        try:
            run.run(Workspace(home), AS_OF, prepare() or directly)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    return pid


def finish(pid: int) -> None:
    """Wait until a run is done; it must succeed."""
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def kill(home: Path, after: float) -> None:
    """Start a run and kill it after this many seconds; if it finished before, try again with less time."""
    while True:
        pid = start(home)
        time.sleep(after)
        os.kill(pid, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if code == -signal.SIGKILL:
            return
        assert code == 0
        after /= 2


@pytest.fixture(scope="module", autouse=True)
def key():
    import_ahead()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAAKVLAM_KEY", "9" * 64)
        yield


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, key) -> Undisturbed:
    place = make_workspace(tmp_path_factory.mktemp("undisturbed") / "home")
    write_corporation(place.inbox, homes=150, weeks=40, seed=1, until=AS_OF, deliveries=2)
    for path in place.inbox.iterdir():
        if not path.name.startswith(REQUIRED):
            path.unlink()
        else:
            os.utime(path, (1_700_000_000, 1_700_000_000))
    began = time.monotonic()
    finish(start(place.home))
    seconds = time.monotonic() - began
    return Undisturbed(place.inbox, (place.home / LIST).read_bytes(), stores(place), seconds)


@pytest.fixture
def place(undisturbed: Undisturbed, tmp_path: Path) -> Workspace:
    return fresh(undisturbed, tmp_path / "home")


def stores(place: Workspace) -> tuple[dict, dict]:
    """Read every table of the warehouse and of the vault."""
    return tables(place), tables(place, "vault")


def fresh(undisturbed: Undisturbed, home: Path) -> Workspace:
    place = make_workspace(home)
    shutil.copytree(undisturbed.inbox, place.inbox, dirs_exist_ok=True)
    return place


def assert_sound(place: Workspace, undisturbed: Undisturbed) -> None:
    """Assert that the stores open, that each delivery and list is complete or absent, and that nothing is readable on disk."""
    names = {
        row["naam"]
        for row in csv.DictReader(undisturbed.list.decode("utf-8-sig").splitlines(), delimiter=";")
    }
    for path in place.stores.glob("*.duckdb*"):  # the logs of a killed run too
        content = path.read_bytes()
        assert not [name for name in names if name.encode() in content], path.name
    with open_warehouse(place) as con:
        attach_vault(con, place)
        for extract in REQUIRED:
            said = con.execute(
                "SELECT delivery_id, rows_new, rows_new + rows_same FROM run.deliveries WHERE extract = ? ORDER BY ALL",
                [extract],
            ).fetchall()
            rows = con.execute(
                f"SELECT delivery_id, count(r.row_id), count(*) FROM raw.{extract}_sightings s "
                f"LEFT JOIN raw.{extract} r USING (delivery_id, row_id) GROUP BY 1 ORDER BY ALL"
            ).fetchall()
            assert said == rows, extract
        con.execute("SELECT count(*) FROM vault.main.tenancies").fetchall()
    if (place.home / LIST).exists():
        assert (place.home / LIST).read_bytes() == undisturbed.list


def assert_recovers(place: Workspace, undisturbed: Undisturbed) -> None:
    """Assert that the next run gives the list and the stores of an undisturbed one, and leaves no stray files."""
    finish(start(place.home))
    assert (place.home / LIST).read_bytes() == undisturbed.list
    assert stores(place) == undisturbed.stores
    names = {path.name for path in (place.home / LIST).parent.iterdir()}
    assert names == {"shortlist.csv", "shortlist.xlsx", "shortlist.html", "run_report.json", "quality.html"}
    assert sorted(path.name for path in place.stores.rglob("*")) == [
        "scratch",
        "vault.duckdb",
        "warehouse.duckdb",
    ]


@pytest.mark.long
def test_killed_at_moments_of_a_first_run(undisturbed: Undisturbed, tmp_path: Path):
    """Spread over the run: reading, loading, scoring, publishing."""
    draw, moments = random.Random(1), cases(2, 10)
    for turn in range(moments):
        place = fresh(undisturbed, tmp_path / str(turn))
        kill(place.home, (turn + draw.random()) / moments * undisturbed.seconds)
        assert_sound(place, undisturbed)
        assert_recovers(place, undisturbed)


@pytest.mark.long
def test_killed_again_and_again(undisturbed: Undisturbed, tmp_path: Path):
    """A workspace is killed three times over before the run may finish."""
    draw = random.Random(2)
    for turn in range(cases(1, 3)):
        place = fresh(undisturbed, tmp_path / str(turn))
        for _ in range(3):
            kill(place.home, draw.random() * 0.6 * undisturbed.seconds)
            assert_sound(place, undisturbed)
        assert_recovers(place, undisturbed)


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def between_the_two_stores() -> None:
    """Die when one store holds the register and the other does not yet."""
    calls = []

    def mortal(written: Callable[..., None]) -> Callable[..., None]:
        def dying(*arguments: Any) -> None:
            calls.append(1)
            if len(calls) == 2:
                die()
            written(*arguments)

        return dying

    for name in ("write_vault", "write_warehouse"):
        setattr(write, name, mortal(getattr(write, name)))


def in_the_transaction() -> None:
    """Die when everything of a delivery is written and not committed."""
    refresh.refresh_delivered = die


def between_two_files() -> None:
    """Die when one file of the list is in its place and the others are not."""
    put, calls = Path.replace, []

    def once(self: Path, target: Path) -> Path:
        if self.name.endswith(".part"):
            calls.append(1)
            if len(calls) == 2:
                die()
        return put(self, target)

    Path.replace = once  # type: ignore[assignment, method-assign]


def before_the_report() -> Runner:
    """Die when the list is published and its report is not."""

    def runner(step: Step[..., Any], *arguments: Any, **options: Any) -> Any:
        return die() if step.name == "report" else step.function(*arguments, **options)

    return runner


@pytest.mark.parametrize(
    "moment",
    [between_the_two_stores, in_the_transaction, between_two_files, before_the_report],
    ids=lambda m: m.__name__,
)
def test_killed_where_it_hurts_most(undisturbed: Undisturbed, place: Workspace, moment: Callable[[], Any]):
    _, status = os.waitpid(start(place.home, moment), 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
    assert_sound(place, undisturbed)
    assert_recovers(place, undisturbed)


def test_a_second_run_waits_its_turn_and_leaves_the_first_alone(place: Workspace):
    """The first holds the warehouse and is reading a delivery when the second starts."""
    (ready, started), (go_on, goes_on) = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        with open_warehouse(place):
            (place.stores / "scratch" / "reading-first").mkdir()
            os.write(started, b"x")
            os.read(go_on, 1)
        os._exit(0)
    try:
        waits.heard(ready, started)
        for verb in (["weekly"], ["explain", "OVK0000001"]):
            said = waakvlam(place, *verb)
            assert (said.code, said.out) == (1, "")
            assert "in use by another run" in said.err
        assert (place.stores / "scratch" / "reading-first").exists()
    finally:
        os.write(goes_on, b"x")
        finish(pid)
