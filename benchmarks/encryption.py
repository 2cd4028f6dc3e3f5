"""What encryption costs: the weekly run with and without it, in turns: ``python -m benchmarks.encryption 20000``.

The product knows no unencrypted store, so the options with which a file is attached are left out here. Both sides
load and score the same deliveries on the same history, one after the other, so that other work on the machine falls on
both alike; the ratio is of neighbours, and of those the median.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks import stages
from benchmarks.generate import Extent, generate
from benchmarks.measure import Cost, measure
from pipelines import warehouse

SIDES = ("encrypted", "plain")


def plain(function: Callable[..., Any], *arguments: Any) -> Any:
    """Do something with stores that are not encrypted."""
    with mock.patch.object(warehouse, "options", lambda _key, read_only=False: "(READ_ONLY)" * read_only):
        return function(*arguments)


def week(side: str, home: Path) -> Any:
    """Run the week on one side."""
    return plain(stages.run_week, home) if side == "plain" else stages.run_week(home)


def prepare(folder: Path, extent: Extent) -> Path:
    """Make the two workspaces with the same history; gives the deliveries of the week."""
    history, new = generate(folder / extent.name, extent)
    for side in SIDES:
        home = folder / extent.name / side
        if not home.exists():
            part = home.with_name(f"{side} in the making")
            shutil.rmtree(part, ignore_errors=True)
            loading = (stages.prepare, part, history, "4GB", 2)
            plain(*loading) if side == "plain" else loading[0](*loading[1:])
            part.rename(home)
    return new


def once(folder: Path, extent: Extent, side: str, new: Path) -> Cost:
    """Run the week of one side in a process of its own, on a copy."""
    run = folder / extent.name / "run"
    shutil.rmtree(run, ignore_errors=True)
    shutil.copytree(folder / extent.name / side, run)
    stages.bring(run, new)
    return measure(week, side, run).total


def ratio(pairs: list[tuple[Cost, Cost]], what: str) -> list[float]:
    """Give encrypted divided by plain of each pair, in order of size."""
    return sorted(getattr(one, what) / getattr(other, what) for one, other in pairs)


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("agreements", type=int, nargs="?", default=20_000)
    arguments.add_argument("--repeats", type=int, default=7)
    arguments.add_argument("--folder", type=Path, default=Path(".bench"))
    given = arguments.parse_args()
    extent = Extent(given.agreements, years=2, ledger_years=2)
    new = prepare(given.folder, extent)
    pairs = []
    for number in range(given.repeats):
        order = SIDES if number % 2 else SIDES[::-1]  # who goes second finds files in memory
        costs = {side: once(given.folder, extent, side, new) for side in order}
        pairs.append((costs["encrypted"], costs["plain"]))
        print(
            "  ".join(f"{side} {costs[side].cpu:.2f} ({costs[side].wall:.2f}) s" for side in SIDES),
            flush=True,
        )
    for what, name in (("cpu", "processor"), ("wall", "clock")):
        found = ratio(pairs, what)
        print(f"{name}: {statistics.median(found):.3f} ({found[0]:.3f} to {found[-1]:.3f})")


if __name__ == "__main__":
    main()
