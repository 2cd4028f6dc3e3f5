"""Test that a run without a process is recognised by its released lock, whatever its process number."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.installation import calendar, held, logs
from pipelines.installation.workspace import Workspace
from pipelines.operations import dead_runs, doctor, status
from pipelines.warehouse.stores import attach_vault, open_warehouse
from tests.support.deliveries import make_workspace

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
RUN = """
import signal, sys, time
from pathlib import Path
from pipelines.cli import app
from pipelines.installation import logs
signal.signal(signal.SIGTERM, app._stop)
with logs.run(Path(sys.argv[1]), "weekly"):
    print("busy", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path / "home")


@contextmanager
def busy(place: Workspace) -> Iterator[subprocess.Popen[str]]:
    """Start a process with a weekly run that is busy."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(place.logs)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout and process.stdout.readline() == "busy\n"
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def runs_of(place: Workspace) -> list[str]:
    return [check.found for check in doctor.examine(place, calendar.now()) if check.name == "runs"]


def test_a_warehouse_without_deliveries_says_so(place: Workspace):
    """A first run that was cut off before its first delivery leaves such a warehouse."""
    with open_warehouse(place) as con:
        attach_vault(con, place)
    assert dict(status.status(place, calendar.now()).lines)["warehouse"] == "no deliveries yet"


def test_a_killed_run_is_named_with_its_remedy(place: Workspace):
    with busy(place) as process:
        assert logs.is_busy(place.logs, "weekly") and not logs.cut_off(place.logs)
        assert "busy now" in dict(status.status(place, calendar.now()).lines)["last run"]
        process.kill()
        process.wait()
    assert not logs.is_busy(place.logs, "weekly")
    assert (
        "The last weekly run was cut off: start `waakvlam weekly` again."
        in status.status(place, calendar.now()).wrong
    )
    (actual,) = runs_of(place)
    assert actual.startswith("`waakvlam weekly` of ") and actual.endswith(" was cut off")


def test_a_process_that_has_the_number_of_a_dead_one_does_not_hide_it(place: Workspace):
    log = logs.Log(place.logs, "weekly")
    log.event("started", held=True)  # by this process, which lives and holds nothing
    assert len(runs_of(place)) == 1


def test_a_run_that_is_asked_to_stop_reports_it(place: Workspace):
    with busy(place) as process:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 143
    ended = logs.read(place.logs)[-1]
    assert (ended["event"], ended["outcome"]) == ("ended", "stopped")
    assert not runs_of(place)
    assert "stopped" in dict(status.status(place, calendar.now()).lines)["last run"]


def test_one_process_holds_a_file_and_leaves_none_behind(tmp_path: Path):
    path = tmp_path / "running" / "x"
    with held.hold(path) as mine, held.hold(path) as second:
        assert (mine, second, held.is_held(path)) == (True, False, True)
    assert not path.exists() and not held.is_held(path)
    path.write_text("", encoding="utf-8")  # left by a killed process
    assert not held.is_held(path)


def test_a_folder_that_cannot_be_created_takes_no_lock(tmp_path: Path):
    (tmp_path / "running").write_text("", encoding="utf-8")
    with held.hold(tmp_path / "running" / "x") as mine:
        assert mine is False


@pytest.mark.parametrize(
    ("state", "minutes", "home", "is_dead"),
    [
        ("RUNNING", 2, "own", True),
        ("RUNNING", 0.5, "own", False),
        ("PENDING", 2, "own", False),
        ("PENDING", 11, "own", True),
        ("CANCELLING", 11, "own", True),
        ("SCHEDULED", 99, "own", False),
        ("RUNNING", 99, "other", False),
        ("RUNNING", 99, "", False),
    ],
)
def test_a_run_that_nobody_holds_is_dead_after_a_while(
    place: Workspace, state: str, minutes: float, home: str, is_dead: bool
):
    since = NOW - timedelta(minutes=minutes)
    run = {
        "id": "r1",
        "deployment_id": "d1",
        "state": {"type": state, "timestamp": since.isoformat().replace("+00:00", "Z")},
        "parameters": {"home": {"own": str(place.home), "other": "/srv/other", "": ""}[home]},
    }
    (actual,) = dead_runs.from_json([run], [{"id": "d1", "name": "weekly"}])
    assert str(actual).startswith("the weekly run of 2026-11-23")
    assert dead_runs.dead(place, [actual], NOW) == ([actual] if is_dead else [])
    with dead_runs.living(place, "r1"):
        assert dead_runs.dead(place, [actual], NOW) == []
