"""Measure one or more sizes and write `docs/performance.md`: ``python -m benchmarks.report 20000 200000``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
from collections.abc import Callable, Collection
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl

from benchmarks import performance_page, rivals, stages, with_pandas, with_pandas_apply, with_polars
from benchmarks.generate import AS_OF, Extent, generate
from benchmarks.measure import measure
from benchmarks.performance_page import Results
from pipelines.installation import calendar

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
FIGURES = Path(__file__).with_name("figures.json")
"""The figures of each size that was measured last; the page is made from them."""
LARGE = 1_000_000
"""From this size on: one year of ledger, more memory, and no step that needs the whole ledger several times."""


class Figures:
    """The figures measured so far, saved after every step, so that an interrupted run continues."""

    def __init__(self, path: Path, agreements: int, without: Collection[str] = ()) -> None:
        self.path, self.agreements, self.without = path, agreements, without
        self.results: Results = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def keep(self, **values: Any) -> None:
        """Save plain figures."""
        self.results |= values
        self.path.write_text(json.dumps(self.results, indent=1), encoding="utf-8")

    def measure(self, name: str, function: Callable[..., Any], *arguments: Any) -> None:
        """Measure a step, unless it was measured before or is left out."""
        if name in self.results or name in self.without:
            return
        measured = measure(function, *arguments, stages=stages.STAGES | {(rivals, "kept"): "engine"})
        # For the features only the engine's time counts, because compiling takes equally long for any number of
        # agreements.
        total = measured.stages.get("engine", measured.total)
        costs = {stage: asdict(cost) for stage, cost in measured.stages.items()}
        counts = measured.result if isinstance(measured.result, dict) else {}
        self.keep(**{name: {"total": asdict(total), "stages": costs, "result": counts}})
        print(f"{self.agreements:>9,}  {name:<22} {total.cpu:8.1f} s of processor", flush=True)


def bench(folder: Path, agreements: int, without: Collection[str] = ()) -> Results:
    """Measure everything for one size, without some rows; keep the workspaces in the folder."""
    large = agreements >= LARGE
    extent = Extent(agreements, years=5, ledger_years=1 if large else 5)
    place = folder / extent.name
    memory = "8GB" if large else "4GB"
    history, week = generate(place, extent)
    figures = Figures(place / "figures.json", agreements, without)
    figures.keep(agreements=agreements, ledger_years=extent.ledger_years, memory_limit=memory)
    figures.keep(measured_on=f"{calendar.today()}, {processor()}", machine=machine())
    home = _loaded(figures, place / "home", history, memory)
    run = place / "run"
    if "weekly run" not in figures.results:
        _copy(home, run, week)
    figures.measure("weekly run", stages.run_week, run)
    figures.measure("the same week again", stages.load_only, run)
    sizes = (_bytes(week), stages.size_of(run))
    figures.keep(bytes_delivered=sizes[0], bytes_stored=sizes[1])
    _rivals(figures, run, place / "staged", large=large)
    if not large:
        short = generate(folder / f"{agreements}x1", Extent(agreements, years=1, ledger_years=1))[0]
        young = _loaded(figures, place / "young", short, memory)
        for name, before in (("week after 5 years", home), ("week after 1 year", young)):
            if name not in figures.results:
                _copy(before, place / "copy", week)
                figures.measure(name, stages.load_only, place / "copy")
        staged = place / "staged"
        figures.measure("pandas, a function per agreement", with_pandas_apply.signals, staged, AS_OF)
    figures.path.unlink()
    return figures.results


def _loaded(figures: Figures, home: Path, history: Path, memory: str) -> Path:
    """Create a workspace with a history, unless it exists."""
    done = home.with_name(f"{home.name} is whole")
    if not done.exists():
        shutil.rmtree(home, ignore_errors=True)
        figures.measure(f"first load ({home.name})", stages.prepare, home, history, memory, 2)
        done.touch()
    return home


def _copy(home: Path, to: Path, deliveries: Path) -> None:
    """Copy a workspace and put other deliveries in its inbox."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(home, to)
    stages.bring(to, deliveries)


def _rivals(figures: Figures, run: Path, files: Path, *, large: bool) -> None:
    """Measure the features and their rivals on the same history."""
    done = files.with_name("staged is whole")
    if not done.exists():
        rivals.export(run, files)
        done.touch()
    figures.keep(bytes_parquet=_bytes(files))
    figures.measure("features", rivals.ours, run)
    figures.measure("floor, tables", rivals.floor, run)
    figures.measure("floor, files", rivals.floor, run, files)
    figures.measure("floor, cut", rivals.floor, run, None, AS_OF)
    figures.measure("polars", with_polars.signals, files, AS_OF)
    counted = sorted(figures.results["polars"]["result"])
    figures.measure("features, 33 signals", rivals.ours_without_facts, run, counted)
    figures.measure("one query per signal", rivals.one_by_one, run)
    if not large:
        figures.measure("pandas, vectorised", with_pandas.signals, files, AS_OF)
        figures.measure("features, 52 dates", rivals.ours, run, 52)


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def processor() -> str:
    """Return the model of the processor: figures of different ones cannot be compared."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    return next((line.split(":")[1].strip() for line in info.splitlines() if "model name" in line), "unknown")


def machine() -> str:
    """Describe the machine and the versions of the programs."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = f"DuckDB {duckdb.__version__}, pandas {pd.__version__}, polars {pl.__version__}"
    return (
        f"{os.cpu_count()} cores ({processor()}), {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}, {versions}"
    )


def main() -> None:
    """Measure the sizes on the command line, keep their figures, and write the page from all kept figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int)
    parser.add_argument("--folder", type=Path, default=ROOT / ".bench")
    parser.add_argument("--without", nargs="*", default=[], metavar="ROW", help="rows that are not measured")
    options = parser.parse_args()
    options.folder.mkdir(exist_ok=True)
    for size in options.sizes:
        keep(bench(options.folder, size, options.without))
    write_page()


def keep(results: Results) -> None:
    """Put the figures of one size in the place of the earlier ones of that size."""
    others = [other for other in kept() if other["agreements"] != results["agreements"]]
    ordered = sorted([*others, results], key=lambda result: int(result["agreements"]))
    FIGURES.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")


def kept() -> list[Results]:
    """Return the figures of every size, the smallest first."""
    figures: list[Results] = json.loads(FIGURES.read_text(encoding="utf-8"))
    return figures


def write_page() -> None:
    """Write the page from the kept figures and the notes."""
    PAGE.write_text(performance_page.page(kept()), encoding="utf-8")


if __name__ == "__main__":
    main()
