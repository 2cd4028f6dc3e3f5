"""Measure which share of a weekly run the quality gate takes: ``python -m benchmarks.gate_share [--homes 20000] [--weeks 3]``.

Each week starts in a process of its own, as a weekly run does, and on a copy of the same stores.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import generate, stages
from benchmarks.measure import measure

MOST = 0.15
"""Share of the processor seconds of the weekly run that the gate may take."""


def shares(scratch: Path, homes: int, years: int, weeks: int) -> Iterator[tuple[float, float]]:
    """Yield the processor seconds of the gate and of the whole run, for the same week several times."""
    base, home = scratch / "base", scratch / "home"
    extent = generate.Extent(int(homes / generate.HOMES), years=years, ledger_years=years)
    history, week = generate.generate(scratch / "deliveries", extent)
    stages.prepare(base, history, "4GB", 2)
    stages.bring(base, week)
    for _ in range(weeks):
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(base, home)
        measured = measure(stages.run_week, home, stages=stages.STAGES)
        yield measured.stages["quality gate"].cpu, measured.total.cpu


def main() -> None:
    """Print a line for each week."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--homes", type=int, default=20_000)
    parser.add_argument("--years", type=int, default=5, help="of history")
    parser.add_argument("--weeks", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for gate, whole in shares(Path(scratch), options.homes, options.years, options.weeks):
            print(f"gate {gate:.2f} of {whole:.2f} s: {gate / whole:.3f}, at most {MOST}", flush=True)


if __name__ == "__main__":
    main()
