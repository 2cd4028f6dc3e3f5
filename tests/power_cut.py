"""Cut the power during a scheduled weekly run, and see that the next start recovers: `python -m tests.power_cut`.

A Prefect server and a worker of their own run the week. Server, worker and run are killed together (SIGKILL) while it runs, and
started again. Then `waakvlam doctor` must name the dead run, the Monday check must close it and start the week again, and the list
must be there. It takes some minutes; `make test-long` runs it.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines.installation import calendar, logs

PATIENCE = 300
"""Seconds to wait for each step on a busy machine."""


class Machine:
    """The processes of one installation, and its folder."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.home = folder / "home"
        self.api = f"http://127.0.0.1:{self.port}/api"
        own = {
            "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_API_URL": self.api,
            "WAAKVLAM_HOME": str(self.home),
            "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        }
        self.environment = {**os.environ, **own}
        self.log = (folder / "log").open("a")
        self.services: list[subprocess.Popen[bytes]] = []

    def start(self, *words: str) -> None:
        """Start a service of Prefect, as the leader of a group of processes."""
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", *words],
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        self.services.append(process)

    def server(self) -> None:
        """Start the server, and wait until it answers."""
        self.start("server", "start", "--host", "127.0.0.1", "--port", str(self.port))
        wait("the server", lambda: self.ask("health") is True)

    def cut(self) -> None:
        """Kill the services with all that they started, at once."""
        for pid in [pid for service in self.services for pid in family(service.pid)]:
            os.kill(pid, signal.SIGKILL)
        for service in self.services:
            service.wait()
        self.services = []

    def run(self, *words: str) -> str:
        """Run a command of Waakvlam or Prefect and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        return done.stdout + done.stderr

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask Prefect's server; None while it does not answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.api}/{path}", data, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.loads(answer.read())
        except OSError:
            return None

    def states(self) -> list[str]:
        """Return the states of the weekly runs, oldest first."""
        runs = self.ask(
            "flow_runs/filter", {"flows": {"name": {"any_": ["weekly"]}}, "sort": "START_TIME_ASC"}
        )
        return [run["state"]["type"] for run in runs or [] if run["start_time"]]


def family(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    actual = [pid]
    for parent in actual:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            actual += map(int, task.read_text().split())
    return actual


def wait(what: str, happened: Callable[[], object]) -> None:
    """Wait until something happened.

    Raises
    ------
    AssertionError
        It did not happen in time.
    """
    until = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < until, f"{what}: not within {PATIENCE} seconds"
        time.sleep(1)
    print(what, flush=True)


def trial(machine: Machine) -> None:
    """Do what the docstring of this module says."""
    cli = "pipelines.cli.app"
    machine.run(cli, "init")
    machine.run(cli, "sample", "--homes", "2000", "--weeks", "80")
    machine.server()
    machine.run(cli, "deploy")
    machine.start("worker", "start", "--pool", "waakvlam")
    machine.run("prefect", "deployment", "run", "weekly/weekly")
    wait("the weekly run is busy", lambda: logs.is_busy(machine.home / "logs", "weekly"))
    machine.cut()
    monday = machine.home / "output" / str(calendar.this_monday()) / "shortlist.csv"
    assert not monday.exists(), "the run had ended before the power went"

    machine.server()
    assert machine.states() == ["RUNNING"], "Prefect still counts the dead run as running"
    wait(
        "doctor names the dead run", lambda: "was cut off; Prefect still" in flat(machine.run(cli, "doctor"))
    )
    machine.start("worker", "start", "--pool", "waakvlam")
    machine.run("prefect", "deployment", "run", "check/check")
    wait("the dead run is closed", lambda: machine.states()[:1] == ["CRASHED"])
    wait("the week is run again", lambda: machine.states() == ["CRASHED", "COMPLETED"])
    assert monday.exists()
    assert "was cut off" not in flat(machine.run(cli, "doctor"))


def flat(text: str) -> str:
    """Return text on one line, because a narrow terminal breaks lines."""
    return " ".join(text.split())


def main() -> None:
    """Run the trial in a temporary folder; on failure, print the end of the services' log."""
    with tempfile.TemporaryDirectory(prefix="waakvlam-power-") as folder:
        machine = Machine(Path(folder))
        try:
            trial(machine)
        except AssertionError:
            print((Path(folder) / "log").read_text()[-3000:], file=sys.stderr)
            raise
        finally:
            machine.cut()
    print("The power cut left nothing behind.")


if __name__ == "__main__":
    main()
