"""Measure which share of a weekly run the quality gate takes: ``python -m benchmarks.gate_share [--homes 20000] [--weeks 3]``.

Each week starts in a process of its own, as a weekly run does, and on a copy of the same stores.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import generate, stages
from benchmarks.measure import measure
from pipelines.delivery import ingest
from pipelines.gate import expectations, profile

MOST = 0.15
"""Share of the processor seconds of the weekly run that the gate may take."""
IMPORT, FIGURES, VERDICTS = "import of Great Expectations", "figures", "verdicts"
PARTS = {
    (profile, "figures"): FIGURES,
    (expectations, "_great_expectations"): IMPORT,
    (ingest, "judge"): VERDICTS,
}
"""The part of the gate to which each function belongs; the import happens within the first verdict and counts apart."""


@dataclass(frozen=True)
class Week:
    """The processor seconds of a weekly run and of the parts of its gate."""

    whole: float
    parts: Mapping[str, float]

    def __str__(self) -> str:
        """Return the share of the gate, and what each part of it takes."""
        gate = sum(self.parts.values())
        parts = ", ".join(f"{name} {seconds:.2f}" for name, seconds in self.parts.items())
        return f"gate {gate:.2f} of {self.whole:.2f} s: {gate / self.whole:.3f}, at most {MOST} ({parts})"


def measured(scratch: Path, homes: int, years: int, weeks: int) -> Iterator[Week]:
    """Measure the same week several times."""
    base, home = scratch / "base", scratch / "home"
    extent = generate.Extent(int(homes / generate.HOMES), years=years, ledger_years=years)
    history, week = generate.generate(scratch / "deliveries", extent)
    stages.prepare(base, history, "4GB", 2)
    stages.bring(base, week)
    for _ in range(weeks):
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(base, home)
        run = measure(stages.run_week, home, stages=PARTS)
        yield Week(run.total.cpu, {name: run.stages[name].cpu for name in (IMPORT, FIGURES, VERDICTS)})


def main() -> None:
    """Print a line for each week."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--homes", type=int, default=20_000)
    parser.add_argument("--years", type=int, default=5, help="of history")
    parser.add_argument("--weeks", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for week in measured(Path(scratch), options.homes, options.years, options.weeks):
            print(week, flush=True)


if __name__ == "__main__":
    main()
