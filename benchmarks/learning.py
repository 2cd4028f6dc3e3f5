"""Compare training and the reports on past lists with the panel that they read.

waakvlam --home HOME init && waakvlam --home HOME sample --homes 20000 --weeks 104 --until 2026-11-23
waakvlam --home HOME weekly --as-of 2026-11-23
python -m benchmarks.learning HOME 2026-11-23

Each runs in a process of its own, on a copy of the workspace; imports do not count.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from benchmarks.measure import Cost, measure
from pipelines.installation.workspace import Workspace
from pipelines.learning import backtest, fairness, minimise, monitor, training
from pipelines.warehouse.stores import open_warehouse

EVERY_WEEKS, HORIZON_WEEKS = 4, 26


def panel_alone(home: Path) -> None:
    """Read the panel of the backtest; it is kept for the next report."""
    workspace = Workspace(home)
    with open_warehouse(workspace, read_only=True) as con:
        backtest.mature_panel(con, workspace, every_weeks=EVERY_WEEKS, horizon_weeks=HORIZON_WEEKS)


def look_back(home: Path) -> None:
    """Backtest the card in use."""
    backtest.run(Workspace(home))


def compare_groups(home: Path) -> None:
    """Compare groups of tenants."""
    fairness.run(Workspace(home))


def leave_out(home: Path) -> None:
    """Leave out each signal and each extract in turn."""
    minimise.run(Workspace(home))


def train(home: Path, day: date) -> None:
    """Learn a card."""
    training.propose(Workspace(home), day)


def pin(home: Path, day: date) -> None:
    """Keep the distribution of the signals as the reference of the card in use."""
    monitor.pin(Workspace(home), day)


def watch(home: Path, day: date) -> None:
    """Compare the signals of the last weeks with the reference."""
    monitor.watch(Workspace(home), day)


def main(source: Path, day: date) -> None:
    """Measure each and print it beside the panel alone."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(source, home)
        alone = measure(panel_alone, home).total
        _print("panel alone", alone, alone)
        for name, work, arguments in (
            ("backtest, with the kept panel", look_back, ()),
            ("fairness, with the kept panel", compare_groups, ()),
            ("minimise, with the kept panel", leave_out, ()),
            ("train", train, (day,)),
            ("monitor, pin", pin, (day,)),
            ("monitor, watch", watch, (day,)),
        ):
            _print(name, _cost(work, home, *arguments), alone)


def _cost(work: Callable[..., None], home: Path, *arguments: date) -> Cost:
    return measure(work, home, *arguments).total


def _print(name: str, cost: Cost, alone: Cost) -> None:
    print(
        f"{name}: {cost.cpu:.1f} s of processor, {cost.peak / 2**30:.1f} GiB, {cost.cpu / alone.cpu:.2f} times the panel",
        flush=True,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), date.fromisoformat(sys.argv[2]))
